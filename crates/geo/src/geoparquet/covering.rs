//! The column that lets readers skip rows by place.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, Float64Builder, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields};

use crate::Result;
use crate::wkb::{self, BBox};

/// Its name.
pub const BBOX_COLUMN: &str = "bbox";

/// Its field: a nullable struct of `xmin`, `ymin`, `xmax`, `ymax` in degrees, in that order.
#[must_use]
pub fn bbox_field() -> Field {
    Field::new(BBOX_COLUMN, DataType::Struct(sides()), true)
}

fn sides() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"]
        .map(|name| Field::new(name, DataType::Float64, true))
        .to_vec()
        .into()
}

/// The box of each geometry: null where the geometry is null, and of null sides where it is empty.
///
/// # Errors
/// Unreadable WKB.
pub fn bbox_array(geometries: &BinaryArray) -> Result<StructArray> {
    boxes(geometries, |_, _| Ok(()))
}

/// As [`bbox_array`]; `see` is shown every geometry with its box.
pub(super) fn boxes(
    geometries: &BinaryArray,
    mut see: impl FnMut(&[u8], Option<BBox>) -> Result<()>,
) -> Result<StructArray> {
    let mut columns = [(); 4].map(|()| Float64Builder::with_capacity(geometries.len()));
    for bytes in geometries {
        let bbox = bytes.map(wkb::bbox).transpose()?.flatten();
        if let Some(bytes) = bytes {
            see(bytes, bbox)?;
        }
        let values = [
            bbox.map(|b| b.xmin),
            bbox.map(|b| b.ymin),
            bbox.map(|b| b.xmax),
            bbox.map(|b| b.ymax),
        ];
        for (column, value) in columns.iter_mut().zip(values) {
            column.append_option(value);
        }
    }
    let arrays: Vec<ArrayRef> = columns
        .iter_mut()
        .map(|column| Arc::new(column.finish()) as ArrayRef)
        .collect();
    let nulls: Option<NullBuffer> = geometries.nulls().cloned();
    Ok(StructArray::try_new(sides(), arrays, nulls)?)
}
