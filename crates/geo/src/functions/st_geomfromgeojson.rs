//! `st_geomfromgeojson(text)`: the geometry of a GeoJSON geometry object (not a feature). Null when it
//! cannot be read.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::geojson;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_geomfromgeojson",
        &[Arg::Text],
        DataType::Binary,
        compute,
    )
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(args.text(0)?.iter().map(|text| {
        Ok(text
            .and_then(|text| geojson::read(text).ok())
            .map(|geometry| wkb::write(&geometry)))
    }))
}
