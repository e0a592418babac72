//! Guards: what holds a table back although its rows are good. A held table keeps its last version.

use std::fmt;

use arrow::datatypes::Schema;
use edulac_contract::Checks;
use edulac_model::ErrorClass;

/// Why a table is held. Displayed with its numbers and the exact remedy.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// It would lose more rows than its contract allows.
    Rows {
        /// The table.
        table: String,
        /// Rows of its last version.
        previous: u64,
        /// Rows that it would have.
        new: u64,
        /// Largest loss allowed, in percent.
        max_percent: f64,
    },
    /// It would lose columns.
    Columns {
        /// The table.
        table: String,
        /// Columns of its last version that the new one lacks, in order.
        columns: Vec<String>,
    },
    /// Too many of its rows were rejected.
    Rejects {
        /// The table.
        table: String,
        /// Rows read.
        read: u64,
        /// Rows rejected.
        rejected: u64,
        /// Largest share allowed, in percent.
        max_percent: f64,
    },
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.fact())?;
        match self {
            Self::Rows { table, .. } => write!(
                f,
                "look at what is gone, then publish with `--accept-shrink {table}=\"reason\"`"
            ),
            Self::Columns { table, .. } => write!(
                f,
                "put back what is gone, or give its contract a new major version and publish with `--accept-shrink \
                 {table}=\"reason\"`"
            ),
            Self::Rejects { .. } => f.write_str(
                "read them with `edulac rejects`, then mend the source or the steps, or raise `rejectMaxPercent` in \
                 the contract",
            ),
        }
    }
}

impl Held {
    /// What was found and what is allowed, without the remedy.
    #[must_use]
    pub fn fact(&self) -> String {
        match self {
            Self::Rows {
                table,
                previous,
                new,
                max_percent,
            } => format!(
                "the table `{table}` would go from {previous} rows to {new}, a loss of {:.1} % where its contract \
                 allows {max_percent} %",
                percent(previous - new, *previous)
            ),
            Self::Columns { table, columns } => {
                format!("the table `{table}` would lose {}", names(columns))
            }
            Self::Rejects {
                table,
                read,
                rejected,
                max_percent,
            } => format!(
                "{rejected} of the {read} rows of the table `{table}` are rejected, {:.1} % where its contract allows \
                 {max_percent} %",
                percent(*rejected, *read)
            ),
        }
    }

    /// A guard refuses to publish.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        ErrorClass::Refused
    }

    /// The table that is held.
    #[must_use]
    pub fn table(&self) -> &str {
        match self {
            Self::Rows { table, .. }
            | Self::Columns { table, .. }
            | Self::Rejects { table, .. } => table,
        }
    }

    /// Whether `--accept-shrink` lets it pass.
    #[must_use]
    pub const fn can_be_accepted(&self) -> bool {
        !matches!(self, Self::Rejects { .. })
    }
}

/// Holds a table that loses more rows than its contract allows. There is nothing to hold on a first version.
#[must_use]
pub fn shrink(checks: &Checks, previous: u64, new: u64) -> Option<Held> {
    let max_percent = checks.guard.max_percent;
    let lost = previous.saturating_sub(new);
    (percent(lost, previous) > max_percent).then(|| Held::Rows {
        table: checks.table.clone(),
        previous,
        new,
        max_percent,
    })
}

/// Holds a table that loses columns of its last version.
#[must_use]
pub fn lost_columns(checks: &Checks, previous: &Schema) -> Option<Held> {
    let kept = |name: &str| checks.columns.iter().any(|column| column.name == name);
    let lost = previous
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .filter(|name| !kept(name));
    let columns: Vec<String> = lost.collect();
    (!columns.is_empty()).then(|| Held::Columns {
        table: checks.table.clone(),
        columns,
    })
}

/// Holds a table when the share of its rows that were rejected is above its contract's.
#[must_use]
pub fn too_many_rejects(checks: &Checks, read: u64, rejected: u64) -> Option<Held> {
    let max_percent = checks.reject_max_percent;
    (percent(rejected, read) > max_percent).then(|| Held::Rejects {
        table: checks.table.clone(),
        read,
        rejected,
        max_percent,
    })
}

/// `part` in percent of `whole`; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
pub(crate) fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 * 100.0 / whole as f64
    }
}

fn names(columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
    match &names[..] {
        [only] => format!("its column {only}"),
        names => format!("its columns {}", names.join(", ")),
    }
}
