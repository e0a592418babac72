//! `row_problems(column, kind, text, …) -> text`: what could not be read on a row, one problem a line, null when all
//! could. The arguments come in threes: the name of the column, the kind of code or value, and its text.

use std::sync::Arc;

use arrow::array::{StringArray, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_model::problem::{Problem, encode};
use edulac_model::values::{parse_boolean, parse_date, parse_decimal, parse_integer};
use edulac_model::{CodeKind, ValueKind};

use crate::text::{cell, returned, string_arrays};

#[derive(Debug, PartialEq, Eq, Hash)]
struct RowProblems {
    signature: Signature,
}

/// The function.
pub(crate) fn udf() -> ScalarUDF {
    ScalarUDF::from(RowProblems::new())
}

impl RowProblems {
    fn new() -> Self {
        Self {
            signature: Signature::variadic(vec![DataType::Utf8], Volatility::Immutable),
        }
    }
}

/// A kind of code or of value, by its name.
enum Kind {
    Code(CodeKind),
    Value(ValueKind),
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        let code = CodeKind::ALL.iter().find(|kind| kind.name() == name);
        let value = ValueKind::ALL.iter().find(|kind| kind.name() == name);
        code.map(|kind| Self::Code(*kind))
            .or_else(|| value.map(|kind| Self::Value(*kind)))
    }

    /// Why `text` is not of this kind; `None` when it is.
    fn fault(&self, text: &str) -> Option<String> {
        match self {
            Self::Code(kind) => kind.normalise(text).err().map(|e| e.to_string()),
            Self::Value(ValueKind::Decimal) => parse_decimal(text).err().map(|e| e.to_string()),
            Self::Value(ValueKind::Integer) => parse_integer(text).err().map(|e| e.to_string()),
            Self::Value(ValueKind::Date) => parse_date(text).err().map(|e| e.to_string()),
            Self::Value(ValueKind::Boolean) => parse_boolean(text).err().map(|e| e.to_string()),
        }
    }
}

/// One column to look at.
struct Watched<'a> {
    column: &'a str,
    kind: Kind,
    texts: &'a StringArray,
}

fn watched(arrays: &[StringArray]) -> Result<Vec<Watched<'_>>> {
    arrays
        .chunks(3)
        .map(|three| match three {
            [column, kind, texts] => {
                let kind = cell(kind, 0).unwrap_or_default();
                Ok(Watched {
                    column: cell(column, 0).unwrap_or_default(),
                    kind: Kind::of(kind).ok_or_else(|| {
                        DataFusionError::Plan(format!("row_problems: no kind `{kind}`"))
                    })?,
                    texts,
                })
            }
            _ => Err(DataFusionError::Plan(
                "row_problems takes its arguments in threes: column, kind, text".to_owned(),
            )),
        })
        .collect()
}

impl ScalarUDFImpl for RowProblems {
    fn name(&self) -> &'static str {
        "row_problems"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut lines = StringBuilder::new();
        if args.number_rows > 0 {
            let arrays = string_arrays(&args.args, args.number_rows)?;
            let watched = watched(&arrays)?;
            for row in 0..args.number_rows {
                let problems: Vec<Problem> = watched
                    .iter()
                    .filter_map(|one| {
                        let text = cell(one.texts, row)?;
                        let reason = one.kind.fault(text)?;
                        Some(Problem {
                            column: one.column.to_owned(),
                            value: text.to_owned(),
                            reason,
                        })
                    })
                    .collect();
                lines.append_option(encode(&problems));
            }
        }
        Ok(returned(Arc::new(lines.finish())))
    }
}
