//! What can be written after `edulac explain` and `edulac link`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::AtRelease;
use crate::help;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The establishment; lower case and spaces are fine
    pub(crate) uai: String,
    #[command(flatten)]
    pub(crate) at: AtRelease,
    /// Releases to compare for what changed, from that one back; 0 compares all
    #[arg(long, value_name = "RELEASES", default_value_t = 12)]
    pub(crate) look_back: usize,
}

/// Arguments of `link`.
#[derive(Debug, Subcommand)]
pub(crate) enum LinkCommand {
    /// Tell how many establishments have their buildings, by what evidence, and how sure that is
    #[command(after_help = help::SHORT, after_long_help = help::LINK_REPORT)]
    Report(LinkReport),
    /// Draw a sample of links to look at, or read back what was seen
    #[command(after_help = help::SHORT, after_long_help = help::LINK_REVIEW)]
    Review(LinkReview),
}

/// Arguments of `link report`.
#[derive(Debug, Args)]
pub(crate) struct LinkReport {
    #[command(flatten)]
    pub(crate) at: AtRelease,
    /// True links, as CSV: `uai,rnb_id`; `positions.csv` beside it (`uai,rattachable`) says which establishments can be
    /// linked, `sites.csv` (`uai,site`) and `groupes.csv` (`uai,groupe,type`) which belong together
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
}

/// Arguments of `link review`.
#[derive(Debug, Args)]
pub(crate) struct LinkReview {
    #[command(flatten)]
    pub(crate) at: AtRelease,
    /// Folder for the sample: a page to label it on, the same as CSV, and a GeoJSON
    #[arg(long, value_name = "DIR", required_unless_present = "labels")]
    pub(crate) out: Option<PathBuf>,
    /// Links to draw; each stratum has a few in any case
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub(crate) size: u64,
    /// What chance starts from [default: the id of the release]
    #[arg(long, value_name = "SEED")]
    pub(crate) seed: Option<String>,
    /// Labels to read back: the CSV of a sample, its column `verdict` filled
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "size", "seed"])]
    pub(crate) labels: Option<PathBuf>,
}
