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
            Self::Plan(_) => ErrorClass::Bug,
        }
    }
}
