//! Text arguments of the functions: arrays of one length, whatever mixture of columns and literals came in.

use arrow::array::{ArrayRef, AsArray, StringArray};
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;

/// The arguments as string arrays of `rows` values; literals are repeated.
pub(crate) fn string_arrays(args: &[ColumnarValue], rows: usize) -> Result<Vec<StringArray>> {
    args.iter()
        .map(|arg| Ok(arg.to_array(rows)?.as_string::<i32>().clone()))
        .collect()
}

/// The value of `array` at `row`, trimmed; null and blank are both `None`: the sources leave a cell empty to say
/// that they do not know.
pub(crate) fn cell(array: &StringArray, row: usize) -> Option<&str> {
    use arrow::array::Array;
    if array.is_null(row) {
        return None;
    }
    Some(array.value(row).trim()).filter(|text| !text.is_empty())
}

/// Wraps an array as the result of a function.
pub(crate) fn returned(array: ArrayRef) -> ColumnarValue {
    ColumnarValue::Array(array)
}
