//! What stops a check, as opposed to what it finds.

use std::fmt;

use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use edulac_contract::ColumnType;
use edulac_model::ErrorClass;

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What stops a check.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input does not have the columns of the contract.
    #[error(
        "the input of the table `{table}` does not fit its contract:{}",
        lines(missing, misfits)
    )]
    Columns {
        /// The table.
        table: String,
        /// Columns that the input lacks, in contract order.
        missing: Vec<Missing>,
        /// Columns whose type would have to be changed with a loss, in contract order.
        misfits: Vec<Misfit>,
    },
    /// A test of the contract does not go with the type of its column; the lint of contracts lets none through.
    #[error("the rule `{rule}` of the table `{table}` cannot be compiled; please report it")]
    Rule {
        /// The table.
        table: String,
        /// Id of the rule.
        rule: String,
    },
    /// A batch does not have the columns that the checker was made for.
    #[error("a batch of the table `{table}` has other columns than its checker; please report it")]
    Batch {
        /// The table.
        table: String,
    },
    /// Arrow refused a batch.
    #[error("the rows of the table `{table}` cannot be assembled")]
    Arrow {
        /// The table.
        table: String,
        /// Why.
        #[source]
        source: ArrowError,
    },
    /// A query over the staged rows failed.
    #[error("the rule `{rule}` of the table `{table}` cannot be measured")]
    Query {
        /// The table.
        table: String,
        /// Id of the rule.
        rule: String,
        /// Why.
        #[source]
        source: Box<DataFusionError>,
    },
}

impl Error {
    /// What the error is about.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Columns { .. } => ErrorClass::Config,
            Self::Rule { .. } | Self::Batch { .. } | Self::Arrow { .. } => ErrorClass::Bug,
            Self::Query { .. } => ErrorClass::Infrastructure,
        }
    }

    /// Whether the same call may succeed later with nothing changed.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        false
    }
}

/// A column of the contract that the input lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub column: String,
    /// A column of the input with nearly that name, which the contract does not ask for.
    pub close: Option<String>,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no column `{}`: ", self.column)?;
        match &self.close {
            Some(close) => write!(
                f,
                "is it `{close}`? rename it in a `sql` step, or in the `renames` of the source"
            ),
            None => write!(f, "add it in a step, or take it out of the contract"),
        }
    }
}

/// A column of the input whose type is not the contract's.
#[derive(Debug, Clone, PartialEq)]
pub struct Misfit {
    /// Its name.
    pub column: String,
    /// Type in the input.
    pub found: DataType,
    /// Type in the contract.
    pub expected: ColumnType,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            column,
            found,
            expected,
        } = self;
        write!(
            f,
            "`{column}` is {found}, the contract asks for {expected}: {}",
            self.remedy()
        )
    }
}

impl Misfit {
    /// The step that gives the type, without which a value could be lost unseen.
    fn remedy(&self) -> String {
        let column = &self.column;
        let text = matches!(
            self.found,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
        );
        let read = |kind: &str| {
            format!("read it in a `normalise` step, `values: {{{column}: {{kind: {kind}}}}}`")
        };
        let cast = |sql: &str| format!("write `{sql} AS {column}` in a `sql` step");
        match self.expected {
            ColumnType::Int32 | ColumnType::Int64 if text => read("integer"),
            ColumnType::Float64 if text => read("decimal"),
            ColumnType::Boolean if text => read("boolean"),
            ColumnType::Date32 if text => read("date"),
            ColumnType::Utf8 => cast(&format!("CAST({column} AS VARCHAR)")),
            ColumnType::Int32 => cast(&format!("CAST({column} AS INT)")),
            ColumnType::Int64 => cast(&format!("CAST({column} AS BIGINT)")),
            ColumnType::Float64 => cast(&format!("CAST({column} AS DOUBLE)")),
            ColumnType::Boolean => cast(&format!("CAST({column} AS BOOLEAN)")),
            ColumnType::Date32 => cast(&format!("CAST({column} AS DATE)")),
            ColumnType::Timestamp => cast(&format!(
                "arrow_cast({column}, 'Timestamp(Microsecond, Some(\"UTC\"))')"
            )),
            ColumnType::Geometry => {
                "make it in the `geometry` of a `normalise` step, or with `ST_Point(lon, lat)`"
                    .to_owned()
            }
            ColumnType::Utf8List => cast(&format!("string_to_array({column}, ';')")),
        }
    }
}

fn lines(missing: &[Missing], misfits: &[Misfit]) -> String {
    let missing = missing.iter().map(ToString::to_string);
    let all = missing.chain(misfits.iter().map(ToString::to_string));
    all.map(|line| format!("\n- {line}")).collect()
}
