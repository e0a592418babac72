//! The rows of one table in few lines: what is the same in all of them is said once.

use edulac_engine::{Row, TableRows};
use serde_json::Value;

use super::pivot;
use crate::page::{Page, table_of, value};
use crate::table::{Align, Table};
use crate::words::counted;

/// Lines of one table: a college may have hundreds of streets.
const MOST_ROWS: usize = 20;

/// Moments beside each other, when columns are shown as lines.
pub(super) const MOST_MOMENTS: usize = 6;

/// The rows of a table under its name and description.
pub(super) fn rows(page: &mut Page, of: &TableRows, more: bool) {
    page.title(&format!("{}: {}", of.table, of.description));
    let Some(first) = of.rows.first() else {
        return;
    };
    let all: Vec<&String> = first.keys().filter(|column| *column != "uai").collect();
    let is_of_key = |column: &str| of.key.iter().any(|key| key == column);
    if let [only] = of.rows.as_slice() {
        let fields = all
            .iter()
            .filter_map(|column| Some((*column, only.get(column.as_str())?)));
        page.line(&said(fields));
        notices(page, of, more);
        return;
    }
    let is_same = |column: &str| {
        of.rows
            .iter()
            .all(|row| row.get(column) == first.get(column))
    };
    let (same, differing): (Vec<&String>, Vec<&String>) =
        all.into_iter().partition(|column| is_same(column));
    let same = same
        .iter()
        .filter_map(|column| Some((*column, first.get(column.as_str())?)));
    page.line(&said(same));
    let (key, measures): (Vec<&String>, Vec<&String>) =
        differing.into_iter().partition(|column| is_of_key(column));
    if let Some(table) = pivot::pivoted(&key, &measures, &of.rows) {
        page.table(&table);
        return notices(page, of, more);
    }
    let columns = [key.clone(), measures.clone()].concat();
    let shown = &of.rows[..of.rows.len().min(MOST_ROWS)];
    let straight = table_of(&columns, shown);
    let fits = |table: &Table| {
        let text = table.render();
        text.lines()
            .all(|line| line.chars().count() <= page.inner_width())
    };
    let transposed = (shown.len() <= MOST_MOMENTS).then(|| transposed(&key, &measures, shown));
    match transposed.filter(|_| !fits(&straight)) {
        Some(table) => page.table(&table),
        None => page.table(&straight),
    }
    if of.rows.len() > shown.len() {
        let more = counted(of.rows.len() - shown.len(), "more row");
        page.line(&format!("… {more}: `--format json` has them all"));
    }
    notices(page, of, more);
}

/// `rentree 2023-2024, ips 104.2`, those that are null together at the end.
fn said<'a>(fields: impl Iterator<Item = (&'a String, &'a Value)>) -> String {
    let (null, known): (Vec<_>, Vec<_>) = fields.partition(|(_, cell)| cell.is_null());
    let mut parts: Vec<String> = known
        .iter()
        .map(|(column, cell)| format!("{column} {}", shown(cell)))
        .collect();
    if !null.is_empty() {
        let columns: Vec<&str> = null.iter().map(|(column, _)| column.as_str()).collect();
        parts.push(format!("null: {}", columns.join(", ")));
    }
    parts.join(", ")
}

/// An empty text is not nothing.
fn shown(cell: &Value) -> String {
    match cell.as_str() {
        Some("") => "\"\"".to_owned(),
        _ => value(cell),
    }
}

/// A line for each measure, a column for each row.
fn transposed(key: &[&String], measures: &[&String], rows: &[Row]) -> Table {
    let name = |row: &Row| {
        let parts = key.iter().filter_map(|column| row.get(column.as_str()));
        parts.map(value).collect::<Vec<_>>().join(" ")
    };
    let of = key
        .iter()
        .map(|column| column.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let titles =
        std::iter::once((of, Align::Left)).chain(rows.iter().map(|row| (name(row), Align::Right)));
    let mut table = Table::new(titles);
    for measure in measures {
        let cells = rows
            .iter()
            .map(|row| row.get(measure.as_str()).map(value).unwrap_or_default());
        table.row(std::iter::once((*measure).clone()).chain(cells));
    }
    table
}

/// The first warning against misreading, which its contract holds for the weightiest; all of them when asked.
fn notices(page: &mut Page, of: &TableRows, more: bool) {
    let shown = if more { of.notices.len() } else { 1 };
    let left = of.notices.len().saturating_sub(shown);
    for (at, notice) in of.notices.iter().take(shown).enumerate() {
        match left > 0 && at + 1 == shown {
            true => page.hanging("! ", &format!("{notice} ({left} more: `-v`)")),
            false => page.hanging("! ", notice),
        }
    }
}
