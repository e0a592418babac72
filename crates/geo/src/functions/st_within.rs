//! `st_within(a, b)`: whether `b` contains `a`, see `st_contains`.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, booleans};
use super::function::Function;
use crate::predicate;

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
    booleans(args.map_pairs(|a, b| Ok(Some(predicate::contains(b, a)?)))?)
}
