//! A run: extract, compute what changed, check, publish.
//!
//! ```text
//! lock and reconcile the lake ─▶ extract ─▶ per pipeline: decide ─▶ steps ─▶ rows checked and staged
//!     ─▶ table rules and guards over all ─▶ accounts balance ─▶ commit the tables ─▶ release
//! ```
//!
//! Nothing is visible before the release. Whatever fails before it leaves the last release as it was, and what was
//! extracted stays in the archive.

use std::collections::BTreeMap;
use std::sync::Arc;

use edulac_lake::Publisher;
use edulac_model::ErrorClass;
use edulac_spec::Pipeline;

use crate::candidates::Candidates;
use crate::clock::now;
use crate::error::{Error, Result};
use crate::extraction::Extracted;
use crate::job::Job;
use crate::observer::Observer;
use crate::plan::{self, Before, selected};
use crate::record::{Outcome, RunRecord};
use crate::withdraw::Withdrawn;
use crate::{
    Workspace, clock, extraction, history, notify, publish, rejects, reuses, runs, schedule, scope,
};

/// What a run may do.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The pipelines to run; all when empty.
    pub pipelines: Vec<String>,
    /// Tables that may lose more rows or columns than their contract allows, and why; the reasons are published.
    pub accept_shrink: BTreeMap<String, String>,
    /// Take every source from the archive, with the network off.
    pub frozen: bool,
    /// The release may cover something else than the last one.
    pub new_scope: bool,
    /// A rentrée (`2021-2022`) that the pipelines must have in the end, from their sources or from the archive.
    pub backfill: Option<String>,
    /// Of the pipelines, run those that are due.
    pub due: bool,
    /// After runs that failed: sources that were extracted since the first of them are taken from the archive.
    pub since_failure: bool,
}

/// Runs pipelines and publishes what changed. The record of the run is kept in the archive, also when it fails.
///
/// # Errors
/// Those of every crate, each with its class; nothing is published then.
pub async fn run(
    workspace: &Workspace,
    options: &RunOptions,
    observer: Arc<dyn Observer>,
) -> Result<RunRecord> {
    let started = clock::checked()?;
    let mut pipelines = selected(workspace, &options.pipelines)?;
    if options.due {
        pipelines = schedule::due(workspace, pipelines, started)?;
    }
    for table in options.accept_shrink.keys() {
        if !pipelines
            .iter()
            .any(|pipeline| pipeline.tables.contains_key(table))
        {
            return Err(Error::UnknownShrink {
                table: table.clone(),
            });
        }
    }
    let mut record = RunRecord {
        run: runs::next_id(workspace, started)?,
        started_at: started.to_rfc3339(),
        finished_at: String::new(),
        profile: workspace.profile.profile.clone(),
        frozen: options.frozen,
        lake: workspace.lake()?.location().to_string(),
        base: None,
        pipelines: pipelines
            .iter()
            .map(|pipeline| pipeline.name.clone())
            .collect(),
        outcome: Outcome::Held,
        sources: Vec::new(),
        failures: Vec::new(),
        absent: Vec::new(),
        reuses: Vec::new(),
        steps: Vec::new(),
        tables: Vec::new(),
    };
    if options.due && pipelines.is_empty() {
        record.outcome = Outcome::NothingToDo { release: None };
        record.finished_at = now().to_rfc3339();
        return Ok(record);
    }
    let ended = Box::pin(go(workspace, options, &pipelines, &observer, &mut record)).await;
    record.finished_at = now().to_rfc3339();
    if let Err(error) = ended {
        record.outcome = Outcome::Failed {
            error: error.to_string(),
        };
        if let Err(unkept) = runs::write(workspace, &record) {
            tracing::warn!(error = %unkept, "the record of the failed run could not be kept");
        }
        // Somebody else's run is none of the owners' business.
        if error.class() != ErrorClass::Conflict {
            notify(workspace, options, &pipelines, &record).await;
        }
        return Err(error);
    }
    runs::write(workspace, &record)?;
    notify(workspace, options, &pipelines, &record).await;
    Ok(record)
}

