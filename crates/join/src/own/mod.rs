//! A file of one's own: what its columns identify, by their content, and its values cleaned.
//!
//! ```text
//! bytes ─text | sheet─▶ raw rows ─titles─▶ columns of text ─recognise─▶ keys, with the evidence
//!                                                          ─values───▶ numbers, days, texts
//! ```
//!
//! The file is held in memory: it is one that a person made.

mod known;
mod recognise;
mod sheet;
mod text;
mod titles;
mod values;

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use edulac_contract::KeyKind;

pub(crate) use known::Known;
pub(crate) use recognise::{Recognised, kind_of_word};
pub(crate) use titles::plain;

use crate::error::{Error, Result};
use crate::input::key_column;

/// Column of the line of the file where a row begins, from 1.
pub(crate) const LINE: &str = "_ligne";

/// Rows as they stand, each with its line.
struct RawTable {
    rows: Vec<(u64, Vec<String>)>,
    /// How they were read, in words.
    remarks: Vec<String>,
}

/// Columns of text under their titles.
struct Titled {
    /// Names as columns of the lake have them, each once.
    names: Vec<String>,
    /// The titles as they stand.
    titles: Vec<String>,
    lines: Vec<u64>,
    /// One list of cells a column; blank cells are none.
    columns: Vec<Vec<Option<String>>>,
    remarks: Vec<String>,
}

/// A file, read.
pub(crate) struct OwnFile {
    /// The rows: the columns of the file, `_ligne`, and `_k_<kind>` for each key recognised.
    pub(crate) batch: RecordBatch,
    /// Names and titles of its columns.
    pub(crate) columns: Vec<(String, String)>,
    /// Its keys.
    pub(crate) keys: Vec<Recognised>,
    /// How it was read and what was recognised, in words.
    pub(crate) evidence: Vec<String>,
}

/// Reads a file, by its extension a workbook or delimited text. `said` are columns whose kind is told.
///
/// # Errors
/// [`Error::File`], [`Error::NothingRecognised`], [`Error::UnknownColumn`].
pub(crate) fn read(
    path: &Path,
    sheet: Option<&str>,
    said: &[(String, KeyKind)],
    known: &Known,
) -> Result<OwnFile> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let raw = match extension.to_ascii_lowercase().as_str() {
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => sheet::read(path, sheet)?,
        _ => {
            let bytes = std::fs::read(path).map_err(|error| Error::File {
                path: path.to_owned(),
                reason: error.to_string(),
                remedy: "",
            })?;
            text::read(path, &bytes)?
        }
    };
    let titled = titles::find(raw).ok_or_else(|| Error::File {
        path: path.to_owned(),
        reason: "it has no rows under a line of titles".to_owned(),
        remedy: "",
    })?;
    let found = recognise::all(path, &titled, said, known)?;
    let mut evidence = vec![titled.remarks.join("; ")];
    evidence.extend(found.evidence);
    build(path, &titled, found.keys, evidence)
}

fn build(
    path: &Path,
    titled: &Titled,
    keys: Vec<Recognised>,
    mut evidence: Vec<String>,
) -> Result<OwnFile> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (index, name) in titled.names.iter().enumerate() {
        let key = keys.iter().find(|key| key.column == index);
        let array = match key {
            Some(key) => {
                // What is no code stays as it was written.
                let codes = key.codes.iter().zip(&titled.columns[index]);
                let cleaned = codes.map(|(code, written)| code.as_ref().or(written.as_ref()));
                Arc::new(cleaned.collect::<StringArray>()) as ArrayRef
            }
            None => values::typed(&titled.titles[index], &titled.columns[index], &mut evidence),
        };
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let lines = titled
        .lines
        .iter()
        .map(|line| i64::try_from(*line).unwrap_or(i64::MAX));
    fields.push(Field::new(LINE, DataType::Int64, true));
    arrays.push(Arc::new(Int64Array::from_iter_values(lines)));
    for key in &keys {
        fields.push(Field::new(key_column(key.kind), DataType::Utf8, true));
        arrays.push(Arc::new(StringArray::from(key.codes.clone())));
    }
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
    let columns = titled
        .names
        .iter()
        .cloned()
        .zip(titled.titles.iter().cloned());
    Ok(OwnFile {
        batch: batch.map_err(|error| Error::File {
            path: path.to_owned(),
            reason: error.to_string(),
            remedy: "",
        })?,
        columns: columns.collect(),
        keys,
        evidence,
    })
}
