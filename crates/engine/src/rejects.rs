//! Rejects in the archive: `rejects/<run id>/<table>.parquet`, in the schema of [`edulac_validate::reject_schema`].

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};
use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use edulac_validate::{Reject, reject_batch, reject_schema};

use crate::Workspace;
use crate::error::{Error, Result};
use crate::record::TableRecord;
use crate::runs;

/// The rejects of one table in one run, written as they come. Without any, there is no file.
pub(crate) struct RejectFile {
    table: String,
    path: PathBuf,
    writer: Option<ArrowWriter<File>>,
}

impl RejectFile {
    pub(crate) fn new(table: &str, path: PathBuf) -> Self {
        Self {
            table: table.to_owned(),
            path,
            writer: None,
        }
    }

    pub(crate) fn add(&mut self, rejects: &[Reject]) -> Result<()> {
        if rejects.is_empty() {
            return Ok(());
        }
        let batch = reject_batch(&self.table, rejects)?;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(create(&self.path)?),
        };
        writer
            .write(&batch)
            .map_err(|e| failed(&self.path)(e.into()))
    }

    pub(crate) fn finish(&mut self) -> Result<()> {
        let Some(writer) = self.writer.take() else {
            return Ok(());
        };
        writer.close().map_err(|e| failed(&self.path)(e.into()))?;
        Ok(())
    }
}

fn create(path: &Path) -> Result<ArrowWriter<File>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io(folder))?;
    }
    let file = File::create(path).map_err(Error::io(path))?;
    ArrowWriter::try_new(file, reject_schema(), None).map_err(|e| failed(path)(e.into()))
}

fn failed(path: &Path) -> impl FnOnce(DataFusionError) -> Error + use<> {
    let path = path.to_owned();
    move |source| Error::Rejects {
        path,
        source: Box::new(source),
    }
}

/// Where the rejects of a run go.
pub(crate) fn folder(archive: &Path, run: &str) -> PathBuf {
    archive.join("rejects").join(run)
}

/// The rejects of one table.
#[derive(Debug, Clone)]
pub struct TableRejects {
    /// The table.
    pub table: String,
    /// Rows of [`edulac_validate::reject_schema`], by their place in the source.
    pub batches: Vec<RecordBatch>,
}

/// The rejects of a run, with its id: of the newest run, and of all tables, when none is named.
///
/// # Errors
/// [`Error::UnknownRun`], [`Error::UnknownTable`], a file that cannot be read.
pub fn rejects(
    workspace: &Workspace,
    run: Option<&str>,
    table: Option<&str>,
) -> Result<(String, Vec<TableRejects>)> {
    let record = runs::find(workspace, run)?;
    if let Some(table) = table
        && !record.tables.iter().any(|record| record.table == table)
    {
        return Err(Error::UnknownTable {
            table: table.to_owned(),
            run: record.run,
            known: record
                .tables
                .into_iter()
                .map(|record| record.table)
                .collect(),
        });
    }
    let archive = workspace.archive()?;
    let mut found = Vec::new();
    for TableRecord {
        table: name,
        made_by,
        ..
    } in &record.tables
    {
        if table.is_some_and(|wanted| wanted != name) {
            continue;
        }
        // A table that did not run has the rejects of its last making.
        let run = if made_by.is_empty() {
            &record.run
        } else {
            made_by
        };
        let path = folder(&archive, run).join(format!("{name}.parquet"));
        if path.exists() {
            found.push(TableRejects {
                table: name.clone(),
                batches: read(&path)?,
            });
        }
    }
    Ok((record.run, found))
}

pub(crate) fn read(path: &Path) -> Result<Vec<RecordBatch>> {
    let file = File::open(path).map_err(Error::io(path))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|e| failed(path)(e.into()))?;
    let batches = reader
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| failed(path)(e.into()))?;
    match batches.is_empty() {
        true => Ok(batches),
        false => sorted(&batches)
            .map_err(|e| failed(path)(e.into()))
            .map(|rows| vec![rows]),
    }
}

/// By place in the source, then by what is wrong: rows that queries made come in any order.
fn sorted(batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let schema = batches[0].schema();
    let all = concat_batches(&schema, batches)?;
    let by = |column: &arrow::array::ArrayRef| SortColumn {
        values: Arc::clone(column),
        options: None,
    };
    let order = lexsort_to_indices(&all.columns().iter().map(by).collect::<Vec<_>>(), None)?;
    take_record_batch(&all, &order)
}
