//! Records of texts, and perhaps a shape, gathered into batches.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, Int64Array, StringBuilder};
use arrow::datatypes::{DataType, Field};

use super::Request;
use super::columns::{Columns, GEOMETRY};
use super::sink::{BATCH, Sink};
use super::unreadable::{SHOWN_BYTES, UnreadableRecord};
use crate::error::Error;
use crate::receipt::Reading;

/// Bytes of a batch before it goes on with fewer records than usual.
const BATCH_BYTES: usize = 32 << 20;

/// Takes the records of a body in their order.
pub(super) struct Rows<'a> {
    sink: Sink<'a>,
    columns: Columns,
    texts: Vec<StringBuilder>,
    shapes: Option<BinaryBuilder>,
    numbers: Vec<i64>,
    bytes: usize,
    /// Number of the last record.
    record: u64,
}

impl<'a> Rows<'a> {
    /// Rows of these columns of texts; with `shapes`, a column `geometry` follows them.
    pub(super) fn new(request: &'a Request, columns: Columns, shapes: bool) -> Result<Self, Error> {
        let mut fields: Vec<Field> = columns
            .names()
            .map(|name| Field::new(name, DataType::Utf8, true))
            .collect();
        let texts = fields.iter().map(|_| StringBuilder::new()).collect();
        if shapes {
            fields.push(Field::new(GEOMETRY, DataType::Binary, true));
        }
        Ok(Self {
            sink: Sink::new(request, fields)?,
            columns,
            texts,
            shapes: shapes.then(BinaryBuilder::new),
            numbers: Vec::with_capacity(BATCH),
            bytes: 0,
            record: 0,
        })
    }

    /// Takes the next record. `cell` gives the text at a place of the source.
    pub(super) fn push<'t>(
        &mut self,
        cell: impl Fn(usize) -> Option<&'t str>,
        shape: Option<&[u8]>,
    ) -> Result<(), Error> {
        self.record += 1;
        for (text, place) in self.texts.iter_mut().zip(self.columns.places()) {
            let cell = cell(place);
            self.bytes += cell.map_or(0, str::len);
            text.append_option(cell);
        }
        if let Some(shapes) = &mut self.shapes {
            self.bytes += shape.map_or(0, <[u8]>::len);
            shapes.append_option(shape);
        }
        self.numbers.push(self.record as i64);
        if self.numbers.len() == BATCH || self.bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// Takes the next record, which has no value at all.
    pub(super) fn push_empty(&mut self) {
        self.record += 1;
        self.sink.empty();
    }

    /// Takes the next record, which cannot be read. `bytes` are those of the record, or its beginning.
    pub(super) fn push_unreadable(
        &mut self,
        line: Option<u64>,
        reason: String,
        bytes: &[u8],
    ) -> Result<(), Error> {
        self.record += 1;
        let shown = &bytes[..bytes.len().min(SHOWN_BYTES)];
        self.sink.unreadable(&UnreadableRecord {
            record: self.record,
            line,
            reason,
            text: String::from_utf8_lossy(shown).into_owned(),
        })
    }

    pub(super) fn finish(mut self) -> Result<Reading, Error> {
        self.flush()?;
        self.sink.finish(self.record)
    }

    fn flush(&mut self) -> Result<(), Error> {
        if self.numbers.is_empty() {
            return Ok(());
        }
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.texts.len() + 1);
        for text in &mut self.texts {
            columns.push(Arc::new(text.finish()));
        }
        if let Some(shapes) = &mut self.shapes {
            columns.push(Arc::new(shapes.finish()));
        }
        self.bytes = 0;
        let numbers = Int64Array::from_iter_values(self.numbers.drain(..));
        self.sink.write(columns, numbers)
    }
}
