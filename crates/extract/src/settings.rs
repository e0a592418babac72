//! Where reading and downloading stop.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;

/// Tells the time; injected, so that a run can be repeated.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The time of the system.
pub fn system_clock() -> Clock {
    Arc::new(Utc::now)
}

/// Waits; injected, so that a test need not.
pub type Sleeper = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Waits by the clock of the system.
pub fn system_sleeper() -> Sleeper {
    Arc::new(|wait| tokio::time::sleep(wait).boxed())
}

/// What is refused rather than read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A decompressed body may not be larger, in bytes.
    pub max_expanded_bytes: u64,
    /// A decompressed body may not be more times larger than the compressed one. Checked once the body is
    /// larger than `ratio_checked_from_bytes`: small files of junk do compress a thousand times.
    pub max_expansion_ratio: u64,
    /// See `max_expansion_ratio`.
    pub ratio_checked_from_bytes: u64,
    /// A record may not be longer, in bytes.
    pub max_record_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_expanded_bytes: 256 << 30,
            max_expansion_ratio: 200,
            ratio_checked_from_bytes: 256 << 20,
            max_record_bytes: 64 << 20,
        }
    }
}

impl Limits {
    /// The most bytes that a compressed body of this size may give.
    pub(crate) fn expanded(&self, compressed_bytes: u64) -> u64 {
        compressed_bytes
            .saturating_mul(self.max_expansion_ratio)
            .max(self.ratio_checked_from_bytes)
            .min(self.max_expanded_bytes)
    }
}
