//! The Arrow form of a table under contract.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use edulac_contract::{Checks, ColumnType};

/// The Arrow type in which a column is stored.
#[must_use]
pub fn data_type(column_type: ColumnType) -> DataType {
    match column_type {
        ColumnType::Utf8 => DataType::Utf8,
        ColumnType::Int32 => DataType::Int32,
        ColumnType::Int64 => DataType::Int64,
        ColumnType::Float64 => DataType::Float64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date32 => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Geometry => DataType::Binary,
        ColumnType::Utf8List => {
            DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
        }
    }
}

/// The schema of accepted rows: the contract's columns in its order, its exact types, not nullable where the
/// contract asks for a value.
#[must_use]
pub fn table_schema(checks: &Checks) -> SchemaRef {
    let field = |column: &edulac_contract::ColumnCheck| {
        Field::new(&column.name, data_type(column.column_type), column.nullable)
    };
    Arc::new(Schema::new(
        checks.columns.iter().map(field).collect::<Vec<_>>(),
    ))
}
