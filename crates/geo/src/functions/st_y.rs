//! `st_y(point)`: its latitude (degrees) in CRS84. Null for empty points and for every other type.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, floats};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_y", &[Arg::Geometry], DataType::Float64, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    floats(args.map_wkb(|bytes| Ok(wkb::point(bytes)?.map(|position| position.1)))?)
}
