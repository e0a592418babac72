//! Where reading and downloading stop.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::error::Error;

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
    /// A body as it is sent may not be larger, in bytes. The largest real one, the whole RNB, is below 10 GiB.
    pub max_body_bytes: u64,
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
            max_body_bytes: 64 << 30,
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

/// How long a server may take before it is given up, and asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    /// Until it takes a connection: one that does not by then is not there. `EDULAC_CONNECT_TIMEOUT_S`, 20 seconds.
    pub(crate) connect: Duration,
    /// Without a byte, or with hardly any (see [`SLOWEST`]). Exports are made while they are sent, and the first byte
    /// of a large one takes its time. `EDULAC_IDLE_TIMEOUT_S`, 120 seconds.
    pub(crate) idle: Duration,
}

/// Bytes a second below which a body is held to stand still.
pub(crate) const SLOWEST: u64 = 256;

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            idle: Duration::from_secs(120),
        }
    }
}

impl Patience {
    /// As the variables of the environment say, where they are set.
    pub(crate) fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let seconds = |name: &'static str, default: Duration| match variable(name) {
            None => Ok(default),
            Some(value) => match value.trim().parse() {
                Ok(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
                _ => Err(Error::Seconds { name, value }),
            },
        };
        let default = Self::default();
        Ok(Self {
            connect: seconds("EDULAC_CONNECT_TIMEOUT_S", default.connect)?,
            idle: seconds("EDULAC_IDLE_TIMEOUT_S", default.idle)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_that_of_the_environment_where_it_says_so() {
        assert_eq!(Patience::of(|_| None).unwrap(), Patience::default());
        let idle = |name: &str| (name == "EDULAC_IDLE_TIMEOUT_S").then(|| "3".to_owned());
        let patience = Patience::of(idle).unwrap();
        assert_eq!(patience.idle, Duration::from_secs(3));
        assert_eq!(patience.connect, Patience::default().connect);
        for value in ["0", "", "-1", "soon", "1e9", "86401"] {
            let said = Patience::of(|_| Some(value.to_owned())).unwrap_err();
            let said = said.to_string();
            assert!(said.starts_with("EDULAC_CONNECT_TIMEOUT_S"), "{said}");
        }
    }
}
