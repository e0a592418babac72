//! Why a table is not made again as it was.

use std::fmt;

use edulac_extract::{BodyFault, ExtractId};
use serde::Serialize;

use crate::fingerprint::Cause;

/// A reason, as far as can be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// No release of this lake tells what the run read.
    NoRun {
        /// The run.
        run: String,
    },
    /// No pipeline of the project makes the table any more.
    NoPipeline,
    /// The body of an extract is not in the archive any more.
    ExtractGone {
        /// `pipeline.source`.
        source: String,
        /// The extract.
        extract: ExtractId,
    },
    /// The body of an extract has other bytes than its receipt says.
    ExtractAltered {
        /// `pipeline.source`.
        source: String,
        /// The extract.
        extract: ExtractId,
    },
    /// It is made from a source that the run did not read.
    NewSource {
        /// `pipeline.source`.
        source: String,
    },
    /// It is made from a table that was not there.
    NewTable {
        /// The table.
        table: String,
    },
    /// It is made from a table of an earlier release whose files are gone or damaged.
    Damaged {
        /// The release.
        release: String,
        /// The table.
        table: String,
    },
    /// It is made from a table that cannot be made again.
    NotMade {
        /// The table.
        table: String,
    },
    /// A source gives other records than it gave.
    Source {
        /// `pipeline.source`.
        source: String,
    },
    /// A table that it is made from came out otherwise.
    Table {
        /// The table.
        table: String,
    },
    /// Other steps or options.
    Method,
    /// Another contract.
    Contract,
    /// The same in all that is known of it.
    Program,
}

impl Why {
    /// What is wrong with the body of an extract.
    pub(super) fn of_body(fault: BodyFault, source: &str, extract: &ExtractId) -> Self {
        let (source, extract) = (source.to_owned(), extract.clone());
        match fault {
            BodyFault::Gone => Self::ExtractGone { source, extract },
            BodyFault::Altered => Self::ExtractAltered { source, extract },
        }
    }
}

impl From<Cause> for Why {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Source { source } => Self::Source { source },
            Cause::Table { table } => Self::Table { table },
            Cause::Contract => Self::Contract,
            // What a release says of a table that cannot be read is of another time.
            Cause::Method | Cause::New => Self::Method,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRun { run } if run.is_empty() => {
                f.write_str("the release does not say which run made it")
            }
            Self::NoRun { run } => write!(f, "no release of this lake tells what run {run} read"),
            Self::NoPipeline => f.write_str("no pipeline of the project makes it any more"),
            Self::ExtractGone { source, extract } => {
                write!(
                    f,
                    "extract {extract} of `{source}` is gone from the archive"
                )
            }
            Self::ExtractAltered { source, extract } => write!(
                f,
                "extract {extract} of `{source}` has other bytes in the archive than its receipt says"
            ),
            Self::NewSource { source } => {
                write!(
                    f,
                    "it is now made from `{source}`, which the run did not read"
                )
            }
            Self::NewTable { table } => {
                write!(f, "it is now made from `{table}`, which was not there")
            }
            Self::Damaged { release, table } => write!(
                f,
                "it is made from `{table}` of release {release}, whose files are gone or damaged"
            ),
            Self::NotMade { table } => {
                write!(f, "it is made from `{table}`, which cannot be made again")
            }
            Self::Source { source } => write!(
                f,
                "`{source}` gives other records: it is read otherwise now, or an earlier extract of it is gone"
            ),
            Self::Table { table } => {
                write!(f, "`{table}`, which it is made from, came out otherwise")
            }
            Self::Method => f.write_str("its steps or options changed since"),
            Self::Contract => f.write_str("its contract changed since"),
            Self::Program => f.write_str(
                "sources, steps and contract are the same: another version of edulac made it",
            ),
        }
    }
}
