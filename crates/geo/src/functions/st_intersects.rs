//! `st_intersects(a, b)`: whether they share a point, borders included.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use geo::Intersects;

use super::args::{Arg, Args, booleans};
use super::function::Function;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_intersects",
        &[Arg::Geometry, Arg::Geometry],
        DataType::Boolean,
        compute,
    )
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    booleans(args.map_pairs(|a, b| Ok(Some(a.intersects(b))))?)
}
