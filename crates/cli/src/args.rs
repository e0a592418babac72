//! What can be written after `edulac`.

mod establishments;
mod joining;
mod meaning;
mod releases;
mod sharing;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::accept::AcceptShrink;
use crate::commands::bench::{self, Size};
use crate::help;

pub(crate) use establishments::{Explain, LinkCommand, LinkReport, LinkReview};
pub(crate) use joining::Join;
pub(crate) use meaning::{Describe, Search};
pub(crate) use releases::{Diff, ReleaseHold, ReleaseVerify, Vacuum};
pub(crate) use sharing::{By, Export, Extracts, Mirror, Site};

/// French education data as a versioned, contract-checked GeoParquet lake.
#[derive(Debug, Parser)]
#[command(
    name = "edulac",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = help::SHORT,
    after_long_help = help::ABOUT
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The profile that needs neither network nor configuration.
pub(crate) const DEFAULT_PROFILE: &str = "sample";

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Profile: where and how to run. A name (`sample` is `config/sample.yaml`) or a path
    #[arg(
        long,
        global = true,
        value_name = "PROFILE",
        default_value = DEFAULT_PROFILE,
        env = "EDULAC_PROFILE"
    )]
    pub(crate) profile: String,

    /// Value of a variable of the profile, for this run; may be repeated
    #[arg(long = "set", global = true, value_name = "NAME=VALUE")]
    pub(crate) sets: Vec<String>,

    /// Folder of the project
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) root: PathBuf,

    /// Form of the results on stdout; `csv` is for `query`, `join`, `rejects` and `diff --table`
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Form of the logs on stderr
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,

    /// Log more: `-v` what the run does, `-vv` how
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,

    /// Print results and errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Draw no progress bars (none are drawn either when stderr is not a terminal)
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
}

/// Form of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON document; rows are one JSON object per line
    Json,
    /// Rows as CSV
    Csv,
}

