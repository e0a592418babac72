//! `st_intersection(a, b)`: what two areas have in common, of any polygons of CRS84. Null when they have nothing in common.
//! Broken polygons are repaired first.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::{combine, wkb};

pub(super) fn udf() -> ScalarUDF {
    let pair = &[Arg::Geometry, Arg::Geometry];
    Function::new("st_intersection", pair, DataType::Binary, compute).udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    geometries(args.map_pairs(|a, b| {
        let common = combine::intersection(a, b)?;
        Ok((!common.0.is_empty()).then(|| wkb::write(&common.into())))
    })?)
}
