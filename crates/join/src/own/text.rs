//! Delimited text as spreadsheets leave it: its encoding, its delimiter, its lines.

use std::path::Path;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::RawTable;
use crate::error::{Error, Result};

/// The delimiters that are looked for, the likeliest first.
const DELIMITERS: [(u8, &str); 4] = [
    (b';', "semicolons"),
    (b',', "commas"),
    (b'\t', "tabs"),
    (b'|', "bars"),
];

/// Lines from which the delimiter is judged.
const JUDGED: usize = 500;

/// Reads the text.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<RawTable> {
    let mut remarks = Vec::new();
    // One form of line ends, so that lines are counted as an editor does.
    let text = decoded(bytes, &mut remarks)
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    if text.contains('\0') {
        return Err(Error::File {
            path: path.to_owned(),
            reason: "it is no text".to_owned(),
            remedy: ": give a CSV or XLSX file",
        });
    }
    let (delimiter, word) = delimiter(&text);
    remarks.push(format!("cells parted by {word}"));
    let rows = rows(&text, delimiter).map_err(|error| Error::File {
        path: path.to_owned(),
        reason: error.to_string(),
        remedy: ": save it again as CSV in UTF-8",
    })?;
    Ok(RawTable { rows, remarks })
}

/// UTF-8 with or without its mark, UTF-16 by its mark, else Windows-1252, which reads Latin-1 too.
fn decoded(bytes: &[u8], remarks: &mut Vec<String>) -> String {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, length),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        None => (WINDOWS_1252, 0),
    };
    let name = match encoding.name() {
        "windows-1252" => "Windows-1252 (Latin-1)",
        name => name,
    };
    let marked = if mark > 0 { ", with its mark" } else { "" };
    remarks.push(format!("read as {name}{marked}"));
    let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
    text.into_owned()
}

/// The delimiter that cuts most lines into the same number of cells, several of them.
fn delimiter(text: &str) -> (u8, &'static str) {
    let head: String = text.split_inclusive('\n').take(JUDGED).collect();
    let agreement = |delimiter: u8| {
        let rows = rows(&head, delimiter).unwrap_or_default();
        let width = width_of_most(&rows);
        let same = rows.iter().filter(|(_, row)| row.len() == width).count();
        if width > 1 { (same, width) } else { (0, 0) }
    };
    let mut best = (DELIMITERS[0], (0, 0));
    for candidate in DELIMITERS {
        let found = agreement(candidate.0);
        if found > best.1 {
            best = (candidate, found);
        }
    }
    best.0
}

/// The number of cells that most rows have.
pub(super) fn width_of_most(rows: &[(u64, Vec<String>)]) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for (_, row) in rows {
        *counts.entry(row.len()).or_insert(0_usize) += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width));
    most.map_or(0, |(width, _)| width)
}

/// The rows with the line where each begins; `\n`, `\r\n` and `\r` end lines.
fn rows(text: &str, delimiter: u8) -> Result<Vec<(u64, Vec<String>)>, csv::Error> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((line, record.iter().map(str::to_owned).collect()));
    }
    Ok(rows)
}
