//! `st_difference(a, b)`: what is left of the area `a` without the area `b`, of any polygons of CRS84. Null when nothing is
//! left. Broken polygons are repaired first.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::{combine, wkb};

pub(super) fn udf() -> ScalarUDF {
    let pair = &[Arg::Geometry, Arg::Geometry];
    Function::new("st_difference", pair, DataType::Binary, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(args.map_pairs(|a, b| {
        let left = combine::difference(a, b)?;
        Ok((!left.0.is_empty()).then(|| wkb::write(&left.into())))
    })?)
}
