//! Rows that the sort could not tell apart, put in the order of their hashes.
//!
//! A key rarely repeats: hashing the few rows that do costs far less than sorting every row by its hash.

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, partition, take_record_batch};
use arrow::error::ArrowError;

use crate::row_hash::row_hashes;
use crate::sort::Sorted;

/// Passes sorted rows on, those of one sort key in the order of the hashes of their first `hashed` columns.
pub(crate) struct Ties {
    /// Places of the sort's columns.
    sorted_by: Vec<usize>,
    hashed: usize,
    /// Rows of the last sort key seen, of which more may come.
    held: Option<RecordBatch>,
}

impl Ties {
    pub(crate) fn new(sorted_by: Vec<usize>, hashed: usize) -> Self {
        Self {
            sorted_by,
            hashed,
            held: None,
        }
    }

    /// Gives `sorted` to `next`, batch after batch, until it wants no more.
    pub(crate) fn put_in_order(
        mut self,
        sorted: Sorted,
        mut next: impl FnMut(RecordBatch) -> bool,
    ) -> Result<(), ArrowError> {
        for batch in sorted {
            for ready in self.push(&batch?)? {
                if !next(ready) {
                    return Ok(());
                }
            }
        }
        if let Some(last) = self.finish()? {
            next(last);
        }
        Ok(())
    }

    /// Takes in the next sorted rows and gives those whose place is known, at most all but the last.
    fn push(&mut self, batch: &RecordBatch) -> Result<Vec<RecordBatch>, ArrowError> {
        let groups = partition(&self.key(batch))?.ranges();
        let (Some(first), Some(last)) = (groups.first(), groups.last()) else {
            return Ok(Vec::new());
        };
        let mut ready = Vec::new();
        let mut start = 0;
        if let Some(held) = self.held.take() {
            let head = concat_batches(
                batch.schema_ref(),
                [&held, &batch.slice(first.start, first.len())],
            )?;
            let joined = partition(&self.key(&head))?.ranges();
            match joined.len() {
                // The held key goes on, to the end of the batch or not.
                1 if groups.len() == 1 => {
                    self.held = Some(head);
                    return Ok(ready);
                }
                1 => {
                    ready.push(self.in_order(head)?);
                    start = first.end;
                }
                _ => ready.push(self.in_order(held)?),
            }
        }
        for group in groups
            .iter()
            .filter(|group| group.len() > 1 && group.end < batch.num_rows())
        {
            if group.start >= start {
                ready.push(batch.slice(start, group.start - start));
                ready.push(self.in_order(batch.slice(group.start, group.len()))?);
                start = group.end;
            }
        }
        ready.push(batch.slice(start, last.start - start));
        // A copy, lest the one row keep the whole batch in memory.
        let tail = batch.slice(last.start, last.len());
        self.held = Some(concat_batches(batch.schema_ref(), [&tail])?);
        Ok(ready)
    }

    /// The rows still held.
    fn finish(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        self.held.take().map(|held| self.in_order(held)).transpose()
    }

    fn key(&self, batch: &RecordBatch) -> Vec<ArrayRef> {
        let columns = batch.columns();
        self.sorted_by
            .iter()
            .filter_map(|index| columns.get(*index).map(ArrayRef::clone))
            .collect()
    }

    fn in_order(&self, group: RecordBatch) -> Result<RecordBatch, ArrowError> {
        if group.num_rows() < 2 {
            return Ok(group);
        }
        let hashes = row_hashes(group.columns().get(..self.hashed).unwrap_or_default())?;
        let mut order: Vec<u32> = (0..).take(hashes.len()).collect();
        order.sort_by_key(|row| hashes.get(*row as usize));
        take_record_batch(&group, &UInt32Array::from(order))
    }
}
