//! Rows in the few types that every format has.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Field, Float64Type, Int64Type, Schema, SchemaRef, TimeUnit,
    TimestampMicrosecondType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::error::{Error, Result};

/// Column of boxes that the lake adds to tables with geometry.
const BBOX: &str = "bbox";

/// Name of the geometry in the tables of the lake.
const GEOMETRY: &str = "geometry";

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Moment,
    Geometry,
}

/// A value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Text(&'a str),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Date(NaiveDate),
    Moment(DateTime<Utc>),
    Geometry(&'a [u8]),
}

/// The columns of a file.
pub(crate) struct Shape {
    /// Canonical, or with the types that the rows have.
    pub(crate) schema: SchemaRef,
    /// Where each comes from.
    from: Vec<usize>,
    kinds: Vec<Kind>,
    geometry: Option<usize>,
}

impl Shape {
    /// `as_is`: keep the types of all columns but the geometries.
    pub(crate) fn of(schema: &Schema, geometry: Option<&str>, as_is: bool) -> Result<Self> {
        let mut shape = Self {
            schema: Arc::new(Schema::empty()),
            from: Vec::new(),
            kinds: Vec::new(),
            geometry: None,
        };
        let mut fields = Vec::new();
        for (index, field) in schema.fields().iter().enumerate() {
            let is_box = field.name() == BBOX && matches!(field.data_type(), DataType::Struct(_));
            if is_box {
                continue;
            }
            let kind = kind(field.data_type());
            let data_type = match as_is && kind != Kind::Geometry {
                true => field.data_type().clone(),
                false => canonical(kind),
            };
            fields.push(Field::new(field.name(), data_type, true));
            shape.from.push(index);
            shape.kinds.push(kind);
        }
        let geometries = || (0..fields.len()).filter(|at| shape.kinds[*at] == Kind::Geometry);
        let named = |name: &str| geometries().find(|at| fields[*at].name() == name);
        shape.geometry = match geometry {
            Some(asked) => match named(asked) {
                Some(found) => Some(found),
                None => {
                    return Err(Error::UnknownGeometry {
                        column: asked.to_owned(),
                        known: geometries().map(|at| fields[at].name().clone()).collect(),
                    });
                }
            },
            None => named(GEOMETRY).or_else(|| geometries().next()),
        };
        shape.schema = Arc::new(Schema::new(fields));
        Ok(shape)
    }

    /// The column of the geometry that maps show; none without.
    pub(crate) fn geometry(&self) -> Option<usize> {
        self.geometry
    }

    /// Name and kind of each column.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, Kind)> {
        let names = self
            .schema
            .fields()
            .iter()
            .map(|field| field.name().as_str());
        names.zip(self.kinds.iter().copied())
    }

    /// As [`Self::columns`], without the geometry; with its place.
    pub(crate) fn properties(&self) -> impl Iterator<Item = (usize, &str, Kind)> {
        let columns = self.columns().enumerate();
        let others = columns.filter(|(at, _)| Some(*at) != self.geometry);
        others.map(|(at, (name, kind))| (at, name, kind))
    }

    pub(crate) fn name(&self, column: usize) -> &str {
        self.schema.field(column).name()
    }

    /// Rows in this shape.
    pub(crate) fn bring(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let columns = self.from.iter().zip(self.schema.fields());
        let columns = columns.map(|(from, field)| to_type(batch.column(*from), field.data_type()));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Boolean => Kind::Boolean,
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::Timestamp(..) => Kind::Moment,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Kind::Geometry,
        data_type if data_type.is_integer() => Kind::Integer,
        data_type if data_type.is_floating() => Kind::Number,
        DataType::Decimal128(..) | DataType::Decimal256(..) => Kind::Number,
        _ => Kind::Text,
    }
}

fn canonical(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Number => DataType::Float64,
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::Geometry => DataType::Binary,
    }
}

fn to_type(column: &ArrayRef, data_type: &DataType) -> Result<ArrayRef> {
    if column.data_type() == data_type {
        return Ok(Arc::clone(column));
    }
    if column.data_type().is_nested() {
        let formatter =
            ArrayFormatter::try_new(column, &FormatOptions::default().with_null("null"))?;
        let cell = |row| {
            column
                .is_valid(row)
                .then(|| formatter.value(row).to_string())
        };
        let texts: StringArray = (0..column.len()).map(cell).collect();
        return Ok(Arc::new(texts));
    }
    if *column.data_type() == DataType::Float32 {
        // By way of its shortest text: 0.1 stays 0.1.
        return Ok(cast(&cast(column, &DataType::Utf8)?, data_type)?);
    }
    Ok(cast(column, data_type)?)
}

/// The value of a canonical column.
pub(crate) fn cell(column: &ArrayRef, row: usize) -> Cell<'_> {
    if column.is_null(row) {
        return Cell::Null;
    }
    match column.data_type() {
        DataType::Int64 => Cell::Integer(column.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => Cell::Number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Cell::Boolean(column.as_boolean().value(row)),
        DataType::Date32 => {
            day(column.as_primitive::<Date32Type>().value(row)).map_or(Cell::Null, Cell::Date)
        }
        DataType::Timestamp(..) => {
            let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
            DateTime::from_timestamp_micros(micros).map_or(Cell::Null, Cell::Moment)
        }
        DataType::Binary => Cell::Geometry(column.as_binary::<i32>().value(row)),
        _ => Cell::Text(column.as_string::<i32>().value(row)),
    }
}

fn day(days: i32) -> Option<NaiveDate> {
    let epoch = NaiveDate::default();
    match u64::try_from(days) {
        Ok(days) => epoch.checked_add_days(Days::new(days)),
        Err(_) => epoch.checked_sub_days(Days::new(u64::from(days.unsigned_abs()))),
    }
}

/// A moment as texts write it: `2026-11-23T06:00:00Z`.
pub(crate) fn moment(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// A geometry, read.
pub(crate) fn geometry(bytes: &[u8], row: u64, column: &str) -> Result<geo::Geometry<f64>> {
    edulac_geo::wkb::read(bytes).map_err(|source| Error::Geometry {
        row,
        column: column.to_owned(),
        source,
    })
}

/// A geometry as WKT.
pub(crate) fn wkt(bytes: &[u8], row: u64, column: &str) -> Result<String> {
    geometry(bytes, row, column).map(|geometry| edulac_geo::wkt::write(&geometry))
}
