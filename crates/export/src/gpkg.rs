//! GeoPackage 1.3: one layer of features, or one table of attributes where there is no geometry.

use std::path::Path;

use arrow::array::RecordBatch;
use edulac_geo::wkb::{BBox, bbox};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params, params_from_iter};

use crate::Sink;
use crate::about::About;
use crate::cells::{Cell, Kind, Shape, cell, moment, wkt};
use crate::error::{Error, Result};

/// `GPKG` in ASCII: the application id of SQLite's header.
const APPLICATION_ID: i32 = 0x4750_4B47;
/// Version 1.3.0.
const USER_VERSION: i32 = 10_300;
/// WGS 84. GeoPackage stores longitude first, whatever the authority's order of axes.
const SRS: i32 = 4326;

const TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]', 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
";

pub(crate) struct Gpkg {
    connection: Connection,
    insert: String,
    table: String,
    values: Values,
}

/// Brings values to what SQLite keeps.
struct Values {
    geometry: Option<usize>,
    names: Vec<String>,
    /// Of the geometries so far.
    extent: Option<BBox>,
    rows: u64,
}

impl Gpkg {
    pub(crate) fn create(path: &Path, shape: &Shape, about: &About) -> Result<Self> {
        let connection = Connection::open(path).map_err(Error::refused)?;
        let names: Vec<String> = shape.columns().map(|(name, _)| name.to_owned()).collect();
        // Nobody reads it before it is whole, and it has its name only then.
        let set = format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {USER_VERSION}; PRAGMA journal_mode = OFF;
             PRAGMA synchronous = OFF; BEGIN; {TABLES}{};",
            create_table(shape, about, &names)
        );
        connection.execute_batch(&set).map_err(Error::refused)?;
        let (data_type, srs) = match shape.geometry() {
            Some(_) => ("features", Some(SRS)),
            None => ("attributes", None),
        };
        let description = format!("{} {}", about.title, about.citation);
        let published = about.published.format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        let contents = params![
            about.name,
            data_type,
            about.name,
            description,
            published,
            srs
        ];
        let sql = "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
                   VALUES (?, ?, ?, ?, ?, ?)";
        connection.execute(sql, contents).map_err(Error::refused)?;
        if let Some(at) = shape.geometry() {
            let sql = "INSERT INTO gpkg_geometry_columns VALUES (?, ?, 'GEOMETRY', ?, 0, 0)";
            let column = params![about.name, names[at], SRS];
            connection.execute(sql, column).map_err(Error::refused)?;
        }
        let columns: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        let places = vec!["?"; names.len()].join(", ");
        let table = quoted(&about.name);
        Ok(Self {
            insert: format!(
                "INSERT INTO {table} ({}) VALUES ({places})",
                columns.join(", ")
            ),
            connection,
            table: about.name.clone(),
            values: Values {
                geometry: shape.geometry(),
                names,
                extent: None,
                rows: 0,
            },
        })
    }
}

fn create_table(shape: &Shape, about: &About, names: &[String]) -> String {
    // The key of features is an integer of its own; its usual name may be a column's.
    let mut key = "fid".to_owned();
    while names.iter().any(|name| name.eq_ignore_ascii_case(&key)) {
        key.push('_');
    }
    let mut columns = vec![format!(
        "{} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
        quoted(&key)
    )];
    for (at, (name, kind)) in shape.columns().enumerate() {
        let data_type = match kind {
            Kind::Geometry if Some(at) == shape.geometry() => "GEOMETRY",
            Kind::Text | Kind::Geometry => "TEXT",
            Kind::Integer => "INTEGER",
            Kind::Number => "DOUBLE",
            Kind::Boolean => "BOOLEAN",
            Kind::Date => "DATE",
            Kind::Moment => "DATETIME",
        };
        columns.push(format!("{} {data_type}", quoted(name)));
    }
    format!(
        "CREATE TABLE {} ({})",
        quoted(&about.name),
        columns.join(", ")
    )
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value as SQLite keeps it.
struct Bound<'a>(ToSqlOutput<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.clone())
    }
}

impl Values {
    fn bound<'a>(&mut self, value: Cell<'a>, at: usize) -> Result<Bound<'a>> {
        let owned = |value: Value| ToSqlOutput::Owned(value);
        Ok(Bound(match value {
            Cell::Null => owned(Value::Null),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Cell::Integer(value) => owned(Value::Integer(value)),
            Cell::Number(value) => owned(Value::Real(value)),
            Cell::Boolean(value) => owned(Value::Integer(value.into())),
            Cell::Date(day) => owned(Value::Text(day.to_string())),
            Cell::Moment(at) => owned(Value::Text(moment(at))),
            Cell::Geometry(bytes) if Some(at) == self.geometry => {
                owned(Value::Blob(self.binary(bytes, at)?))
            }
            Cell::Geometry(bytes) => owned(Value::Text(wkt(bytes, self.rows, &self.names[at])?)),
        }))
    }

    /// `GP`, version, flags, SRS, envelope, then WKB; all little-endian.
    fn binary(&mut self, wkb: &[u8], at: usize) -> Result<Vec<u8>> {
        let extent = bbox(wkb).map_err(|source| Error::Geometry {
            row: self.rows,
            column: self.names[at].clone(),
            source,
        })?;
        // Bit 0: little-endian; bits 1 to 3: an envelope in x and y; bit 4: an empty geometry.
        let flags = if extent.is_some() {
            0b0000_0011
        } else {
            0b0001_0001
        };
        let mut blob = Vec::with_capacity(40 + wkb.len());
        blob.extend(*b"GP");
        blob.extend([0, flags]);
        blob.extend(SRS.to_le_bytes());
        if let Some(extent) = extent {
            for side in [extent.xmin, extent.xmax, extent.ymin, extent.ymax] {
                blob.extend(side.to_le_bytes());
            }
            self.extent = Some(self.extent.map_or(extent, |all| all.union(extent)));
        }
        blob.extend(wkb);
        Ok(blob)
    }
}

impl Sink for Gpkg {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let insert = self.connection.prepare(&self.insert);
        let mut insert = insert.map_err(Error::refused)?;
        for row in 0..rows.num_rows() {
            self.values.rows += 1;
            let columns = rows.columns().iter().enumerate();
            let values = columns.map(|(at, column)| self.values.bound(cell(column, row), at));
            let values = values.collect::<Result<Vec<_>>>()?;
            insert
                .execute(params_from_iter(values))
                .map_err(Error::refused)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        if let Some(extent) = self.values.extent {
            let sql = "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?";
            let sides = params![
                extent.xmin,
                extent.ymin,
                extent.xmax,
                extent.ymax,
                self.table
            ];
            self.connection
                .execute(sql, sides)
                .map_err(Error::refused)?;
        }
        self.connection
            .execute_batch("COMMIT")
            .map_err(Error::refused)?;
        self.connection
            .close()
            .map_err(|(_, error)| Error::refused(error))
    }
}
