//! Tables that cannot or may not be made of what the sources gave: they keep their last version, and why.

use std::collections::{BTreeMap, BTreeSet};

use edulac_extract::Error as ExtractError;
use edulac_lake::Release;
use edulac_spec::Pipeline;
use edulac_yaml::Diagnostic;

use crate::extraction::{archived_schema, full_name};
use crate::fingerprint::{Fingerprint, Upstream};
use crate::plan::Decision;
use crate::record::{FindingKind, FindingRecord};
use crate::withdraw::Withdrawn;
use crate::{Workspace, columns};

/// What holds tables before they are made, by table.
pub(crate) type Blocked = BTreeMap<String, Vec<FindingRecord>>;

/// What is known before anything is computed, in a run or of one to come.
pub(crate) struct Known<'a> {
    /// Records of a source (`pipeline.source`); none when there is no extract.
    pub(crate) records: &'a dyn Fn(&str) -> Option<u64>,
    /// Sources that could not be had.
    pub(crate) failures: &'a BTreeMap<String, ExtractError>,
    /// What was published and taken back.
    pub(crate) withdrawn: &'a Withdrawn,
    /// Tables whose guards are waived, and why.
    pub(crate) waived: &'a BTreeMap<String, String>,
}

/// What holds the tables of a pipeline among these decisions, and what is wrong with the pipeline itself.
pub(crate) fn blocked(
    workspace: &Workspace,
    pipeline: &Pipeline,
    release: Option<&Release>,
    known: &Known<'_>,
    decisions: &[Decision],
) -> (Blocked, Vec<Diagnostic>) {
    let mut blocked = Blocked::new();
    for decision in decisions {
        let name = &decision.table;
        let upstream = Upstream::of(pipeline, &pipeline.tables[name].from);
        for source in upstream.sources {
            let full = full_name(pipeline, source);
            let failed = known.failures.get(&full).map(|error| FindingRecord {
                rule: "source".to_owned(),
                kind: FindingKind::Source,
                blocking: true,
                accepted: None,
                message: error.to_string(),
            });
            // A table that stays as it is loses nothing.
            let few = match decision.causes.is_empty() {
                true => None,
                false => too_few(workspace, &full, known, name),
            };
            let found: Vec<FindingRecord> = failed.into_iter().chain(few).collect();
            if !found.is_empty() {
                blocked.entry(name.clone()).or_default().extend(found);
            }
        }
    }
    for decision in decisions
        .iter()
        .filter(|decision| !decision.causes.is_empty())
    {
        let name = &decision.table;
        let fingerprint = decision.fingerprint.text();
        let again = known
            .withdrawn
            .same_inputs(name, &fingerprint, known.waived.get(name));
        if let Some(again) = again {
            blocked.entry(name.clone()).or_default().push(again);
        }
    }
    let wrong = drifted(workspace, pipeline, release, decisions, &mut blocked);
    hold_dependents(pipeline, decisions, &mut blocked);
    (blocked, wrong)
}

/// A source with fewer records than the profile knows it to have.
fn too_few(
    workspace: &Workspace,
    source: &str,
    known: &Known<'_>,
    table: &str,
) -> Option<FindingRecord> {
    let least = workspace.profile.sources.get(source)?.min_records?;
    let records = (known.records)(source).filter(|records| *records < least)?;
    let waived = known.waived.get(table);
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
                "{fact}: look at the source, then run again, or `--accept-shrink {table}=\"reason\"`"
            ),
        },
    })
}

/// Columns that a pipeline reads and its sources do not give. Where nothing but the sources changed since the release, they
/// are to blame: the tables concerned are held, each with the place in the pipeline. Else the pipeline is wrong.
fn drifted(
    workspace: &Workspace,
    pipeline: &Pipeline,
    release: Option<&Release>,
    decisions: &[Decision],
    blocked: &mut Blocked,
) -> Vec<Diagnostic> {
    let now = |name: &str| archived_schema(workspace, pipeline, name);
    let mut wrong = Vec::new();
    for fault in columns::check(workspace, pipeline, &now) {
        let tables: BTreeSet<&str> = fault.tables(pipeline).into_iter().collect();
        let mut concerned = decisions
            .iter()
            .filter(|d| tables.contains(d.table.as_str()));
        if !concerned.all(|decision| is_as_released(release, decision)) {
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
    wrong
}

/// Whether a table is in the release, made by the same steps under the same contract.
fn is_as_released(release: Option<&Release>, decision: &Decision) -> bool {
    let released = release.and_then(|release| release.tables.get(&decision.table));
    let made =
        released.and_then(|table| serde_json::from_str::<Fingerprint>(&table.fingerprint).ok());
    made.is_some_and(|made| {
        made.method == decision.fingerprint.method && made.contract == decision.fingerprint.contract
    })
}

/// Whether one of them holds the table.
pub(crate) fn is_held(findings: &[FindingRecord]) -> bool {
    findings.iter().any(|finding| finding.blocking)
}

/// Holds what is made from the rows of a held table too: one must not be newer than the other.
fn hold_dependents(pipeline: &Pipeline, decisions: &[Decision], blocked: &mut Blocked) {
    let held: Vec<String> = blocked
        .iter()
        .filter(|(_, findings)| is_held(findings))
        .map(|(table, _)| table.clone())
        .collect();
    let of_pipeline = |table: &String| pipeline.tables.contains_key(table);
    for cause in held.iter().filter(|table| of_pipeline(table)) {
        let rows = &pipeline.tables[cause].from;
        for decision in decisions
            .iter()
            .filter(|decision| !decision.causes.is_empty())
        {
            let name = &decision.table;
            let from = &pipeline.tables[name].from;
            let upstream = Upstream::of(pipeline, from);
            let depends = from == rows || upstream.steps.iter().any(|step| step.name == *rows);
            if !depends || blocked.get(name).is_some_and(|findings| is_held(findings)) {
                continue;
            }
            blocked.entry(name.clone()).or_default().push(FindingRecord {
                rule: "dependance".to_owned(),
                kind: FindingKind::Dependency,
                accepted: None,
                blocking: true,
                message: format!("`{name}` is made from the rows of `{cause}`, which is held: it keeps its last version too"),
            });
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
