//! `st_distance_m(a, b)`: metres between two geometries of CRS84, zero when they meet. Geodesic between
//! points, otherwise good to 0.1 % up to 10 km. Null when one is empty.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, floats};
use super::function::Function;
use crate::measure;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_distance_m",
        &[Arg::Geometry, Arg::Geometry],
        DataType::Float64,
        compute,
    )
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    floats(args.map_pairs(|a, b| Ok(measure::distance_m(a, b)))?)
}
