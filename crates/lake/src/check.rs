//! Whether a Parquet file is as the files of a lake are, so that every engine reads it and skips what it need not read.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Schema};
use edulac_geo::geoparquet::{self, FileCrs, GEO_KEY, GeoColumn};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use serde::Serialize;

use crate::data_file::file_sha256;
use crate::error::{Error, Result};
use crate::geometry::BBOX;
use crate::settings::SETTINGS;

/// A file that was read whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedFile {
    /// The table that it says it is of; null: it does not say.
    pub table: Option<String>,
    /// Its rows.
    pub rows: u64,
    /// The groups that they stand in.
    pub row_groups: usize,
    /// Size.
    pub bytes: u64,
    /// What is otherwise than in the files of a lake, in the order of the checks.
    pub departures: Vec<Departure>,
}

/// A thing that is otherwise than in the files of a lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Departure {
    /// The thing: `rows in a group`.
    pub what: String,
    /// As it is in the file.
    pub found: String,
    /// As the lake writes it.
    pub wanted: String,
}

/// Reads a file whole and compares it with how the lake writes its own: compression, size of groups, types that every reader
/// knows, what the file says of itself, and for geometry the `geo` key, the box of every row, and the statistics by which groups are
/// skipped.
///
/// # Errors
/// [`Error::Io`], and [`Error::Parquet`] for what is not Parquet or cannot be read to its end.
pub fn check_file(path: &Path) -> Result<CheckedFile> {
    let fail = |e| Error::parquet(path.display(), e);
    let open = || File::open(path).map_err(|e| Error::io(path, e));
    let bytes = open()?.metadata().map_err(|e| Error::io(path, e))?.len();
    let reader = ParquetRecordBatchReaderBuilder::try_new(open()?).map_err(fail)?;
    let metadata = std::sync::Arc::clone(reader.metadata());
    let schema = std::sync::Arc::clone(reader.schema());
    let mut found = Departures::default();
    found.name(path)?;
    found.groups(&metadata);
    found.types(&schema);
    let said = |key: &str| said(&metadata, key);
    for key in ["edulac.table", "edulac.description", "edulac.contract"] {
        found.unless(said(key).is_some(), key, "absent", "a text");
    }
    found.descriptions(&schema, said("edulac.columns").as_deref());
    let geometry = said(GEO_KEY).and_then(|key| found.geo_key(&key));
    if let Some(geometry) = &geometry {
        found.statistics(&metadata);
        let mut column = GeoColumn::new(geometry);
        let mut wrong = 0_usize;
        for batch in reader.build().map_err(fail)? {
            let batch = batch.map_err(|e| Error::parquet(path.display(), e.into()))?;
            let (shapes, boxes) = (batch.column_by_name(geometry), batch.column_by_name(BBOX));
            wrong += shapes.map_or(0, |shapes| wrong_boxes(&mut column, shapes, boxes));
        }
        let boxes = format!("another one in {wrong} rows");
        found.unless(
            wrong == 0,
            "box of each row",
            &boxes,
            "that of its geometry",
        );
    } else {
        for batch in reader.build().map_err(fail)? {
            batch.map_err(|e| Error::parquet(path.display(), e.into()))?;
        }
    }
    Ok(CheckedFile {
        table: said("edulac.table"),
        rows: u64::try_from(metadata.file_metadata().num_rows()).unwrap_or_default(),
        row_groups: metadata.num_row_groups(),
        bytes,
        departures: found.0,
    })
}

fn said(metadata: &ParquetMetaData, key: &str) -> Option<String> {
    let all = metadata.file_metadata().key_value_metadata()?;
    all.iter().find(|pair| pair.key == key)?.value.clone()
}

/// The rows whose box is not that of their geometry; unreadable geometries have none.
fn wrong_boxes(column: &mut GeoColumn, shapes: &ArrayRef, boxes: Option<&ArrayRef>) -> usize {
    let rows = shapes.len();
    let Some(shapes) = shapes.as_binary_opt::<i32>() else {
        return rows;
    };
    match (
        column.feed(shapes),
        boxes.and_then(|boxes| boxes.as_struct_opt()),
    ) {
        (Ok(own), Some(boxes)) => (0..rows)
            .filter(|row| own.slice(*row, 1) != boxes.slice(*row, 1))
            .count(),
        _ => rows,
    }
}

#[derive(Default)]
struct Departures(Vec<Departure>);

impl Departures {
    fn unless(&mut self, holds: bool, what: &str, found: &str, wanted: &str) {
        if !holds {
            self.0.push(Departure {
                what: what.to_owned(),
                found: found.to_owned(),
                wanted: wanted.to_owned(),
            });
        }
    }

