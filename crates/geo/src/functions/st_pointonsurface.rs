//! `st_pointonsurface(geometry)`: a point that is surely on it. Null when it is empty.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;
use geo::InteriorPoint;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_pointonsurface",
        &[Arg::Geometry],
        DataType::Binary,
        compute,
    )
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(args.map_geometry(|geometry| {
        Ok(geometry
            .interior_point()
            .map(|p| wkb::write_point(p.x(), p.y())))
    })?)
}