/// Form of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object per line
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the profile, all pipelines and all contracts, and show everything that is wrong
    Validate,
    /// Show what a run would do and why, and do nothing
    Plan {
        /// Pipelines [default: all]
        pipelines: Vec<String>,
    },
    /// Run pipelines and publish a release
    #[command(after_help = help::SHORT, after_long_help = help::RUN)]
    Run(Run),
    /// Ask the sources what they have, without fetching it: new vintages, drifted or lost columns, what is gone, and
    /// the plan that would follow
    Watch {
        /// Pipelines [default: all]
        pipelines: Vec<String>,
    },
    /// Run the unit tests of pipelines, `<pipeline>.test.yaml`: rows given, rows expected
    Test {
        /// Pipelines [default: all]
        pipelines: Vec<String>,
    },
    /// List the tables of a release
    Tables(AtRelease),
    /// List the versions of a table
    History {
        /// Name of the table
        table: String,
    },
    /// Say what separates two releases, and why: in a few lines, or the rows of a table that make the one of the other
    #[command(after_help = help::SHORT, after_long_help = help::DIFF)]
    Diff(Diff),
    /// Look at releases
    #[command(subcommand)]
    Release(ReleaseCommand),
    /// Delete what no recent or held release needs any more; shows it and deletes nothing unless `--yes` is given
    #[command(after_help = help::SHORT, after_long_help = help::VACUUM)]
    Vacuum(Vacuum),
    /// Say what a table or a column means: grain, key, units, what null means, joins, notices, sources, values
    #[command(after_help = help::SHORT, after_long_help = help::DESCRIBE)]
    Describe(Describe),
    /// Look for words in tables, columns, values, notices, sources and questions; accents and case aside, with synonyms
    #[command(after_help = help::SHORT, after_long_help = help::SEARCH)]
    Search(Search),
    /// Ask the lake in SQL
    Query(Query),
    /// Write a table or the rows of a query as CSV, Excel, GeoJSON, GeoPackage, FlatGeobuf or GeoParquet
    #[command(after_help = help::SHORT, after_long_help = help::EXPORT)]
    Export(Export),
    /// Join tables of the lake and one's own files by what their columns identify, and tell what met and what did not
    #[command(after_help = help::SHORT, after_long_help = help::JOIN)]
    Join(Box<Join>),
    /// Write ready-made extracts for teachers and maps: a folder for each commune or académie, with its establishments as CSV and
    /// GeoJSON, and a notice in French
    Extracts(Extracts),
    /// Copy a lake, whole or some académies and tables of it: only what is missing, each file verified
    #[command(after_help = help::SHORT, after_long_help = help::MIRROR)]
    Mirror(Mirror),
    /// Tell the whole story of an establishment: sources, position, buildings, sites, indicators, rejects, changes
    #[command(after_help = help::SHORT, after_long_help = help::EXPLAIN)]
    Explain(Explain),
    /// Say what the columns of a table come from, by which steps; or which columns come from a source
    #[command(after_help = help::SHORT, after_long_help = help::LINEAGE)]
    Lineage {
        /// A table, a column of it, a source (`pipeline.source`) or a column of that
        #[arg(value_name = "TABLE[.COLUMN]|SOURCE[.COLUMN]")]
        of: String,
    },
    /// Look at the links between establishments and buildings
    #[command(subcommand)]
    Link(LinkCommand),
    /// Show the rows that a run refused, each with its place and the rule
    Rejects(Rejects),
    /// Look after data contracts
    #[command(subcommand)]
    Contract(ContractCommand),
    /// Write again what each release writes of itself for people and catalogues: dictionary, STAC, DCAT-AP, data package
    Catalogue,
    /// Make the static site of the newest release: its tables and how to open them, releases, quality, lineage, and a map of
    /// establishments; it opens from a folder or a bucket and asks nobody for anything
    #[command(after_help = help::SHORT, after_long_help = help::SITE)]
    Site(Site),
    /// Read Parquet files whole and tell what is otherwise than in the files of a lake: groups, compression, types, descriptions,
    /// geometry and boxes
    Check {
        /// Files, of a lake or not
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write the JSON Schemas that editors use into `config/schema/`
    Schema {
        /// Write nothing: fail when a file is not up to date
        #[arg(long)]
        check: bool,
    },
    /// Make the fictional sample, of any size: the île d'Exemple, for trials, tests and benchmarks
    #[command(after_help = help::SHORT, after_long_help = help::SAMPLE)]
    Sample(Sample),
    /// Measure the whole job on generated buildings, beside the limits of the machine
    Bench(Bench),
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Pipelines [default: all]
    pub(crate) pipelines: Vec<String>,
    /// Publish a table although a guard holds it; the reason is published with the release
    #[arg(long, value_name = "TABLE=REASON")]
    pub(crate) accept_shrink: Vec<AcceptShrink>,
    /// Read the archive only, with the network off
    #[arg(long)]
    pub(crate) frozen: bool,
    /// Of these pipelines, run those that are due by their `schedule`, and those that read their tables
    #[arg(long)]
    pub(crate) due: bool,
    /// After runs that failed: ask only the sources that were not extracted since then
    #[arg(long, conflicts_with = "frozen")]
    pub(crate) since_failure: bool,
    /// See to it that a past rentrée is there, from the sources or from their earlier extracts; refused when nothing has it
    #[arg(long, value_name = "RENTREE", conflicts_with = "due")]
    pub(crate) backfill: Option<String>,
    /// Publish for another territory or vintage than the last release
    #[arg(long)]
    pub(crate) new_scope: bool,
    /// Publish nothing: make this release (`latest`: the newest) again from the archive and compare it, byte for byte
    #[arg(
        long,
        value_name = "ID",
        requires = "frozen",
        conflicts_with_all = ["pipelines", "accept_shrink", "due", "backfill", "new_scope"]
    )]
    pub(crate) release: Option<String>,
}

