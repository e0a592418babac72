//! The first sheet with rows of a workbook, or the one asked for.

use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};

use super::RawTable;
use crate::error::{Error, Result};

/// Reads the sheet.
pub(super) fn read(path: &Path, sheet: Option<&str>) -> Result<RawTable> {
    let fail = |error: calamine::Error| Error::File {
        path: path.to_owned(),
        reason: error.to_string(),
        remedy: ": open it in a spreadsheet and save it again as XLSX or CSV",
    };
    let mut workbook = open_workbook_auto(path).map_err(fail)?;
    let names = workbook.sheet_names();
    if let Some(asked) = sheet.filter(|asked| !names.iter().any(|name| name.as_str() == *asked)) {
        return Err(Error::UnknownColumn {
            input: path.display().to_string(),
            column: asked.to_owned(),
            remedy: format!(
                "its sheets are {}",
                edulac_yaml::list(names.iter().map(String::as_str))
            ),
        });
    }
    for name in names
        .iter()
        .filter(|name| sheet.is_none_or(|asked| asked == name.as_str()))
    {
        let range = workbook.worksheet_range(name).map_err(fail)?;
        if range.is_empty() {
            continue;
        }
        let first = range.start().map_or(0, |(row, _)| row);
        let rows = range.rows().zip(u64::from(first) + 1..);
        let rows = rows.map(|(cells, line)| (line, cells.iter().map(text).collect()));
        return Ok(RawTable {
            rows: rows.collect(),
            remarks: vec![format!("sheet `{name}`")],
        });
    }
    Ok(RawTable {
        rows: Vec::new(),
        remarks: Vec::new(),
    })
}

/// A cell as one would have typed it: whole numbers without a fraction, days as `2024-09-01`.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}
