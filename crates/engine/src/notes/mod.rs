//! The notes of a release, in French, for those who read or mirror the lake. They are made from the data: what the run
//! counted, what the release before held, what the sources say of themselves.

mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use edulac_lake::{Release, ReleasedTable, TableDraft};
use serde_json::Value;

use crate::Workspace;
use crate::diff::{ContractChange, Form, is_mended};
use crate::fingerprint::Cause;
use crate::record::{FindingKind, FindingRecord, RunRecord, TableRecord, TableStatus};

/// What notes are made from.
pub(crate) struct Notes<'a> {
    pub(crate) workspace: &'a Workspace,
    /// The release before; none: this is the first.
    pub(crate) before: Option<&'a Release>,
    pub(crate) record: &'a RunRecord,
    /// The tables of this run that the release holds.
    pub(crate) drafts: &'a [TableDraft],
    /// What the release says of the sources that this run read.
    pub(crate) sources: &'a BTreeMap<String, Value>,
    /// What the release covers.
    pub(crate) scope: &'a Value,
}

impl Notes<'_> {
    /// What is new, table by table, and why; what changed of contracts; what was waived and for what reason; where the data
    /// come from.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("# Notes de version\n\n");
        if let Some(description) = &self.workspace.profile.description {
            let _ = writeln!(text, "{description}\n");
        }
        let _ = match self.before {
            Some(before) => writeln!(text, "Fait suite à la version {}.\n", before.id),
            None => writeln!(text, "Première version de ce lac.\n"),
        };
        for part in crate::scope::scope_in_words(self.scope) {
            let _ = writeln!(text, "Périmètre de {part}.\n");
        }
        self.tables(&mut text);
        self.contracts(&mut text);
        self.findings(&mut text);
        self.vintages(&mut text);
        sources::sources(self, &mut text);
        text
    }

    fn table_before(&self, name: &str) -> Option<&ReleasedTable> {
        self.before?.tables.get(name)
    }

    fn tables(&self, text: &mut String) {
        text.push_str(
            "| table | état | lignes avant | lignes | ajoutées | retirées | modifiées | rejets | cause |\n",
        );
        text.push_str("|---|---|---:|---:|---:|---:|---:|---:|---|\n");
        for table in &self.record.tables {
            let name = &table.table;
            let was = self.table_before(name).map(|table| table.rows);
            let before = was.map_or_else(String::new, |rows| rows.to_string());
            let status = status(table);
            if table.status == TableStatus::Held {
                // What was refused is for the run's own record; the release has its last version.
                let rows = was.unwrap_or_default();
                let _ = writeln!(
                    text,
                    "| {name} | {status} | {before} | {rows} | 0 | 0 | 0 | | |"
                );
                continue;
            }
            let TableRecord {
                accepted,
                rejected,
                added,
                removed,
                changed,
                ..
            } = table;
            let cause = match table.status {
                TableStatus::Published => self.causes(table),
                _ => String::new(),
            };
            let _ = writeln!(
                text,
                "| {name} | {status} | {before} | {accepted} | {added} | {removed} | {changed} | {rejected} | {cause} |"
            );
        }
        let made: BTreeSet<&str> = self
            .record
            .tables
            .iter()
            .map(|t| t.table.as_str())
            .collect();
        let carried = self.before.into_iter().flat_map(|before| &before.tables);
        for (name, table) in carried.filter(|(name, _)| !made.contains(name.as_str())) {
            let rows = table.rows;
            let _ = writeln!(
                text,
                "| {name} | reprise | {rows} | {rows} | 0 | 0 | 0 | | |"
            );
        }
    }

    /// Why a table was made anew, in the words of the change feed.
    fn causes(&self, table: &TableRecord) -> String {
        let cause = |cause: &Cause| match cause {
            Cause::New => "nouvelle table".to_owned(),
            Cause::Source { source } => {
                let before = self.before.and_then(|before| before.sources.get(source));
                match is_mended(source, before, self.sources.get(source)) {
                    true => format!("correction ({source})"),
                    false => format!("source ({source})"),
                }
            }
            Cause::Table { table } => format!("table {table}"),
            Cause::Method => "méthode".to_owned(),
            Cause::Contract => "contrat".to_owned(),
        };
        table
            .causes
            .iter()
            .map(cause)
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn contracts(&self, text: &mut String) {
        let changes = self.drafts.iter().filter_map(|draft| {
            let before = self.table_before(&draft.layout.name)?;
            let change = ContractChange::between(Form::from(before), Form::from(&draft.layout))?;
            Some((&draft.layout.name, change))
        });
        let changes: Vec<_> = changes.collect();
        if changes.is_empty() {
            return;
        }
        text.push_str("\n## Contrats\n\n");
        for (table, change) in changes {
            let _ = writeln!(text, "- {table} : {}", change.in_french());
        }
    }

    fn findings(&self, text: &mut String) {
        for table in &self.record.tables {
            if table.findings.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n## {}\n", table.table);
            for finding in &table.findings {
                let _ = writeln!(text, "- `{}` : {}", finding.rule, sentence(finding));
            }
        }
    }

    /// The years that the rows of each table are of.
    fn vintages(&self, text: &mut String) {
        let mut spans: BTreeMap<&str, BTreeMap<String, [String; 2]>> = BTreeMap::new();
        for (name, table) in self.before.into_iter().flat_map(|before| &before.tables) {
            spans.insert(name, table.vintages.clone());
        }
        for draft in self.drafts {
            spans.insert(&draft.layout.name, draft.staged.vintages());
        }
        spans.retain(|_, columns| !columns.is_empty());
        if spans.is_empty() {
            return;
        }
        text.push_str("\n## Millésimes, rentrées et sessions\n\n");
        for (name, columns) in spans {
            let columns = columns.iter().map(|(column, [first, last])| {
                let word = match column.as_str() {
                    "millesime" => "millésime",
                    "rentree" => "rentrée",
                    other => other,
                };
                match first == last {
                    true => format!("{word} {first}"),
                    false => format!("{word} de {first} à {last}"),
                }
            });
            let _ = writeln!(
                text,
                "- {name} : {}",
                columns.collect::<Vec<_>>().join(", ")
            );
        }
    }
}

/// What a finding means for a reader of the release; its numbers are in the accounts, in English.
fn sentence(finding: &FindingRecord) -> String {
    match (finding.kind, finding.blocking, &finding.accepted) {
        (FindingKind::Contract, true, _) => {
            "règle du contrat non tenue, la table garde sa version".to_owned()
        }
        (FindingKind::Contract, false, _) => "règle du contrat non tenue, signalée".to_owned(),
        (FindingKind::Guard, true, _) => {
            "retenue par une garde, la table garde sa version".to_owned()
        }
        (FindingKind::Guard, false, Some(reason)) => format!("garde levée : {reason}"),
        (FindingKind::Guard, false, None) => "garde signalée".to_owned(),
        (FindingKind::Source, ..) => {
            "une de ses sources n'a pas pu être lue, la table garde sa version".to_owned()
        }
        (FindingKind::Dependency, ..) => {
            "faite à partir d'une table retenue, garde sa version".to_owned()
        }
    }
}

fn status(table: &TableRecord) -> &'static str {
    match table.status {
        TableStatus::Published => "publiée",
        TableStatus::Unchanged => "inchangée",
        TableStatus::Held => "retenue",
    }
}
