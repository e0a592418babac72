//! `st_isvalid(geometry)`: whether it keeps the rules of simple features (closed rings that do not
//! cross, holes inside).

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, booleans};
use super::function::Function;
use crate::validity;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_isvalid", &[Arg::Geometry], DataType::Boolean, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    booleans(args.map_geometry(|geometry| Ok(Some(validity::is_valid(&geometry))))?)
}
