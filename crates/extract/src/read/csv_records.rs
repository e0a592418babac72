//! A CSV as records of bytes, with the line of each.

use std::io::BufRead;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::unreadable::SHOWN_BYTES;
use crate::body::Body;
use crate::error::Error;

/// What stands next in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A record, whose cells can be read until the next one.
    Record,
    /// A line without anything.
    BlankLine,
    /// Nothing more.
    End,
}

/// Cuts a body into records and cells. Line ends are `\n`, `\r\n` or `\r`.
pub(super) struct CsvRecords<'r> {
    body: Body<'r>,
    input: &'r mut dyn BufRead,
    parser: Reader,
    /// The cells, one after the other without quotes, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    cells: usize,
    /// The beginning of the record as it stands in the body.
    start: Vec<u8>,
    /// Line where the record begins, from 1.
    line: u64,
    /// Line ends that the parser has not seen.
    blank_lines: u64,
    /// The last byte consumed.
    last: u8,
}

impl<'r> CsvRecords<'r> {
    pub(super) fn new(
        body: Body<'r>,
        input: &'r mut dyn BufRead,
        delimiter: u8,
        quote: Option<u8>,
    ) -> Self {
        let mut parser = ReaderBuilder::new();
        parser.delimiter(delimiter).quoting(quote.is_some());
        if let Some(quote) = quote {
            parser.quote(quote);
        }
        Self {
            body,
            input,
            parser: parser.build(),
            bytes: vec![0; 4 << 10],
            ends: vec![0; 128],
            cells: 0,
            start: Vec::with_capacity(SHOWN_BYTES),
            line: 1,
            blank_lines: 0,
            last: 0,
        }
    }

    /// Number of cells of the record.
    pub(super) fn len(&self) -> usize {
        self.cells
    }

    /// The cells of the record.
    pub(super) fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let ends = self.ends.iter().take(self.cells);
        ends.zip(begins)
            .map(|(&end, begin)| &self.bytes[begin..end])
    }

    /// Line where the record begins, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The beginning of the record as it stands in the body.
    pub(super) fn start(&self) -> &[u8] {
        self.start.trim_ascii_end()
    }

    /// Goes on to the next record or blank line.
    pub(super) fn next(&mut self) -> Result<Next, Error> {
        self.cells = 0;
        self.start.clear();
        if let Some(found) = self.between_records()? {
            return Ok(found);
        }
        self.line = self.parser.line() + self.blank_lines;
        let mut written = 0;
        let mut at_end = false;
        loop {
            let input = self.input.fill_buf().map_err(|e| self.body.io(e))?;
            // At the end a line end is made up, so that a record that goes on past it betrays an open quote.
            let ended = input.is_empty();
            let input = match (ended, at_end) {
                (false, _) => input,
                (true, false) => b"\n",
                (true, true) => return Err(self.never_closes()),
            };
            let (result, read, wrote, ends) = self.parser.read_record(
                input,
                &mut self.bytes[written..],
                &mut self.ends[self.cells..],
            );
            if !ended {
                let shown = read.min(SHOWN_BYTES - self.start.len());
                self.start.extend_from_slice(&input[..shown]);
                self.last = if read > 0 { input[read - 1] } else { self.last };
                self.input.consume(read);
            } else if read > 0 {
                at_end = true;
            }
            written += wrote;
            self.cells += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.grow()?,
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Ok(Next::Record),
                ReadRecordResult::End => return Ok(Next::End),
            }
        }
    }

    /// The parser would pass over blank lines in silence.
    fn between_records(&mut self) -> Result<Option<Next>, Error> {
        loop {
            let input = self.input.fill_buf().map_err(|e| self.body.io(e))?;
            let (byte, pair) = match (input.first(), self.last) {
                (None, _) => return Ok(Some(Next::End)),
                (Some(b'\n'), b'\r') => (b'\n', true),
                (Some(&byte @ (b'\n' | b'\r')), _) => (byte, false),
                (Some(_), _) => return Ok(None),
            };
            self.input.consume(1);
            self.blank_lines += u64::from(byte == b'\n');
            if pair {
                self.last = 0;
            } else {
                self.last = byte;
                return Ok(Some(Next::BlankLine));
            }
        }
    }

    fn grow(&mut self) -> Result<(), Error> {
        let limit = self.body.limits.max_record_bytes;
        if self.bytes.len() >= limit {
            return Err(Error::RecordTooLong {
                origin: self.body.origin.clone(),
                line: self.line,
                limit,
            });
        }
        let larger = (self.bytes.len() * 2).min(limit);
        self.bytes.resize(larger, 0);
        Ok(())
    }

    fn never_closes(&self) -> Error {
        Error::Malformed {
            origin: self.body.origin.clone(),
            format: "CSV",
            reason: "a quote of the last record never closes".to_owned(),
            place: format!("line {}", self.line),
        }
    }
}
