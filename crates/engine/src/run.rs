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
use std::path::PathBuf;
use std::sync::Arc;

use edulac_extract::Extract;
use edulac_lake::{Lake, Publisher, Release};
use edulac_model::ErrorClass;
use edulac_spec::Pipeline;
use edulac_spec::pipeline::SourceKind;

use crate::blocked::{self, Blocked, Sources};
use crate::candidates::{Candidates, Made};
use crate::clock::now;
use crate::error::{Error, Result};
use crate::extraction::Extracted;
use crate::fingerprint::Upstream;
use crate::graph::Graph;
use crate::observer::{Event, Observer};
use crate::plan::{self, Before, Decision, decide, release_content, selected};
use crate::record::{Outcome, RunRecord, StepRecord, TableRecord, TableStatus};
use crate::session::{Limits, session};
use crate::table::{self, Order};
use crate::withdraw::Withdrawn;
use crate::{
    Workspace, carried, clock, columns, extraction, history, notify, publish, rejects, runs,
    schedule, scope,
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
    let mut pipelines = selected(workspace, &options.pipelines)?;
    if options.due {
        pipelines = schedule::due(workspace, pipelines, now())?;
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
    let started = clock::checked()?;
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
    let mut extracted =
        extraction::extract_all(workspace, pipelines, options.frozen, since, observer).await?;
    let shapes = extraction::shapes(workspace, release.as_ref())?;
    extraction::tell(workspace, pipelines, &shapes, &extracted, record)?;
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
        blocked: Blocked::new(),
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
        steps: Vec::new(),
        tables: Vec::new(),
    };
    let computed = Box::pin(job.compute(pipelines)).await;
    let Job {
        candidates,
        steps,
        tables,
        ..
    } = job;
    // Told also when something failed: the rejects of what was made are there to be read.
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

/// A run between its sources and its tables.
pub(crate) struct Job<'a> {
    pub(crate) workspace: &'a Workspace,
    options: &'a RunOptions,
    observer: &'a Arc<dyn Observer>,
    pub(crate) lake: &'a Lake,
    pub(crate) release: Option<&'a Release>,
    before: Before,
    run: &'a str,
    extracts: &'a BTreeMap<String, Extract>,
    /// Earlier extracts of sources that have a history.
    past: &'a BTreeMap<String, Vec<Extract>>,
    /// Sources that could not be had.
    failures: &'a BTreeMap<String, edulac_extract::Error>,
    /// What holds tables whatever they are made of.
    blocked: Blocked,
    withdrawn: Withdrawn,
    pub(crate) work: PathBuf,
    rejects: PathBuf,
    pub(crate) candidates: Candidates,
    steps: Vec<StepRecord>,
    tables: Vec<TableRecord>,
}

