//! Rows to files on the local disk: total order, partitions, content-addressed names.
//!
//! The order is: partition columns, Hilbert key of the geometry (null last), key columns, row hash. So
//! the same rows give the same files whatever order they come in. [`Sorter`] sorts (and spills) by all but
//! the hash, [`Ties`] by the hash; one file is open at a time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{cast, partition};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use datafusion::common::Column;
use datafusion::dataframe::DataFrame;
use datafusion::execution::memory_pool::MemoryLimit;
use datafusion::logical_expr::{Expr, cast as cast_expr};
use futures::TryStreamExt;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::data_file::{DataFile, FileWriter};
use crate::error::{Error, Result};
use crate::geometry::hilbert_udf;
use crate::layout::TableLayout;
use crate::row_hash::row_hash_udf;
use crate::sort::{Sorter, ended};
use crate::ties::Ties;

/// Rows a file holds at most.
pub const MAX_ROWS_PER_FILE: u64 = 2_000_000;

/// The folder of rows whose partition value is unknown, as Hive and Delta name it.
pub const UNKNOWN_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// Memory of a sort when the session has no limit, in bytes.
const UNLIMITED: usize = 1 << 30;

const HILBERT: &str = "_hilbert";
const ROW_HASH: &str = "_row_hash";

/// The whole content of a table, on the local disk, not yet in the lake.
#[derive(Debug, Clone)]
pub struct Staged {
    /// The table.
    pub table: String,
    /// Its files, in the order of their rows. A table without rows is one file without rows.
    pub files: Vec<DataFile>,
    /// Its rows.
    pub rows: u64,
    /// The folder below which the files lie.
    pub dir: PathBuf,
}

impl Staged {
    /// The staged file on the disk.
    #[must_use]
    pub fn local_path(&self, file: &DataFile) -> PathBuf {
        self.dir.join(&file.path)
    }
}

/// Writes the rows of `frame` below `dir/<table>`, as the layout says. Columns that the layout does
/// not name are left out; the others are brought to their exact type.
///
/// Memory: what the frame's own session allows for its sort, and one row group.
///
/// # Errors
/// [`Error::Layout`], [`Error::MissingColumn`], [`Error::PartitionValue`], [`Error::Rows`] when the
/// frame cannot be computed or a value does not fit its type, [`Error::Geometry`], [`Error::Io`].
pub async fn stage(layout: &TableLayout, frame: DataFrame, dir: &Path) -> Result<Staged> {
    layout.check()?;
    let dir = dir.join(&layout.name);
    std::fs::create_dir_all(&dir).map_err(|e| Error::io(&dir, e))?;
    let fail = |e| Error::rows(&layout.name, e);
    let sort = |e| match e {
        ArrowError::IoError(_, e) => Error::io(&dir, e),
        e => Error::rows(&layout.name, e),
    };
    let (frame, sorted_by) = with_sort_columns(layout, frame)?;
    let places: Vec<usize> = sorted_by
        .iter()
        .filter_map(|name| frame.schema().index_of_column_by_name(None, name))
        .collect();
    let memory = match frame.task_ctx().memory_pool().memory_limit() {
        MemoryLimit::Finite(bytes) => bytes,
        MemoryLimit::Infinite | MemoryLimit::Unknown => UNLIMITED,
    };
    let schema = Arc::clone(frame.schema().inner());
    let mut sorter = Sorter::new(schema, places.clone(), &dir, memory).map_err(sort)?;
    let mut rows = frame.execute_stream().await.map_err(fail)?;
    while let Some(batch) = rows.try_next().await.map_err(fail)? {
        sorter.push(batch).await.map_err(sort)?;
    }
    drop(rows);
    let ties = Ties::new(places, layout.schema.fields().len());
    let sorted = sorter.finish().await.map_err(sort)?;
    let mut stager = Stager::new(layout, dir.clone())?;
    // Rows are merged on a thread of their own while the file is encoded here.
    let (sender, mut receiver) = mpsc::channel(4);
    let merging = spawn_blocking(move || {
        ties.put_in_order(sorted, |batch| sender.blocking_send(batch).is_ok())
    });
    while let Some(batch) = receiver.recv().await {
        stager.write(&batch)?;
    }
    ended(merging).await.map_err(sort)?;
    stager.finish()
}

/// The rows in the types of the layout, and the names of the columns to sort them by, some of them added.
fn with_sort_columns(layout: &TableLayout, frame: DataFrame) -> Result<(DataFrame, Vec<String>)> {
    let fail = |e| Error::rows(&layout.name, e);
    let columns = layout
        .schema
        .fields()
        .iter()
        .map(|field| {
            Ok(cast_expr(
                column(layout, &frame, field.name())?,
                field.data_type().clone(),
            )
            .alias(field.name()))
        })
        .collect::<Result<Vec<_>>>()?;
    let mut frame = frame.select(columns).map_err(fail)?;
    let named = |name: &String| Expr::Column(Column::from_name(name));
    let mut sorted_by = layout.partition_by.clone();
    if let Some(geometry) = &layout.geometry {
        frame = frame
            .with_column(HILBERT, hilbert_udf().call(vec![named(geometry)]))
            .map_err(fail)?;
        sorted_by.push(HILBERT.to_owned());
    }
    sorted_by.extend(layout.key.iter().cloned());
    if layout.key.is_empty() {
        let fields = layout.schema.fields().iter();
        let all = fields.map(|field| named(field.name())).collect();
        frame = frame
            .with_column(ROW_HASH, row_hash_udf().call(all))
            .map_err(fail)?;
        sorted_by.push(ROW_HASH.to_owned());
    }
    Ok((frame, sorted_by))
}

