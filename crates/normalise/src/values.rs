//! `parse_<kind>(text)`: a decimal, an integer, a date or a boolean; null when blank or unreadable.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray};
use arrow::datatypes::{DataType, Date32Type};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_model::ValueKind;
use edulac_model::values::{parse_boolean, parse_date, parse_decimal, parse_integer};

use crate::text::{cell, returned, string_arrays};

/// The function that reads values of one kind.
pub(crate) fn parse(kind: ValueKind) -> ScalarUDF {
    ScalarUDF::from(ParseValue {
        kind,
        name: format!("parse_{}", kind.name()),
        signature: Signature::exact(vec![DataType::Utf8], Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ParseValue {
    kind: ValueKind,
    name: String,
    signature: Signature,
}

impl ScalarUDFImpl for ParseValue {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.kind {
            ValueKind::Decimal => DataType::Float64,
            ValueKind::Integer => DataType::Int64,
            ValueKind::Date => DataType::Date32,
            ValueKind::Boolean => DataType::Boolean,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let texts = &string_arrays(&args.args, args.number_rows)?[0];
        let rows = args.number_rows;
        let values: ArrayRef = match self.kind {
            ValueKind::Decimal => {
                Arc::new(read(texts, rows, parse_decimal).collect::<Float64Array>())
            }
            ValueKind::Integer => {
                Arc::new(read(texts, rows, parse_integer).collect::<Int64Array>())
            }
            ValueKind::Date => Arc::new(
                read(texts, rows, parse_date)
                    .map(|date| date.map(Date32Type::from_naive_date))
                    .collect::<Date32Array>(),
            ),
            ValueKind::Boolean => {
                Arc::new(read(texts, rows, parse_boolean).collect::<BooleanArray>())
            }
        };
        Ok(returned(values))
    }
}

fn read<'a, T, E>(
    texts: &'a StringArray,
    rows: usize,
    parse: impl Fn(&str) -> std::result::Result<T, E> + 'a,
) -> impl Iterator<Item = Option<T>> + 'a {
    (0..rows).map(move |row| cell(texts, row).and_then(|text| parse(text).ok()))
}
