//! The notes of a release, in French, for those who read or mirror the lake.

use std::collections::BTreeMap;
use std::fmt::Write;

use edulac_extract::Extract;
use edulac_lake::Release;
use edulac_spec::Pipeline;

use crate::Workspace;
use crate::extraction::full_name;
use crate::record::{FindingKind, FindingRecord, RunRecord, TableRecord, TableStatus};

/// What is new, table by table; where the data come from; what was waived and why.
pub(crate) fn notes(
    workspace: &Workspace,
    release: Option<&Release>,
    pipelines: &[&Pipeline],
    extracts: &BTreeMap<String, Extract>,
    record: &RunRecord,
) -> String {
    let mut text = String::from("# Notes de version\n\n");
    if let Some(description) = &workspace.profile.description {
        let _ = writeln!(text, "{description}\n");
    }
    text.push_str("| table | état | lignes | rejets | ajoutées | retirées | modifiées |\n");
    text.push_str("|---|---|---:|---:|---:|---:|---:|\n");
    for table in &record.tables {
        let (name, status) = (&table.table, status(table));
        if table.status == TableStatus::Held {
            // What was refused is for the run's own record; the release has its last version.
            let last = release.and_then(|release| release.tables.get(name));
            let rows = last.map_or(0, |table| table.rows);
            let _ = writeln!(text, "| {name} | {status} | {rows} | | 0 | 0 | 0 |");
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
        let _ = writeln!(
            text,
            "| {name} | {status} | {accepted} | {rejected} | {added} | {removed} | {changed} |"
        );
    }
    for table in &record.tables {
        if table.findings.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n## {}\n", table.table);
        for finding in &table.findings {
            let _ = writeln!(text, "- `{}` : {}", finding.rule, sentence(finding));
        }
    }
    text.push_str("\n## Sources\n\n");
    for pipeline in pipelines {
        for (name, source) in &pipeline.sources {
            let Some(extract) = extracts.get(&full_name(pipeline, name)) else {
                continue;
            };
            let receipt = &extract.receipt;
            let _ = write!(
                text,
                "- {}.{name} : contenu du {}, extrait {} du {}, {} enregistrements",
                pipeline.name,
                receipt.as_of().format("%Y-%m-%d"),
                receipt.extract,
                receipt.requested_at.format("%Y-%m-%d"),
                receipt.records.parsed
            );
            if let Some(producer) = &source.producer {
                let _ = write!(text, ", {producer}");
            }
            if let Some(licence) = &source.licence {
                let _ = write!(text, ", {licence}");
            }
            text.push('\n');
            let full = full_name(pipeline, name);
            let told = record.sources.iter().find(|source| source.source == full);
            for drift in told.into_iter().flat_map(|source| &source.drift) {
                let _ = writeln!(text, "  - {}", drift.in_french());
            }
        }
    }
    for absent in &record.absent {
        let why = match &absent.version {
            None => "n'est pas dans le lac".to_owned(),
            Some(version) => format!("était sous la version {version} de son contrat"),
        };
        let _ = writeln!(
            text,
            "- {} : sans lignes, la table {} {why}",
            absent.source, absent.table
        );
    }
    text
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
