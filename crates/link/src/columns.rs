//! Columns read by name, brought to one type.

use arrow::array::{
    Array, AsArray, BinaryArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, cast, ident, lit};
use datafusion::prelude::DataFrame;

use crate::{Error, Result};

/// An input of a step, with the name that messages give it.
pub(crate) struct Input<'a> {
    pub(crate) name: &'a str,
    pub(crate) frame: &'a DataFrame,
}

impl Input<'_> {
    /// A column cast to `kind` under its own name.
    pub(crate) fn required(&self, column: &str, kind: DataType) -> Result<Expr> {
        if self.has(column) {
            return Ok(cast(ident(column), kind).alias(column));
        }
        let available = self
            .frame
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        Err(Error::MissingColumn {
            input: self.name.to_owned(),
            column: column.to_owned(),
            available,
        })
    }

    /// The same, or nulls when the input has no such column.
    pub(crate) fn optional(&self, column: &str, kind: DataType) -> Result<Expr> {
        if self.has(column) {
            return self.required(column, kind);
        }
        Ok(lit(ScalarValue::try_from(kind)?).alias(column))
    }

    fn has(&self, column: &str) -> bool {
        self.frame.schema().has_column_with_unqualified_name(column)
    }
}

/// The text column at `at` of a batch whose plan cast it.
pub(crate) fn text(batch: &RecordBatch, at: usize) -> Result<&StringArray> {
    batch
        .column(at)
        .as_string_opt::<i32>()
        .ok_or_else(|| wrong_type(batch, at))
}

/// The number column at `at`.
pub(crate) fn number(batch: &RecordBatch, at: usize) -> Result<&Float64Array> {
    batch
        .column(at)
        .as_primitive_opt::<Float64Type>()
        .ok_or_else(|| wrong_type(batch, at))
}

/// The whole-number column at `at`.
pub(crate) fn integer(batch: &RecordBatch, at: usize) -> Result<&Int64Array> {
    batch
        .column(at)
        .as_primitive_opt::<Int64Type>()
        .ok_or_else(|| wrong_type(batch, at))
}

/// The boolean column at `at`.
pub(crate) fn boolean(batch: &RecordBatch, at: usize) -> Result<&BooleanArray> {
    batch
        .column(at)
        .as_boolean_opt()
        .ok_or_else(|| wrong_type(batch, at))
}

/// The WKB column at `at`.
pub(crate) fn wkb(batch: &RecordBatch, at: usize) -> Result<&BinaryArray> {
    batch
        .column(at)
        .as_binary_opt::<i32>()
        .ok_or_else(|| wrong_type(batch, at))
}

/// The text of a row; null and blank are unknown alike.
pub(crate) fn known(column: &StringArray, row: usize) -> Option<String> {
    column
        .is_valid(row)
        .then(|| column.value(row))
        .filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

fn wrong_type(batch: &RecordBatch, at: usize) -> Error {
    let found = batch.column(at).data_type();
    Error::Engine(DataFusionError::Internal(format!(
        "column {at} was cast, yet is {found}"
    )))
}
