//! What can go wrong in a run, whichever crate found it.

use std::path::PathBuf;

use datafusion::error::DataFusionError;
use edulac_model::{CodeError, ErrorClass, Fault, Uai};
use edulac_spec::Pipeline;
use edulac_yaml::Diagnostic;

use crate::fault::innermost;

/// What this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of a run, a plan or a query.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Findings at places of the project's files that only the data could show, as a column that a source lacks.
    #[error("{}", headline(.0))]
    Files(Vec<Diagnostic>),
    /// A source could not be extracted.
    #[error(transparent)]
    Extract(#[from] Box<edulac_extract::Error>),
    /// A step could not be computed.
    #[error("step `{step}` of pipeline `{pipeline}` could not be computed")]
    Step {
        /// The pipeline.
        pipeline: String,
        /// The step.
        step: String,
        /// Why.
        #[source]
        source: Box<StepError>,
    },
    /// The rows of a table could not be checked.
    #[error(transparent)]
    Validate(#[from] edulac_validate::Error),
    /// The lake failed or refused.
    #[error(transparent)]
    Lake(#[from] Box<edulac_lake::Error>),
    /// A secret of the profile or of a source cannot be had.
    #[error(transparent)]
    Secret(#[from] edulac_spec::Error),
    /// No pipeline of that name.
    #[error("no pipeline `{name}` in this project; there are: {}", known.join(", "))]
    UnknownPipeline {
        /// As asked.
        name: String,
        /// The pipelines of the project.
        known: Vec<String>,
    },
    /// A table of the lake is read that is neither in the lake nor made by a pipeline of this run.
    #[error(
        "source `{source_name}` of pipeline `{pipeline}` reads the table `{table}`, which is not in the lake yet: run \
         the pipeline that makes it, or all of them"
    )]
    TableNotThere {
        /// The pipeline.
        pipeline: String,
        /// The source.
        source_name: String,
        /// The table.
        table: String,
    },
    /// What the release covers would change.
    #[error(
        "the run covers something else than the last release: {}; publish with `--new-scope` if that is meant",
        changes.join("; ")
    )]
    Scope {
        /// What changed, one phrase each.
        changes: Vec<String>,
    },
    /// `--accept-shrink` names a table that the run does not make.
    #[error("`--accept-shrink {table}=…`: no pipeline of this run makes the table `{table}`")]
    UnknownShrink {
        /// As asked.
        table: String,
    },
    /// Rows that came in and are nowhere.
    #[error("the accounts of the run do not balance, so nothing is published:\n{}", .0.join("\n"))]
    Accounting(Vec<String>),
    /// The archive is not a folder.
    #[error(
        "the archive `{location}` is not a folder: extracts, rejects and accounts are kept on a disk"
    )]
    ArchiveLocation {
        /// As the profile says.
        location: String,
    },
    /// No run of that id.
    #[error("no run `{run}` in the archive; the last one is {last}")]
    UnknownRun {
        /// As asked.
        run: String,
        /// The newest run.
        last: String,
    },
    /// A rehearsal that names no moment.
    #[error("`EDULAC_NOW={text}` is no moment: write it as `2026-11-02T06:00:00Z`")]
    Clock {
        /// As written.
        text: String,
    },
    /// A rentrée that is asked for and that nothing has.
    #[error("this rentrée cannot be had:\n{}", refused.join("\n"))]
    Backfill {
        /// A sentence for each pipeline.
        refused: Vec<String>,
    },
    /// Nothing ran yet.
    #[error("no run is recorded in the archive `{}` yet: use `edulac run` first", archive.display())]
    NoRun {
        /// The archive.
        archive: PathBuf,
    },
    /// The run made no table of that name.
    #[error("run {run} has no table `{table}`; there are: {}", known.join(", "))]
    UnknownTable {
        /// As asked.
        table: String,
        /// The run.
        run: String,
        /// The tables of the run.
        known: Vec<String>,
    },
    /// The release has no such column.
    #[error("release {release} has no column `{column}` in a table `{table}`")]
    NoColumn {
        /// The table, as asked.
        table: String,
        /// The column, as asked.
        column: String,
        /// The release.
        release: String,
    },
    /// Nothing was ever published.
    #[error("nothing was ever published to `{lake}`: use `edulac run` first")]
    EmptyLake {
        /// The lake.
        lake: String,
    },
    /// A release that follows none, and is to be compared with the one before it.
    #[error("{release} is the first release: name another one to compare it with, `A..{release}`")]
    FirstRelease {
        /// The release.
        release: String,
    },
    /// A file that people give, labels or a truth, cannot be read.
    #[error("`{}` cannot be read ({source}): check the path, and that it is saved as CSV in UTF-8", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A release without links between establishments and buildings.
    #[error(
        "release {release} has no table `etablissements_batiments`: run the pipeline that makes it, or name a release that has it"
    )]
    NoLinks {
        /// The release.
        release: String,
    },
    /// A release without establishments, or without the territory that they are asked by.
    #[error(
        "release {release} has no table `etablissements` with the column asked for: run the pipeline that makes it, or name a release that has it"
    )]
    NoEstablishments {
        /// The release.
        release: String,
    },
    /// A territory without establishments.
    #[error(
        "release {release} has no establishment of the {what} `{code}`: codes are as in the table `etablissements`, `99001` or `14`"
    )]
    UnknownTerritory {
        /// What the code is of.
        what: &'static str,
        /// As asked.
        code: String,
        /// The release.
        release: String,
    },
    /// Rows cannot be exported.
    #[error(transparent)]
    Export(#[from] Box<edulac_export::Error>),
    /// A file of labels that nobody filled.
    #[error(
        "`{}` holds no verdict yet: write `vrai`, `faux` or `indecidable` in its column `verdict`, then read it again",
        file.display()
    )]
    NoLabels {
        /// The file.
        file: PathBuf,
    },
    /// What is asked about is no UAI.
    #[error("`{text}` is no UAI: {}{}", fault.reason(), right_uai(fault))]
    NoUai {
        /// As asked.
        text: String,
        /// What is wrong with it; said in the message.
        fault: CodeError,
    },
    /// A well-formed UAI that the lake does not know.
    #[error(
        "no establishment {uai}: neither release {release} ({}) nor the rejects of its runs name it{}",
        tables.join(", "),
        near_ones(near)
    )]
    UnknownUai {
        /// The UAI.
        uai: Uai,
        /// The release that was read.
        release: String,
        /// The tables in which it was looked for.
        tables: Vec<String>,
        /// UAI that differ by a digit or two, with their names.
        near: Vec<String>,
    },
    /// A query that cannot be planned or computed.
    #[error("the query failed: {}", innermost(.0))]
    Query(Box<DataFusionError>),
    /// A table that is staged or released cannot be read back.
    #[error("the rows of the table `{table}` cannot be read back: {}", source.strip_backtrace())]
    ReadTable {
        /// The table.
        table: String,
        /// Why.
        #[source]
        source: Box<DataFusionError>,
    },
    /// The session could not be set up.
    #[error("the engine could not be set up")]
    Session(#[source] Box<DataFusionError>),
    /// A file of the archive cannot be read or written.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A record of the archive cannot be read back.
    #[error("`{}` is not the record of a run ({source}): remove or restore it", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// Where it stumbles.
        source: serde_json::Error,
    },
    /// Rejects could not be written or read.
    #[error("`{}`: the file of rejects failed", path.display())]
    Rejects {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<DataFusionError>,
    },
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The engine refused or failed.
    #[error("{}", innermost(.0))]
    Engine(DataFusionError),
    /// A step of linking.
    #[error(transparent)]
    Link(#[from] edulac_link::Error),
    /// A step that brings codes to one form or vintage.
    #[error(transparent)]
    Normalise(#[from] edulac_normalise::Error),
}

impl Error {
    /// Whose fault it is; decides the exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Files(_)
            | Self::Secret(_)
            | Self::UnknownPipeline { .. }
            | Self::TableNotThere { .. }
            | Self::UnknownShrink { .. }
            | Self::ArchiveLocation { .. }
            | Self::UnknownRun { .. }
            | Self::NoRun { .. }
            | Self::UnknownTable { .. }
            | Self::NoColumn { .. }
            | Self::Clock { .. }
            | Self::NoUai { .. }
            | Self::Csv { .. }
            | Self::NoLinks { .. }
            | Self::NoLabels { .. }
            | Self::NoEstablishments { .. }
            | Self::UnknownTerritory { .. }
            | Self::FirstRelease { .. }
            | Self::EmptyLake { .. } => ErrorClass::Config,
            Self::Extract(error) => error.class(),
            Self::Step { source, .. } => match &**source {
                StepError::Engine(error) => edulac_geo::class_of(error),
                StepError::Link(error) => error.class(),
                StepError::Normalise(error) => error.class(),
            },
            Self::Validate(error) => error.class(),
            Self::Export(error) => error.class(),
            Self::Lake(error) => error.class(),
            Self::Scope { .. } | Self::Backfill { .. } => ErrorClass::Refused,
            Self::Accounting(_) | Self::UnknownUai { .. } => ErrorClass::Data,
            Self::Query(error) => match edulac_geo::class_of(error) {
                // What the engine cannot plan is what the user wrote.
                ErrorClass::Bug => ErrorClass::Config,
                class => class,
            },
            Self::ReadTable { source, .. } => match edulac_geo::class_of(source) {
                // The plan is ours, the rows passed their checks: what is left is the disk or the store.
                ErrorClass::Data => ErrorClass::Infrastructure,
                class => class,
            },
            Self::Session(_) => ErrorClass::Bug,
            Self::Io { .. } | Self::Record { .. } | Self::Rejects { .. } => {
                ErrorClass::Infrastructure
            }
        }
    }

    /// Whether the same command, later, can succeed without any change on our side.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Extract(error) => error.retryable(),
            Self::Lake(error) => error.retryable(),
            _ => false,
        }
    }

    /// Whether a source was being asked for: those before it are in the archive.
    #[must_use]
    pub fn is_of_fetching(&self) -> bool {
        matches!(self, Self::Extract(error) if !matches!(**error, edulac_extract::Error::Frozen { .. }))
    }

    pub(crate) fn session(source: DataFusionError) -> Self {
        Self::Session(Box::new(source))
    }

    pub(crate) fn read_table(table: &str) -> impl Fn(DataFusionError) -> Self + use<> {
        let table = table.to_owned();
        move |source| Self::ReadTable {
            table: table.clone(),
            source: Box::new(source),
        }
    }

    pub(crate) fn query(source: DataFusionError) -> Self {
        Self::Query(Box::new(source))
    }

    pub(crate) fn table_not_there(pipeline: &Pipeline, source: &str, table: &str) -> Self {
        Self::TableNotThere {
            pipeline: pipeline.name.clone(),
            source_name: source.to_owned(),
            table: table.to_owned(),
        }
    }

    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    /// A failure of a step, with its names.
    pub(crate) fn step(
        pipeline: &str,
        step: &str,
    ) -> impl FnOnce(DataFusionError) -> Self + Clone + use<> {
        let (pipeline, step) = (pipeline.to_owned(), step.to_owned());
        move |source| Self::Step {
            pipeline,
            step,
            source: Box::new(StepError::Engine(source)),
        }
    }
}

impl From<edulac_lake::Error> for Error {
    fn from(error: edulac_lake::Error) -> Self {
        Self::Lake(Box::new(error))
    }
}

impl From<edulac_extract::Error> for Error {
    fn from(error: edulac_extract::Error) -> Self {
        Self::Extract(Box::new(error))
    }
}

fn headline(found: &[Diagnostic]) -> String {
    match found {
        [only] => only.message.clone(),
        all => format!("{} things are wrong in the files of the project", all.len()),
    }
}

/// The UAI that was probably meant, when the letter alone is wrong.
fn right_uai(error: &CodeError) -> String {
    let CodeError::Malformed {
        value,
        fault: Fault::CheckLetter { expected },
    } = error
    else {
        return "; one has seven digits and a letter, as `0350852L`".to_owned();
    };
    let digits: String = value.chars().take(7).collect();
    format!("; did you mean `{digits}{expected}`, or is a digit wrong?")
}

fn near_ones(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!("; near ones: {}", near.join(", ")),
    }
}
