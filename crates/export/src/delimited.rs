//! CSV: UTF-8, a line of titles, nulls empty, formulas neutralised.

use std::borrow::Cow;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;

use crate::Sink;
use crate::cells::{Cell, Shape, cell, moment, wkt};
use crate::error::{Error, Result};
use crate::neutral::neutral;

pub(crate) struct Csv {
    path: PathBuf,
    writer: csv::Writer<File>,
    rows: u64,
}

impl Csv {
    pub(crate) fn create(path: &Path, shape: &Shape, byte_order_mark: bool) -> Result<Self> {
        let mut file = File::create(path).map_err(Error::io(path))?;
        if byte_order_mark {
            file.write_all("\u{feff}".as_bytes())
                .map_err(Error::io(path))?;
        }
        let mut csv = Self {
            path: path.to_owned(),
            writer: csv::Writer::from_writer(file),
            rows: 0,
        };
        let titles = shape.columns().map(|(name, _)| neutral(name).into_owned());
        csv.record(titles.collect::<Vec<_>>().iter().map(String::as_str))?;
        Ok(csv)
    }

    fn record<'a>(&mut self, values: impl Iterator<Item = &'a str>) -> Result<()> {
        let written = self.writer.write_record(values);
        written.map_err(|e| Error::io(&self.path)(e.into()))
    }
}

impl Sink for Csv {
    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let schema = rows.schema();
        for row in 0..rows.num_rows() {
            self.rows += 1;
            let columns = rows.columns().iter().zip(schema.fields());
            let texts = columns.map(|(column, field)| {
                Ok(match cell(column, row) {
                    Cell::Null => Cow::Borrowed(""),
                    Cell::Text(text) => neutral(text),
                    Cell::Integer(value) => value.to_string().into(),
                    Cell::Number(value) => value.to_string().into(),
                    Cell::Boolean(value) => value.to_string().into(),
                    Cell::Date(day) => day.to_string().into(),
                    Cell::Moment(at) => moment(at).into(),
                    Cell::Geometry(bytes) => wkt(bytes, self.rows, field.name())?.into(),
                })
            });
            let texts = texts.collect::<Result<Vec<_>>>()?;
            self.record(texts.iter().map(|text| &**text))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.flush().map_err(Error::io(&self.path))
    }
}