    /// A name of 32 hexadecimal digits is that of the content.
    fn name(&mut self, path: &Path) -> Result<()> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_hash =
            name.len() == SETTINGS.name_digits && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash {
            let hash = file_sha256(path)?;
            let wanted = hash.get(..SETTINGS.name_digits).unwrap_or_default();
            self.unless(
                name == wanted,
                "name",
                &name,
                &format!("{wanted}, the hash of its content"),
            );
        }
        Ok(())
    }

    fn groups(&mut self, metadata: &ParquetMetaData) {
        let most = metadata.row_groups().iter().map(RowGroupMetaData::num_rows);
        let most = most.max().unwrap_or_default();
        let limit = SETTINGS.rows_per_group;
        self.unless(
            usize::try_from(most).is_ok_and(|most| most <= limit),
            "rows in a group",
            &most.to_string(),
            &format!("at most {limit}"),
        );
        let columns = metadata
            .row_groups()
            .iter()
            .flat_map(RowGroupMetaData::columns);
        let other = columns
            .map(ColumnChunkMetaData::compression)
            .find(|compression| !matches!(compression, Compression::ZSTD(_)));
        if let Some(other) = other {
            self.unless(false, "compression", &other.to_string(), "ZSTD");
        }
    }

    /// Types that some reader of Delta tables, or of plain Parquet, does not know.
    fn types(&mut self, schema: &Schema) {
        for field in schema.fields() {
            let what = format!("type of `{}`", field.name());
            let unread = matches!(
                field.data_type(),
                DataType::UInt8
                    | DataType::UInt16
                    | DataType::UInt32
                    | DataType::UInt64
                    | DataType::LargeUtf8
                    | DataType::LargeBinary
                    | DataType::LargeList(_)
                    | DataType::Utf8View
                    | DataType::BinaryView
                    | DataType::Timestamp(_, None)
            );
            let found = field.data_type().to_string();
            self.unless(
                !unread,
                &what,
                &found,
                "one that all readers of Delta tables know",
            );
            let extension = field.metadata().get("ARROW:extension:name");
            self.unless(
                extension.is_none(),
                &what,
                extension.map_or("", String::as_str),
                "no Arrow extension: Polars refuses the file",
            );
        }
    }

    fn descriptions(&mut self, schema: &Schema, columns: Option<&str>) {
        let said: serde_json::Map<String, serde_json::Value> = columns
            .and_then(|columns| serde_json::from_str(columns).ok())
            .unwrap_or_default();
        let fields = schema.fields().iter().map(|field| field.name().as_str());
        let missing: Vec<&str> = fields.filter(|name| !said.contains_key(*name)).collect();
        let found = format!("none of {}", missing.join(", "));
        self.unless(
            missing.is_empty(),
            "descriptions of columns",
            &found,
            "one of each",
        );
    }

    /// The geometry column that the key names.
    fn geo_key(&mut self, key: &str) -> Option<String> {
        let about = match geoparquet::parse(key) {
            Ok(about) => about,
            Err(error) => {
                self.unless(
                    false,
                    "`geo` key",
                    &error.to_string(),
                    "that of GeoParquet 1.1",
                );
                return None;
            }
        };
        self.unless(
            about.version == "1.1.0",
            "version of GeoParquet",
            &about.version,
            "1.1.0",
        );
        let primary = about
            .columns
            .iter()
            .find(|column| column.name == about.primary_column)?;
        self.unless(
            primary.encoding == "WKB",
            "encoding",
            &primary.encoding,
            "WKB",
        );
        let crs = match &primary.crs {
            FileCrs::Crs84 => "OGC:CRS84",
            FileCrs::Unknown => "unknown",
            FileCrs::Other(other) => other,
        };
        self.unless(crs == "OGC:CRS84", "coordinate system", crs, "OGC:CRS84");
        let covering = primary.covering.as_deref().unwrap_or("none");
        self.unless(covering == BBOX, "column of boxes", covering, BBOX);
        Some(about.primary_column)
    }

    /// Without them no group is skipped by place.
    fn statistics(&mut self, metadata: &ParquetMetaData) {
        let without = metadata.row_groups().iter().filter(|group| {
            let boxes = group.columns().iter().filter(|column| {
                let path = column.column_path().parts();
                path.first().is_some_and(|first| first == BBOX) && column.statistics().is_some()
            });
            boxes.count() < 4
        });
        let without = without.count();
        let found = format!("absent in {without} of {}", metadata.num_row_groups());
        self.unless(
            without == 0,
            "statistics of boxes",
            &found,
            "them in each group",
        );
    }
}
