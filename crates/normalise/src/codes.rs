//! `clean_<kind>(text) -> text`: a code in its canonical form, null when blank or unreadable.

use std::sync::Arc;

use arrow::array::StringArray;
use arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_model::CodeKind;

use crate::text::{cell, returned, string_arrays};

/// The function that cleans codes of one kind.
pub(crate) fn clean(kind: CodeKind) -> ScalarUDF {
    ScalarUDF::from(CleanCode {
        kind,
        name: format!("clean_{}", kind.name()),
        signature: Signature::exact(vec![DataType::Utf8], Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CleanCode {
    kind: CodeKind,
    name: String,
    signature: Signature,
}

impl ScalarUDFImpl for CleanCode {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let texts = &string_arrays(&args.args, args.number_rows)?[0];
        let cleaned: StringArray = (0..args.number_rows)
            .map(|row| cell(texts, row).and_then(|text| self.kind.normalise(text).ok()))
            .collect();
        Ok(returned(Arc::new(cleaned)))
    }
}