/// Arguments of `sample`.
#[derive(Debug, Args)]
pub(crate) struct Sample {
    /// Folder to write to; files of the same names are replaced
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Edition: 1, or 2 for the same territory one year later
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) edition: u8,
    /// Establishments of edition 1
    #[arg(long, value_name = "N", default_value_t = 180)]
    pub(crate) establishments: u32,
    /// Buildings of edition 1: at least 60 for each establishment
    #[arg(long, value_name = "N", default_value_t = 12_000)]
    pub(crate) buildings: u64,
    /// Another seed makes another island
    #[arg(long, value_name = "N", default_value_t = 99)]
    pub(crate) seed: u64,
    /// The mix that links are judged on: poorer positions, fewer addresses and grounds
    #[arg(long)]
    pub(crate) trial: bool,
}

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Sizes, each as BUILDINGS/ESTABLISHMENTS
    #[arg(value_name = "SIZE", default_values = ["480000/700", "4800000/7000"])]
    pub(crate) sizes: Vec<Size>,
    /// Folder for the generated data, kept for the next time, and for the lakes, which are not
    #[arg(long, value_name = "DIR", default_value_os_t = bench::default_folder())]
    pub(crate) folder: PathBuf,
}

/// Choice of a release.
#[derive(Debug, Args)]
pub(crate) struct AtRelease {
    /// Id of the release, `2026-11-23.0` [default: the latest]
    #[arg(long, value_name = "ID")]
    pub(crate) release: Option<String>,
}

/// Arguments of `release`.
#[derive(Debug, Subcommand)]
pub(crate) enum ReleaseCommand {
    /// List the releases, oldest first
    List,
    /// Take the last release back: a new one follows it, with the tables as they were before, and says why
    Withdraw {
        /// Id of the release
        id: String,
        /// Why, for the readers of the lake
        #[arg(long, value_name = "REASON")]
        reason: String,
    },
    /// Print the skeleton of a data paper on a release, in French Markdown: what the lake knows is written, what a person must
    /// write is marked
    Paper {
        /// Id of the release [default: the latest]
        id: Option<String>,
    },
    /// Print the notes of a release, in French: what changed and why, contracts, guards, dates and licences of sources
    Notes {
        /// Id of the release [default: the latest]
        id: Option<String>,
    },
    /// Read everything that releases name and say what is missing, truncated or altered
    Verify(ReleaseVerify),
    /// Keep a release whatever its age: `edulac vacuum` leaves it alone
    Hold(ReleaseHold),
    /// Show what a release holds and what changed in it
    Show {
        /// Id of the release [default: the latest]
        id: Option<String>,
    },
}

/// Arguments of `query`.
#[derive(Debug, Args)]
pub(crate) struct Query {
    /// One query; the tables of the release bear their names
    pub(crate) sql: String,
    #[command(flatten)]
    pub(crate) at: AtRelease,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

/// Arguments of `rejects`.
#[derive(Debug, Args)]
pub(crate) struct Rejects {
    /// Id of the run [default: the last one]
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// Of this table only
    #[arg(long, value_name = "TABLE")]
    pub(crate) table: Option<String>,
    #[command(flatten)]
    pub(crate) limit: Limit,
}

/// How many rows to show.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Limit {
    /// Most rows to show; 0 shows all [default: 40 as text, else all]
    #[arg(long = "limit", value_name = "ROWS")]
    pub(crate) rows: Option<usize>,
}

/// Arguments of `contract`.
#[derive(Debug, Subcommand)]
pub(crate) enum ContractCommand {
    /// Check contracts and show everything that is wrong
    Lint {
        /// Files, or folders: the references between contracts of a folder are checked too
        /// [default: `data-contracts`]
        paths: Vec<PathBuf>,
    },
    /// Compare the contracts of the project with those of a release: what changes, what of it breaks readers, which reuses it
    /// concerns; fails when a change that breaks has no new major version
    Diff(AtRelease),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
