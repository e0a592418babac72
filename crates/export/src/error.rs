//! What keeps rows from being exported.

use std::path::{Path, PathBuf};

use arrow::error::ArrowError;
use edulac_model::ErrorClass;

/// Results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of an export. No file is left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No format has that extension.
    #[error(
        "`{}`: the extension says the format; use .csv, .xlsx, .geojson, .gpkg, .fgb or .parquet",
        path.display()
    )]
    Extension {
        /// The file.
        path: PathBuf,
    },
    /// A format of maps without a geometry.
    #[error(
        "the rows have no geometry, which this format is made for (columns: {}): add one to the query, or write .csv or \
         .xlsx",
        columns.join(", ")
    )]
    NoGeometry {
        /// The columns.
        columns: Vec<String>,
    },
    /// The geometry named is none.
    #[error("`{column}` is no column of geometries; there are: {}", known.join(", "))]
    UnknownGeometry {
        /// As asked.
        column: String,
        /// Those that are.
        known: Vec<String>,
    },
    /// A row without geometry in a format that cannot hold it.
    #[error(
        "row {row} has no geometry, which FlatGeobuf cannot index: leave such rows out (`where {column} is not null`), or \
         write .geojson or .gpkg"
    )]
    NullGeometry {
        /// From 1.
        row: u64,
        /// The column.
        column: String,
    },
    /// More rows than a sheet holds.
    #[error(
        "more rows than the {most} that a sheet holds: choose some of them (`where`), or write .csv or .parquet"
    )]
    TooManyRows {
        /// What a sheet holds below its titles.
        most: u32,
    },
    /// A text longer than a cell holds.
    #[error(
        "row {row}, column `{column}`: its text is longer than the 32,767 characters that a cell holds: leave the column out \
         (of a geometry take `st_x` and `st_y` of its `st_pointonsurface`), or write .csv or .gpkg"
    )]
    TooLong {
        /// From 1.
        row: u64,
        /// The column.
        column: String,
    },
    /// Bytes that are no geometry.
    #[error("row {row}, column `{column}`: not a geometry ({source})")]
    Geometry {
        /// From 1.
        row: u64,
        /// The column.
        column: String,
        /// Why.
        source: edulac_geo::wkb::WkbError,
    },
    /// Rows that cannot be brought to the columns of a file.
    #[error("the rows cannot be written: {0}")]
    Rows(#[from] ArrowError),
    /// A library of a format refuses.
    #[error("the format refuses the rows: {said}")]
    Refused {
        /// What it says.
        said: String,
    },
    /// The disk failed.
    #[error("`{}` cannot be written ({source}): check the folder, its permissions and the disk", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Error {
    /// Whose fault it is; decides the exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                ErrorClass::Config
            }
            Self::Io { .. } => ErrorClass::Infrastructure,
            Self::Rows(_) | Self::Refused { .. } => ErrorClass::Bug,
            Self::Geometry { .. } => ErrorClass::Data,
            _ => ErrorClass::Config,
        }
    }

    pub(crate) fn io(path: &Path) -> impl Fn(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io {
            path: path.clone(),
            source,
        }
    }

    pub(crate) fn refused(said: impl ToString) -> Self {
        Self::Refused {
            said: said.to_string(),
        }
    }
}
