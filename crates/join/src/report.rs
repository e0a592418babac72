//! What a join did, row by row accounted for.

use serde::Serialize;

/// What a join did. In each pair, matched and unmatched rows are the rows read.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The release.
    pub release: String,
    /// The inputs, in the order given.
    pub inputs: Vec<InputReport>,
    /// How each other input met the first.
    pub pairs: Vec<PairReport>,
    /// How measures were brought to a territory; none without.
    pub level: Option<LevelReport>,
    /// Warnings against misreading what is shown.
    pub notices: Vec<NoticeReport>,
    /// Those of them that were passed over.
    pub despite: Vec<NoticeReport>,
    /// Rows of the output.
    pub rows: u64,
    /// How to cite it.
    pub citation: String,
}

/// An input.
#[derive(Debug, Clone, Serialize)]
pub struct InputReport {
    /// As it was asked for.
    pub input: String,
    /// Its name in the output.
    pub name: String,
    /// Whether it is a file of one's own.
    pub own_file: bool,
    /// Rows chosen.
    pub rows: u64,
    /// Rows of the table or file.
    pub all_rows: u64,
    /// How a file was read and what was recognised in it.
    pub evidence: Vec<String>,
    /// What was done to bring it to the form of the others.
    pub notes: Vec<String>,
}

/// How an input met the first one.
#[derive(Debug, Clone, Serialize)]
pub struct PairReport {
    /// Names of the two.
    pub left: String,
    /// The other.
    pub right: String,
    /// What they were joined by.
    pub keys: Vec<KeyReport>,
    /// What was done on the way.
    pub notes: Vec<String>,
    /// Rows of the first.
    pub of_left: SideReport,
    /// Rows of the other.
    pub of_right: SideReport,
    /// Rows of the first that share a row of the other with another one: a measure of the other is not to be summed over
    /// them.
    pub shared: u64,
    /// Matched rows whose value the source does not give, by what it says instead.
    pub without_value: Vec<Without>,
}

/// A key.
#[derive(Debug, Clone, Serialize)]
pub struct KeyReport {
    /// The kind.
    pub kind: String,
    /// Column of the first.
    pub left: String,
    /// Column of the other.
    pub right: String,
}

/// Rows of a side.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SideReport {
    /// Rows read.
    pub read: u64,
    /// Those that have a row on the other side.
    pub matched: u64,
    /// Those that have none.
    pub unmatched: u64,
    /// Why, the most frequent first.
    pub reasons: Vec<ReasonReport>,
}

/// Unmatched rows of one reason.
#[derive(Debug, Clone, Serialize)]
pub struct ReasonReport {
    /// Word of the reason, as in the file of unmatched rows.
    pub motif: String,
    /// The reason in words.
    pub reason: String,
    /// What tells more; none where there is nothing.
    pub detail: Option<String>,
    /// How many rows.
    pub rows: u64,
    /// The first of them.
    pub example: Option<String>,
}

/// Matched rows without value.
#[derive(Debug, Clone, Serialize)]
pub struct Without {
    /// The column that says so.
    pub column: String,
    /// What it says: `ns`, `nd`, `absent`.
    pub says: String,
    /// How many rows.
    pub rows: u64,
}

/// How measures were brought to a territory.
#[derive(Debug, Clone, Serialize)]
pub struct LevelReport {
    /// The territory.
    pub level: String,
    /// For each input.
    pub inputs: Vec<LevelInput>,
    /// Cells of few establishments or pupils.
    pub small_cells: u64,
    /// When a cell is small, in words.
    pub small: String,
}

/// How the measures of an input were brought to a territory.
#[derive(Debug, Clone, Serialize)]
pub struct LevelInput {
    /// Its name.
    pub name: String,
    /// What says the territory of its rows.
    pub by: String,
    /// Rows read.
    pub rows: u64,
    /// Rows whose territory is not known: they are a row of their own.
    pub unknown: u64,
    /// Measures with their way: `eleves: sum`.
    pub measures: Vec<String>,
    /// Columns that have no value for a group, and why.
    pub left_out: Vec<String>,
}

/// A notice.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct NoticeReport {
    /// Its id.
    pub id: String,
    /// The table whose it is.
    pub table: String,
    /// The warning, in French.
    pub text: String,
}
