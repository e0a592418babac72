//! The record of a run: what was read, kept, refused and published. The summary printed at the end and the file
//! `runs/<run id>.json` are the same numbers.
//!
//! Accounting, edge by edge (checked by [`RunRecord::imbalances`]): records of a source = parsed + unreadable, empty
//! junk apart; rows into a table = accepted + rejected; rows out of a row-preserving step = rows in; a `sql` step that
//! loses rows names its motive.

use std::collections::BTreeMap;

use edulac_model::ErrorClass;
use serde::{Deserialize, Serialize};

use crate::drift::Drift;
use crate::fingerprint::Cause;
use crate::reuses::Concern;

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunRecord {
    /// `20261123T101112Z-ab12cd34`.
    pub run: String,
    /// Start, UTC, ISO 8601.
    pub started_at: String,
    /// End, UTC, ISO 8601.
    pub finished_at: String,
    /// Name of the profile.
    pub profile: String,
    /// It asked no source: they were taken from the archive.
    #[serde(default)]
    pub frozen: bool,
    /// The lake, by its location.
    #[serde(default)]
    pub lake: String,
    /// The release that the lake had when the run began, with the moment of its publication; none: it had none.
    #[serde(default)]
    pub base: Option<String>,
    /// Pipelines, in the order in which they ran.
    pub pipelines: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// One per source read from outside the lake.
    pub sources: Vec<SourceRecord>,
    /// One per source that could not be had; the tables that are made from it keep their last version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<SourceFailure>,
    /// Sources without rows, since their table is not in the lake: the tables are made without what it would tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<AbsentSource>,
    /// Reuses of the lake that use a column which goes or changes: by a contract, or by what a source lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reuses: Vec<Concern>,
    /// One per step that ran.
    pub steps: Vec<StepRecord>,
    /// One per table of the pipelines.
    pub tables: Vec<TableRecord>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// A release was published; tables that are held keep their last version in it.
    Published {
        /// Its dated id.
        release: String,
    },
    /// Nothing changed: nothing was written to the lake.
    NothingToDo {
        /// The release that stays the latest; none when the lake is empty.
        release: Option<String>,
    },
    /// Every changed table was held: nothing was published.
    Held,
    /// The run stopped.
    Failed {
        /// The error, in one line.
        error: String,
    },
}

/// One source of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceRecord {
    /// Pipeline and source, `etablissements.annuaire`.
    pub source: String,
    /// The extract that was read.
    pub extract: String,
    /// Its content was the one already known.
    pub unchanged: bool,
    /// Records parsed.
    pub parsed: u64,
    /// Records that could not be parsed; they are in the archive with their place.
    pub unreadable: u64,
    /// Empty junk records.
    pub empty: u64,
    /// All records of the body but the empty ones, counted by the reader apart from the two above.
    pub records: u64,
    /// Since when the content is what it is, `2026-11-23`: as its publisher says, else as it was first extracted.
    #[serde(default)]
    pub as_of: String,
    /// Days between that date and the run.
    #[serde(default)]
    pub age_days: i64,
    /// It is older than the pipeline allows: the days allowed. None when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_after_days: Option<u32>,
    /// What its columns have become since the extract that the last release was made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<Drift>,
    /// Where the pipeline declares the source, `pipelines/ips.yaml:12`.
    #[serde(default)]
    pub place: String,
}

/// A source that could not be had.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceFailure {
    /// Pipeline and source.
    pub source: String,
    /// Why, in one line, without any secret.
    pub error: String,
    /// Whose fault it is.
    pub class: ErrorClass,
}

/// A source that stays without rows, since its table is not in the lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsentSource {
    /// Pipeline and source.
    pub source: String,
    /// The table.
    pub table: String,
    /// The last release has it, but under this version of its contract, whose major version is not that of today. None: it
    /// is not there at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// One step of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepRecord {
    /// Pipeline and step, `etablissements.etablissements_base`.
    pub step: String,
    /// `normalise`, `sql`, `locate` or `link_buildings`.
    pub kind: String,
    /// Its inputs, with their rows.
    pub inputs: Vec<Edge>,
    /// Rows out.
    pub rows: u64,
    /// The step gives one row for each row of its first input.
    pub preserves_rows: bool,
    /// Rows that come out unless a motive says why not: those of the input, or of all inputs of a union. None where a
    /// join decides.
    #[serde(default)]
    pub expected: Option<u64>,
    /// Why rows are lost, as the pipeline says.
    pub motive: Option<String>,
    /// Establishments of a `link_buildings` step without an accepted link, by the reason (French).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unlinked: BTreeMap<String, u64>,
}

/// An input and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// Source or step.
    pub from: String,
    /// Rows that came along.
    pub rows: u64,
}

/// What became of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableStatus {
    /// A new version is in the release.
    Published,
    /// Same inputs or same content: the last version stays.
    Unchanged,
    /// A contract rule or a guard stopped it, or a table that it needs: the last version stays.
    Held,
}

