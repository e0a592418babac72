//! The table of a shapefile, as texts. A table gives numbers and dates as texts of fixed width, and they stay so:
//! no digit is lost.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_8};

/// Ends the list of columns.
const END_OF_COLUMNS: u8 = 0x0d;

/// Marks a record as deleted.
const DELETED: u8 = b'*';

/// A table that is not one, or that ends too early.
#[derive(Debug, thiserror::Error)]
pub(super) enum DbfError {
    #[error("the .dbf cannot be read ({0})")]
    Io(#[from] io::Error),
    #[error("the .dbf has no usable header")]
    Header,
    #[error("the column `{name}` of the .dbf has the type `{kind}`, which is not text")]
    Column { name: String, kind: char },
}

struct Column {
    name: String,
    /// `C` for texts, padded on the right; numbers are padded on the left.
    kind: u8,
    begin: usize,
    end: usize,
}

/// Reads the records one after the other.
pub(super) struct Dbf<R> {
    reader: R,
    encoding: &'static Encoding,
    columns: Vec<Column>,
    /// The bytes of the record; the first is its mark.
    record: Vec<u8>,
    left: u32,
}

impl<R: Read> Dbf<R> {
    pub(super) fn new(mut reader: R, encoding: &'static Encoding) -> Result<Self, DbfError> {
        let mut header = [0; 32];
        reader.read_exact(&mut header)?;
        let left = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        let header_bytes = usize::from(u16::from_le_bytes([header[8], header[9]]));
        let record_bytes = usize::from(u16::from_le_bytes([header[10], header[11]]));
        let described = header_bytes.checked_sub(32).ok_or(DbfError::Header)?;
        let mut descriptions = vec![0; described];
        reader.read_exact(&mut descriptions)?;
        let mut columns: Vec<Column> = Vec::new();
        for column in descriptions.chunks_exact(32) {
            if column[0] == END_OF_COLUMNS {
                break;
            }
            let begin = columns.last().map_or(1, |before| before.end);
            columns.push(Column::new(column, begin, encoding)?);
        }
        let used = columns.last().map_or(1, |last| last.end);
        if columns.is_empty() || used > record_bytes {
            return Err(DbfError::Header);
        }
        Ok(Self {
            reader,
            encoding,
            columns,
            record: vec![0; record_bytes],
            left,
        })
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.columns.iter().map(|c| c.name.clone()).collect()
    }

    /// Goes on to the next record; false when there is none.
    pub(super) fn next(&mut self) -> Result<bool, DbfError> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        self.reader.read_exact(&mut self.record)?;
        Ok(true)
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.record[0] == DELETED
    }

    /// The bytes of the record, as they stand in the table.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.record[1..]
    }

    /// The texts of the record, without their padding; blank is null.
    ///
    /// # Errors
    /// What is wrong with the record.
    pub(super) fn texts(&self) -> Result<Vec<Option<String>>, String> {
        self.columns
            .iter()
            .map(|column| self.text(column))
            .collect()
    }

    fn text(&self, column: &Column) -> Result<Option<String>, String> {
        let cell = &self.record[column.begin..column.end];
        let text = decode(cell, self.encoding).ok_or_else(|| {
            let (name, encoding) = (&column.name, self.encoding.name());
            format!("column `{name}` is not {encoding} text")
        })?;
        let padding = |c: char| c == ' ' || c == '\0';
        let text = text.trim_end_matches(padding);
        let text = match column.kind {
            b'C' => text,
            _ => text.trim_start_matches(padding),
        };
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

impl Column {
    fn new(
        description: &[u8],
        begin: usize,
        encoding: &'static Encoding,
    ) -> Result<Self, DbfError> {
        let name = description[..11].split(|&byte| byte == 0).next();
        let name = decode(name.unwrap_or_default(), encoding).ok_or(DbfError::Header)?;
        let kind = description[11];
        if !b"CNFDLM".contains(&kind) {
            return Err(DbfError::Column {
                name,
                kind: char::from(kind),
            });
        }
        Ok(Self {
            name,
            kind,
            begin,
            end: begin + usize::from(description[16]),
        })
    }
}

/// A text; a last character that the width of the column cut in two is left out.
fn decode(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    if encoding == UTF_8 {
        let whole = match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
            _ => bytes,
        };
        return std::str::from_utf8(whole).ok().map(str::to_owned);
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned)
}
