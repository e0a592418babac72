//! Delimited text with a header line.

use std::borrow::Cow;
use std::io::{BufRead, Cursor, Read};

use edulac_spec::pipeline::{Delimiter, Encoding, Quote};

use super::columns::Columns;
use super::csv_records::{CsvRecords, Next};
use super::rows::Rows;
use super::{Request, web_page};
use crate::body::Body;
use crate::error::Error;
use crate::receipt::Reading;

const FORMAT: &str = "CSV";
const EXTENSIONS: [&str; 3] = ["csv", "txt", "tsv"];

/// Bytes of the header line in which the delimiter is looked for.
const LOOKED_AT: u64 = 64 << 10;

/// How the CSV of a source is written.
pub(super) struct Dialect<'a> {
    pub(super) delimiter: Option<Delimiter>,
    pub(super) encoding: Encoding,
    /// Texts that stand for null, beside the empty cell.
    pub(super) nulls: &'a [String],
    pub(super) quote: Quote,
}

pub(super) fn read(request: &Request, dialect: &Dialect<'_>) -> Result<Reading, Error> {
    let body = request.body();
    body.stream(&EXTENSIONS, |reader| {
        web_page::refuse(reader, &body, FORMAT)?;
        refuse_utf16(reader, &body)?;
        let quote = dialect.quote.byte();
        let head = head(reader, &body, quote)?;
        let delimiter = dialect.delimiter.unwrap_or_else(|| detect(&head, quote));
        let mut reader = Cursor::new(head).chain(reader);
        let records = CsvRecords::new(body, &mut reader, delimiter.byte(), quote);
        read_records(request, dialect, records)
    })
}

fn read_records(
    request: &Request,
    dialect: &Dialect<'_>,
    mut records: CsvRecords<'_>,
) -> Result<Reading, Error> {
    let headers = headers(request, dialect, &mut records)?;
    let columns = Columns::new(request, &headers, &[])?;
    let mut rows = Rows::new(request, columns, false)?;
    loop {
        match records.next()? {
            Next::Record => {}
            Next::BlankLine => {
                rows.push_empty();
                continue;
            }
            Next::End => return rows.finish(),
        }
        let found = records.len();
        if found != headers.len() {
            if records.cells().all(<[u8]>::is_empty) {
                rows.push_empty();
            } else {
                let reason = format!("{found} cells under a header of {}", headers.len());
                rows.push_unreadable(Some(records.line()), reason, records.start())?;
            }
            continue;
        }
        let texts: Result<Vec<_>, usize> = records
            .cells()
            .enumerate()
            .map(|(place, cell)| text(cell, dialect.encoding).ok_or(place))
            .collect();
        match texts {
            Ok(texts) => rows.push(|place| value(texts.get(place)?, dialect.nulls), None)?,
            Err(place) => {
                let reason = format!("column `{}` is not UTF-8 text", headers[place]);
                rows.push_unreadable(Some(records.line()), reason, records.start())?;
            }
        }
    }
}

/// The names in the first line that is not blank.
fn headers(
    request: &Request,
    dialect: &Dialect<'_>,
    records: &mut CsvRecords<'_>,
) -> Result<Vec<String>, Error> {
    loop {
        match records.next()? {
            Next::Record => break,
            Next::BlankLine => {}
            Next::End => {
                return Err(Error::NoHeader {
                    origin: request.origin.clone(),
                });
            }
        }
    }
    let names: Option<Vec<String>> = records
        .cells()
        .map(|cell| text(cell, dialect.encoding).map(Cow::into_owned))
        .collect();
    names.ok_or_else(|| Error::Malformed {
        origin: request.origin.clone(),
        format: FORMAT,
        reason: "the header is not UTF-8 text".to_owned(),
        place: format!("line {}", records.line()),
    })
}

fn text(cell: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(cell).ok().map(Cow::Borrowed),
        Encoding::Windows1252 => Some(
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(cell)
                .0,
        ),
    }
}

fn value<'t>(text: &'t str, nulls: &[String]) -> Option<&'t str> {
    (!text.is_empty() && !nulls.iter().any(|null| null == text)).then_some(text)
}

/// Takes the header line, without its byte order mark, off the reader. A line end inside quotes does not end it.
fn head(reader: &mut dyn BufRead, body: &Body<'_>, quote: Option<u8>) -> Result<Vec<u8>, Error> {
    let mut head = Vec::new();
    let mut limited = reader.take(LOOKED_AT);
    loop {
        let read = limited
            .read_until(b'\n', &mut head)
            .map_err(|e| body.io(e))?;
        let quotes = head.iter().filter(|&&byte| Some(byte) == quote).count();
        let blank = head.trim_ascii().is_empty();
        if read == 0 || (quotes % 2 == 0 && !blank) {
            break;
        }
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    Ok(head)
}

/// The delimiter that stands most often in the header, outside quotes.
fn detect(head: &[u8], quote: Option<u8>) -> Delimiter {
    let count = |delimiter: Delimiter| {
        let mut quoted = false;
        let mut found = 0;
        for &byte in head {
            if Some(byte) == quote {
                quoted = !quoted;
            } else if !quoted && byte == delimiter.byte() {
                found += 1;
            }
        }
        found
    };
    // The last of the equal ones wins, and detection prefers the first.
    let preferred = Delimiter::ALL.into_iter().rev();
    preferred
        .max_by_key(|&delimiter| count(delimiter))
        .unwrap_or(Delimiter::Semicolon)
}

fn refuse_utf16(reader: &mut dyn BufRead, body: &Body<'_>) -> Result<(), Error> {
    let start = reader.fill_buf().map_err(|e| body.io(e))?;
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return Err(Error::Encoding {
            origin: body.origin.clone(),
            label: "utf-16".to_owned(),
        });
    }
    Ok(())
}
