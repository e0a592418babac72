//! Arguments of what takes data out of a lake.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use edulac_engine::Territory;

use super::AtRelease;

/// Arguments of `mirror`.
#[derive(Debug, Args)]
pub(crate) struct Mirror {
    /// The lake to copy: a folder, `s3://`, `az://`, `gs://`, or `https://` for plain files on a web server
    pub(crate) source: String,
    /// The copy: a folder, `s3://`, `az://` or `gs://`; empty, or a mirror of the same lake
    #[arg(value_name = "DEST")]
    pub(crate) mirror: String,
    /// Codes of the académies to copy [default: all]
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) academies: Vec<String>,
    /// Tables to copy [default: all]
    #[arg(long, value_name = "TABLES", value_delimiter = ',')]
    pub(crate) tables: Vec<String>,
    /// Id of the release to copy, `2026-11-23.0` [default: the latest]
    #[arg(long, value_name = "ID")]
    pub(crate) release: Option<String>,
    /// Profile whose `storage:` reaches SOURCE [default: that of `--profile`]
    #[arg(long, value_name = "PROFILE")]
    pub(crate) source_profile: Option<String>,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Name of a table, or one query
    #[arg(value_name = "TABLE|SQL")]
    pub(crate) what: String,
    /// File to write, .csv, .xlsx, .geojson, .gpkg, .fgb or .parquet; one of that name is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) at: AtRelease,
    /// The geometry that maps show, where there are several [default: `geometry`, else the first]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) geometry: Option<String>,
    /// Begin a CSV with the mark by which Excel knows that it is UTF-8
    #[arg(long)]
    pub(crate) bom: bool,
}

/// Arguments of `site`.
#[derive(Debug, Args)]
pub(crate) struct Site {
    /// Folder to write to: a new or empty one, or that of an earlier site [default: `site/` in the lake]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// Arguments of `extracts`.
#[derive(Debug, Args)]
pub(crate) struct Extracts {
    /// What each folder is of
    #[arg(long, value_enum)]
    pub(crate) by: By,
    /// Folder to write to [default: `extraits/communes` or `extraits/academies`]
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
    /// Codes of the communes or académies to write [default: all]
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) at: AtRelease,
}

/// A territory to cut extracts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// The commune of the directory
    Commune,
    /// The académie of the directory
    Academie,
}

impl By {
    /// In the words of the engine.
    pub(crate) const fn territory(self) -> Territory {
        match self {
            Self::Commune => Territory::Commune,
            Self::Academie => Territory::Academie,
        }
    }
}
