//! One GeoParquet file: written, hashed and described.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::BatchCoalescer;
use arrow::datatypes::SchemaRef;
use edulac_geo::geoparquet::GEO_KEY;
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::geometry::Covering;
use crate::layout::TableLayout;
use crate::settings;
use crate::stats;

/// A committed, immutable file of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataFile {
    /// Below the table's folder: `code_academie=24/0123….parquet`. Named by its content.
    pub path: String,
    /// Value of each partition column, as text; null: unknown.
    pub partition: BTreeMap<String, Option<String>>,
    /// Rows in it.
    pub rows: u64,
    /// Size.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// West, south, east, north in degrees; null: no geometry in it.
    pub bbox: Option<[f64; 4]>,
    /// Statistics for the Delta log, as JSON. Known for staged files only.
    #[serde(skip)]
    pub stats: Option<String>,
}

impl DataFile {
    /// The file as a release names it: its statistics stay in the Delta log.
    pub(crate) fn released(&self) -> Self {
        Self {
            stats: None,
            ..self.clone()
        }
    }
}

/// Writes one file; its bytes depend on the layout and the rows in their order, on nothing else.
pub(crate) struct FileWriter<'a> {
    layout: &'a TableLayout,
    path: PathBuf,
    rows: u64,
    rows_in: SchemaRef,
    file_schema: SchemaRef,
    batches: BatchCoalescer,
    /// None until the first rows tell how columns are encoded.
    writer: Option<ArrowWriter<Hashing>>,
    geometry: Option<(usize, Covering)>,
}

/// A finished file, still under its temporary name.
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) bbox: Option<[f64; 4]>,
    pub(crate) stats: String,
}

impl Written {
    /// The name that its content gives it.
    pub(crate) fn content_name(&self) -> String {
        format!("{}.parquet", &self.sha256[..settings::SETTINGS.name_digits])
    }
}

impl<'a> FileWriter<'a> {
    /// Begins a file of rows of `layout.row_schema()`.
    pub(crate) fn create(layout: &'a TableLayout, path: &Path) -> Result<Self> {
        let rows_in = layout.row_schema();
        let geometry = match &layout.geometry {
            None => None,
            Some(column) => {
                let index = rows_in
                    .index_of(column)
                    .map_err(|e| Error::rows(&layout.name, e))?;
                Some((index, Covering::new(column)))
            }
        };
        Ok(Self {
            layout,
            path: path.to_owned(),
            rows: 0,
            batches: BatchCoalescer::new(Arc::clone(&rows_in), settings::SETTINGS.rows_per_batch),
            rows_in,
            file_schema: layout.file_schema(),
            writer: None,
            geometry,
        })
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds rows, columns in the order of the layout.
    pub(crate) fn write(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let batch = RecordBatch::try_new(Arc::clone(&self.rows_in), columns.to_vec())
            .map_err(|e| Error::rows(&self.layout.name, e))?;
        self.rows += batch.num_rows() as u64;
        self.batches
            .push_batch(batch)
            .map_err(|e| Error::rows(&self.layout.name, e))?;
        self.write_completed()
    }

    fn write_completed(&mut self) -> Result<()> {
        while let Some(batch) = self.batches.next_completed_batch() {
            let mut columns = batch.columns().to_vec();
            if let Some((index, covering)) = &mut self.geometry {
                let boxes = covering
                    .add(columns[*index].as_binary())
                    .map_err(|source| Error::Geometry {
                        table: self.layout.name.clone(),
                        source: Box::new(source),
                    })?;
                columns.push(boxes);
            }
            let batch = RecordBatch::try_new(Arc::clone(&self.file_schema), columns)
                .map_err(|e| Error::rows(&self.layout.name, e))?;
            let writer = match &mut self.writer {
                Some(writer) => writer,
                none => none.insert(begin(self.layout, &self.path, &batch)?),
            };
            writer
                .write(&batch)
                .map_err(|e| Error::parquet(self.path.display(), e))?;
        }
        Ok(())
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> Result<Written> {
        self.batches
            .finish_buffered_batch()
            .map_err(|e| Error::rows(&self.layout.name, e))?;
        self.write_completed()?;
        let fail = |e: ParquetError| Error::parquet(self.path.display(), e);
        let mut writer = match self.writer {
            Some(writer) => writer,
            None => {
                let none = RecordBatch::new_empty(Arc::clone(&self.file_schema));
                begin(self.layout, &self.path, &none)?
            }
        };
        let bbox = match &self.geometry {
            None => None,
            Some((_, covering)) => {
                let key = KeyValue::new(GEO_KEY.to_owned(), covering.geo_key());
                writer.append_key_value_metadata(key);
                covering.bbox()
            }
        };
        let metadata = writer.finish().map_err(fail)?;
        let stats = stats::delta_stats(&self.file_schema, &metadata).map_err(fail)?;
        let (bytes, sha256) = writer
            .inner_mut()
            .finish()
            .map_err(|e| Error::io(&self.path, e))?;
        Ok(Written {
            path: self.path,
            rows: self.rows,
            bytes,
            sha256,
            bbox,
            stats,
        })
    }
}

/// Begins a file, whose first rows tell how its columns are encoded.
fn begin(layout: &TableLayout, path: &Path, first: &RecordBatch) -> Result<ArrowWriter<Hashing>> {
    let file = File::create(path).map_err(|e| Error::io(path, e))?;
    let properties = settings::properties(layout, first);
    ArrowWriter::try_new(Hashing::new(file), first.schema(), Some(properties))
        .map_err(|e| Error::parquet(path.display(), e))
}

/// A file that hashes what it writes.
struct Hashing {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Hashing {
    fn new(file: File) -> Self {
        Self {
            file: BufWriter::new(file),
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    fn finish(&mut self) -> std::io::Result<(u64, String)> {
        self.file.flush()?;
        Ok((self.bytes, hex(&self.hash.finalize_reset())))
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// SHA-256 of `bytes`, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of a file on the local disk, in hexadecimal.
pub(crate) fn file_sha256(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(|e| Error::io(path, e))?;
    let mut hash = Sha256::new();
    std::io::copy(&mut file, &mut hash).map_err(|e| Error::io(path, e))?;
    Ok(hex(&hash.finalize()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
