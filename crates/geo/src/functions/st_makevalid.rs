//! `st_makevalid(geometry)`: polygons made valid by the even-odd rule; other types unchanged.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::repair;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_makevalid", &[Arg::Geometry], DataType::Binary, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(
        args.map_geometry(|geometry| {
            Ok(Some(wkb::write(&repair::make_valid(geometry)?.geometry)))
        })?,
    )
}
