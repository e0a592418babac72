//! What can go wrong while a site is made.

use edulac_geo::wkb::WkbError;
use edulac_model::ErrorClass;

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A site cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The release cannot be opened or asked.
    #[error(transparent)]
    Engine(#[from] edulac_engine::Error),
    /// The lake cannot be read.
    #[error(transparent)]
    Lake(#[from] edulac_lake::Error),
    /// A geometry of a table cannot be read.
    #[error(
        "table `{table}` has a geometry that is not WKB: look at it with `edulac release verify`"
    )]
    Geometry {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        source: WkbError,
    },
    /// A column is not of the type that its contract promises.
    #[error(
        "column `{column}` of `{table}` is not of the type of its contract: look at it with `edulac release verify`"
    )]
    Column {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
}

impl Error {
    /// Whose fault it is; decides the exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Engine(error) => error.class(),
            Self::Lake(error) => error.class(),
            Self::Geometry { .. } | Self::Column { .. } => ErrorClass::Data,
        }
    }
}
