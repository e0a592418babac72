//! `st_geomfromhexwkb(text)`: the geometry of hexadecimal WKB or EWKB, as PostGIS prints it. Null when
//! it cannot be read.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new("st_geomfromhexwkb", &[Arg::Text], DataType::Binary, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(args.text(0)?.iter().map(|text| {
        let bytes = text.and_then(|text| wkb::from_hex(text).ok());
        Ok(bytes
            .and_then(|bytes| wkb::read(&bytes).ok())
            .map(|geometry| wkb::write(&geometry)))
    }))
}
