//! What can go wrong while a step is planned; values that cannot be read are problems on their rows, not errors.

use edulac_model::ErrorClass;

/// An error of planning a `normalise` step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The step names a column that its input does not have.
    #[error("column `{column}` is not in the input{}", suggestion(.suggestion))]
    UnknownColumn {
        /// The column named by the step.
        column: String,
        /// The nearest column that exists.
        suggestion: Option<String>,
        /// Where the step names it, as a pointer below the step (`/codes/uai`).
        pointer: String,
    },
    /// The engine refused the plan: our bug, since the columns were checked before.
    #[error(transparent)]
    Plan(#[from] datafusion::error::DataFusionError),
}

fn suggestion(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

impl Error {
    /// Whose fault it is.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::UnknownColumn { .. } => ErrorClass::Config,
            Self::Plan(_) => ErrorClass::Bug,
        }
    }
}
