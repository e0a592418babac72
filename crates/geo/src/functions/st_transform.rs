//! `st_transform(geometry, from[, to])`: a geometry of one coordinate system in another. Systems are
//! EPSG codes, `2154` or `'EPSG:2154'`; `to` is 4326 (CRS84: longitude first) when left out. Unknown
//! codes and coordinates outside the area of their system are errors.

use arrow::array::Array as _;
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::ScalarUDF;

use super::args::{Arg, Args, geometries};
use super::function::Function;
use crate::Error;
use crate::crs::{self, Epsg};
use crate::wkb;

pub(super) fn udf() -> ScalarUDF {
    Function::new(
        "st_transform",
        &[Arg::Geometry, Arg::Text, Arg::Text],
        DataType::Binary,
        compute,
    )
    .with_optional(1)
    .udf()
}

fn compute(args: &Args) -> Result<ArrayRef> {
    let to_column = if args.has(2) {
        Some(args.text(2)?)
    } else {
        None
    };
    let rows = args.wkb(0)?.iter().zip(args.text(1)?).enumerate();
    geometries(rows.map(|(row, (bytes, from))| {
        let to = to_column.map_or(Some(DEFAULT_TARGET), |column| {
            column.is_valid(row).then(|| column.value(row))
        });
        match (bytes, from, to) {
            (Some(bytes), Some(from), Some(to)) => Ok(Some(transform(bytes, from, to)?)),
            _ => Ok(None),
        }
    }))
}

const DEFAULT_TARGET: &str = "4326";

fn transform(bytes: &[u8], from: &str, to: &str) -> Result<Vec<u8>, Error> {
    let (from, to): (Epsg, Epsg) = (from.parse()?, to.parse()?);
    let crs84 = crs::geometry_to_crs84(from, &wkb::read(bytes)?)?;
    Ok(wkb::write(&crs::geometry_from_crs84(to, &crs84)?))
}
