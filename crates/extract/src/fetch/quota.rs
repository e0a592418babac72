//! What servers say about their quotas, in all the forms seen.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::refusal::Refusal;

/// From here on a number is a time since 1970 and not a number of seconds from now.
const FIRST_EPOCH: i64 = 1_000_000_000;
/// From here on it counts milliseconds.
const FIRST_EPOCH_MS: i64 = 1_000_000_000_000;

/// When a server takes requests again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closed {
    /// Calls allowed in the period; null when it is not said.
    pub(super) limit: Option<u64>,
    /// When the period ends; null when it is not said.
    pub(super) reset: Option<DateTime<Utc>>,
}

impl Closed {
    /// `Retry-After` speaks of this request and comes first; then the body, then `X-RateLimit-Reset` (Opendatasoft:
    /// a date, an epoch in its documentation) and `RateLimit-Reset` (seconds from now).
    pub(super) fn read(headers: &HeaderMap, refusal: &Refusal, now: DateTime<Utc>) -> Self {
        let header = |name: &str| headers.get(name)?.to_str().ok();
        let reset = retry_after(headers, now)
            .and_then(|wait| now.checked_add_signed(chrono::Duration::from_std(wait).ok()?))
            .or_else(|| moment(refusal.reset.as_deref()?, now))
            .or_else(|| moment(header("x-ratelimit-reset")?, now))
            .or_else(|| moment(header("ratelimit-reset")?, now));
        let limit = refusal.limit.or_else(|| {
            let limit = header("x-ratelimit-limit").or_else(|| header("ratelimit-limit"))?;
            limit.split([',', ';']).next()?.trim().parse().ok()
        });
        Self { limit, reset }
    }
}

/// How long `Retry-After` asks to wait; null when it says nothing that can be read.
pub(super) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    Some(until(moment(text, now)?, now))
}

/// How long it is until then; nothing when it is past.
pub(super) fn until(then: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (then - now).to_std().unwrap_or_default()
}

/// A date in one of its forms, seconds or milliseconds since 1970, or seconds from now.
fn moment(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return match number {
            FIRST_EPOCH_MS.. => DateTime::from_timestamp_millis(number),
            FIRST_EPOCH.. => DateTime::from_timestamp(number, 0),
            _ => now.checked_add_signed(chrono::Duration::try_seconds(number)?),
        };
    }
    let date = text.parse().or_else(|_| DateTime::parse_from_rfc2822(text));
    date.ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_is_read_in_every_form() {
        let now = "2024-07-02T23:59:30Z".parse().unwrap();
        for text in [
            "2024-07-03 00:00:00+00:00",
            "2024-07-03T00:00:00Z",
            "2024-07-03T02:00:00+02:00",
            "Wed, 03 Jul 2024 00:00:00 GMT",
            "1719964800",
            "1719964800000",
            "30",
            " 30 ",
        ] {
            let then = moment(text, now).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(then.to_rfc3339(), "2024-07-03T00:00:00+00:00", "{text}");
        }
        for text in ["", "tomorrow", "99999999999999999999"] {
            assert_eq!(moment(text, now), None, "{text}");
        }
    }
}
