//! One value of a column as people read it in a reject.

use std::fmt::Write as _;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use edulac_geo::wkb;

/// Bytes of an unreadable geometry that are shown.
const SHOWN_BYTES: usize = 16;

/// The value of a row; `None` for null. Geometries are shown by their kind and place.
pub(crate) fn text(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Binary => Some(geometry(array.as_binary::<i32>().value(row))),
        // The type is one of ours, and all of them can be shown.
        _ => ArrayFormatter::try_new(array, &FormatOptions::default())
            .ok()
            .map(|shown| shown.value(row).to_string()),
    }
}

fn geometry(bytes: &[u8]) -> String {
    match (wkb::kind(bytes), wkb::bbox(bytes)) {
        (Ok(wkb::Kind::Point), Ok(Some(bbox))) => format!("Point ({} {})", bbox.xmin, bbox.ymin),
        (Ok(kind), Ok(Some(bbox))) => {
            format!(
                "{} ({} {}, {} {})",
                kind.name(),
                bbox.xmin,
                bbox.ymin,
                bbox.xmax,
                bbox.ymax
            )
        }
        (Ok(kind), Ok(None)) => format!("{} vide", kind.name()),
        (Err(error), _) | (_, Err(error)) => {
            let mut shown = String::new();
            for byte in bytes.iter().take(SHOWN_BYTES) {
                let _ = write!(shown, "{byte:02x}");
            }
            format!("{shown}… ({} octets : {error})", bytes.len())
        }
    }
}
