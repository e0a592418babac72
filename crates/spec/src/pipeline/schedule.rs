//! How often a pipeline is worth running.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often a pipeline is worth running, and how old its sources may be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// How often its sources are asked: `edulac run --due` runs it when its last run is that old.
    pub cadence: Cadence,
    /// Age in days after which its sources are reported as stale, where they do not say themselves.
    #[serde(default)]
    pub freshness_days: Option<u32>,
}

/// How often sources are asked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every year.
    Yearly,
}

impl Cadence {
    /// Hours after the start of the last run from which the next one is due. A little less than the whole, so that a
    /// scheduler that is some minutes early, or a shorter month, does not miss a turn.
    #[must_use]
    pub fn due_after_hours(self) -> i64 {
        match self {
            Self::Daily => 20,
            Self::Weekly => 6 * 24 + 12,
            Self::Monthly => 27 * 24 + 12,
            Self::Quarterly => 89 * 24,
            Self::Yearly => 364 * 24,
        }
    }

    /// Its name, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
