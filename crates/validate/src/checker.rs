//! Row rules: each batch splits into accepted rows and rejects.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, RecordBatchOptions,
    StringArray,
};
use arrow::buffer::BooleanBuffer;
use arrow::compute::{CastOptions, cast_with_options, filter};
use arrow::datatypes::{DataType, Int64Type, SchemaRef};
use arrow::error::ArrowError;
use edulac_contract::{Checks, RowRule, RowTest, Severity};
use edulac_model::problem::{self, Problem};

use crate::align::{Plan, align};
use crate::error::{Error, Result};
use crate::key;
use crate::reject::{READING, Reject};
use crate::schema::table_schema;
use crate::test::Test;
use crate::value;

/// Service columns: where a row comes from, and what could not be read in it. All may be absent.
const SOURCE: &str = "_source";
const EXTRACT: &str = "_extrait";
const RECORD: &str = "_ligne";
const PROBLEMS: &str = "_problemes";

/// Splits batches of one input by the row rules of one contract. Holds no state: batches may be checked in any
/// order, in parallel.
pub struct RowChecker {
    table: String,
    plan: Plan,
    schema: SchemaRef,
    rules: Vec<Rule>,
    /// Places of the key's columns in the contract.
    key: Vec<usize>,
    /// The names that a column bore before it came here.
    read_as: BTreeMap<String, BTreeSet<String>>,
}

struct Rule {
    /// Place of the column in the contract.
    column: usize,
    rule: RowRule,
    test: Test,
}

/// A batch after its check: `accepted.num_rows() + rejected_rows` is the number of rows of the batch.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Rows that break no rule of severity `Error`, in their order, in the contract's columns and types.
    pub accepted: RecordBatch,
    /// Number of rows rejected.
    pub rejected_rows: usize,
    /// Everything that is wrong with the rejected rows, row by row, rules in contract order.
    pub rejects: Vec<Reject>,
    /// What is wrong with accepted rows: rules of a lesser severity, cells that could not be read and became null.
    pub problems: Vec<Reject>,
}

impl RowChecker {
    /// A checker for batches of the given schema.
    ///
    /// # Errors
    /// Those of [`align`]; [`Error::Rule`] when the contract did not pass its lint.
    pub fn new(checks: &Checks, input: &SchemaRef) -> Result<Self> {
        let plan = align(input, checks)?;
        let mut rules = Vec::new();
        for (index, column) in checks.columns.iter().enumerate() {
            for rule in &column.rules {
                let test =
                    Test::compile(&rule.test, column.column_type).ok_or_else(|| Error::Rule {
                        table: checks.table.clone(),
                        rule: rule.id.clone(),
                    })?;
                rules.push(Rule {
                    column: index,
                    rule: rule.clone(),
                    test,
                });
            }
        }
        let place = |name: &String| {
            checks
                .columns
                .iter()
                .position(|column| column.name == *name)
        };
        Ok(Self {
            table: checks.table.clone(),
            plan,
            schema: table_schema(checks),
            rules,
            key: checks.key.iter().filter_map(place).collect(),
            read_as: BTreeMap::new(),
        })
    }

    /// Says which names the columns bore where they were read, so that a value that is missing because it could not be
    /// read is told with what was read.
    #[must_use]
    pub fn read_as(mut self, names: BTreeMap<String, BTreeSet<String>>) -> Self {
        self.read_as = names;
        self
    }

    /// Schema of the accepted rows.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    /// How the input becomes the table.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Checks one batch.
    ///
    /// # Errors
    /// [`Error::Batch`] for a batch of another schema, [`Error::Arrow`] when a widening fails.
    pub fn check(&self, batch: &RecordBatch) -> Result<Checked> {
        let rows = batch.num_rows();
        let columns = self.columns(batch)?;
        let broken: Vec<BooleanBuffer> = self
            .rules
            .iter()
            .filter_map(|rule| Some(rule.test.broken(columns.get(rule.column)?)))
            .collect();
        let rejected = self
            .rules
            .iter()
            .zip(&broken)
            .filter(|(rule, _)| rule.rule.severity == Severity::Error)
            .fold(BooleanBuffer::new_unset(rows), |all, (_, broken)| {
                &all | broken
            });

        let origin = Origin::of(batch).map_err(|source| self.arrow(source))?;
        let concerned = broken
            .iter()
            .fold(origin.with_problems(rows), |all, broken| &all | broken);
        let (mut rejects, mut problems) = (Vec::new(), Vec::new());
        for row in concerned.set_indices() {
            let found = if rejected.value(row) {
                &mut rejects
            } else {
                &mut problems
            };
            self.describe(row, &columns, &broken, &origin, found);
        }
        let rejected_rows = rejected.count_set_bits();
        let accepted = self
            .accept(&columns, rejected, rows)
            .map_err(|source| self.arrow(source))?;
        Ok(Checked {
            accepted,
            rejected_rows,
            rejects,
            problems,
        })
    }

