//! What rows are compared by.

use std::cmp::Ordering;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::SortOptions;
use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use arrow::row::{RowConverter, Rows, SortField};

/// The columns of a sort, the first weighing most; ascending, nulls last.
pub(super) struct Key {
    columns: Vec<usize>,
    converter: RowConverter,
}

impl Key {
    /// By the columns of `schema` at these places.
    pub(super) fn new(columns: Vec<usize>, schema: &Schema) -> Result<Self, ArrowError> {
        let options = SortOptions::default().asc().nulls_last();
        let fields = columns
            .iter()
            .map(|place| {
                let data_type = schema.field(*place).data_type().clone();
                SortField::new_with_options(data_type, options)
            })
            .collect();
        let converter = RowConverter::new(fields)?;
        Ok(Self { columns, converter })
    }

    pub(super) fn of(&self, batch: &RecordBatch) -> Result<Rows, ArrowError> {
        let columns = self.columns.iter();
        let columns: Vec<ArrayRef> = columns
            .map(|place| ArrayRef::clone(batch.column(*place)))
            .collect();
        self.converter.convert_columns(&columns)
    }
}

/// The first bytes of a key: they tell most rows apart without a look at the rest. For rows on the ground they hold a short
/// partition value and the place along the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Prefix([u64; 3]);

impl Prefix {
    pub(super) fn of(rows: &Rows, row: usize) -> Self {
        let mut bytes = [0; 24];
        let key = rows.row(row);
        let key = key.as_ref();
        let length = key.len().min(bytes.len());
        bytes[..length].copy_from_slice(&key[..length]);
        let mut words = [0; 3];
        for (word, eight) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = eight
                .iter()
                .fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        Self(words)
    }
}

/// A row among the keys of several batches.
pub(super) fn compare(
    (a, a_rows, a_row): (Prefix, &Rows, usize),
    (b, b_rows, b_row): (Prefix, &Rows, usize),
) -> Ordering {
    a.cmp(&b)
        .then_with(|| a_rows.row(a_row).cmp(&b_rows.row(b_row)))
}
