//! Rows of a result, as text, JSON or CSV.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::json::writer::LineDelimited;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::table::{Align, Table, shortened};

/// Longest cell of a table for people, in characters.
const LONGEST_CELL: usize = 48;

/// What a null looks like in a table for people, and inside a nested value: an empty text is something else.
const NULL: &str = "null";

/// Rows for people, gathered until they are printed: a table needs the widths of all its cells.
pub(crate) struct TextRows {
    table: Table,
}

impl TextRows {
    pub(crate) fn new(schema: &Schema) -> Self {
        let columns = schema.fields().iter().map(|field| {
            let align = match field.data_type().is_numeric() {
                true => Align::Right,
                false => Align::Left,
            };
            (field.name().clone(), align)
        });
        Self {
            table: Table::new(columns),
        }
    }

    /// Adds rows; long values are cut, and geometries are WKT.
    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let batch = with_readable_bytes(batch)?;
        let options = FormatOptions::default().with_null(NULL);
        let columns: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let cells = columns
                .iter()
                .map(|column| one_line(&column.value(row).to_string()));
            self.table.row(cells);
        }
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// The rows as a table no wider than that, and how many columns had no place.
    pub(crate) fn render(&self, width: Option<usize>) -> (String, usize) {
        match width {
            Some(width) => self.table.render_within(width),
            None => (self.table.render(), 0),
        }
    }
}

/// Rows as JSON, one object a line, nulls said.
pub(crate) fn json(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    let mut writer = arrow::json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, LineDelimited>(&mut bytes);
    writer.write(&with_readable_bytes(batch)?)?;
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}

/// Rows as CSV, with a line of titles or without; nulls are empty.
pub(crate) fn csv(batch: &RecordBatch, titles: bool) -> Result<Vec<u8>, ArrowError> {
    let mut bytes = Vec::new();
    let mut writer = arrow::csv::WriterBuilder::new()
        .with_header(titles)
        .build(&mut bytes);
    writer.write(&flat(&with_readable_bytes(batch)?)?)?;
    drop(writer);
    Ok(bytes)
}

/// The batch with its binary columns as text: WKT where the bytes are a geometry, else their number.
fn with_readable_bytes(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    map_columns(batch, |column| {
        let text: StringArray = match column.data_type() {
            DataType::Binary => column
                .as_binary::<i32>()
                .iter()
                .map(bytes_as_text)
                .collect(),
            DataType::LargeBinary => column
                .as_binary::<i64>()
                .iter()
                .map(bytes_as_text)
                .collect(),
            DataType::BinaryView => column.as_binary_view().iter().map(bytes_as_text).collect(),
            _ => return Ok(None),
        };
        Ok(Some(text))
    })
}

/// The batch with its nested columns as text: CSV has no nesting.
fn flat(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    map_columns(batch, |column| {
        if !column.data_type().is_nested() {
            return Ok(None);
        }
        let options = FormatOptions::default().with_null(NULL);
        let formatter = ArrayFormatter::try_new(column, &options)?;
        let cell = |row| {
            column
                .is_valid(row)
                .then(|| formatter.value(row).to_string())
        };
        Ok(Some((0..column.len()).map(cell).collect()))
    })
}

fn map_columns(
    batch: &RecordBatch,
    text_of: impl Fn(&ArrayRef) -> Result<Option<StringArray>, ArrowError>,
) -> Result<RecordBatch, ArrowError> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        match text_of(column)? {
            Some(text) => {
                fields.push(Arc::new(Field::new(field.name(), DataType::Utf8, true)));
                columns.push(Arc::new(text));
            }
            None => {
                fields.push(Arc::clone(field));
                columns.push(Arc::clone(column));
            }
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn bytes_as_text(bytes: Option<&[u8]>) -> Option<String> {
    let bytes = bytes?;
    Some(match edulac_geo::wkb::read(bytes) {
        Ok(geometry) => edulac_geo::wkt::write(&geometry),
        Err(_) => format!("{} bytes", bytes.len()),
    })
}

/// A value on one line, and not all of it when it is long.
fn one_line(text: &str) -> String {
    let text = text.replace(['\n', '\r', '\t'], " ");
    shortened(&text, LONGEST_CELL).into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BinaryArray, Float64Array, Int64Array, RecordBatch, StringArray, StructArray,
    };
    use arrow::datatypes::{DataType, Field};

    use super::{TextRows, csv, json};

    fn batch() -> RecordBatch {
        let line =
            edulac_geo::wkt::to_wkb("LINESTRING(0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 14 15)")
                .unwrap();
        let point = edulac_geo::wkb::write_point(-1.68, 48.11);
        let xmin: ArrayRef = Arc::new(Float64Array::from(vec![Some(0.0), Some(-1.68), None]));
        let xmin = (Arc::new(Field::new("xmin", DataType::Float64, true)), xmin);
        let geometry =
            BinaryArray::from_opt_vec(vec![Some(&line), Some(&point), Some(b"not a geometry")]);
        let columns: [(&str, ArrayRef); 4] = [
            (
                "nom",
                Arc::new(StringArray::from(vec![
                    Some("Collège de l'Anse, \"le vieux\""),
                    Some(""),
                    None,
                ])),
            ),
            (
                "eleves",
                Arc::new(Int64Array::from(vec![Some(412), None, Some(7)])),
            ),
            ("geometry", Arc::new(geometry)),
            ("bbox", Arc::new(StructArray::from(vec![xmin]))),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
            .unwrap()
    }

    #[test]
    fn people_read_short_geometries_and_see_nulls() {
        let batch = batch();
        let mut rows = TextRows::new(&batch.schema());
        rows.push(&batch).unwrap();
        insta::assert_snapshot!(rows.render(None).0);
    }

    #[test]
    fn json_has_one_object_a_line_and_whole_geometries() {
        insta::assert_snapshot!(String::from_utf8(json(&batch()).unwrap()).unwrap());
    }

    #[test]
    fn csv_has_its_titles_once_and_no_nesting() {
        let mut out = csv(&batch().slice(0, 0), true).unwrap();
        out.extend(csv(&batch(), false).unwrap());
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