/// One table of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableRecord {
    /// Name of the table.
    pub table: String,
    /// What became of it.
    pub status: TableStatus,
    /// The run that made these rows, whose rejects are theirs; an earlier one when the table did not run.
    #[serde(default)]
    pub made_by: String,
    /// The step or source that the rows come from; none when the table did not run.
    #[serde(default)]
    pub input: Option<Edge>,
    /// Rows that reached the contract; of the last version when it did not run.
    pub read: u64,
    /// Rows in the table.
    pub accepted: u64,
    /// Rows written to its files; none when the table did not run.
    #[serde(default)]
    pub written: Option<u64>,
    /// Rows refused by the contract.
    pub rejected: u64,
    /// Accepted rows with a value that could not be read, a geometry that was repaired, or that break a lesser rule.
    pub remarks: u64,
    /// Keys that are new since the last release.
    pub added: u64,
    /// Keys that are gone.
    pub removed: u64,
    /// Keys with another content.
    pub changed: u64,
    /// Delta version; none when the table is not in the lake.
    pub version: Option<u64>,
    /// What it was made from, as in the release; none when it was not decided about.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// Why it was made; empty when it was not.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// What the contract and the guards say, blocking or not.
    pub findings: Vec<FindingRecord>,
}

/// Who holds a table back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A rule of its contract.
    Contract,
    /// A guard on what it loses.
    Guard,
    /// A table that it was made from is held.
    Dependency,
    /// A source that it is made from could not be had.
    Source,
}

/// One sentence of a contract or a guard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// Id of the rule, `rowCount`, `uai.duplicateValues`, `shrink`.
    pub rule: String,
    /// Who says so.
    pub kind: FindingKind,
    /// It holds the table back.
    pub blocking: bool,
    /// Why the guard was lifted, as `--accept-shrink` says; none when it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    /// What was found and what was expected, with the remedy.
    pub message: String,
}

impl RunRecord {
    /// What a run that ended without an error leaves to be done: the class of the failure when a source could not be had,
    /// else [`ErrorClass::Data`] when a contract holds a table, else [`ErrorClass::Refused`] when a guard does; none
    /// when all is well.
    #[must_use]
    pub fn class(&self) -> Option<ErrorClass> {
        let held = |kind| {
            let findings = self.tables.iter().flat_map(|table| &table.findings);
            findings.filter(|f| f.blocking).any(|f| f.kind == kind)
        };
        let failed = |class| self.failures.iter().any(|failure| failure.class == class);
        let worst = [
            ErrorClass::Config,
            ErrorClass::Infrastructure,
            ErrorClass::Data,
        ];
        if let Some(class) = worst.into_iter().find(|class| failed(*class)) {
            Some(class)
        } else if held(FindingKind::Contract) {
            Some(ErrorClass::Data)
        } else if held(FindingKind::Guard) {
            Some(ErrorClass::Refused)
        } else {
            None
        }
    }

    /// The edges that do not balance, in words. Empty when everything is accounted for.
    pub fn imbalances(&self) -> Vec<String> {
        let mut found = Vec::new();
        for source in &self.sources {
            let sum = source.parsed + source.unreadable;
            if sum != source.records {
                found.push(format!(
                    "source {}: {} records, but {} parsed + {} unreadable",
                    source.source, source.records, source.parsed, source.unreadable
                ));
            }
        }
        for step in &self.steps {
            let Some(first) = step.inputs.first() else {
                continue;
            };
            if let Some(expected) = step.expected
                && step.rows < expected
                && step.motive.is_none()
            {
                found.push(format!(
                    "step {}: {expected} rows in, {} out, and no `motive:` of the step says why",
                    step.step, step.rows
                ));
            }
            if step.preserves_rows && step.rows != first.rows {
                found.push(format!(
                    "step {}: {} rows in from {}, {} out, though it keeps every row",
                    step.step, first.rows, first.from, step.rows
                ));
            }
        }
        for table in &self.tables {
            if table.read != table.accepted + table.rejected {
                found.push(format!(
                    "table {}: {} rows in, but {} accepted + {} rejected",
                    table.table, table.read, table.accepted, table.rejected
                ));
            }
            if let Some(input) = table
                .input
                .as_ref()
                .filter(|input| input.rows != table.read)
            {
                found.push(format!(
                    "table {}: {} rows of {}, but {} came to its contract",
                    table.table, input.rows, input.from, table.read
                ));
            }
            if let Some(written) = table.written.filter(|written| *written != table.accepted) {
                found.push(format!(
                    "table {}: {} rows accepted, but {written} written",
                    table.table, table.accepted
                ));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_row_is_an_imbalance() {
        let table = |read| TableRecord {
            table: "ips".to_owned(),
            status: TableStatus::Published,
            read,
            accepted: 8,
            rejected: 2,
            remarks: 0,
            added: 8,
            removed: 0,
            changed: 0,
            version: Some(0),
            made_by: String::new(),
            input: None,
            written: None,
            fingerprint: None,
            causes: Vec::new(),
            findings: Vec::new(),
        };
        let record = |read| RunRecord {
            run: String::new(),
            started_at: String::new(),
            finished_at: String::new(),
            profile: String::new(),
            frozen: false,
            lake: String::new(),
            base: None,
            pipelines: Vec::new(),
            outcome: Outcome::Held,
            sources: Vec::new(),
            failures: Vec::new(),
            absent: Vec::new(),
            reuses: Vec::new(),
            steps: Vec::new(),
            tables: vec![table(read)],
        };
        assert!(record(10).imbalances().is_empty());
        assert_eq!(record(11).imbalances().len(), 1);
    }
}
