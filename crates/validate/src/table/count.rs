//! Measures that add up batch by batch.

use arrow::array::{Array, RecordBatch};
use edulac_contract::{Checks, ColumnType, Measure, RowTest, TableRule};

use crate::error::{Error, Result};
use crate::test::Test;

/// Counts the rows that a rule is about.
pub(super) struct Counter {
    /// Place of the column in the contract.
    column: usize,
    count: Count,
    rows: u64,
}

enum Count {
    Null,
    /// Null, or one of the values: the test is that of the values.
    Missing(Option<Test>),
    Invalid(Test),
}

impl Counter {
    /// The counter of a rule; `None` for the number of rows, and for what needs all rows at once.
    pub(super) fn new(checks: &Checks, rule: &TableRule) -> Result<Option<Self>> {
        let (Measure::NullValues { column }
        | Measure::MissingValues { column, .. }
        | Measure::InvalidValues { column, .. }) = &rule.measure
        else {
            return Ok(None);
        };
        let broken = || Error::Rule {
            table: checks.table.clone(),
            rule: rule.id.clone(),
        };
        let index = checks
            .columns
            .iter()
            .position(|check| check.name == *column)
            .ok_or_else(broken)?;
        let column_type = checks
            .columns
            .get(index)
            .map_or(ColumnType::Utf8, |check| check.column_type);
        let compile = |test: &RowTest| Test::compile(test, column_type).ok_or_else(broken);
        let count = match &rule.measure {
            Measure::MissingValues { values, .. } if values.is_empty() => Count::Missing(None),
            Measure::MissingValues { values, .. } => {
                Count::Missing(Some(compile(&RowTest::OneOf(values.clone()))?))
            }
            Measure::InvalidValues { test, .. } => Count::Invalid(compile(test)?),
            _ => Count::Null,
        };
        Ok(Some(Self {
            column: index,
            count,
            rows: 0,
        }))
    }

    pub(super) fn add(&mut self, accepted: &RecordBatch) {
        let array = accepted.column(self.column);
        let nulls = array.logical_null_count();
        let rows = match &self.count {
            Count::Null => nulls,
            // A value breaks the test of the missing values when it is none of them.
            Count::Missing(Some(test)) => array.len() - test.broken(array).count_set_bits(),
            Count::Missing(None) => nulls,
            Count::Invalid(test) => test.broken(array).count_set_bits(),
        };
        self.rows += rows as u64;
    }

    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }
}
