//! Rows that fit into memory, in their order.

use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use arrow::error::ArrowError;
use arrow::row::Rows;

use super::key::{Prefix, compare};

/// Batches with their keys, not yet in order.
#[derive(Default)]
pub(super) struct Held {
    batches: Vec<RecordBatch>,
    keys: Vec<Rows>,
    rows: usize,
    bytes: usize,
}

/// A row: its batch, and its place there.
type Place = (usize, usize);

impl Held {
    pub(super) fn add(&mut self, batch: RecordBatch, keys: Rows) {
        self.rows += batch.num_rows();
        let columns = batch.columns().iter();
        let columns: usize = columns
            .map(|c| c.to_data().get_slice_memory_size().unwrap_or_default())
            .sum();
        self.bytes += columns + keys.size() + batch.num_rows() * size_of::<(Prefix, Place)>();
        self.batches.push(batch);
        self.keys.push(keys);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The memory that it takes until it is sorted.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Its rows in order, as batches of `rows` at most.
    pub(super) fn sorted(
        self,
        rows: usize,
    ) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + Send {
        let order = self.order();
        let mut from = 0;
        std::iter::from_fn(move || {
            let batch = order.get(from..order.len().min(from + rows))?;
            from += rows;
            let batches: Vec<&RecordBatch> = self.batches.iter().collect();
            (!batch.is_empty()).then(|| interleave_record_batch(&batches, batch))
        })
    }

    fn order(&self) -> Vec<Place> {
        let mut places = Vec::with_capacity(self.rows);
        for (batch, keys) in self.keys.iter().enumerate() {
            places.extend((0..keys.num_rows()).map(|row| (Prefix::of(keys, row), batch, row)));
        }
        places.sort_unstable_by(|a, b| {
            compare((a.0, &self.keys[a.1], a.2), (b.0, &self.keys[b.1], b.2))
        });
        places
            .into_iter()
            .map(|(_, batch, row)| (batch, row))
            .collect()
    }
}
