//! What came out of a test against what was expected of it.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use edulac_geo::{wkb, wkt};
use edulac_spec::{Cell, ExpectedReject, Row};
use edulac_validate::Reject;

use crate::error::{Error, Result};

/// How far a coordinate may be from the expected one: a millionth of a degree, some ten centimetres.
const COORDINATE: f64 = 1e-6;

/// How far another number may be, relative to its size.
const NUMBER: f64 = 1e-9;

/// Rows that are missing, other, or too many. Columns that no expected row names are not looked at.
pub(super) fn rows(name: &str, expected: &[Row], batches: &[RecordBatch]) -> Result<Vec<String>> {
    let mut columns: Vec<&str> = Vec::new();
    for column in expected.iter().flat_map(|row| row.keys()) {
        if !columns.contains(&column.as_str()) {
            columns.push(column);
        }
    }
    if let Some(batch) = batches.first() {
        let missing = columns
            .iter()
            .filter(|column| batch.column_by_name(column).is_none());
        let missing: Vec<String> = missing
            .map(|column| format!("{name} has no column `{column}`"))
            .collect();
        if !missing.is_empty() {
            return Ok(missing);
        }
    }
    let mut actual = found_rows(&columns, batches)?;
    let (wanted, got) = (expected.len(), actual.len());
    let mut differences = Vec::new();
    // Those that say most choose first.
    let mut order: Vec<usize> = (0..expected.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(expected[index].len()));
    let mut unmet = Vec::new();
    for index in order {
        let fits = |row: &Vec<Cell>| differing(&expected[index], &columns, row).is_empty();
        match actual.iter().position(fits) {
            Some(place) => drop(actual.swap_remove(place)),
            None => unmet.push(index),
        }
    }
    unmet.sort_unstable();
    for index in unmet {
        let close = (0..actual.len())
            .min_by_key(|&place| differing(&expected[index], &columns, &actual[place]).len());
        differences.push(match close.map(|place| actual.swap_remove(place)) {
            Some(row) => {
                let other = differing(&expected[index], &columns, &row);
                format!("{name}, row {}: {}", index + 1, other.join("; "))
            }
            None => format!("{name}, row {}: no such row", index + 1),
        });
    }
    for row in &actual {
        let cells = columns
            .iter()
            .zip(row)
            .map(|(column, cell)| format!("{column}: {cell}"));
        let cells: Vec<String> = cells.collect();
        differences.push(format!(
            "{name}: a row that is not expected ({})",
            cells.join(", ")
        ));
    }
    if wanted != got {
        differences.push(format!("{name}: {wanted} expected, {got} found"));
    }
    Ok(differences)
}

/// Rejects that are missing or too many. A row that breaks several rules gives several.
pub(super) fn rejects(name: &str, expected: &[ExpectedReject], found: &[Reject]) -> Vec<String> {
    let mut left: Vec<&Reject> = found.iter().collect();
    let mut differences = Vec::new();
    for reject in expected {
        match left.iter().position(|found| is(reject, found)) {
            Some(place) => drop(left.remove(place)),
            None => differences.push(format!(
                "{name}: nothing was rejected for {}",
                in_words(reject)
            )),
        }
    }
    differences.extend(left.into_iter().map(|reject| {
        let value = Cell(reject.value.clone());
        let Reject { rule, column, reason, .. } = reject;
        format!("{name}: a reject that is not expected: rule `{rule}`, column `{column}`, value {value} ({reason})")
    }));
    differences
}

fn is(expected: &ExpectedReject, found: &Reject) -> bool {
    expected
        .column
        .as_ref()
        .is_none_or(|column| *column == found.column)
        && expected
            .rule
            .as_ref()
            .is_none_or(|rule| *rule == found.rule)
        && expected
            .value
            .as_ref()
            .is_none_or(|value| value.0 == found.value)
}

fn in_words(reject: &ExpectedReject) -> String {
    let column = reject
        .column
        .as_ref()
        .map(|column| format!("column `{column}`"));
    let rule = reject.rule.as_ref().map(|rule| format!("rule `{rule}`"));
    let value = reject.value.as_ref().map(|value| format!("value {value}"));
    let said: Vec<String> = [column, rule, value].into_iter().flatten().collect();
    if said.is_empty() {
        "any reason".to_owned()
    } else {
        said.join(", ")
    }
}

/// The cells of the columns, row by row, as texts.
fn found_rows(columns: &[&str], batches: &[RecordBatch]) -> Result<Vec<Vec<Cell>>> {
    let mut rows = Vec::new();
    for batch in batches {
        let arrays: Vec<ArrayRef> = columns
            .iter()
            .filter_map(|column| batch.column_by_name(column).cloned())
            .collect();
        for row in 0..batch.num_rows() {
            rows.push(
                arrays
                    .iter()
                    .map(|array| cell(array, row))
                    .collect::<Result<Vec<Cell>>>()?,
            );
        }
    }
    Ok(rows)
}

fn cell(array: &ArrayRef, row: usize) -> Result<Cell> {
    if array.is_null(row) {
        return Ok(Cell(None));
    }
    if array.data_type() == &DataType::Binary {
        let shape = wkb::read(array.as_binary::<i32>().value(row));
        return Ok(Cell(Some(shape.map_or_else(
            |error| error.to_string(),
            |shape| wkt::write(&shape),
        ))));
    }
    let failed = |error: arrow::error::ArrowError| Error::query(error.into());
    let formatter = ArrayFormatter::try_new(array, &FormatOptions::default()).map_err(failed)?;
    Ok(Cell(Some(formatter.value(row).to_string())))
}

/// What differs between an expected row and one that was found.
fn differing(expected: &Row, columns: &[&str], found: &[Cell]) -> Vec<String> {
    let found_in = |column: &str| {
        columns
            .iter()
            .position(|name| *name == column)
            .and_then(|at| found.get(at))
    };
    expected
        .iter()
        .filter_map(|(column, wanted)| match found_in(column) {
            Some(cell) if same(wanted, cell) => None,
            Some(cell) => Some(format!("{column} {wanted} expected, {cell} found")),
            None => Some(format!("{column} is not there")),
        })
        .collect()
}

fn same(expected: &Cell, found: &Cell) -> bool {
    match (&expected.0, &found.0) {
        (None, None) => true,
        (Some(expected), Some(found)) => {
            expected == found || same_number(expected, found) || same_shape(expected, found)
        }
        _ => false,
    }
}

/// A code with a leading zero is no number.
fn same_number(expected: &str, found: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    let is_code = |text: &str| text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    match (number(expected), number(found)) {
        (Some(a), Some(b)) if !is_code(expected) && !is_code(found) => {
            (a - b).abs() <= NUMBER * a.abs().max(b.abs()).max(1.0)
        }
        _ => false,
    }
}

fn same_shape(expected: &str, found: &str) -> bool {
    // Read and written once, so that blanks and capitals do not count.
    let Some(expected) = wkt::to_wkb(expected)
        .ok()
        .and_then(|bytes| wkb::read(&bytes).ok())
    else {
        return false;
    };
    let (expected, found) = (words(&wkt::write(&expected)), words(found));
    expected.len() == found.len()
        && expected
            .iter()
            .zip(&found)
            .all(|(a, b)| match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => (a - b).abs() <= COORDINATE,
                _ => a == b,
            })
}

/// The names, numbers and signs of a WKT.
fn words(wkt: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in wkt.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+') {
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        } else {
            if !c.is_whitespace() {
                words.push(c.to_string());
            }
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
