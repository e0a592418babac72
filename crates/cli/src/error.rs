//! What ends a command.

use std::io;
use std::path::PathBuf;

use edulac_model::ErrorClass;
use edulac_yaml::Diagnostic;

/// An error of a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Files that people write are wrong; the findings are shown before this line.
    #[error("{}", count(.0))]
    Findings(Vec<Diagnostic>),
    /// An error of the run or of the lake behind it.
    #[error(transparent)]
    Engine(#[from] edulac_engine::Error),
    /// An error of the lake.
    #[error(transparent)]
    Lake(#[from] edulac_lake::Error),
    /// Inputs cannot be joined.
    #[error(transparent)]
    Join(#[from] edulac_join::Error),
    /// Rows cannot be exported.
    #[error(transparent)]
    Export(#[from] edulac_export::Error),
    /// The site cannot be made.
    #[error(transparent)]
    Site(#[from] edulac_site::Error),
    /// A folder for the site that holds something else.
    #[error("`{}` holds other files: give a new or empty folder, or that of an earlier site", path.display())]
    NoSite {
        /// The folder.
        path: PathBuf,
    },
    /// The sample cannot be made.
    #[error(transparent)]
    Sample(#[from] edulac_sample::Error),
    /// The benchmark cannot be run.
    #[error("the benchmark cannot be run")]
    Bench(#[source] io::Error),
    /// A thread of ours panicked.
    #[error("a part of edulac broke: {0}")]
    Panicked(String),
    /// A file cannot be read.
    #[error("`{}` cannot be read: check the path and its permissions", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("`{}` cannot be written: check the disk and its permissions", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Generated files differ from what this version writes.
    #[error(
        "{} not up to date: write {} again with `edulac schema`",
        are(files),
        if files.len() == 1 { "it" } else { "them" }
    )]
    Stale {
        /// The files.
        files: Vec<PathBuf>,
    },
    /// Unit tests of pipelines failed; they are shown before this line.
    #[error("{failed} of {of} tests failed: mend the pipeline, or what its tests expect")]
    TestsFailed {
        /// How many.
        failed: usize,
        /// Of how many.
        of: usize,
    },
    /// The result is not made of rows.
    #[error(
        "`--format csv` is for rows, those of `query`, `join`, `rejects` and `diff --table`: use `--format json` here"
    )]
    CsvWithoutRows,
    /// The rows of all tables have no columns in common.
    #[error("the rows that differ are those of one table: name it with `--table`")]
    RowsOfNoTable,
    /// A file whose name does not say how to write it.
    #[error("`{}`: rows are written to a file `.parquet` or `.csv`", path.display())]
    FileForm {
        /// The file.
        path: PathBuf,
    },
    /// Rows cannot be put in the form asked for.
    #[error("the rows cannot be shown; nothing is wrong with the lake: try `--format json`")]
    Rows(#[from] arrow::error::ArrowError),
    /// Neither a table nor a source, or a column that it has not.
    #[error("there is no {what} `{name}`{}", close.as_ref().map_or_else(|| format!("; there are: {}", known.join(", ")), |close| format!(": did you mean `{close}`?")))]
    UnknownName {
        /// `table`, `source`, `column` of one.
        what: String,
        /// As asked.
        name: String,
        /// The nearest name that there is.
        close: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// The columns of a source are not known.
    #[error(
        "the lineage of `{table}` is not known here, since {} never extracted: run `edulac run {pipeline}` first",
        were(sources)
    )]
    NeverExtracted {
        /// The table.
        table: String,
        /// The pipeline that makes it.
        pipeline: String,
        /// The sources.
        sources: Vec<String>,
    },
    /// Nothing was published yet.
    #[error("there is no release in `{lake}` yet: publish one with `edulac run`")]
    NoRelease {
        /// Where the lake is.
        lake: String,
    },
    /// The release has nothing of that name.
    #[error("release {release} has no {what}: {help}")]
    NotThere {
        /// The release.
        release: String,
        /// The table, or the column and its table, as asked.
        what: String,
        /// What was probably meant, or what there is.
        help: String,
    },
    /// The threads of the run cannot be started.
    #[error(
        "the threads of the run cannot be started: check the limits of the system (`ulimit -u`)"
    )]
    Runtime(#[source] io::Error),
    /// The results cannot be written.
    #[error("the results cannot be written to stdout")]
    Stdout(#[source] io::Error),
    /// Ctrl-C, or a request to end.
    #[error("interrupted")]
    Interrupted {
        /// The command writes, and can be run again.
        resumes: bool,
    },
}

impl Error {
    /// What the error is about; none when nobody needs to do anything about it.
    pub(crate) fn class(&self) -> ErrorClass {
        match self {
            Self::Findings(_)
            | Self::CsvWithoutRows
            | Self::RowsOfNoTable
            | Self::FileForm { .. }
            | Self::NotThere { .. }
            | Self::NoSite { .. }
            | Self::UnknownName { .. }
            | Self::NeverExtracted { .. }
            | Self::NoRelease { .. } => ErrorClass::Config,
            Self::Engine(error) => error.class(),
            Self::Lake(error) => error.class(),
            Self::Join(error) => error.class(),
            Self::Export(error) => error.class(),
            Self::Site(error) => error.class(),
            Self::Sample(error) => error.class(),
            // A path that is not there was most likely mistyped.
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                ErrorClass::Config
            }
            Self::Read { .. }
            | Self::Write { .. }
            | Self::Runtime(_)
            | Self::Stdout(_)
            | Self::Bench(_) => ErrorClass::Infrastructure,
            Self::Stale { .. } | Self::TestsFailed { .. } => ErrorClass::Data,
            Self::Rows(_) | Self::Panicked(_) => ErrorClass::Bug,
            Self::Interrupted { .. } => ErrorClass::Infrastructure,
        }
    }

    /// The findings in files that it stands for.
    pub(crate) fn findings(&self) -> &[Diagnostic] {
        match self {
            Self::Findings(found)
            | Self::Engine(edulac_engine::Error::Files(found))
            | Self::Join(edulac_join::Error::Engine(edulac_engine::Error::Files(found))) => found,
            _ => &[],
        }
    }

    /// How to go on, where the message does not say it. `command` is the one that failed, as it was typed.
    pub(crate) fn hint(&self, command: &str) -> Option<String> {
        match self {
            Self::Interrupted { resumes: true } => Some(format!(
                "what was fetched is kept and a release is published whole or not at all: go on with `{command}`"
            )),
            // Theirs say that the command is to be run again.
            _ if self.class() == ErrorClass::Conflict => None,
            Self::Engine(error) if error.is_of_fetching() && error.retryable() => Some(format!(
                "this may pass, and what was fetched is kept: go on with `{}`",
                resumed(command)
            )),
            Self::Engine(error) if error.is_of_fetching() => Some(format!(
                "what was fetched is kept in the archive: once it is mended, go on with `{}`",
                resumed(command)
            )),
            Self::Engine(edulac_engine::Error::Lake(error))
                if matches!(**error, edulac_lake::Error::Rows { .. })
                    && error.class() == ErrorClass::Infrastructure =>
            {
                Some(
                    "`edulac release verify` says whether files of a release are damaged"
                        .to_owned(),
                )
            }
            Self::Engine(error) if error.retryable() => {
                Some(format!("this may pass: try `{command}` again"))
            }
            _ if self.class() == ErrorClass::Bug => Some(
                "this is a mistake of edulac: please report it, with the command and this message"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

/// A `run` that asks only for what the one before it could not have; any other command as it is.
pub(crate) fn resumed(command: &str) -> String {
    let mut words = command.split(' ');
    match words.any(|word| word == "run") && !command.contains("--since-failure") {
        true => format!("{command} --since-failure"),
        false => command.to_owned(),
    }
}

fn count(findings: &[Diagnostic]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error());
    let mut files: Vec<&str> = errors.clone().map(|error| &*error.source.name).collect();
    let errors = files.len();
    files.sort_unstable();
    files.dedup();
    match (errors, files.as_slice()) {
        (1, [file]) => format!("1 error in `{file}`: correct it, then run the same command again"),
        (_, [file]) => {
            format!("{errors} errors in `{file}`: correct them, then run the same command again")
        }
        (_, files) => format!(
            "{errors} errors in {} files: correct them, then run the same command again",
            files.len()
        ),
    }
}

fn were(sources: &[String]) -> String {
    let names: Vec<String> = sources.iter().map(|name| format!("`{name}`")).collect();
    let verb = if names.len() == 1 { "was" } else { "were" };
    format!("{} {verb}", names.join(", "))
}

fn are(files: &[PathBuf]) -> String {
    let names: Vec<String> = files
        .iter()
        .map(|file| format!("`{}`", file.display()))
        .collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", names.join(", "))
}
