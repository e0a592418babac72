//! GeoParquet 1.1, or Parquet without geometry: the types of the rows, and what they are in the file's metadata.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use edulac_geo::geoparquet::{GEO_KEY, GeoColumn, bbox_array, bbox_field, geo_metadata};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::Sink;
use crate::about::About;
use crate::cells::{Kind, Shape};
use crate::error::{Error, Result};

pub(crate) struct Parquet {
    writer: ArrowWriter<File>,
    schema: SchemaRef,
    /// Places of the geometries, the one that maps show first.
    geometries: Vec<(usize, GeoColumn)>,
}

impl Parquet {
    pub(crate) fn create(path: &Path, shape: &Shape, about: &About) -> Result<Self> {
        let columns = shape.columns().enumerate();
        let mut places: Vec<usize> = columns
            .filter(|(_, (_, kind))| *kind == Kind::Geometry)
            .map(|(at, _)| at)
            .collect();
        places.sort_by_key(|at| (Some(*at) != shape.geometry(), *at));
        let mut fields: Vec<Arc<Field>> = shape.schema.fields().iter().cloned().collect();
        if !places.is_empty() {
            fields.push(Arc::new(bbox_field()));
        }
        let schema = Arc::new(Schema::new(fields));
        let file = File::create(path).map_err(Error::io(path))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(Some(about_keys(about)))
            .build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties));
        let geometries = places
            .into_iter()
            .map(|at| (at, GeoColumn::new(shape.name(at))));
        Ok(Self {
            writer: writer.map_err(Error::refused)?,
            schema,
            geometries: geometries.collect(),
        })
    }
}

/// As the files of the lake say it: `edulac.…`; with units, vintages, sources and notices, which the lake has in its catalogue.
fn about_keys(about: &About) -> Vec<KeyValue> {
    let columns = about
        .columns
        .iter()
        .map(|(name, note)| (name.clone(), note.description.clone().into()));
    let columns = serde_json::Value::Object(columns.collect()).to_string();
    let dictionary = serde_json::json!(about.columns).to_string();
    let notices = serde_json::json!(about.notices).to_string();
    let sources = serde_json::json!(about.sources).to_string();
    let mut keys = vec![
        ("description", about.title.clone()),
        ("release", about.release.clone()),
        ("licence", about.licences.join(", ")),
        ("citation", about.citation.clone()),
        ("columns", columns),
        ("dictionary", dictionary),
        ("notices", notices),
        ("sources", sources),
    ];
    keys.extend(about.query.clone().map(|query| ("query", query)));
    let keys = keys.into_iter();
    keys.map(|(key, value)| KeyValue::new(format!("edulac.{key}"), value))
        .collect()
}

impl Sink for Parquet {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let mut columns = rows.columns().to_vec();
        for (at, geometry) in &mut self.geometries {
            geometry
                .feed(rows.column(*at).as_binary())
                .map_err(Error::refused)?;
        }
        if let Some((at, _)) = self.geometries.first() {
            let boxes = bbox_array(rows.column(*at).as_binary()).map_err(Error::refused)?;
            columns.push(Arc::new(boxes) as ArrayRef);
        }
        let rows = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        self.writer.write(&rows).map_err(Error::refused)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let columns: Vec<GeoColumn> = self
            .geometries
            .into_iter()
            .map(|(_, column)| column)
            .collect();
        if let Some(geo) = geo_metadata(&columns) {
            self.writer
                .append_key_value_metadata(KeyValue::new(GEO_KEY.to_owned(), geo));
        }
        self.writer.close().map(drop).map_err(Error::refused)
    }
}
