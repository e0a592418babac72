//! What can go wrong in the lake, and what to do about it.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use datafusion::error::DataFusionError;
use deltalake_core::DeltaTableError;
use edulac_model::ErrorClass;
use parquet::errors::ParquetError;

use crate::mirror::MirrorProblem;

pub use crate::problem::{Contested, LayoutProblem, LocationProblem};
pub use crate::store_problem::StoreProblem;

/// Results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the lake.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text of a location cannot be used.
    #[error("location `{location}` cannot be used")]
    Location {
        /// As given.
        location: String,
        /// What is wrong with it.
        #[source]
        problem: LocationProblem,
    },
    /// A layout that the lake cannot write.
    #[error("table `{table}`: {problem}")]
    Layout {
        /// The table.
        table: String,
        /// What is wrong with it.
        problem: LayoutProblem,
    },
    /// The rows handed in lack a column of the layout.
    #[error("table `{table}`: column `{column}` is in its contract but no step makes it (there are: {})", available.join(", "))]
    MissingColumn {
        /// The table.
        table: String,
        /// The column of the contract.
        column: String,
        /// The columns that the rows have.
        available: Vec<String>,
    },
    /// A value that cannot be the name of a folder.
    #[error(
        "table `{table}`: `{value}` in partition column `{column}`; partition by a column of codes (letters, digits, `_`, `-`, `.`)"
    )]
    PartitionValue {
        /// The table.
        table: String,
        /// The partition column.
        column: String,
        /// The value.
        value: String,
    },
    /// The published table and the new contract disagree, and the contract's major version is the same.
    #[error("table `{table}`: {}; this breaks its readers: raise the major version of contract `{contract}` ({version})", changes.join(", "))]
    SchemaBreak {
        /// The table.
        table: String,
        /// The contract's id.
        contract: String,
        /// The contract's version, published and new alike in their major part.
        version: String,
        /// What changed, one phrase each.
        changes: Vec<String>,
    },
    /// Someone else committed or published since this run read the lake.
    #[error(
        "{what} was written by another run meanwhile; nothing of this run is published: run again"
    )]
    Conflict {
        /// The table or the release.
        what: Contested,
    },
    /// Another run holds the lake.
    #[error("another run is publishing to `{lake}`: wait for it to end, then run again")]
    Locked {
        /// The lake.
        lake: String,
    },
    /// No release bears this id.
    #[error("no release `{id}` in this lake; `latest` is {}", latest.as_deref().unwrap_or("none yet"))]
    UnknownRelease {
        /// As asked.
        id: String,
        /// The newest release.
        latest: Option<String>,
    },
    /// Only the last release can be taken back, and not the first.
    #[error("{}", nothing_to_withdraw(id, latest.as_deref(), *first))]
    NothingToWithdraw {
        /// As asked.
        id: String,
        /// The last release.
        latest: Option<String>,
        /// No release is before it to go back to.
        first: bool,
    },
    /// The files of a release were given up.
    #[error(
        "the files of release {id} are gone since {}: its manifest and its notes are left (`edulac release show {id}`), \
         its rows are not; name a release that `edulac release list` shows without `gone`",
        since.format("%Y-%m-%d")
    )]
    Gone {
        /// The release.
        id: String,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// A hold that is to end, and is not there.
    #[error("release {id} is not held")]
    NotHeld {
        /// The release.
        id: String,
    },
    /// The release or the lake has no such table.
    #[error("no table `{table}`; there are: {}", tables.join(", "))]
    UnknownTable {
        /// As asked.
        table: String,
        /// The tables that exist.
        tables: Vec<String>,
    },
    /// A file of the lake is not what its release says.
    #[error("`{path}` is damaged: its SHA-256 is {found}, the release log says {expected}")]
    Damaged {
        /// The file, below the lake.
        path: String,
        /// What the log says.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// Metadata of the lake that cannot be read.
    #[error("`{path}` cannot be read as metadata of a lake")]
    Metadata {
        /// The file, below the lake.
        path: String,
        /// Where it stumbles.
        #[source]
        source: serde_json::Error,
    },
    /// Metadata of a form that this version does not know.
    #[error("`{path}` is of form {found}, this edulac reads up to {known}: use a newer one")]
    Format {
        /// The file, below the lake.
        path: String,
        /// Its form.
        found: u32,
        /// The newest form that is known.
        known: u32,
    },
    /// The store failed.
    #[error("`{path}`: {source}")]
    Storage {
        /// The object, below the lake.
        path: String,
        /// Its reason.
        #[source]
        source: Box<StoreProblem>,
    },
    /// A lake cannot be mirrored; the mirror is as it was.
    #[error("`{lake}`: {problem}")]
    Mirror {
        /// The lake to copy.
        lake: String,
        /// Why.
        #[source]
        problem: MirrorProblem,
    },
    /// The disk failed.
    #[error("`{}`: the disk failed", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its reason.
        #[source]
        source: std::io::Error,
    },
    /// The Delta log failed.
    #[error("table `{table}`: its Delta log failed")]
    Delta {
        /// The table.
        table: String,
        /// Its reason.
        #[source]
        source: Box<DeltaTableError>,
    },
    /// The engine failed over the rows of a table.
    #[error("table `{table}`: its rows could not be computed")]
    Rows {
        /// The table.
        table: String,
        /// Its reason.
        #[source]
        source: Box<DataFusionError>,
    },
    /// A Parquet file could not be written or read.
    #[error("`{file}`: Parquet failed")]
    Parquet {
        /// The file.
        file: String,
        /// Its reason.
        #[source]
        source: Box<ParquetError>,
    },
    /// A geometry that is not WKB in lon, lat.
    #[error("table `{table}`: a geometry cannot be read")]
    Geometry {
        /// The table.
        table: String,
        /// Its reason.
        #[source]
        source: Box<edulac_geo::Error>,
    },
}

