//! `hilbert(geometry)`: the place of its box's centre along a Hilbert curve over the world; order rows
//! by it to keep neighbours together. Never null: null and empty geometries come last.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, integers};
use super::function::Function;
use crate::hilbert;

pub(super) fn udf() -> ScalarUDF {
    Function::new("hilbert", &[Arg::Geometry], DataType::Int64, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    let rows = args.wkb(0)?.iter();
    integers(rows.map(|bytes| {
        Ok(Some(
            i64::try_from(hilbert::key_of_wkb(bytes)?).unwrap_or(i64::MAX),
        ))
    }))
}
