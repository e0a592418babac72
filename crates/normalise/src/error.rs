//! What can go wrong while a step is planned; values that cannot be read are problems on their rows, not errors.

use edulac_model::ErrorClass;

/// An error of planning a `normalise` step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The step names a column that its input does not have.
    #[error("column `{column}` is not in the input")]
    UnknownColumn {
        /// The column named by the step.
        column: String,
        /// The columns of the input.
        known: Vec<String>,
        /// Where the step names it, as a pointer below the step (`/codes/uai`).
        pointer: String,
    },
    /// A movement of communes that cannot be followed: all codes that it concerns would be wrong.
    #[error("the movement `{before}` → `{after}` ({}, kind {}) cannot be followed: a day and a kind of INSEE (10 to 71) are needed", day.as_deref().unwrap_or("no day"), number.map_or("none".to_owned(), |number| number.to_string()))]
    Movement {
        /// The code before.
        before: String,
        /// The code after.
        after: String,
        /// Its kind, as written.
        number: Option<i64>,
        /// Its day, when it is known.
        day: Option<String>,
    },
    /// The engine refused the plan: our bug, since the columns were checked before.
    #[error(transparent)]
    Plan(#[from] datafusion::error::DataFusionError),
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::UnknownColumn { .. } => ErrorClass::Config,
            Self::Movement { .. } => ErrorClass::Data,
            Self::Plan(_) => ErrorClass::Bug,
        }
    }
}
