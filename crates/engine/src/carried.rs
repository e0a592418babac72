//! The accounts of a table that does not run: those of its last making.

use edulac_lake::Release;

use crate::plan::Decision;
use crate::record::{FindingKind, FindingRecord, RunRecord, TableRecord, TableStatus};

/// A table whose inputs are those of its last version.
pub(crate) fn stays(release: Option<&Release>, decision: Decision) -> TableRecord {
    last(release, &decision, TableStatus::Unchanged)
}

/// A table that keeps its last version, since its sources did not give what it needs.
pub(crate) fn kept(
    release: Option<&Release>,
    decision: Decision,
    findings: Vec<FindingRecord>,
) -> TableRecord {
    TableRecord {
        causes: decision.causes.clone(),
        findings,
        ..last(release, &decision, TableStatus::Held)
    }
}

/// A table that cannot be made, since `missing`, which it is made from, is held and was never published.
pub(crate) fn waits(release: Option<&Release>, decision: Decision, missing: &str) -> TableRecord {
    let name = &decision.table;
    let finding = FindingRecord {
        rule: "dependance".to_owned(),
        kind: FindingKind::Dependency,
        accepted: None,
        blocking: true,
        message: format!(
            "`{name}` is made from `{missing}`, which is held and not in the lake yet"
        ),
    };
    TableRecord {
        causes: decision.causes.clone(),
        findings: vec![finding],
        ..last(release, &decision, TableStatus::Held)
    }
}

/// The accounts of all tables of the next release: of this run, of earlier ones where it did not make them or holds them.
pub(crate) fn counts(release: Option<&Release>, record: &RunRecord) -> Vec<TableRecord> {
    let mut all = told(release);
    let now = record
        .tables
        .iter()
        .filter(|table| table.status != TableStatus::Held);
    for table in now {
        all.retain(|other| other.table != table.table);
        all.push(table.clone());
    }
    all.sort_by(|a, b| a.table.cmp(&b.table));
    all
}

/// The accounts that a release holds.
pub(crate) fn told(release: Option<&Release>) -> Vec<TableRecord> {
    let tables = release.map(|release| release.counts["tables"].clone());
    tables
        .and_then(|tables| serde_json::from_value(tables).ok())
        .unwrap_or_default()
}

/// What the release tells of the table; nothing when it does not hold it.
fn last(release: Option<&Release>, decision: &Decision, status: TableStatus) -> TableRecord {
    let name = &decision.table;
    let told = told(release).into_iter().find(|table| table.table == *name);
    let released = release.and_then(|release| release.tables.get(name));
    let rows = released.map_or(0, |table| table.rows);
    TableRecord {
        table: name.clone(),
        status,
        made_by: told
            .as_ref()
            .map(|told| told.made_by.clone())
            .unwrap_or_default(),
        input: None,
        read: told.as_ref().map_or(rows, |told| told.read),
        accepted: rows,
        written: None,
        rejected: told.as_ref().map_or(0, |told| told.rejected),
        remarks: told.as_ref().map_or(0, |told| told.remarks),
        added: 0,
        removed: 0,
        changed: 0,
        version: released.map(|table| table.delta_version),
        fingerprint: Some(decision.fingerprint.text()),
        causes: Vec::new(),
        findings: Vec::new(),
    }
}
