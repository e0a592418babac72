//! FlatGeobuf, with its spatial index.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::{ColumnValue, PropertyProcessor};

use crate::Sink;
use crate::about::About;
use crate::cells::{Cell, Kind, Shape, cell, geometry, moment, wkt};
use crate::error::{Error, Result};

pub(crate) struct Fgb {
    path: PathBuf,
    writer: FgbWriter<'static>,
    geometry: usize,
    /// Place and name of the other columns.
    properties: Vec<(usize, String)>,
    name: String,
    rows: u64,
}

impl Fgb {
    pub(crate) fn create(path: &Path, shape: &Shape, about: &About) -> Result<Self> {
        let options = FgbWriterOptions {
            // Each feature says its type: buildings are areas and points, and only the last row would tell.
            detect_type: false,
            promote_to_multi: false,
            crs: FgbCrs {
                org: Some("EPSG"),
                code: 4326,
                ..FgbCrs::default()
            },
            title: Some(&about.title),
            description: Some(&about.citation),
            ..FgbWriterOptions::default()
        };
        let writer = FgbWriter::create_with_options(&about.name, GeometryType::Unknown, options);
        let mut writer = writer.map_err(Error::refused)?;
        for (_, name, kind) in shape.properties() {
            let note = about.columns.get(name);
            writer.add_column(name, column_type(kind), |fbb, column| {
                column.description = note.map(|note| fbb.create_string(&note.description));
            });
        }
        let geometry = shape.geometry().unwrap_or_default();
        let properties = shape
            .properties()
            .map(|(at, name, _)| (at, name.to_owned()));
        Ok(Self {
            path: path.to_owned(),
            writer,
            geometry,
            properties: properties.collect(),
            name: shape.name(geometry).to_owned(),
            rows: 0,
        })
    }
}

fn column_type(kind: Kind) -> ColumnType {
    match kind {
        Kind::Integer => ColumnType::Long,
        Kind::Number => ColumnType::Double,
        Kind::Boolean => ColumnType::Bool,
        Kind::Moment => ColumnType::DateTime,
        // The format has no days; their texts sort as they do.
        Kind::Text | Kind::Date | Kind::Geometry => ColumnType::String,
    }
}

impl Sink for Fgb {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        for row in 0..rows.num_rows() {
            self.rows += 1;
            let Cell::Geometry(bytes) = cell(rows.column(self.geometry), row) else {
                return Err(Error::NullGeometry {
                    row: self.rows,
                    column: self.name.clone(),
                });
            };
            let shown = geometry(bytes, self.rows, &self.name)?;
            let texts = self.properties.iter().map(|(at, name)| {
                Ok(match cell(rows.column(*at), row) {
                    Cell::Date(day) => Some(day.to_string()),
                    Cell::Moment(at) => Some(moment(at)),
                    Cell::Geometry(bytes) => Some(wkt(bytes, self.rows, name)?),
                    _ => None,
                })
            });
            let texts = texts.collect::<Result<Vec<_>>>()?;
            let mut refused = None;
            let added = self.writer.add_feature_geom(shown, |feature| {
                for (index, (at, name)) in self.properties.iter().enumerate() {
                    let text = texts[index].as_deref();
                    let value = match (cell(rows.column(*at), row), text) {
                        (Cell::Null, _) => continue,
                        (Cell::Moment(_), Some(text)) => ColumnValue::DateTime(text),
                        (_, Some(text)) | (Cell::Text(text), _) => ColumnValue::String(text),
                        (Cell::Integer(value), _) => ColumnValue::Long(value),
                        (Cell::Number(value), _) => ColumnValue::Double(value),
                        (Cell::Boolean(value), _) => ColumnValue::Bool(value),
                        _ => continue,
                    };
                    if let Err(error) = feature.property(index, name, &value) {
                        refused = Some(error);
                    }
                }
            });
            added.map_err(Error::refused)?;
            if let Some(error) = refused {
                return Err(Error::refused(error));
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let file = File::create(&self.path).map_err(Error::io(&self.path))?;
        self.writer
            .write(BufWriter::new(file))
            .map_err(Error::refused)
    }
}
