//! A project folder with files and an archive, and records as text.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type};
use arrow::util::display::array_value_to_string;
use chrono::DateTime;
use edulac_extract::{Error, Extract, Extractor, Limits, NoProgress, Options, UnreadableRecord};
use edulac_geo::{wkb, wkt};
use edulac_spec::pipeline::Source;
use indexmap::IndexMap;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

/// The name under which everything is extracted.
pub(crate) const NAME: &str = "essai.source";

/// 2026-11-23 10:00:00 UTC.
const START: i64 = 1_795_428_000;

/// A folder with the files of sources and an archive. Its clock goes on by a minute at each extraction.
pub(crate) struct Project {
    folder: tempfile::TempDir,
    minutes: AtomicI64,
    limits: Limits,
    endpoints: IndexMap<String, String>,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            minutes: AtomicI64::new(0),
            limits: Limits::default(),
            endpoints: IndexMap::new(),
        }
    }

    /// With a file.
    pub(crate) fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let project = Self::new();
        project.write(name, content);
        project
    }

    pub(crate) fn limited(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// With a folder of the project in the place of a server.
    pub(crate) fn standing_in(mut self, server: &str, folder: &str) -> Self {
        self.endpoints.insert(server.to_owned(), folder.to_owned());
        self
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of the extracts of the source.
    pub(crate) fn raw(&self) -> PathBuf {
        self.path("archive/raw").join(NAME)
    }

    /// Names of what is in the folder of the extracts, sorted.
    pub(crate) fn extracts(&self) -> Vec<String> {
        names(&self.raw())
    }

    pub(crate) fn extractor(&self, frozen: bool) -> Extractor {
        let minutes = self.minutes.fetch_add(1, Ordering::Relaxed);
        let now = DateTime::from_timestamp(START + 60 * minutes, 0).unwrap();
        Extractor::new(Options {
            root: self.folder.path().to_owned(),
            archive: self.path("archive"),
            endpoints: self.endpoints.clone(),
            frozen,
            limits: self.limits,
            clock: Arc::new(move || now),
            progress: Arc::new(NoProgress),
        })
        .unwrap()
    }

    pub(crate) async fn try_extract(&self, source: &Source) -> Result<Extract, Error> {
        Box::pin(self.extractor(false).extract(NAME, source)).await
    }

    pub(crate) async fn extract(&self, source: &Source) -> Extract {
        self.try_extract(source).await.unwrap()
    }

    pub(crate) async fn refusal(&self, source: &Source) -> Error {
        self.try_extract(source).await.unwrap_err()
    }
}

/// Names of what is in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A source that is a file of this format.
pub(crate) fn file(url: impl AsRef<Path>, format: &Value) -> Source {
    with(url, format, json!({}))
}

/// The same with more options (`renames`, `volatile`).
pub(crate) fn with(url: impl AsRef<Path>, format: &Value, options: Value) -> Source {
    let mut source = json!({"type": "file", "url": url.as_ref(), "format": format});
    let Value::Object(options) = options else {
        panic!("options are an object");
    };
    source.as_object_mut().unwrap().extend(options);
    serde_json::from_value(source).unwrap()
}

pub(crate) fn csv() -> Value {
    json!({"type": "csv"})
}

/// The batches of all parts.
pub(crate) fn batches(extract: &Extract) -> Vec<RecordBatch> {
    let read = |path: &PathBuf| {
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap());
        builder.unwrap().build().unwrap().map(Result::unwrap)
    };
    extract.records.iter().flat_map(read).collect()
}

/// Names and types of the columns of the first part.
pub(crate) fn schema(extract: &Extract) -> Vec<String> {
    let file = File::open(&extract.records[0]).unwrap();
    let schema = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let fields = schema.schema().fields().iter();
    fields
        .map(|field| format!("{}:{}", field.name(), field.data_type()))
        .collect()
}

/// The records as lines: `<number>| cells`, null as `-`, shapes as WKT; without our own columns.
pub(crate) fn lines(extract: &Extract) -> Vec<String> {
    let mut lines = Vec::new();
    for batch in batches(extract) {
        let numbers = batch["_ligne"].as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            let columns = batch.columns().iter().take(batch.num_columns() - 4);
            let cells: Vec<String> = columns.map(|column| cell(column, row)).collect();
            lines.push(format!("{}| {}", numbers.value(row), cells.join(" | ")));
        }
    }
    lines
}

fn cell(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "-".to_owned();
    }
    match column.data_type() {
        DataType::Binary => {
            let shape = wkb::read(column.as_binary::<i32>().value(row)).unwrap();
            wkt::write(&shape)
        }
        _ => array_value_to_string(column, row).unwrap(),
    }
}

/// The unreadable records as lines: record, line, reason, text.
pub(crate) fn unreadable(extract: &Extract) -> Vec<String> {
    let mut lines = Vec::new();
    for path in &extract.unreadable {
        for line in fs::read_to_string(path).unwrap().lines() {
            let found: UnreadableRecord = serde_json::from_str(line).unwrap();
            let place = found.line.map_or("-".to_owned(), |line| line.to_string());
            let (record, reason, text) = (found.record, found.reason, found.text);
            lines.push(format!("{record} at {place}: {reason}: {text}"));
        }
    }
    lines
}

/// Parsed, unreadable, empty.
pub(crate) fn counts(extract: &Extract) -> (u64, u64, u64) {
    let records = extract.receipt.records;
    (records.parsed, records.unreadable, records.empty)
}
