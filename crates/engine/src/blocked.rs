//! Tables that cannot or may not be made of what the sources gave: they keep their last version, and why.

use std::collections::{BTreeMap, BTreeSet};

use edulac_lake::Release;
use edulac_spec::Pipeline;
use edulac_yaml::Diagnostic;

use crate::drift::Shape;
use crate::error::{Error, Result};
use crate::extraction::{Extracted, archived_schema, full_name};
use crate::fingerprint::Upstream;
use crate::record::{FindingKind, FindingRecord};
use crate::run::RunOptions;
use crate::{Workspace, columns};

/// What holds tables before they are made, by table.
pub(crate) type Blocked = BTreeMap<String, Vec<FindingRecord>>;

/// Looks at what the sources of the pipelines gave, before anything is computed.
///
/// # Errors
/// The first failure of a source when nothing was ever published, or when no source at all could be had;
/// [`Error::Files`] when a pipeline does not fit its sources and they are not to blame.
pub(crate) fn blocked(
    workspace: &Workspace,
    pipelines: &[&Pipeline],
    options: &RunOptions,
    release: Option<&Release>,
    before: &BTreeMap<String, Shape>,
    extracted: &mut Extracted,
) -> Result<Blocked> {
    let nothing_to_keep = release.is_none() || extracted.extracts.is_empty();
    if nothing_to_keep && let Some((_, error)) = extracted.failures.pop_first() {
        return Err(error.into());
    }
    let mut blocked = Blocked::new();
    for pipeline in pipelines {
        for (name, table) in &pipeline.tables {
            let upstream = Upstream::of(pipeline, &table.from);
            for source in upstream.sources {
                let full = full_name(pipeline, source);
                let failed = extracted.failures.get(&full).map(|error| FindingRecord {
                    rule: "source".to_owned(),
                    kind: FindingKind::Source,
                    blocking: true,
                    accepted: None,
                    message: error.to_string(),
                });
                let few = too_few(workspace, &full, extracted, options.accept_shrink.get(name));
                let found = failed.into_iter().chain(few);
                let found: Vec<FindingRecord> = found.collect();
                if !found.is_empty() {
                    blocked.entry(name.clone()).or_default().extend(found);
                }
            }
        }
    }
    let mut wrong = Vec::new();
    for pipeline in pipelines {
        drifted(
            workspace,
            pipeline,
            release,
            before,
            &mut blocked,
            &mut wrong,
        );
    }
    if wrong.is_empty() {
        Ok(blocked)
    } else {
        Err(Error::Files(wrong))
    }
}

/// A source with fewer records than the profile knows it to have.
fn too_few(
    workspace: &Workspace,
    source: &str,
    extracted: &Extracted,
    waived: Option<&String>,
) -> Option<FindingRecord> {
    let least = workspace.profile.sources.get(source)?.min_records?;
    let records = extracted.extracts.get(source)?.receipt.records.parsed;
    if records >= least {
        return None;
    }
    let fact =
        format!("`{source}` has {records} records, and the profile expects {least} at least");
    Some(FindingRecord {
        rule: "plancher".to_owned(),
        kind: FindingKind::Guard,
        blocking: waived.is_none(),
        accepted: waived.cloned(),
        message: match waived {
            Some(reason) => format!("{fact}: accepted, {reason}"),
            None => format!(
                "{fact}: look at the source, then run again, or `--accept-shrink TABLE=\"reason\"`"
            ),
        },
    })
}

/// Columns that a pipeline reads and its sources do not give. When those of the last release did, the tables concerned are
/// held, each with the place in the pipeline; else the pipeline is wrong.
fn drifted(
    workspace: &Workspace,
    pipeline: &Pipeline,
    release: Option<&Release>,
    before: &BTreeMap<String, Shape>,
    blocked: &mut Blocked,
    wrong: &mut Vec<Diagnostic>,
) {
    let now = |name: &str| archived_schema(workspace, pipeline, name);
    let faults = columns::check(workspace, pipeline, &now);
    if faults.is_empty() {
        return;
    }
    let before = |name: &str| {
        let shape = before.get(&full_name(pipeline, name));
        shape.map(|shape| shape.columns().clone())
    };
    let old: BTreeSet<String> = columns::check(workspace, pipeline, &before)
        .into_iter()
        .map(|fault| fault.finding.message)
        .collect();
    for fault in faults {
        let tables = fault.tables(pipeline);
        let is_released = |table: &&str| release.is_some_and(|r| r.tables.contains_key(*table));
        if old.contains(&fault.finding.message) || !tables.iter().all(is_released) {
            wrong.push(fault.finding);
            continue;
        }
        let finding = FindingRecord {
            rule: "colonnes".to_owned(),
            kind: FindingKind::Guard,
            blocking: true,
            accepted: None,
            message: in_a_line(&fault.finding),
        };
        for table in tables {
            let findings = blocked.entry(table.to_owned()).or_default();
            if !findings.contains(&finding) {
                findings.push(finding.clone());
            }
        }
    }
}

/// A finding with its place and its remedy.
fn in_a_line(finding: &Diagnostic) -> String {
    let (line, _) = finding.line_column();
    let mut text = format!("{} ({}:{line})", finding.message, finding.source.name);
    if let Some(help) = &finding.help {
        text.push_str(": ");
        text.push_str(help);
    }
    text
}