impl Error {
    /// What the error is about; decides the exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Location { .. }
            | Self::Layout { .. }
            | Self::MissingColumn { .. }
            | Self::SchemaBreak { .. }
            | Self::Format { .. }
            | Self::UnknownRelease { .. }
            | Self::Gone { .. }
            | Self::NotHeld { .. }
            | Self::NothingToWithdraw { .. }
            | Self::UnknownTable { .. } => ErrorClass::Config,
            Self::PartitionValue { .. } | Self::Geometry { .. } => ErrorClass::Data,
            Self::Rows { source, .. } => match edulac_geo::class_of(source) {
                // A file that is not there or cannot be read is no fault of the rows.
                ErrorClass::Infrastructure => ErrorClass::Infrastructure,
                _ => ErrorClass::Data,
            },
            Self::Conflict { .. } | Self::Locked { .. } => ErrorClass::Conflict,
            Self::Mirror { problem, .. } => problem.class(),
            Self::Damaged { .. }
            | Self::Metadata { .. }
            | Self::Storage { .. }
            | Self::Io { .. }
            | Self::Delta { .. }
            | Self::Parquet { .. } => ErrorClass::Infrastructure,
        }
    }

    /// Whether the same call may succeed later, unchanged.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Conflict { .. } | Self::Locked { .. } | Self::Delta { .. } => true,
            Self::Storage { source, .. } => source.retryable(),
            Self::Mirror { problem, .. } => problem.retryable(),
            _ => false,
        }
    }

    pub(crate) fn storage(path: impl ToString, source: object_store::Error) -> Self {
        Self::Storage {
            path: path.to_string(),
            source: Box::new(StoreProblem::of(source)),
        }
    }

    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }

    pub(crate) fn delta(table: &str, source: DeltaTableError) -> Self {
        if let DeltaTableError::ObjectStore { source } = source {
            return Self::storage(format!("open/{table}/_delta_log"), source);
        }
        Self::Delta {
            table: table.to_owned(),
            source: Box::new(source),
        }
    }

    pub(crate) fn rows(table: &str, source: impl Into<DataFusionError>) -> Self {
        Self::Rows {
            table: table.to_owned(),
            source: Box::new(source.into()),
        }
    }

    pub(crate) fn parquet(file: impl ToString, source: ParquetError) -> Self {
        Self::Parquet {
            file: file.to_string(),
            source: Box::new(source),
        }
    }

    pub(crate) fn metadata(path: impl ToString, source: serde_json::Error) -> Self {
        Self::Metadata {
            path: path.to_string(),
            source,
        }
    }
}

fn nothing_to_withdraw(id: &str, latest: Option<&str>, first: bool) -> String {
    match latest {
        Some(_) if first => {
            format!("no release before {id} is left to go back to: publish a correction")
        }
        Some(latest) => format!(
            "{id} is not the last release, which is {latest}: what came after it stands on it, so publish a correction"
        ),
        None => "there is no release to withdraw".to_owned(),
    }
}
