//! What a contract asks of the rows and of the table, ready for an engine. Every rule has an id that never
//! changes while its words in the contract do not, a severity, and a sentence in French.

use chrono::{DateTime, NaiveDate, Utc};

use crate::document::Scalar;
use crate::value::{ColumnType, GeometryKind, Severity, Unit};

/// All that a table is checked against.
#[derive(Debug, Clone, PartialEq)]
pub struct Checks {
    /// Name of the table.
    pub table: String,
    /// Columns, in the order in which they are published.
    pub columns: Vec<ColumnCheck>,
    /// Rules on the whole table; the key's own is among them.
    pub table_rules: Vec<TableRule>,
    /// Columns of the key, in key order. Never empty.
    pub key: Vec<String>,
    /// How much the table may shrink.
    pub guard: ShrinkGuard,
    /// Largest share of rejected rows, in percent of the rows read.
    pub reject_max_percent: f64,
}

/// What is asked of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnCheck {
    /// Name of the column.
    pub name: String,
    /// Type in which it is stored.
    pub column_type: ColumnType,
    /// false: it is required, or part of the key.
    pub nullable: bool,
    /// Rules on each value, [`RowTest::Required`] first.
    pub rules: Vec<RowRule>,
}

/// A rule on each value of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct RowRule {
    /// `column.word`, the word being the contract's own: `uai.pattern`.
    pub id: String,
    /// `Error` rejects the row; the others report it.
    pub severity: Severity,
    /// What is asked, in French.
    pub sentence: String,
    /// The test.
    pub test: RowTest,
}

/// A test on one value. All but [`Required`](Self::Required) hold for null. On a list, each item is tested.
#[derive(Debug, Clone, PartialEq)]
pub enum RowTest {
    /// Not null.
    Required,
    /// Matches the regular expression (syntax of the `regex` crate, anchored at both ends).
    Pattern(String),
    /// Has at least so many characters (Unicode scalar values).
    MinLength(u64),
    /// Has at most so many characters.
    MaxLength(u64),
    /// Is the limit or above; NaN is not.
    Minimum(Limit),
    /// Is the limit or below; NaN is not.
    Maximum(Limit),
    /// Is above the limit; NaN is not.
    ExclusiveMinimum(Limit),
    /// Is below the limit; NaN is not.
    ExclusiveMaximum(Limit),
    /// Is one of the values, all of the column's own type.
    OneOf(Vec<Scalar>),
    /// Is readable WKB of that kind, not empty.
    GeometryType(GeometryKind),
    /// Lies within `[xmin, ymin, xmax, ymax]`, degrees, CRS84.
    Bounds([f64; 4]),
}

/// A limit, of the type of its column.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub enum Limit {
    /// For whole numbers.
    Integer(i64),
    /// For numbers.
    Number(f64),
    /// For days.
    Date(NaiveDate),
    /// For instants.
    Timestamp(DateTime<Utc>),
}

/// A rule on the whole table: a measure, and what it must be.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRule {
    /// `column.word` or `table.word`: `table.key`, `ips.nullValues`.
    pub id: String,
    /// `Error` blocks the table; the others are reported.
    pub severity: Severity,
    /// What is asked, in French.
    pub sentence: String,
    /// What is counted.
    pub measure: Measure,
    /// What the count must be.
    pub expected: Comparison,
    /// What it is counted in.
    pub unit: Unit,
}

/// A count over the accepted rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// Rows.
    RowCount,
    /// Rows where the column is null.
    NullValues {
        /// The column.
        column: String,
    },
    /// Rows where the column is null or holds one of the values.
    MissingValues {
        /// The column.
        column: String,
        /// Values that stand for nothing, of the column's own type.
        values: Vec<Scalar>,
    },
    /// Rows where the column is not null and fails the test.
    InvalidValues {
        /// The column.
        column: String,
        /// The test.
        test: RowTest,
    },
    /// Rows beyond the first of each group that has the same values in all the columns; rows with a null
    /// among them are left out.
    Duplicates {
        /// The columns.
        columns: Vec<String>,
    },
    /// Rows whose values, none of them null, are found in no row of the other table.
    Orphans {
        /// Columns of this table.
        columns: Vec<String>,
        /// The other table.
        table: String,
        /// Its columns, one for each of `columns`.
        target: Vec<String>,
    },
}

/// What a count must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Comparison {
    /// That number.
    Equal(f64),
    /// Not that number.
    NotEqual(f64),
    /// More.
    GreaterThan(f64),
    /// That number or more.
    AtLeast(f64),
    /// Less.
    LessThan(f64),
    /// That number or less.
    AtMost(f64),
    /// Strictly between the two (ODCS documents the bounds as excluded).
    Between(f64, f64),
    /// Not strictly between the two.
    NotBetween(f64, f64),
}

impl Comparison {
    /// Whether `observed` is as asked.
    #[must_use]
    #[expect(clippy::float_cmp, reason = "counts are whole numbers, exact in f64")]
    pub fn holds(self, observed: f64) -> bool {
        match self {
            Self::Equal(value) => observed == value,
            Self::NotEqual(value) => observed != value,
            Self::GreaterThan(value) => observed > value,
            Self::AtLeast(value) => observed >= value,
            Self::LessThan(value) => observed < value,
            Self::AtMost(value) => observed <= value,
            Self::Between(low, high) => observed > low && observed < high,
            Self::NotBetween(low, high) => !(observed > low && observed < high),
        }
    }
}

/// How much a table may shrink from one version to the next before it is held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShrinkGuard {
    /// Largest loss, in percent of the rows of the last version.
    pub max_percent: f64,
}
