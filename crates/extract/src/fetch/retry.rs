//! When to ask again, and how long to wait before.

use std::time::Duration;

use super::Net;
use super::quota::Closed;
use super::request::Request;
use crate::error::{Error, LONGEST_WAIT, ServerMessage};
use crate::settings::SLOWEST;

/// Failures in a row without a new byte, after which it is an error.
const FAILURES: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Why an attempt failed.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Asking again may help.
    Passing(Passing),
    /// Asking again will not help.
    Final(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        // The address may hold a key, and the error is shown.
        Self::Passing(Passing::Network(error.without_url()))
    }
}

/// A failure that another attempt may mend.
#[derive(Debug)]
pub(super) enum Passing {
    /// No connection, no answer in time, or a body that breaks off.
    Network(reqwest::Error),
    /// A body that comes, but next to nothing of it.
    Slow {
        /// How long that was borne.
        patience: Duration,
    },
    /// 5xx and 408.
    Server {
        status: u16,
        said: ServerMessage,
        /// What `Retry-After` asks for.
        wait: Option<Duration>,
    },
    /// 429.
    Quota {
        closed: Closed,
        wait: Option<Duration>,
        anonymous: bool,
        said: ServerMessage,
    },
}

impl Passing {
    fn wait(&self) -> Option<Duration> {
        match self {
            Self::Network(_) | Self::Slow { .. } => None,
            Self::Server { wait, .. } | Self::Quota { wait, .. } => *wait,
        }
    }

    fn into_error(self, request: &Request<'_>, attempts: u32) -> Error {
        let origin = request.origin.clone();
        match self {
            Self::Network(cause) => Error::Connection {
                origin,
                attempts,
                cause,
            },
            Self::Slow { patience } => Error::Slow {
                origin,
                bytes_per_second: SLOWEST,
                seconds: patience.as_secs(),
                attempts,
            },
            Self::Server { status, said, .. } => Error::Server {
                origin,
                status,
                attempts,
                said,
            },
            Self::Quota {
                closed,
                anonymous,
                said,
                ..
            } => Error::Quota {
                origin,
                limit: closed.limit,
                reset: closed.reset,
                anonymous,
                said,
            },
        }
    }
}

/// The attempts at one request.
#[derive(Debug, Default)]
pub(super) struct Retries {
    attempts: u32,
    failures: u32,
}

impl Retries {
    /// Waits before another attempt: as long as the server asks, else longer each time. `advanced` says that the
    /// failed attempt brought bytes which the next one need not ask for.
    ///
    /// # Errors
    /// The failure itself, when asking again will not do or would take too long.
    pub(super) async fn pause(
        &mut self,
        net: &Net,
        request: &Request<'_>,
        trouble: Trouble,
        advanced: bool,
    ) -> Result<(), Error> {
        let passing = match trouble {
            Trouble::Final(error) => return Err(error),
            Trouble::Passing(passing) => passing,
        };
        self.attempts += 1;
        // A drip brings bytes each time, and could go on for days.
        let advanced = advanced && !matches!(passing, Passing::Slow { .. });
        self.failures = if advanced { 1 } else { self.failures + 1 };
        let asked = passing.wait();
        if self.failures >= FAILURES || asked.is_some_and(|asked| asked > LONGEST_WAIT) {
            return Err(passing.into_error(request, self.attempts));
        }
        let wait = back_off(self.failures).max(asked.unwrap_or_default());
        tracing::debug!(source = request.source, ?wait, ?passing, "asking again");
        net.sleep(request.source, wait).await;
        Ok(())
    }
}

/// Doubles with each failure; between half and the whole of it, so that clients do not come back together.
fn back_off(failures: u32) -> Duration {
    let longest = FIRST_WAIT * 2_u32.saturating_pow(failures.saturating_sub(1));
    longest.mul_f64(fastrand::f64().mul_add(0.5, 0.5))
}
