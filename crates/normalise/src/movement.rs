//! `commune_movement(number) -> text`: what a movement of communes is, in French, by its number in INSEE's file (`MOD`);
//! null for a number that is not known.

use std::sync::Arc;

use arrow::array::{AsArray, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use edulac_model::MovementKind;

use crate::text::returned;

/// The function.
pub(crate) fn udf() -> ScalarUDF {
    ScalarUDF::from(CommuneMovement {
        signature: Signature::exact(vec![DataType::Int64], Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CommuneMovement {
    signature: Signature,
}

impl ScalarUDFImpl for CommuneMovement {
    fn name(&self) -> &'static str {
        "commune_movement"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let numbers = args.args[0].to_array(args.number_rows)?;
        let names: StringArray = numbers
            .as_primitive::<Int64Type>()
            .iter()
            .map(|number| number.and_then(MovementKind::of).map(MovementKind::name))
            .collect();
        Ok(returned(Arc::new(names)))
    }
}
