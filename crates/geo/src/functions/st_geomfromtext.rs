//! `st_geomfromtext(text)`: the geometry of a WKT or EWKT text, in the coordinates it is written in (an
//! SRID is not looked at); Z and M are dropped. Null when the text cannot be read.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::wkt;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_geomfromtext", &[Arg::Text], DataType::Binary, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(
        args.text(0)?
            .iter()
            .map(|text| Ok(text.and_then(|text| wkt::to_wkb(text).ok()))),
    )
}
