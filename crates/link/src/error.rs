//! The errors of this crate.

use datafusion::error::DataFusionError;
use edulac_model::ErrorClass;

/// What this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a step could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An input lacks a column that the step reads.
    #[error("{input} has no column `{column}`; it has {}: add it in a step before", available.join(", "))]
    MissingColumn {
        /// Which input, as "`communes`".
        input: String,
        /// The column.
        column: String,
        /// The columns it has.
        available: Vec<String>,
    },
    /// Levels are asked for, and nothing says where an area tells its own.
    #[error("`{within}` asks for levels {} but names no level column: add one", levels.join(", "))]
    NoLevelColumn {
        /// The name given in `within`.
        within: String,
        /// The levels asked for.
        levels: Vec<String>,
    },
    /// No area to locate points in: all were of another level, or had no geometry.
    #[error(
        "the areas of `{within}` hold no geometry{}: check `levels` and the source",
        at_levels(levels)
    )]
    NoAreas {
        /// The name given in `within`.
        within: String,
        /// The levels asked for; empty when all are.
        levels: Vec<String>,
    },
    /// A geometry that cannot be read.
    #[error("{input}, `{key}`: {source}")]
    Geometry {
        /// Which input.
        input: String,
        /// The row's key.
        key: String,
        /// Why.
        source: edulac_geo::Error,
    },
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

impl Error {
    /// What the error is about.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::MissingColumn { .. } | Self::NoLevelColumn { .. } | Self::NoAreas { .. } => {
                ErrorClass::Config
            }
            Self::Geometry { .. } => ErrorClass::Data,
            Self::Engine(error) => edulac_geo::class_of(error),
        }
    }
}

fn at_levels(levels: &[String]) -> String {
    if levels.is_empty() {
        String::new()
    } else {
        format!(" at level {}", levels.join(", "))
    }
}

impl From<arrow::error::ArrowError> for Error {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::Engine(error.into())
    }
}