    /// The contract's columns, widened to its types.
    fn columns(&self, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        let options = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let column = |(index, field): (&usize, &arrow::datatypes::FieldRef)| {
            let name = batch
                .schema_ref()
                .fields()
                .get(*index)
                .map(|field| field.name());
            if name != Some(field.name()) {
                return Err(Error::Batch {
                    table: self.table.clone(),
                });
            }
            cast_with_options(batch.column(*index), field.data_type(), &options)
                .map_err(|source| self.arrow(source))
        };
        self.plan
            .columns
            .iter()
            .zip(self.schema.fields())
            .map(column)
            .collect()
    }

    fn accept(
        &self,
        columns: &[ArrayRef],
        rejected: BooleanBuffer,
        rows: usize,
    ) -> Result<RecordBatch, ArrowError> {
        let kept = BooleanArray::new(!&rejected, None);
        let columns = columns
            .iter()
            .map(|column| filter(column, &kept))
            .collect::<Result<_, _>>()?;
        let options =
            RecordBatchOptions::new().with_row_count(Some(rows - rejected.count_set_bits()));
        RecordBatch::try_new_with_options(self.schema(), columns, &options)
    }

    /// Everything that is wrong with one row.
    fn describe(
        &self,
        row: usize,
        columns: &[ArrayRef],
        broken: &[BooleanBuffer],
        origin: &Origin,
        found: &mut Vec<Reject>,
    ) {
        let key_columns: Vec<&ArrayRef> = self
            .key
            .iter()
            .filter_map(|index| columns.get(*index))
            .collect();
        let of_row = Reject {
            row,
            source: origin.source(row),
            extract: origin.extract(row),
            record: origin.record(row),
            key: key::text(&key_columns, row),
            rule: READING.to_owned(),
            column: String::new(),
            value: None,
            reason: String::new(),
            severity: Severity::Warning,
        };
        let mut unread = origin.problems(row);
        for (Rule { column, rule, .. }, _) in self
            .rules
            .iter()
            .zip(broken)
            .filter(|(_, broken)| broken.value(row))
        {
            let (Some(array), Some(field)) =
                (columns.get(*column), self.schema.fields().get(*column))
            else {
                continue;
            };
            let cause = (rule.test == RowTest::Required)
                .then(|| {
                    let older = self.read_as.get(field.name());
                    unread.iter().position(|problem| {
                        problem.column == *field.name()
                            || older.is_some_and(|older| older.contains(&problem.column))
                    })
                })
                .flatten()
                .map(|index| unread.remove(index));
            let reason = match &cause {
                Some(Problem { value, reason, .. }) => {
                    let again = format!("{value}: ");
                    let reason = reason.strip_prefix(&again).unwrap_or(reason);
                    format!("{} ; lu « {value} » : {reason}", rule.sentence)
                }
                None => rule.sentence.clone(),
            };
            found.push(Reject {
                rule: rule.id.clone(),
                column: field.name().clone(),
                value: cause.map_or_else(|| value::text(array, row), |problem| Some(problem.value)),
                reason,
                severity: rule.severity,
                ..of_row.clone()
            });
        }
        found.extend(unread.into_iter().map(
            |Problem {
                 column,
                 value,
                 reason,
             }| Reject {
                column,
                value: Some(value),
                reason,
                ..of_row.clone()
            },
        ));
    }

    fn arrow(&self, source: ArrowError) -> Error {
        Error::Arrow {
            table: self.table.clone(),
            source,
        }
    }
}

/// The service columns of a batch.
struct Origin {
    source: Option<ArrayRef>,
    extract: Option<ArrayRef>,
    record: Option<ArrayRef>,
    problems: Option<ArrayRef>,
}

impl Origin {
    fn of(batch: &RecordBatch) -> Result<Self, ArrowError> {
        let column = |name: &str, data_type: &DataType| {
            let column = batch.column_by_name(name);
            column
                .map(|column| arrow::compute::cast(column, data_type))
                .transpose()
        };
        Ok(Self {
            source: column(SOURCE, &DataType::Utf8)?,
            extract: column(EXTRACT, &DataType::Utf8)?,
            record: column(RECORD, &DataType::Int64)?,
            problems: column(PROBLEMS, &DataType::Utf8)?,
        })
    }

    /// Rows in which something could not be read.
    fn with_problems(&self, rows: usize) -> BooleanBuffer {
        match &self.problems {
            Some(problems) => BooleanBuffer::collect_bool(rows, |row| problems.is_valid(row)),
            None => BooleanBuffer::new_unset(rows),
        }
    }

    fn source(&self, row: usize) -> Option<String> {
        text(self.source.as_ref(), row).map(str::to_owned)
    }

    fn extract(&self, row: usize) -> Option<String> {
        text(self.extract.as_ref(), row).map(str::to_owned)
    }

    fn record(&self, row: usize) -> Option<i64> {
        let records: &Int64Array = self.record.as_ref()?.as_primitive::<Int64Type>();
        records.is_valid(row).then(|| records.value(row))
    }

    fn problems(&self, row: usize) -> Vec<Problem> {
        text(self.problems.as_ref(), row)
            .map(problem::decode)
            .unwrap_or_default()
    }
}

fn text(column: Option<&ArrayRef>, row: usize) -> Option<&str> {
    let texts: &StringArray = column?.as_string();
    texts.is_valid(row).then(|| texts.value(row))
}
