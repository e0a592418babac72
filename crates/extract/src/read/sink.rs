//! Where records go: the Parquet file, their count, their hash.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use super::Request;
use super::columns::OURS;
use super::unreadable::{Unreadable, UnreadableRecord};
use crate::change_hash::ChangeHash;
use crate::error::Error;
use crate::progress::Event;
use crate::receipt::{Reading, RecordCounts};

/// Records of a batch.
pub(super) const BATCH: usize = 8_192;

/// Bytes of a row group before it is written out; what bounds the memory of writing.
const ROW_GROUP_BYTES: usize = 64 << 20;

pub(super) struct Sink<'a> {
    request: &'a Request,
    schema: SchemaRef,
    partial: PathBuf,
    writer: ArrowWriter<File>,
    unreadable: Unreadable,
    /// The hash of the names, in the order of the names: where that of a record begins.
    names: u64,
    /// Places of the columns, in the order of their names.
    by_name: Vec<usize>,
    /// Where the records are from: columns of one text, as long as a batch.
    origin: [ArrayRef; 3],
    hash: ChangeHash,
    counts: RecordCounts,
}

impl<'a> Sink<'a> {
    /// For records of these columns.
    pub(super) fn new(request: &'a Request, mut fields: Vec<Field>) -> Result<Self, Error> {
        let mut by_name: Vec<usize> = (0..fields.len()).collect();
        by_name.sort_by(|&a, &b| fields[a].name().cmp(fields[b].name()));
        let mut names = Vec::new();
        for &place in &by_name {
            add_sized(&mut names, fields[place].name().as_bytes());
        }
        let [source, extract, part, number] = OURS;
        // Which part a record is of is content: a building that moves to another département has changed.
        if let Some(name) = &request.part {
            add_sized(&mut names, part.as_bytes());
            add_sized(&mut names, name.as_bytes());
        }
        fields.push(Field::new(source, DataType::Utf8, false));
        fields.push(Field::new(extract, DataType::Utf8, false));
        fields.push(Field::new(part, DataType::Utf8, true));
        fields.push(Field::new(number, DataType::Int64, false));
        let schema = Arc::new(Schema::new(fields));
        let partial = request.files.records.with_extension("parquet.partial");
        let file = File::create(&partial).map_err(Error::io(&partial))?;
        let zstd = ZstdLevel::try_new(1).map_err(|e| failed(request, e))?;
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(zstd))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
            // Most texts of a source differ: looking for those that do not costs more than it saves.
            .set_dictionary_enabled(false);
        for constant in [source, extract, part] {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(constant), true);
        }
        let properties = properties.build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
            .map_err(|e| failed(request, e))?;
        Ok(Self {
            request,
            schema,
            partial,
            writer,
            unreadable: Unreadable::new(&request.files.unreadable),
            names: xxh3_64(&names),
            by_name,
            origin: origin(request, BATCH),
            hash: ChangeHash::default(),
            counts: RecordCounts::default(),
        })
    }

    /// Takes a batch of records and their numbers. Those without any value are counted and go no further.
    pub(super) fn write(
        &mut self,
        mut columns: Vec<ArrayRef>,
        numbers: Int64Array,
    ) -> Result<(), Error> {
        let rows = numbers.len();
        let filled = self.hash_records(&columns, rows)?;
        if self.origin.iter().any(|column| column.len() != rows) {
            self.origin = origin(self.request, rows);
        }
        columns.extend(self.origin.iter().cloned());
        columns.push(Arc::new(numbers));
        let mut batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|e| failed(self.request, e.into()))?;
        if filled.true_count() < rows {
            batch =
                filter_record_batch(&batch, &filled).map_err(|e| failed(self.request, e.into()))?;
        }
        self.counts.parsed += batch.num_rows() as u64;
        self.counts.empty += (rows - batch.num_rows()) as u64;
        self.writer
            .write(&batch)
            .map_err(|e| failed(self.request, e))?;
        let records = self.counts.total();
        let source = &self.request.origin.source;
        self.request.progress.event(source, Event::Read { records });
        Ok(())
    }

    pub(super) fn unreadable(&mut self, record: &UnreadableRecord) -> Result<(), Error> {
        self.counts.unreadable += 1;
        self.unreadable.add(record)
    }

    pub(super) fn empty(&mut self) {
        self.counts.empty += 1;
    }

    /// Puts the files in their place. `read` is how many records the reader met.
    pub(super) fn finish(mut self, read: u64) -> Result<Reading, Error> {
        let accounted = self.counts.total();
        self.counts.met = read;
        if accounted != read {
            return Err(Error::Accounting {
                name: self.request.origin.source.to_string(),
                read,
                accounted,
            });
        }
        self.writer.close().map_err(|e| failed(self.request, e))?;
        let records = &self.request.files.records;
        fs::rename(&self.partial, records).map_err(Error::io(records))?;
        self.unreadable.finish()?;
        let ours = self.schema.fields().len() - OURS.len();
        let columns = self.schema.fields().iter().take(ours);
        Ok(Reading {
            options: self.request.options.fingerprint(),
            records: self.counts,
            columns: columns.map(|field| field.name().clone()).collect(),
            change_hash: self.hash,
        })
    }

    /// Adds the records to the hash; says which have a value.
    fn hash_records(&mut self, columns: &[ArrayRef], rows: usize) -> Result<BooleanArray, Error> {
        let options = FormatOptions::default();
        let values: Vec<Values<'_>> = self
            .by_name
            .iter()
            .map(|&place| Values::of(&columns[place], &options))
            .collect::<Result<_, _>>()
            .map_err(|e| failed(self.request, e.into()))?;
        let mut filled = Vec::with_capacity(rows);
        let (mut record, mut text) = (Vec::new(), String::new());
        for row in 0..rows {
            record.clear();
            let mut has_value = false;
            for column in &values {
                has_value |= column.add(row, &mut record, &mut text);
            }
            if has_value {
                self.hash
                    .add_record(xxh3_128_with_seed(&record, self.names));
            }
            filled.push(has_value);
        }
        Ok(filled.into())
    }
}