impl Job<'_> {
    async fn compute(&mut self, pipelines: &[&Pipeline]) -> Result<()> {
        for pipeline in pipelines {
            Box::pin(self.pipeline(pipeline)).await?;
        }
        self.check_tables().await
    }

    /// Computes what changed of one pipeline, up to checked rows on the local disk.
    async fn pipeline(&mut self, pipeline: &Pipeline) -> Result<()> {
        let sources = |name: &str| self.content(pipeline, name);
        let tables = |name: &str| {
            let candidate = self.candidates.content(name);
            candidate.or_else(|| release_content(self.release, name))
        };
        let decisions = decide(self.workspace, pipeline, &self.before, &sources, &tables);
        self.block(pipeline, &decisions)?;
        let (kept, decisions): (Vec<_>, Vec<_>) = decisions
            .into_iter()
            .partition(|decision| self.is_blocked(&decision.table));
        for decision in kept {
            let findings = self.blocked.remove(&decision.table).unwrap_or_default();
            self.tables
                .push(carried::kept(self.release, decision, findings));
        }
        let (stay, make): (Vec<_>, Vec<_>) =
            decisions.into_iter().partition(|d| d.causes.is_empty());
        for decision in stay {
            self.tables.push(carried::stays(self.release, decision));
        }
        let (make, wait): (Vec<_>, Vec<_>) = make
            .into_iter()
            .map(|decision| (self.missing(pipeline, &decision.table), decision))
            .partition(|(missing, _)| missing.is_none());
        for (missing, decision) in wait {
            let missing = missing.unwrap_or_default();
            self.tables
                .push(carried::waits(self.release, decision, &missing));
        }
        let make: Vec<Decision> = make.into_iter().map(|(_, decision)| decision).collect();
        if make.is_empty() {
            return Ok(());
        }
        let needed: Vec<Upstream<'_>> = make
            .iter()
            .filter_map(|decision| pipeline.tables.get(&decision.table))
            .map(|table| Upstream::of(pipeline, &table.from))
            .collect();
        let steps: Vec<_> = pipeline
            .steps
            .iter()
            .filter(|step| {
                needed
                    .iter()
                    .any(|up| up.steps.iter().any(|s| s.name == step.name))
            })
            .collect();
        self.observer.event(Event::PipelineStarted {
            pipeline: pipeline.name.clone(),
            work: steps.len() + make.len(),
        });
        let work = self.work.join(&pipeline.name);
        std::fs::create_dir_all(&work).map_err(Error::io(&work))?;
        let ctx = session(Limits::of(&self.workspace.profile), &work)?;
        let mut graph = Graph::new(ctx, pipeline, &work, &self.rejects);
        for name in pipeline.sources.keys() {
            if needed.iter().any(|up| up.sources.contains(&name.as_str())) {
                self.source(&mut graph, pipeline, name).await?;
            }
        }
        for step in steps {
            let record = Box::pin(graph.compute(step)).await?;
            self.observer.event(Event::StepFinished {
                step: record.step.clone(),
                rows: record.rows,
            });
            self.steps.push(record);
        }
        for decision in make {
            Box::pin(self.table(&graph, pipeline, decision)).await?;
        }
        Ok(())
    }

    /// The content of a source of this run.
    fn content(&self, pipeline: &Pipeline, name: &str) -> Option<String> {
        let full = extraction::full_name(pipeline, name);
        let extract = self.extracts.get(&full)?;
        let past = self.past.get(&full).map_or(&[][..], Vec::as_slice);
        let past = past.iter().map(|extract| extract.receipt.change_hash);
        let history = pipeline.sources[name].history.as_deref();
        Some(extraction::content(
            history,
            extract.receipt.change_hash,
            past,
        ))
    }

    /// Finds what holds tables of a pipeline before they are made.
    fn block(&mut self, pipeline: &Pipeline, decisions: &[Decision]) -> Result<()> {
        let records = |source: &str| Some(self.extracts.get(source)?.receipt.records.parsed);
        let sources = Sources {
            records: &records,
            failures: self.failures,
            waived: &self.options.accept_shrink,
        };
        let (mut blocked, wrong) =
            blocked::blocked(self.workspace, pipeline, self.release, &sources, decisions);
        if !wrong.is_empty() {
            return Err(Error::Files(wrong));
        }
        for decision in decisions
            .iter()
            .filter(|decision| !decision.causes.is_empty())
        {
            let again = self.withdrawn.same_inputs(
                &decision.table,
                &decision.fingerprint.text(),
                self.options.accept_shrink.get(&decision.table),
            );
            if let Some(again) = again {
                blocked
                    .entry(decision.table.clone())
                    .or_default()
                    .push(again);
            }
        }
        blocked::hold_dependents(pipeline, decisions, &mut blocked);
        self.blocked.extend(blocked);
        Ok(())
    }

    fn is_blocked(&self, table: &str) -> bool {
        let findings = self.blocked.get(table);
        findings.is_some_and(|findings| findings.iter().any(|finding| finding.blocking))
    }

    /// A table of the lake that a table is made from, and that is neither released nor made by this run: it is held, since
    /// the run would not have begun otherwise.
    fn missing(&self, pipeline: &Pipeline, table: &str) -> Option<String> {
        let upstream = Upstream::of(pipeline, &pipeline.tables[table].from);
        upstream
            .sources
            .into_iter()
            .filter_map(|source| match &pipeline.sources[source].kind {
                SourceKind::Lake { table } => Some(table.clone()),
                _ => None,
            })
            .find(|table| !self.candidates.is_there(self.release, table))
    }

    /// Makes a source known to the steps: extracted records, or a table of this run, or of the last release.
    async fn source(&self, graph: &mut Graph<'_>, pipeline: &Pipeline, name: &str) -> Result<()> {
        let SourceKind::Lake { table } = &pipeline.sources[name].kind else {
            let full = extraction::full_name(pipeline, name);
            let past = self.past.get(&full).map_or(&[][..], Vec::as_slice);
            let extract = &self.extracts[&full];
            let (frame, rows) = history::records(graph, pipeline, name, extract, past).await?;
            return graph.add(name, frame, rows);
        };
        let (frame, rows) = self
            .candidates
            .frame(graph.ctx(), self.lake, self.release, table)
            .await?
            .ok_or_else(|| Error::TableNotThere {
                pipeline: pipeline.name.clone(),
                source_name: name.to_owned(),
                table: table.clone(),
            })?;
        graph.add(name, frame, rows)
    }

    /// Checks and stages one table.
    async fn table(
        &mut self,
        graph: &Graph<'_>,
        pipeline: &Pipeline,
        decision: Decision,
    ) -> Result<()> {
        let name = &decision.table;
        let table = &pipeline.tables[name];
        let contract = &self.workspace.contracts[&table.contract];
        let input = graph.frame(&table.from).await?;
        let released = self.release.and_then(|release| release.tables.get(name));
        let staging = self.work.join("tables");
        let order = Order {
            name,
            table,
            contract,
            released,
            former_names: columns::former_names(pipeline, &table.from),
            accepted_shrink: self.options.accept_shrink.get(name).map(String::as_str),
            staging: &staging,
            rejects: self.rejects.join(format!("{name}.parquet")),
        };
        let mut made = table::make(graph.ctx(), input, order).await?;
        // Those that were waived: the others keep the table from being made.
        made.findings
            .extend(self.blocked.remove(name).unwrap_or_default());
        made.findings.extend(self.withdrawn.same_rows(
            name,
            &made.staged,
            self.options.accept_shrink.get(name),
        ));
        let counts = made.counts;
        self.observer.event(Event::TableStaged {
            table: name.clone(),
            accepted: counts.accepted,
            rejected: counts.rejected,
        });
        self.tables.push(TableRecord {
            table: name.clone(),
            status: TableStatus::Held,
            made_by: self.run.to_owned(),
            input: Some(graph.edge(&table.from)),
            read: counts.read,
            accepted: counts.accepted,
            written: Some(made.staged.rows),
            rejected: counts.rejected,
            remarks: counts.remarks,
            added: 0,
            removed: 0,
            changed: 0,
            version: released.map(|table| table.delta_version),
            fingerprint: Some(decision.fingerprint.text()),
            causes: decision.causes,
            findings: Vec::new(),
        });
        let made = Made::new(pipeline, &table.from, decision.fingerprint, made);
        self.candidates.add(name, made);
        Ok(())
    }
}
