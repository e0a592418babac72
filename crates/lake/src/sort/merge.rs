//! Runs on the disk, read side by side.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;

use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::row::Rows;
use snap::read::FrameDecoder;

use super::key::{Key, Prefix, compare};

/// All rows of several runs in order. Holds a batch of each run.
pub(super) struct Merge {
    key: Key,
    runs: BinaryHeap<Run>,
    /// The batches that the next rows come from.
    batches: Vec<RecordBatch>,
    rows: usize,
}

/// A sorted file, at its next row. The heap gives the greatest: the first of all rows.
struct Run {
    file: StreamReader<FrameDecoder<File>>,
    /// Place of its batch among those of the merge.
    batch: usize,
    keys: Rows,
    row: usize,
    prefix: Prefix,
}

impl Merge {
    /// Gives batches of `rows` rows; the last may be shorter.
    pub(super) fn new(key: Key, files: Vec<File>, rows: usize) -> Result<Self, ArrowError> {
        let mut merge = Self {
            key,
            runs: BinaryHeap::new(),
            batches: Vec::new(),
            rows,
        };
        for file in files {
            let mut file = StreamReader::try_new(FrameDecoder::new(file), None)?;
            if let Some(batch) = file.next().transpose()? {
                let keys = merge.key.of(&batch)?;
                merge.runs.push(Run {
                    file,
                    batch: merge.batches.len(),
                    prefix: Prefix::of(&keys, 0),
                    keys,
                    row: 0,
                });
                merge.batches.push(batch);
            }
        }
        Ok(merge)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let mut taken = Vec::with_capacity(self.rows);
        while taken.len() < self.rows
            && let Some(mut first) = self.runs.peek_mut()
        {
            taken.push((first.batch, first.row));
            first.row += 1;
            if first.row == first.keys.num_rows() {
                let Some(batch) = first.file.next().transpose()? else {
                    PeekMut::pop(first);
                    continue;
                };
                first.keys = self.key.of(&batch)?;
                first.row = 0;
                first.batch = self.batches.len();
                self.batches.push(batch);
            }
            first.prefix = Prefix::of(&first.keys, first.row);
        }
        if taken.is_empty() {
            return Ok(None);
        }
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let next = interleave_record_batch(&batches, &taken)?;
        self.forget();
        Ok(Some(next))
    }

    /// Lets go of the batches that no run stands in any more.
    fn forget(&mut self) {
        let mut runs = std::mem::take(&mut self.runs).into_vec();
        let batches = runs.iter_mut().enumerate().map(|(place, run)| {
            let batch = self.batches[run.batch].clone();
            run.batch = place;
            batch
        });
        self.batches = batches.collect();
        self.runs = runs.into();
    }
}

impl Iterator for Merge {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}

impl Ord for Run {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(
            (other.prefix, &other.keys, other.row),
            (self.prefix, &self.keys, self.row),
        )
    }
}

impl PartialOrd for Run {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Run {}
