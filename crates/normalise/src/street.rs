//! `street_name(text) -> text`: the name of a street in one form, whatever the way it is written (`Bd. de l'Écluse`, `BOULEVARD
//! DE L ECLUSE`: `boulevard ecluse`), to compare streets of two sources; null of a text that holds no name. It is no name to show.

use std::sync::Arc;

use arrow::array::StringArray;
use arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_model::street::Street;

use crate::text::{cell, returned, string_arrays};

/// The function.
pub(crate) fn udf() -> ScalarUDF {
    ScalarUDF::from(StreetName {
        signature: Signature::exact(vec![DataType::Utf8], Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct StreetName {
    signature: Signature,
}

impl ScalarUDFImpl for StreetName {
    fn name(&self) -> &'static str {
        "street_name"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let texts = &string_arrays(&args.args, args.number_rows)?[0];
        let streets = (0..args.number_rows).map(|row| {
            cell(texts, row)
                .and_then(Street::parse)
                .map(|street| street.to_string())
        });
        Ok(returned(Arc::new(streets.collect::<StringArray>())))
    }
}
