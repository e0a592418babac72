//! `st_centroid(geometry)`: its flat centre of mass, which may lie outside of it. Null when it is
//! empty.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use geo::Centroid;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_centroid", &[Arg::Geometry], DataType::Binary, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(
        args.map_geometry(|geometry| {
            Ok(geometry.centroid().map(|p| wkb::write_point(p.x(), p.y())))
        })?,
    )
}