/// The values of a column as bytes to hash: texts and binaries as they are, others as their text.
enum Values<'a> {
    Text(&'a StringArray),
    Binary(&'a arrow::array::BinaryArray),
    Other(&'a dyn Array, ArrayFormatter<'a>),
}

impl<'a> Values<'a> {
    fn of(
        column: &'a ArrayRef,
        options: &FormatOptions<'a>,
    ) -> Result<Self, arrow::error::ArrowError> {
        Ok(match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string()),
            DataType::Binary => Self::Binary(column.as_binary()),
            _ => Self::Other(column, ArrayFormatter::try_new(column, options)?),
        })
    }

    /// Adds a value to what is hashed of its record, null apart from empty; false for null.
    fn add(&self, row: usize, record: &mut Vec<u8>, text: &mut String) -> bool {
        let value = match self {
            Self::Text(column) if column.is_valid(row) => column.value(row).as_bytes(),
            Self::Binary(column) if column.is_valid(row) => column.value(row),
            Self::Other(column, formatter) if column.is_valid(row) => {
                text.clear();
                // Writing to a text cannot fail, and a value that has no text is hashed as an empty one.
                let _ = formatter.value(row).write(text);
                text.as_bytes()
            }
            _ => {
                record.push(0);
                return false;
            }
        };
        record.push(1);
        add_sized(record, value);
        true
    }
}

fn add_sized(record: &mut Vec<u8>, bytes: &[u8]) {
    record.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    record.extend_from_slice(bytes);
}

fn origin(request: &Request, rows: usize) -> [ArrayRef; 3] {
    let constant = |text: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            text, rows,
        )))
    };
    [
        constant(&request.origin.source),
        constant(request.extract.as_str()),
        match &request.part {
            Some(part) => constant(part),
            None => Arc::new(StringArray::new_null(rows)),
        },
    ]
}

/// A full disk is not a bug of ours.
pub(super) fn failed(request: &Request, cause: ParquetError) -> Error {
    match cause {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(cause) => Error::io(&request.files.records)(*cause),
            Err(cause) => records(request, ParquetError::External(cause)),
        },
        cause => records(request, cause),
    }
}

fn records(request: &Request, cause: ParquetError) -> Error {
    Error::Records {
        name: request.origin.source.to_string(),
        cause,
    }
}
