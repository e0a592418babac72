//! Arguments of the commands that compare releases and look after them.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

/// Two releases: `A..B`, `A..` up to the newest, `..B` from the one that B follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((from, to)) = text.split_once("..") else {
            return Err("write it as `A..B`, two ids of `edulac release list`".to_owned());
        };
        let id = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Self {
            from: id(from),
            to: id(to),
        })
    }
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// Two releases, `A..B`; `A..` is up to the newest, `..B` from the one that B follows
    /// [default: `..`, the newest and the one it follows]
    #[arg(value_name = "A..B")]
    pub(crate) range: Option<Range>,
    /// Of this table only
    #[arg(long, value_name = "TABLE")]
    pub(crate) table: Option<String>,
    /// Write the rows that differ to a file, `.parquet` or `.csv`
    #[arg(long, value_name = "FILE", requires = "table")]
    pub(crate) to: Option<PathBuf>,
}

/// Arguments of `release verify`.
#[derive(Debug, Args)]
pub(crate) struct ReleaseVerify {
    /// Id of the release [default: the latest]
    pub(crate) id: Option<String>,
    /// All releases whose files are there
    #[arg(long, conflicts_with = "id")]
    pub(crate) all: bool,
}

/// Arguments of `release hold`.
#[derive(Debug, Args)]
pub(crate) struct ReleaseHold {
    /// Id of the release
    pub(crate) id: String,
    /// Why, for those who look after the lake
    #[arg(long, value_name = "REASON", required_unless_present = "undo")]
    pub(crate) reason: Option<String>,
    /// Let go of it again
    #[arg(long, conflicts_with = "reason")]
    pub(crate) undo: bool,
}

/// Arguments of `vacuum`.
#[derive(Debug, Args)]
pub(crate) struct Vacuum {
    /// Releases to keep, the newest that were not withdrawn; held ones are kept besides
    #[arg(long, value_name = "N", default_value_t = edulac_engine::KEPT_RELEASES, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep: u32,
    /// Delete it
    #[arg(long)]
    pub(crate) yes: bool,
}
