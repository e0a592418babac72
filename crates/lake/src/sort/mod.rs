//! The rows of a table in order, in bounded memory: what fits is sorted and put aside as a run, and the runs are read side by
//! side.
//!
//! DataFusion's sort spills rows twice when there are many runs, and two of its partitions that merge at once may take
//! each other's memory: a table of 4.8 million buildings failed so in 512 MiB. Here rows are put aside once, and what is
//! held is a run, one being put aside, and a small batch of each run.

mod held;
mod key;
mod merge;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer::StreamWriter;
use snap::write::FrameEncoder;
use tokio::task::{JoinHandle, spawn_blocking};

use held::Held;
use key::Key;
use merge::Merge;

/// Rows of a batch that comes out.
const ROWS: usize = 8_192;
/// Rows of a batch put aside: one of each run is held while they are merged.
const ROWS_ASIDE: usize = 1_024;

/// Rows in order, as batches.
pub(crate) type Sorted = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// Takes rows in, whatever their order.
pub(crate) struct Sorter {
    schema: SchemaRef,
    key: Key,
    /// Where runs are put aside, as files without a name. Compressing them costs less than writing them whole.
    dir: PathBuf,
    /// Bytes of a run.
    limit: usize,
    held: Held,
    runs: Vec<File>,
    aside: Option<JoinHandle<Result<File, ArrowError>>>,
}

impl Sorter {
    /// Sorts rows of `schema` by its columns at the places `by`, ascending, nulls last, within `memory` bytes. Rows of equal
    /// keys come in any order.
    pub(crate) fn new(
        schema: SchemaRef,
        by: Vec<usize>,
        dir: &Path,
        memory: usize,
    ) -> Result<Self, ArrowError> {
        Ok(Self {
            key: Key::new(by, &schema)?,
            schema,
            dir: dir.to_owned(),
            // Two runs at once, one of them with a copy of its rows.
            limit: memory / 4,
            held: Held::default(),
            runs: Vec::new(),
            aside: None,
        })
    }

    /// Takes a batch in.
    pub(crate) async fn push(&mut self, batch: RecordBatch) -> Result<(), ArrowError> {
        let keys = self.key.of(&batch)?;
        self.held.add(batch, keys);
        if self.held.bytes() > self.limit {
            self.put_aside().await?;
        }
        Ok(())
    }

    /// All rows, in order.
    pub(crate) async fn finish(mut self) -> Result<Sorted, ArrowError> {
        if !self.runs.is_empty() || self.aside.is_some() {
            if !self.held.is_empty() {
                self.put_aside().await?;
            }
            self.wait().await?;
        }
        Ok(match self.runs.is_empty() {
            true => Box::new(self.held.sorted(ROWS)),
            false => Box::new(Merge::new(self.key, self.runs, ROWS)?),
        })
    }

    /// Sorts and writes what is held, while more is taken in.
    async fn put_aside(&mut self) -> Result<(), ArrowError> {
        self.wait().await?;
        let held = std::mem::take(&mut self.held);
        let (schema, dir) = (SchemaRef::clone(&self.schema), self.dir.clone());
        self.aside = Some(spawn_blocking(move || write(held, &schema, &dir)));
        Ok(())
    }

    /// Waits for the run that is being put aside.
    async fn wait(&mut self) -> Result<(), ArrowError> {
        if let Some(aside) = self.aside.take() {
            self.runs.push(ended(aside).await?);
        }
        Ok(())
    }
}

/// What a thread of ours gave; its panic goes on here, for a panic is a bug and no fault of the disk or the rows.
pub(crate) async fn ended<T>(thread: JoinHandle<T>) -> T {
    match thread.await {
        Ok(given) => given,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn write(held: Held, schema: &Schema, dir: &Path) -> Result<File, ArrowError> {
    let file = FrameEncoder::new(tempfile::tempfile_in(dir)?);
    let mut writer = StreamWriter::try_new(file, schema)?;
    for batch in held.sorted(ROWS_ASIDE) {
        writer.write(&batch?)?;
    }
    writer.finish()?;
    let mut compressed = writer.into_inner()?;
    compressed.flush()?;
    let mut file = compressed.get_ref().try_clone()?;
    file.rewind()?;
    Ok(file)
}
