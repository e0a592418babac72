//! What can be written after `edulac join`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{AtRelease, Limit};

/// Arguments of `join`.
#[derive(Debug, Args)]
pub(crate) struct Join {
    /// Tables of the lake and files of one's own (CSV, XLSX), each with a choice of rows if need be:
    /// `ips:niveau=college,rentree=2022`. Rows are those of the first
    #[arg(required = true, value_name = "TABLE|FILE")]
    pub(crate) inputs: Vec<String>,
    /// Kinds of keys to join by (uai, rentree, commune, departement, academie…) [default: the key of each table]
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// Bring measures to a territory: commune, epci, bassin, departement, academie, region_academique or national
    #[arg(long, value_name = "TERRITORY")]
    pub(crate) level: Option<String>,
    /// Bring an input that has several rows for a key to one: counts are summed, means weighted
    #[arg(long, conflicts_with = "level")]
    pub(crate) aggregate: bool,
    /// Measures to aggregate [default: all that can be]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) measures: Vec<String>,
    /// Rows to keep
    #[arg(long, value_enum, default_value_t = Keep::First, conflicts_with = "level")]
    pub(crate) keep: Keep,
    /// What a column of one's own file is, where its content does not say it: COLUMN=uai (commune, session…),
    /// COLUMN=sum, COLUMN=mean:WEIGHT; may be repeated
    #[arg(long = "as", value_name = "COLUMN=KIND")]
    pub(crate) said: Vec<String>,
    /// Sheet of a workbook [default: the first with rows]
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// Join closed establishments to those that took over, as `etablissements_fermes` infers it
    #[arg(long)]
    pub(crate) follow_successors: bool,
    /// Do what a notice forbids; the output says so; may be repeated
    #[arg(long, value_name = "NOTICE")]
    pub(crate) despite: Vec<String>,
    /// File for the rows: .csv, .xlsx, .geojson, .gpkg, .fgb or .parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// File for the rows without match, each with the reason
    #[arg(long, value_name = "FILE", conflicts_with = "level")]
    pub(crate) unmatched: Option<PathBuf>,
    /// File for the match report, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) at: AtRelease,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

/// Rows to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keep {
    /// All of the first input, matched or not
    First,
    /// All of all inputs
    All,
    /// Those of the first that match every other
    Matched,
}

impl From<Keep> for edulac_join::Keep {
    fn from(keep: Keep) -> Self {
        match keep {
            Keep::First => Self::First,
            Keep::All => Self::All,
            Keep::Matched => Self::Matched,
        }
    }
}
