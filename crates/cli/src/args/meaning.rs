//! Arguments of what tells the meaning of data.

use clap::Args;

use super::AtRelease;

/// Arguments of `describe`.
#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// Name of a table, or of a column of it
    #[arg(value_name = "TABLE[.COLUMN]")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) at: AtRelease,
}

/// Arguments of `search`.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Words, in any order
    #[arg(required = true, value_name = "WORDS")]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) at: AtRelease,
    /// Most results to show; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub(crate) limit: usize,
}
