//! Apache Parquet: columns keep their types.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;

use super::columns::Columns;
use super::sink::{BATCH, Sink};
use super::{Request, web_page};
use crate::body::Body;
use crate::error::Error;
use crate::receipt::Reading;

/// How a Parquet file begins and ends.
const MAGIC: &[u8] = b"PAR1";

pub(super) fn read(request: &Request) -> Result<Reading, Error> {
    let body = request.body();
    let mut file = body.file()?;
    let mut start = Vec::new();
    let mut limited = (&mut file).take(MAGIC.len() as u64);
    limited
        .read_to_end(&mut start)
        .map_err(Error::io(body.path))?;
    if start == MAGIC {
        return read_file(request, &body, file);
    }
    // Packed, or something else; its reader must move about in it.
    let spooled = body.stream(&["parquet"], |reader| {
        web_page::refuse(reader, &body, "Parquet")?;
        body.spool(reader)
    })?;
    read_file(request, &body, spooled.into_file())
}

fn read_file(request: &Request, body: &Body<'_>, file: File) -> Result<Reading, Error> {
    let failed = |cause| Error::ParquetBody {
        origin: body.origin.clone(),
        cause,
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(failed)?;
    let schema = Arc::clone(builder.schema());
    let headers: Vec<String> = schema.fields().iter().map(|f| f.name().clone()).collect();
    let columns = Columns::new(request, &headers, &[])?;
    let fields: Vec<Field> = columns
        .names()
        .zip(columns.places())
        .map(|(name, place)| Field::new(name, plain(schema.field(place).data_type()), true))
        .collect();
    let reader = builder.with_batch_size(BATCH).build().map_err(failed)?;
    let mut sink = Sink::new(request, fields.clone())?;
    let mut read: i64 = 0;
    for batch in reader {
        let batch = batch.map_err(|e| failed(e.into()))?;
        let rows = batch.num_rows() as i64;
        let arrays: Vec<ArrayRef> = columns
            .places()
            .zip(&fields)
            .map(|(place, field)| {
                let column = batch.column(place);
                if column.data_type() == field.data_type() {
                    return Ok(Arc::clone(column));
                }
                cast(column, field.data_type())
            })
            .collect::<Result<_, _>>()
            .map_err(|e| failed(ParquetError::from(e)))?;
        let numbers = Int64Array::from_iter_values(read + 1..=read + rows);
        sink.write(arrays, numbers)?;
        read += rows;
    }
    sink.finish(read as u64)
}

/// The type without dictionaries, views and large offsets, which readers of our files need not know.
fn plain(data_type: &DataType) -> DataType {
    let inside = |field: &Arc<Field>| {
        let plain = plain(field.data_type());
        Arc::new(Field::new(field.name(), plain, field.is_nullable()))
    };
    match data_type {
        DataType::Dictionary(_, values) => plain(values),
        DataType::RunEndEncoded(_, values) => plain(values.data_type()),
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item) => DataType::List(inside(item)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inside).collect()),
        other => other.clone(),
    }
}
