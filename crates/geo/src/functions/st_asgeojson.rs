//! `st_asgeojson(geometry)`: its GeoJSON geometry object; the coordinates should be CRS84.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, texts};
use super::function::Function;
use crate::geojson;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_asgeojson", &[Arg::Geometry], DataType::Utf8, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    texts(args.map_geometry(|geometry| Ok(Some(geojson::write(&geometry).to_string())))?)
}
