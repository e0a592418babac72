//! `st_point(x, y)`: a point, longitude first. Null when a coordinate is null or not finite.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_point",
        &[Arg::Number, Arg::Number],
        DataType::Binary,
        compute,
    )
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    let rows = args.number(0)?.iter().zip(args.number(1)?);
    geometries(rows.map(|(x, y)| {
        let finite = x.zip(y).filter(|(x, y)| x.is_finite() && y.is_finite());
        Ok(finite.map(|(x, y)| wkb::write_point(x, y)))
    }))
}
