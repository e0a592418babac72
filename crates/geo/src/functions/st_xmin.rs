//! `st_xmin(geometry)`: the west side of its box. Null when it is empty.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, floats};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_xmin", &[Arg::Geometry], DataType::Float64, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    floats(args.map_wkb(|bytes| Ok(wkb::bbox(bytes)?.map(|bbox| bbox.xmin)))?)
}
