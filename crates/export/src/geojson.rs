//! GeoJSON of RFC 7946: CRS84, seven decimals (a centimetre), outer rings counter-clockwise, one feature a line.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use geo::{Coord, Geometry, MapCoords, Orient, orient::Direction};
use serde_json::{Map, Value, json};

use crate::Sink;
use crate::about::About;
use crate::cells::{Cell, Shape, cell, geometry, moment, wkt};
use crate::error::{Error, Result};

const DECIMALS: f64 = 1e7;

pub(crate) struct GeoJson {
    path: PathBuf,
    out: BufWriter<File>,
    geometry: usize,
    rows: u64,
}

impl GeoJson {
    /// What the rows are stands in foreign members of the collection.
    pub(crate) fn create(path: &Path, shape: &Shape, about: &About) -> Result<Self> {
        let file = File::create(path).map_err(Error::io(path))?;
        let mut out = BufWriter::new(file);
        let head = json!({
            "type": "FeatureCollection",
            "name": about.name,
            "title": about.title,
            "release": about.release,
            "licences": about.licences,
            "citation": about.citation,
            "notices": about.notices,
        });
        let head = head.to_string();
        let head = head.trim_end_matches('}');
        write!(out, "{head},\"features\":[").map_err(Error::io(path))?;
        Ok(Self {
            path: path.to_owned(),
            out,
            geometry: shape.geometry().unwrap_or_default(),
            rows: 0,
        })
    }

    fn feature(&self, rows: &RecordBatch, row: usize) -> Result<Value> {
        let schema = rows.schema();
        let (mut properties, mut shown) = (Map::new(), Value::Null);
        for (at, (column, field)) in rows.columns().iter().zip(schema.fields()).enumerate() {
            let name = field.name();
            let value = match cell(column, row) {
                Cell::Geometry(bytes) if at == self.geometry => {
                    shown = edulac_geo::geojson::write(&rounded(geometry(bytes, self.rows, name)?));
                    continue;
                }
                Cell::Null if at == self.geometry => continue,
                Cell::Null => Value::Null,
                Cell::Text(text) => text.into(),
                Cell::Integer(value) => value.into(),
                // What is no number of JSON is null.
                Cell::Number(value) => value.into(),
                Cell::Boolean(value) => value.into(),
                Cell::Date(day) => day.to_string().into(),
                Cell::Moment(at) => moment(at).into(),
                Cell::Geometry(bytes) => wkt(bytes, self.rows, name)?.into(),
            };
            properties.insert(name.clone(), value);
        }
        Ok(json!({"type": "Feature", "properties": properties, "geometry": shown}))
    }
}

fn rounded(geometry: Geometry<f64>) -> Geometry<f64> {
    let round = |value: f64| (value * DECIMALS).round() / DECIMALS;
    let geometry = geometry.map_coords(|Coord { x, y }| Coord {
        x: round(x),
        y: round(y),
    });
    match geometry {
        Geometry::Polygon(polygon) => polygon.orient(Direction::Default).into(),
        Geometry::MultiPolygon(polygons) => polygons.orient(Direction::Default).into(),
        other => other,
    }
}

impl Sink for GeoJson {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        for row in 0..rows.num_rows() {
            let comma = if self.rows > 0 { "," } else { "" };
            self.rows += 1;
            let feature = self.feature(rows, row)?;
            write!(self.out, "{comma}\n{feature}").map_err(Error::io(&self.path))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let ended = writeln!(self.out, "\n]}}").and_then(|()| self.out.flush());
        ended.map_err(Error::io(&self.path))
    }
}
