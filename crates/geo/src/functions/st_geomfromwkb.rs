//! `st_geomfromwkb(binary)`: WKB or EWKB of any byte order and dimension as plain 2D little-endian WKB.
//! Null when it cannot be read.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_geomfromwkb",
        &[Arg::Geometry],
        DataType::Binary,
        compute,
    )
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(args.wkb(0)?.iter().map(|bytes| {
        Ok(bytes
            .and_then(|bytes| wkb::read(bytes).ok())
            .map(|g| wkb::write(&g)))
    }))
}
