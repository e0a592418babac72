//! `st_astext(geometry)`: its WKT.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, texts};
use super::function::Function;
use crate::wkt;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_astext", &[Arg::Geometry], DataType::Utf8, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    texts(args.map_geometry(|geometry| Ok(Some(wkt::write(&geometry))))?)
}
