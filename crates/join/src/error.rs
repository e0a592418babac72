//! What keeps inputs from being joined.

use std::path::PathBuf;

use edulac_model::ErrorClass;

/// What this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of a join. Nothing is written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The lake or the engine failed.
    #[error(transparent)]
    Engine(#[from] edulac_engine::Error),
    /// Neither a table nor a file.
    #[error("`{name}` is neither a table of release {release} nor a file: {remedy}")]
    UnknownInput {
        /// As asked.
        name: String,
        /// The release.
        release: String,
        /// The tables, or the one that is probably meant.
        remedy: String,
    },
    /// A table whose columns no contract explains.
    #[error(
        "the project has no contract of the table `{table}`, which says its keys and how its columns add up: write one, or \
         join it as a file (`edulac export {table} --to {table}.csv`)"
    )]
    NoContract {
        /// The table.
        table: String,
    },
    /// A column that is not there.
    #[error("`{input}` has no column `{column}`: {remedy}")]
    UnknownColumn {
        /// The input.
        input: String,
        /// As asked.
        column: String,
        /// What it has.
        remedy: String,
    },
    /// A choice that leaves nothing.
    #[error("no row of `{input}` has {wanted}; it has: {known}")]
    NothingChosen {
        /// The input.
        input: String,
        /// What was asked, `column=value`.
        wanted: String,
        /// The values that there are.
        known: String,
    },
    /// A word that is no kind of key or territory.
    #[error("{what} cannot be `{word}`: {remedy}")]
    UnknownWord {
        /// What the word is for.
        what: &'static str,
        /// As asked.
        word: String,
        /// What it can be.
        remedy: String,
    },
    /// A value that is no code of its kind.
    #[error("`{column}={value}` of `{input}`: {source}")]
    BadValue {
        /// The input.
        input: String,
        /// The column.
        column: String,
        /// As asked.
        value: String,
        /// Why.
        source: Box<edulac_model::CodeError>,
    },
    /// Nothing that both identify.
    #[error(
        "nothing ties `{left}` ({left_kinds}) to `{right}` ({right_kinds}): tables are joined by what their codes identify, \
         never by labels; add a table that knows both, as `etablissements` knows UAI and commune"
    )]
    NoCommonKey {
        /// The first.
        left: String,
        /// What its columns identify.
        left_kinds: String,
        /// The second.
        right: String,
        /// What its columns identify.
        right_kinds: String,
    },
    /// Several rows of one input for one row of the others.
    #[error(
        "`{input}` has up to {most} rows for one {key} ({keys} of them have several): {remedy}, or aggregate them \
         (`--aggregate`)"
    )]
    FanOut {
        /// The input.
        input: String,
        /// Most rows of a key.
        most: u64,
        /// How many keys have several.
        keys: u64,
        /// The key.
        key: String,
        /// The columns that tell the rows apart, with their values.
        remedy: String,
    },
    /// Measures of several years side by side without saying so.
    #[error(
        "`{left}` is of {left_time} and `{right}` of {right_time}, and nothing keeps them apart in rows of `{base}`: \
         take the same one, or say `--by uai` when that is meant"
    )]
    OtherTimes {
        /// The first input.
        base: String,
        /// One.
        left: String,
        /// Its rentrée.
        left_time: Box<str>,
        /// The other.
        right: String,
        /// Its rentrée.
        right_time: Box<str>,
    },
    /// Something that a notice forbids.
    #[error(
        "refused by the notice `{notice}` of `{table}`: {text}\n  {seen}\n  {remedy}; `--despite {notice}` does it all the \
         same, and the output says so"
    )]
    Forbidden {
        /// Its id.
        notice: String,
        /// Whose it is.
        table: String,
        /// The warning.
        text: Box<str>,
        /// What would be put together.
        seen: Box<str>,
        /// How to keep it apart.
        remedy: String,
    },
    /// A notice that nothing here has.
    #[error("`--despite {notice}`: no table of this join has that notice{remedy}")]
    UnknownNotice {
        /// As asked.
        notice: String,
        /// What is probably meant.
        remedy: String,
    },
    /// A measure that no group of rows has.
    #[error("`{input}.{column}` cannot be aggregated: {reason}")]
    NotAdditive {
        /// The input.
        input: String,
        /// The column.
        column: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A territory that nothing of an input leads to.
    #[error("nothing says the {level} of the rows of `{input}`: {remedy}")]
    NoTerritory {
        /// The input.
        input: String,
        /// The level.
        level: String,
        /// What would.
        remedy: String,
    },
    /// Rows that are nowhere: our mistake.
    #[error("the accounts of the join do not balance: {0}")]
    Accounts(String),
    /// A file that cannot be read.
    #[error("`{}` cannot be read ({reason}){remedy}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A file in which nothing identifies anything.
    #[error(
        "no column of `{}` identifies an establishment or a territory:\n{}\n  say which does with `--as COLUMN=uai` (or rnb, \
         commune, departement, academie)",
        path.display(),
        evidence.join("\n")
    )]
    NothingRecognised {
        /// The file.
        path: PathBuf,
        /// What was seen of each column.
        evidence: Vec<String>,
    },
}

impl Error {
    /// Whose fault it is; decides the exit code.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Engine(error) => error.class(),
            Self::Accounts(_) => ErrorClass::Bug,
            Self::Forbidden { .. } => ErrorClass::Refused,
            _ => ErrorClass::Config,
        }
    }

    pub(crate) fn query(error: datafusion::error::DataFusionError) -> Self {
        Self::Engine(edulac_engine::Error::Query(Box::new(error)))
    }
}
