//! What is due: pipelines whose last run is as old as their cadence, and those that read their tables.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use edulac_spec::Pipeline;

use crate::Workspace;
use crate::error::Result;
use crate::record::{FindingKind, FindingRecord, Outcome, RunRecord, TableStatus};
use crate::runs;

/// The pipelines among these that are due now, in the order of the run. One without a schedule is never due by itself;
/// one that reads the tables of a due one runs after it.
pub(crate) fn due<'a>(
    workspace: &Workspace,
    pipelines: Vec<&'a Pipeline>,
    now: DateTime<Utc>,
) -> Result<Vec<&'a Pipeline>> {
    let last = last_runs(workspace)?;
    let mut due: Vec<&Pipeline> = Vec::new();
    for pipeline in pipelines {
        let own = pipeline.schedule.as_ref().is_some_and(|schedule| {
            let wait = TimeDelta::hours(schedule.cadence.due_after_hours());
            last.get(&pipeline.name)
                .is_none_or(|(last, _)| now - *last >= wait)
        });
        let reads = |other: &&Pipeline| pipeline.after.contains(&other.name);
        if own || due.iter().any(reads) {
            due.push(pipeline);
        }
    }
    Ok(due)
}

/// When each pipeline was last run to its end, and the id of that run. A run that failed, asked nobody, could not have a source of the pipeline or
/// held a table of it is none: what its publishers mend meanwhile is worth asking for.
pub(crate) fn last_runs(
    workspace: &Workspace,
) -> Result<BTreeMap<String, (DateTime<Utc>, String)>> {
    let mut last = BTreeMap::new();
    let lake = workspace.lake()?.location().to_string();
    for run in runs::newest_first(workspace)? {
        let run = run?;
        if run.lake != lake || run.frozen || matches!(run.outcome, Outcome::Failed { .. }) {
            continue;
        }
        let Ok(started) = DateTime::parse_from_rfc3339(&run.started_at) else {
            continue;
        };
        for pipeline in &run.pipelines {
            if !lacks_a_source(&run, pipeline) && !holds_a_table(workspace, &run, pipeline) {
                last.entry(pipeline.clone())
                    .or_insert_with(|| (started.with_timezone(&Utc), run.run.clone()));
            }
        }
    }
    Ok(last)
}

fn lacks_a_source(run: &RunRecord, pipeline: &str) -> bool {
    let mut failures = run.failures.iter();
    failures.any(|failure| {
        failure
            .source
            .split_once('.')
            .is_some_and(|(of, _)| of == pipeline)
    })
}

fn holds_a_table(workspace: &Workspace, run: &RunRecord, pipeline: &str) -> bool {
    let mut held = run
        .tables
        .iter()
        .filter(|table| table.status == TableStatus::Held);
    held.any(|table| {
        let maker = workspace.project.table(&table.table);
        let is_of = maker.is_some_and(|(maker, _)| maker.name == pipeline);
        let guards = |finding: &FindingRecord| {
            finding.blocking && matches!(finding.kind, FindingKind::Guard | FindingKind::Contract)
        };
        is_of && table.findings.iter().any(guards)
    })
}

/// What was extracted longer ago is asked for again, whatever fails since.
const KEPT_HOURS: i64 = 12;

/// Since when runs fail, or lack a source: the start of the first run of the unbroken row of such runs that ends with
/// the last one, half a day ago at most. None when the last run was whole.
pub(crate) fn failing_since(
    workspace: &Workspace,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let mut since = None;
    let lake = workspace.lake()?.location().to_string();
    for run in runs::newest_first(workspace)? {
        let run = run?;
        if run.lake != lake {
            continue;
        }
        if !matches!(run.outcome, Outcome::Failed { .. }) && run.failures.is_empty() {
            break;
        }
        if let Ok(started) = DateTime::parse_from_rfc3339(&run.started_at) {
            since = Some(started.with_timezone(&Utc));
        }
    }
    Ok(since.map(|since: DateTime<Utc>| since.max(now - TimeDelta::hours(KEPT_HOURS))))
}
