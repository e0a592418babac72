//! The releases in which rows of an establishment changed.

use std::collections::BTreeMap;

use edulac_lake::{Release, ReleaseEntry};
use serde::Serialize;
use serde_json::Value;

use super::reader::Reader;
use crate::error::Result;
use crate::released::{Row, columns};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Its key was not there in the release before.
    Added,
    /// Its key is there no more.
    Removed,
    /// Columns have other values.
    Changed,
}

/// One row that is not as it was in the release before.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// The release that brought it.
    pub release: String,
    /// When that was published, UTC, ISO 8601.
    pub published_at: String,
    /// Release before; null: it is the first.
    pub after: Option<String>,
    /// The table.
    pub table: String,
    /// The rest of the key, the UAI left out; empty: the UAI is the key.
    pub key: Vec<Value>,
    /// What became of the row.
    pub kind: ChangeKind,
    /// Columns with another value, each with what it was and what it is. Columns that one of the two releases lacks are
    /// not compared, contacts neither.
    pub columns: BTreeMap<String, [Value; 2]>,
}

/// The changes that releases, given oldest first, brought to the rows of the establishment; newest first. The oldest
/// release is compared with the one before it, if there is one.
pub(super) async fn changes(reader: &Reader<'_>, past: &[ReleaseEntry]) -> Result<Vec<Change>> {
    let lake = &reader.released.lake;
    let mut found = Vec::new();
    let mut before = match past.first().and_then(|entry| entry.parent.as_deref()) {
        Some(parent) => Some(lake.release(parent).await?),
        None => None,
    };
    for entry in past {
        let release = lake.release(&entry.id).await?;
        let mut brought = Vec::new();
        for table in tables(before.as_ref(), &release) {
            brought.extend(of_table(reader, before.as_ref(), &release, table).await?);
        }
        found.push(brought);
        before = Some(release);
    }
    Ok(found.into_iter().rev().flatten().collect())
}

/// The tables with a column `uai` whose content is not the same in both.
fn tables<'a>(before: Option<&'a Release>, release: &'a Release) -> Vec<&'a str> {
    let earlier = before.into_iter().flat_map(|before| before.tables.keys());
    let mut names: Vec<&str> = release
        .tables
        .keys()
        .chain(earlier)
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| {
        let earlier = before.and_then(|before| before.tables.get(*name));
        let same = match (earlier, release.tables.get(*name)) {
            (Some(earlier), Some(now)) => earlier.same_content(&now.files),
            _ => false,
        };
        !same
    });
    names
}

async fn of_table(
    reader: &Reader<'_>,
    before: Option<&Release>,
    release: &Release,
    table: &str,
) -> Result<Vec<Change>> {
    let earlier = match before {
        Some(before) => reader.rows_in(before, table).await?,
        None => Vec::new(),
    };
    let now = reader.rows_in(release, table).await?;
    let holder = release.tables.get(table);
    let key: Vec<String> = holder
        .or_else(|| before?.tables.get(table))
        .map(|table| table.key.clone())
        .unwrap_or_default();
    let comparable = |column: &str| {
        let has = |release: &Release| {
            let known = columns(release, table);
            known.contains(&column) || matches!(column, "lon" | "lat")
        };
        has(release) && before.is_none_or(has)
    };
    let change = |key: Vec<Value>, kind, columns| Change {
        release: release.id.clone(),
        published_at: release
            .created
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        after: before.map(|before| before.id.clone()),
        table: table.to_owned(),
        key,
        kind,
        columns,
    };
    let (mut earlier, now) = (keyed(earlier, &key), keyed(now, &key));
    let mut found = Vec::new();
    for (name, (key, row)) in now {
        let Some((_, was)) = earlier.remove(&name) else {
            found.push(change(key, ChangeKind::Added, BTreeMap::new()));
            continue;
        };
        let differing: BTreeMap<String, [Value; 2]> = row
            .into_iter()
            .filter(|(column, _)| comparable(column))
            .filter_map(|(column, value)| {
                let earlier = was.get(&column).cloned().unwrap_or_default();
                (earlier != value).then_some((column, [earlier, value]))
            })
            .collect();
        if !differing.is_empty() {
            found.push(change(key, ChangeKind::Changed, differing));
        }
    }
    for (_, (key, _)) in earlier {
        found.push(change(key, ChangeKind::Removed, BTreeMap::new()));
    }
    Ok(found)
}

/// Rows by their key; the whole row is the key where the table has none.
fn keyed(rows: Vec<Row>, key: &[String]) -> BTreeMap<String, (Vec<Value>, Row)> {
    let of = |row: Row| {
        let values: Vec<Value> = match key {
            [] => row.values().cloned().collect(),
            key => {
                let others = key.iter().filter(|column| *column != "uai");
                others
                    .filter_map(|column| row.get(column).cloned())
                    .collect()
            }
        };
        (Value::from(values.clone()).to_string(), (values, row))
    };
    rows.into_iter().map(of).collect()
}
