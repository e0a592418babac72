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
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::geometry::{self, Covering};
use crate::layout::TableLayout;
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

/// The settings of every file. Changing one changes the bytes, hence the names, of all files.
struct Settings {
    created_by: &'static str,
    zstd_level: i32,
    rows_per_group: usize,
    /// Pages are cut at multiples of it, whatever the batches that come in.
    rows_per_batch: usize,
    data_page_bytes: usize,
    dictionary_page_bytes: usize,
    statistics_bytes: usize,
    /// Characters of the hash in a file's name.
    name_digits: usize,
}

const SETTINGS: Settings = Settings {
    created_by: "edulac lake 1",
    zstd_level: 3,
    rows_per_group: 50_000,
    rows_per_batch: 8_192,
    data_page_bytes: 1 << 20,
    dictionary_page_bytes: 1 << 20,
    statistics_bytes: 64,
    name_digits: 32,
};

/// Writes one file; its bytes depend on the layout and the rows in their order, on nothing else.
pub(crate) struct FileWriter {
    table: String,
    path: PathBuf,
    rows: u64,
    rows_in: SchemaRef,
    file_schema: SchemaRef,
    batches: BatchCoalescer,
    writer: ArrowWriter<Hashing>,
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
        format!("{}.parquet", &self.sha256[..SETTINGS.name_digits])
    }
}

impl FileWriter {
    /// Begins a file of rows of `layout.row_schema()`.
    pub(crate) fn create(layout: &TableLayout, path: &Path) -> Result<Self> {
        let file = File::create(path).map_err(|e| Error::io(path, e))?;
        let rows_in = layout.row_schema();
        let file_schema = layout.file_schema();
        let writer = ArrowWriter::try_new(
            Hashing::new(file),
            Arc::clone(&file_schema),
            Some(properties(layout)),
        )
        .map_err(|e| Error::parquet(path.display(), e))?;
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
            table: layout.name.clone(),
            path: path.to_owned(),
            rows: 0,
            batches: BatchCoalescer::new(Arc::clone(&rows_in), SETTINGS.rows_per_batch),
            rows_in,
            file_schema,
            writer,
            geometry,
        })
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds rows, columns in the order of the layout.
    pub(crate) fn write(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let batch = RecordBatch::try_new(Arc::clone(&self.rows_in), columns.to_vec())
            .map_err(|e| Error::rows(&self.table, e))?;
        self.rows += batch.num_rows() as u64;
        self.batches
            .push_batch(batch)
            .map_err(|e| Error::rows(&self.table, e))?;
        self.write_completed()
    }

    fn write_completed(&mut self) -> Result<()> {
        while let Some(batch) = self.batches.next_completed_batch() {
            let mut columns = batch.columns().to_vec();
            if let Some((index, covering)) = &mut self.geometry {
                let boxes = covering
                    .add(columns[*index].as_binary())
                    .map_err(|source| Error::Geometry {
                        table: self.table.clone(),
                        source: Box::new(source),
                    })?;
                columns.push(boxes);
            }
            let batch = RecordBatch::try_new(Arc::clone(&self.file_schema), columns)
                .map_err(|e| Error::rows(&self.table, e))?;
            self.writer
                .write(&batch)
                .map_err(|e| Error::parquet(self.path.display(), e))?;
        }
        Ok(())
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> Result<Written> {
        self.batches
            .finish_buffered_batch()
            .map_err(|e| Error::rows(&self.table, e))?;
        self.write_completed()?;
        let fail = |e: ParquetError| Error::parquet(self.path.display(), e);
        let bbox = match &self.geometry {
            None => None,
            Some((_, covering)) => {
                let key = KeyValue::new(GEO_KEY.to_owned(), covering.geo_key());
                self.writer.append_key_value_metadata(key);
                covering.bbox()
            }
        };
        let metadata = self.writer.finish().map_err(fail)?;
        let stats = stats::delta_stats(&self.file_schema, &metadata).map_err(fail)?;
        let (bytes, sha256) = self
            .writer
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

fn properties(layout: &TableLayout) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by(SETTINGS.created_by.to_owned())
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(
            ZstdLevel::try_new(SETTINGS.zstd_level).unwrap_or_default(),
        ))
        .set_max_row_group_row_count(Some(SETTINGS.rows_per_group))
        .set_data_page_size_limit(SETTINGS.data_page_bytes)
        .set_dictionary_page_size_limit(SETTINGS.dictionary_page_bytes)
        .set_statistics_truncate_length(Some(SETTINGS.statistics_bytes))
        .set_column_index_truncate_length(Some(SETTINGS.statistics_bytes))
        .set_key_value_metadata(Some(key_values(layout)));
    if let Some(geometry) = &layout.geometry {
        // Every geometry differs, and the order of its bytes means nothing.
        let column = ColumnPath::from(geometry.as_str());
        builder = builder
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_statistics_enabled(column, EnabledStatistics::None);
        for side in geometry::BBOX_SIDES {
            let column = ColumnPath::from(vec![geometry::BBOX.to_owned(), side.to_owned()]);
            builder = builder.set_column_dictionary_enabled(column, false);
        }
    }
    builder.build()
}

/// What a file says of itself, beside its `geo` key: `edulac.table`, `edulac.description`,
/// `edulac.contract`, `edulac.columns` (JSON: column to description), then the layout's properties.
fn key_values(layout: &TableLayout) -> Vec<KeyValue> {
    let columns: serde_json::Map<_, _> = layout
        .file_schema()
        .fields()
        .iter()
        .filter_map(|f| Some((f.name().clone(), layout.describe(f.name())?.into())))
        .collect();
    let contract = format!("{} {}", layout.contract.id, layout.contract.version);
    let own = [
        ("table", layout.name.clone()),
        ("description", layout.description.clone()),
        ("contract", contract),
        ("columns", serde_json::Value::Object(columns).to_string()),
    ];
    let own = own.into_iter().map(|(key, value)| (key.to_owned(), value));
    let given = layout
        .properties
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()));
    own.chain(given)
        .map(|(key, value)| KeyValue::new(format!("edulac.{key}"), value))
        .collect()
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
