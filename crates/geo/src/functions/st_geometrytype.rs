//! `st_geometrytype(geometry)`: its type, as `MultiPolygon`.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, texts};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_geometrytype", &[Arg::Geometry], DataType::Utf8, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    texts(args.map_wkb(|bytes| Ok(Some(wkb::kind(bytes)?.name())))?)
}