fn column(layout: &TableLayout, frame: &DataFrame, name: &str) -> Result<Expr> {
    match frame.schema().qualified_field_with_unqualified_name(name) {
        Ok(found) => Ok(Expr::Column(Column::from(found))),
        Err(_) => Err(Error::MissingColumn {
            table: layout.name.clone(),
            column: name.to_owned(),
            available: frame
                .schema()
                .fields()
                .iter()
                .map(|f| f.name().clone())
                .collect(),
        }),
    }
}

/// The values of the partition columns, in their order.
type PartitionValues = Vec<Option<String>>;

struct Stager<'a> {
    layout: &'a TableLayout,
    columns: usize,
    partition_columns: Vec<usize>,
    open: Option<(PartitionValues, FileWriter<'a>)>,
    staged: Staged,
}

impl<'a> Stager<'a> {
    fn new(layout: &'a TableLayout, dir: PathBuf) -> Result<Self> {
        let index = |name: &String| {
            layout
                .schema
                .index_of(name)
                .map_err(|e| Error::rows(&layout.name, e))
        };
        Ok(Self {
            layout,
            columns: layout.schema.fields().len(),
            partition_columns: layout
                .partition_by
                .iter()
                .map(index)
                .collect::<Result<_>>()?,
            open: None,
            staged: Staged {
                table: layout.name.clone(),
                files: Vec::new(),
                rows: 0,
                dir,
            },
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let fail = |e| Error::rows(&self.layout.name, e);
        let columns = &batch.columns()[..self.columns];
        let by: Vec<ArrayRef> = self
            .partition_columns
            .iter()
            .map(|i| ArrayRef::clone(&columns[*i]))
            .collect();
        let runs = if by.is_empty() {
            std::iter::once(0..batch.num_rows()).collect()
        } else {
            partition(&by).map_err(fail)?.ranges()
        };
        let by = by
            .iter()
            .map(|column| cast(column, &DataType::Utf8))
            .collect::<Result<Vec<_>, _>>()
            .map_err(fail)?;
        for run in runs {
            let values = by
                .iter()
                .map(|c| {
                    c.is_valid(run.start)
                        .then(|| c.as_string::<i32>().value(run.start).to_owned())
                })
                .collect();
            self.write_run(columns, run, values)?;
        }
        Ok(())
    }

    /// Rows of one partition; they may fill several files.
    fn write_run(
        &mut self,
        columns: &[ArrayRef],
        mut run: std::ops::Range<usize>,
        values: PartitionValues,
    ) -> Result<()> {
        while !run.is_empty() {
            let mut writer = match self.open.take() {
                Some((open, writer)) if open == values && writer.rows() < MAX_ROWS_PER_FILE => {
                    writer
                }
                other => {
                    self.close(other)?;
                    self.check_values(&values)?;
                    FileWriter::create(self.layout, &self.staged.dir.join(".part"))?
                }
            };
            let room = usize::try_from(MAX_ROWS_PER_FILE - writer.rows()).unwrap_or(usize::MAX);
            let rows = run.len().min(room);
            let slice: Vec<_> = columns.iter().map(|c| c.slice(run.start, rows)).collect();
            writer.write(&slice)?;
            self.open = Some((values.clone(), writer));
            run.start += rows;
        }
        Ok(())
    }

    /// A value becomes the name of a folder, a part of a URL and a word of the Delta log: codes only,
    /// so that it is written the same in all three.
    fn check_values(&self, values: &PartitionValues) -> Result<()> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        for (column, value) in self.layout.partition_by.iter().zip(values) {
            if let Some(value) = value
                && (value.is_empty() || !value.chars().all(plain))
            {
                return Err(Error::PartitionValue {
                    table: self.layout.name.clone(),
                    column: column.clone(),
                    value: value.clone(),
                });
            }
        }
        Ok(())
    }

    fn close(&mut self, open: Option<(PartitionValues, FileWriter<'a>)>) -> Result<()> {
        let Some((values, writer)) = open else {
            return Ok(());
        };
        let written = writer.finish()?;
        let partition: BTreeMap<_, _> = self
            .layout
            .partition_by
            .iter()
            .cloned()
            .zip(values)
            .collect();
        let mut path = String::new();
        for column in &self.layout.partition_by {
            let value = partition
                .get(column)
                .and_then(Option::as_deref)
                .unwrap_or(UNKNOWN_PARTITION);
            path.push_str(&format!("{column}={value}/"));
        }
        path.push_str(&written.content_name());
        let target = self.staged.dir.join(&path);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
        }
        std::fs::rename(&written.path, &target).map_err(|e| Error::io(&target, e))?;
        self.staged.rows += written.rows;
        self.staged.files.push(DataFile {
            path,
            partition,
            rows: written.rows,
            bytes: written.bytes,
            sha256: written.sha256,
            bbox: written.bbox,
            stats: Some(written.stats),
        });
        Ok(())
    }

    fn finish(mut self) -> Result<Staged> {
        let mut open = self.open.take();
        if open.is_none() {
            // Readers that are given a list of files need one to know the columns.
            let values = vec![None; self.partition_columns.len()];
            open = Some((
                values,
                FileWriter::create(self.layout, &self.staged.dir.join(".part"))?,
            ));
        }
        self.close(open)?;
        Ok(self.staged)
    }
}
