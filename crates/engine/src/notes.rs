//! The notes of a release, in French, for those who read or mirror the lake.

use std::collections::BTreeMap;
use std::fmt::Write;

use edulac_extract::Extract;
use edulac_spec::Pipeline;

use crate::Workspace;
use crate::extraction::full_name;
use crate::record::{RunRecord, TableRecord, TableStatus};

/// What is new, table by table; where the data come from; what was waived and why.
pub(crate) fn notes(
    workspace: &Workspace,
    pipelines: &[&Pipeline],
    extracts: &BTreeMap<String, Extract>,
    record: &RunRecord,
    accepted: &BTreeMap<String, String>,
) -> String {
    let mut text = String::from("# Notes de version\n\n");
    if let Some(description) = &workspace.profile.description {
        let _ = writeln!(text, "{description}\n");
    }
    text.push_str("| table | état | lignes | rejets | ajoutées | retirées | modifiées |\n");
    text.push_str("|---|---|---:|---:|---:|---:|---:|\n");
    for table in &record.tables {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            table.table,
            status(table),
            table.accepted,
            table.rejected,
            table.added,
            table.removed,
            table.changed
        );
    }
    for table in record
        .tables
        .iter()
        .filter(|table| !table.findings.is_empty())
    {
        let _ = writeln!(text, "\n## {}\n", table.table);
        for finding in &table.findings {
            let _ = writeln!(text, "- `{}` : {}", finding.rule, finding.message);
        }
    }
    if !accepted.is_empty() {
        text.push_str("\n## Gardes levées\n\n");
        for (table, reason) in accepted {
            let _ = writeln!(text, "- {table} : {reason}");
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
                "- {}.{name} : extrait {} du {}, {} enregistrements",
                pipeline.name,
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
        }
    }
    text
}

fn status(table: &TableRecord) -> &'static str {
    match table.status {
        TableStatus::Published => "publiée",
        TableStatus::Unchanged => "inchangée",
        TableStatus::Held => "retenue",
    }
}
