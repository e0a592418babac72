//! `edulac check FILE…`: whether Parquet files are as the files of a lake are.

use std::path::PathBuf;

use edulac_lake::{CheckedFile, check_file};
use edulac_model::ErrorClass;
use serde::Serialize;

use crate::args::Format;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::words::counted;

/// A file and what was found in it.
#[derive(Serialize)]
struct Checked {
    file: String,
    #[serde(flatten)]
    found: CheckedFile,
}

pub(super) fn run(files: &[PathBuf], printer: &Printer) -> Result<Status, Error> {
    let mut checked = Vec::new();
    for file in files {
        // A mistyped name is no failing disk.
        std::fs::metadata(file).map_err(|source| Error::Read {
            path: file.clone(),
            source,
        })?;
        checked.push(Checked {
            file: file.display().to_string(),
            found: check_file(file)?,
        });
    }
    match printer.format() {
        Format::Json => printer.json(&checked)?,
        Format::Text | Format::Csv => {
            let told: Vec<String> = checked.iter().map(told).collect();
            printer.result(&told.concat())?;
        }
    }
    let departs = checked.iter().any(|file| !file.found.departures.is_empty());
    Ok(match departs {
        true => Status::Wanting(ErrorClass::Data),
        false => Status::Done,
    })
}

fn told(Checked { file, found }: &Checked) -> String {
    let table = found
        .table
        .as_ref()
        .map_or_else(String::new, |table| format!(", table {table}"));
    let mut text = format!(
        "{file}: {} in {}, {} bytes{table}\n",
        counted(usize::try_from(found.rows).unwrap_or(usize::MAX), "row"),
        counted(found.row_groups, "group"),
        found.bytes
    );
    if found.departures.is_empty() {
        text.push_str("  as the lake writes its files\n");
    }
    for departure in &found.departures {
        let (what, found, wanted) = (&departure.what, &departure.found, &departure.wanted);
        text.push_str(&format!("  {what}: {found}; the lake has {wanted}\n"));
    }
    text
}
