//! `st_area_m2(geometry)`: square metres on the ellipsoid of a geometry of CRS84; zero for points and
//! lines.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, floats};
use super::function::Function;
use crate::measure;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_area_m2", &[Arg::Geometry], DataType::Float64, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    floats(args.map_geometry(|geometry| Ok(Some(measure::area_m2(&geometry))))?)
}
