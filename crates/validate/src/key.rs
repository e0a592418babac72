//! Keys as people read them.

use arrow::array::ArrayRef;

use crate::value;

/// The key of a row: its values in key order, separated by commas, `∅` for null.
pub(crate) fn text(columns: &[&ArrayRef], row: usize) -> String {
    let part = |column: &&ArrayRef| value::text(column, row).unwrap_or_else(|| "∅".to_owned());
    columns.iter().map(part).collect::<Vec<_>>().join(", ")
}
