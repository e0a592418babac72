//! The input's columns against the contract's.

use arrow::datatypes::{DataType, Schema, TimeUnit};
use edulac_contract::{Checks, ColumnType};

use crate::error::{Error, Misfit, Missing, Result};

/// How the input becomes the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// For each column of the contract, in its order, its place in the input.
    pub columns: Vec<usize>,
    /// Columns of the input that the contract does not ask for. Service columns (`_…`) are not listed: they never
    /// enter a table.
    pub dropped: Vec<String>,
}

/// Finds the contract's columns in the input.
///
/// Types are widened where no value can be lost (`Int32` to `Int64`, views and dictionaries to plain texts, units of
/// time); nothing is read out of a text here.
///
/// # Errors
/// [`Error::Columns`] with every missing column and every type that does not fit, each with its remedy.
pub fn align(schema: &Schema, checks: &Checks) -> Result<Plan> {
    let mut columns = Vec::with_capacity(checks.columns.len());
    let mut missing = Vec::new();
    let mut misfits = Vec::new();
    let extra: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .filter(|name| {
            !name.starts_with('_') && !checks.columns.iter().any(|column| column.name == *name)
        })
        .collect();
    for column in &checks.columns {
        match schema.column_with_name(&column.name) {
            None => {
                let close = edulac_yaml::did_you_mean(&column.name, extra.iter().copied());
                missing.push(Missing {
                    column: column.name.clone(),
                    close: close.map(str::to_owned),
                });
            }
            Some((index, field)) => {
                if !fits(field.data_type(), column.column_type) {
                    misfits.push(Misfit {
                        column: column.name.clone(),
                        found: field.data_type().clone(),
                        expected: column.column_type,
                    });
                }
                columns.push(index);
            }
        }
    }
    if missing.is_empty() && misfits.is_empty() {
        let dropped = extra.into_iter().map(str::to_owned).collect();
        Ok(Plan { columns, dropped })
    } else {
        Err(Error::Columns {
            table: checks.table.clone(),
            missing,
            misfits,
        })
    }
}

/// Whether every value of `found` is a value of `expected`.
fn fits(found: &DataType, expected: ColumnType) -> bool {
    use DataType::{
        Binary, BinaryView, Boolean, Date32, Date64, Dictionary, Float16, Float32, Float64, Int8,
        Int16, Int32, Int64, LargeBinary, LargeList, LargeUtf8, List, Null, Timestamp, UInt8,
        UInt16, UInt32, Utf8, Utf8View,
    };
    match (expected, found) {
        (_, Null) => true,
        (_, Dictionary(_, values)) => fits(values, expected),
        (ColumnType::Utf8, Utf8 | LargeUtf8 | Utf8View) => true,
        (ColumnType::Int32, Int8 | Int16 | Int32 | UInt8 | UInt16) => true,
        (ColumnType::Int64, Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32) => true,
        (
            ColumnType::Float64,
            Float16 | Float32 | Float64 | Int8 | Int16 | Int32 | UInt8 | UInt16 | UInt32,
        ) => true,
        (ColumnType::Boolean, Boolean) => true,
        (ColumnType::Date32, Date32 | Date64) => true,
        // Nanoseconds would be cut.
        (ColumnType::Timestamp, Timestamp(unit, Some(_))) => *unit != TimeUnit::Nanosecond,
        (ColumnType::Geometry, Binary | LargeBinary | BinaryView) => true,
        (ColumnType::Utf8List, List(item) | LargeList(item)) => {
            fits(item.data_type(), ColumnType::Utf8)
        }
        _ => false,
    }
}
