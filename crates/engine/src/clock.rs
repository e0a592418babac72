//! The time of a run.

use chrono::{DateTime, Utc};

use crate::error::{Error, Result};

/// Names the moment that a run believes to be in, for rehearsals: `2026-11-02T06:00:00Z`.
pub const NOW: &str = "EDULAC_NOW";

/// Now, and an error where a rehearsal names no moment.
pub(crate) fn checked() -> Result<DateTime<Utc>> {
    match std::env::var(NOW) {
        Ok(text) if DateTime::parse_from_rfc3339(&text).is_err() => Err(Error::Clock { text }),
        _ => Ok(now()),
    }
}

/// Now: that of the system, unless a rehearsal says another.
pub(crate) fn now() -> DateTime<Utc> {
    let rehearsed = std::env::var(NOW).ok();
    let rehearsed = rehearsed.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
    rehearsed.map_or_else(Utc::now, |moment| moment.with_timezone(&Utc))
}
