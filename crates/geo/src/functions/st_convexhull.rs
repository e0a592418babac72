//! `st_convexhull(geometry)`: the smallest convex area around a geometry. Null for one of less than three corners.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use geo::{Area, ConvexHull};

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_convexhull", &[Arg::Geometry], DataType::Binary, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(args.map_geometry(|geometry| {
        let hull = geometry.convex_hull();
        Ok((hull.unsigned_area() > 0.0).then(|| wkb::write(&hull.into())))
    })?)
}