/// A frozen run has the network off.
async fn notify(
    workspace: &Workspace,
    options: &RunOptions,
    pipelines: &[&Pipeline],
    record: &RunRecord,
) {
    if !options.frozen {
        notify::notify(workspace, pipelines, record).await;
    }
}

async fn go(
    workspace: &Workspace,
    options: &RunOptions,
    pipelines: &[&Pipeline],
    observer: &Arc<dyn Observer>,
    record: &mut RunRecord,
) -> Result<()> {
    let lake = workspace.lake()?;
    let archive = workspace.archive()?;
    let publisher = Publisher::open(&lake, now()).await?;
    let release = publisher.parent().cloned();
    record.base = release.as_ref().map(plan::base);
    plan::warn_of_tables_left(workspace, release.as_ref());
    plan::sources_are_there(workspace, pipelines, release.as_ref())?;
    scope::check(release.as_ref(), pipelines, options.new_scope)?;
    let withdrawn = Withdrawn::of(&lake).await?;
    let before = Before::new(&lake, release.as_ref(), runs::newest_first(workspace)?)?;
    let work = work_folder(&archive)?;
    let since = match options.since_failure {
        true => schedule::failing_since(workspace, now())?,
        false => None,
    };
    let mut extracted = extraction::extract_all(
        workspace,
        pipelines,
        options.frozen,
        since,
        &withdrawn,
        observer,
    )
    .await?;
    let shapes = extraction::shapes(workspace, release.as_ref())?;
    extraction::tell(workspace, pipelines, &shapes, &extracted, record)?;
    record.reuses = reuses::of_contracts(workspace, release.as_ref());
    let of_sources = reuses::of_sources(workspace, &shapes, &record.sources);
    record.reuses.extend(of_sources);
    // Without anything to keep, or anything to go on with, the first failure is that of the run.
    if (release.is_none() || extracted.extracts.is_empty())
        && let Some((_, error)) = extracted.failures.pop_first()
    {
        return Err(error.into());
    }
    if let Some(rentree) = &options.backfill {
        history::check_backfill(workspace, pipelines, &extracted, rentree, work.path()).await?;
    }
    let Extracted {
        extracts,
        past,
        failures,
    } = extracted;
    let mut job = Job {
        past: &past,
        failures: &failures,
        withdrawn,
        workspace,
        options,
        observer,
        lake: &lake,
        release: release.as_ref(),
        before,
        run: &record.run,
        extracts: &extracts,
        work: work.path().to_owned(),
        rejects: rejects::folder(&archive, &record.run),
        candidates: Candidates::default(),
        absent: Vec::new(),
        steps: Vec::new(),
        tables: Vec::new(),
    };
    let computed = Box::pin(job.compute(pipelines)).await;
    let Job {
        candidates,
        absent,
        steps,
        tables,
        ..
    } = job;
    // Told also when something failed: the rejects of what was made are there to be read.
    record.absent = absent;
    record.steps = steps;
    record.tables = tables;
    candidates.tell(&mut record.tables);
    computed?;
    let wrong = record.imbalances();
    if !wrong.is_empty() {
        return Err(Error::Accounting(wrong));
    }
    let press = publish::Press {
        workspace,
        options,
        pipelines,
        extracts: &extracts,
        lake: &lake,
        observer,
        work: work.path(),
    };
    Box::pin(press.publish(publisher, candidates, record)).await
}

/// A folder for what is in the making, gone when the run ends. What killed runs left is removed after a day.
fn work_folder(archive: &std::path::Path) -> Result<tempfile::TempDir> {
    let folder = archive.join("work");
    std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
    let entries = std::fs::read_dir(&folder).map_err(Error::io(&folder))?;
    for entry in entries.flatten() {
        let day = std::time::Duration::from_secs(24 * 60 * 60);
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let old = modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > day));
        if old && let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::warn!(path = %entry.path().display(), %error, "the work of a dead run stays behind");
        }
    }
    tempfile::Builder::new()
        .prefix("run-")
        .tempdir_in(&folder)
        .map_err(Error::io(folder))
}
