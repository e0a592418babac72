//! `st_within(a, b)`: whether `b` contains `a`, see `st_contains`.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use geo::Contains;

use super::args::{Arg, Args, booleans};
use super::function::Function;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_within",
        &[Arg::Geometry, Arg::Geometry],
        DataType::Boolean,
        compute,
    )
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    booleans(args.map_pairs(|a, b| Some(b.contains(a)))?)
}
