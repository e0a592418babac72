//! The releases in which rows of the establishment changed.

use edulac_engine::{Change, ChangeKind, Explanation};

use crate::page::{Page, value};
use crate::words::counted;

/// Rows of one table and release that are told one by one.
const TOLD: usize = 4;

pub(super) fn versions(page: &mut Page, story: &Explanation) {
    let Some(since) = &story.versions_depuis else {
        return;
    };
    page.title(&format!(
        "changes of its rows, release by release, from {since} on"
    ));
    if story.versions.is_empty() {
        page.line("none");
    }
    let same =
        |a: &Change, b: &Change| (&a.release, &a.table, a.kind) == (&b.release, &b.table, b.kind);
    for changes in story.versions.chunk_by(same) {
        let [first, ..] = changes else {
            continue;
        };
        let lead = format!("{}  {}  ", first.release, first.table);
        let what = match first.kind {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Changed => "changed",
        };
        let rows: Vec<String> = changes
            .iter()
            .take(TOLD)
            .map(row)
            .filter(|row| !row.is_empty())
            .collect();
        let mut text = match changes.len() {
            1 => what.to_owned(),
            many => format!("{} {what}", counted(many, "row")),
        };
        if !rows.is_empty() {
            text += ": ";
            text += &rows.join("; ");
        }
        if changes.len() > TOLD {
            text += "; …";
        }
        page.hanging(&lead, &text);
    }
}

/// The key of a row, and what of it changed.
fn row(change: &Change) -> String {
    let key = change.key.iter().map(value);
    let key: Vec<String> = key.filter(|part| !part.is_empty()).collect();
    let columns: Vec<String> = change
        .columns
        .iter()
        .map(|(column, [before, now])| format!("{column} {} → {}", value(before), value(now)))
        .collect();
    match (key.join(" "), columns.join(", ")) {
        (key, columns) if columns.is_empty() => key,
        (key, columns) if key.is_empty() => columns,
        (key, columns) => format!("{key}: {columns}"),
    }
}
