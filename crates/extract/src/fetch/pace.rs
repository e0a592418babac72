//! How fast a body comes: a server that sends a byte now and then is never idle, and would hold a run for days.

use std::time::Duration;

use tokio::time::Instant;

use crate::settings::SLOWEST;

/// Counts the bytes of one span of time after the other.
#[derive(Debug)]
pub(super) struct Pace {
    /// The length of a span.
    pub(super) patience: Duration,
    since: Instant,
    bytes: u64,
}

impl Pace {
    pub(super) fn new(patience: Duration, now: Instant) -> Self {
        Self {
            patience,
            since: now,
            bytes: 0,
        }
    }

    /// Whether next to nothing came since the span began.
    pub(super) fn stands_still(&mut self, bytes: usize, now: Instant) -> bool {
        self.bytes += bytes as u64;
        if now.duration_since(self.since) < self.patience {
            return false;
        }
        let slow = self.bytes < SLOWEST * self.patience.as_secs();
        *self = Self::new(self.patience, now);
        slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a body of this many bytes every second for ten minutes is given up.
    fn is_given_up(bytes: usize) -> bool {
        let start = Instant::now();
        let mut pace = Pace::new(Duration::from_secs(120), start);
        (1..600).any(|second| pace.stands_still(bytes, start + Duration::from_secs(second)))
    }

    #[test]
    fn a_drip_is_given_up_and_a_slow_line_is_not() {
        assert!(is_given_up(0));
        assert!(is_given_up(1));
        assert!(is_given_up(255));
        assert!(!is_given_up(256));
    }

    #[test]
    fn a_burst_does_not_pay_for_the_silence_after_it() {
        let start = Instant::now();
        let mut pace = Pace::new(Duration::from_secs(1), start);
        assert!(!pace.stands_still(1 << 20, start));
        assert!(!pace.stands_still(1, start + Duration::from_secs(1)));
        assert!(pace.stands_still(1, start + Duration::from_secs(2)));
    }
}
