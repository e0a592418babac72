//! The middle of a run: from extracts to checked rows on the local disk, pipeline by pipeline.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use edulac_extract::{Error as ExtractError, Extract};
use edulac_lake::{Lake, Release};
use edulac_spec::Pipeline;
use edulac_spec::pipeline::SourceKind;

use crate::blocked::{Blocked, Known, blocked, is_held};
use crate::candidates::{Candidates, Made};
use crate::content_date::ContentDates;
use crate::error::{Error, Result};
use crate::fingerprint::Upstream;
use crate::graph::Graph;
use crate::observer::{Event, Observer};
use crate::plan::{Before, Decision, decide, release_content};
use crate::record::{AbsentSource, FindingRecord, StepRecord, TableRecord, TableStatus};
use crate::run::RunOptions;
use crate::session::{Limits, session};
use crate::table::{self, Order};
use crate::withdraw::Withdrawn;
use crate::{Workspace, carried, columns, extraction, history, of_lake};

/// A run between its sources and its tables.
pub(crate) struct Job<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) options: &'a RunOptions,
    pub(crate) observer: &'a Arc<dyn Observer>,
    pub(crate) lake: &'a Lake,
    pub(crate) release: Option<&'a Release>,
    pub(crate) before: Before,
    pub(crate) run: &'a str,
    pub(crate) extracts: &'a BTreeMap<String, Extract>,
    /// Earlier extracts of sources that have a history.
    pub(crate) past: &'a BTreeMap<String, Vec<Extract>>,
    /// Sources that could not be had.
    pub(crate) failures: &'a BTreeMap<String, ExtractError>,
    pub(crate) withdrawn: Withdrawn,
    pub(crate) work: PathBuf,
    pub(crate) rejects: PathBuf,
    pub(crate) candidates: Candidates,
    pub(crate) absent: Vec<AbsentSource>,
    pub(crate) steps: Vec<StepRecord>,
    pub(crate) tables: Vec<TableRecord>,
}

impl Job<'_> {
    /// Computes all of them, then asks what only whole tables can show.
    pub(crate) async fn compute(&mut self, pipelines: &[&Pipeline]) -> Result<()> {
        for pipeline in pipelines {
            Box::pin(self.pipeline(pipeline)).await?;
        }
        self.check_tables().await
    }

    /// Computes what changed of one pipeline, up to checked rows on the local disk.
    async fn pipeline(&mut self, pipeline: &Pipeline) -> Result<()> {
        self.tell_absent(pipeline);
        let decisions = self.decide(pipeline);
        let mut blocked = self.block(pipeline, &decisions)?;
        let (kept, decisions): (Vec<_>, Vec<_>) = decisions.into_iter().partition(|decision| {
            blocked
                .get(&decision.table)
                .is_some_and(|findings| is_held(findings))
        });
        for decision in kept {
            let findings = blocked.remove(&decision.table).unwrap_or_default();
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
        Box::pin(self.make(pipeline, make, blocked)).await
    }

    /// What is to be done about each table of a pipeline.
    pub(crate) fn decide(&self, pipeline: &Pipeline) -> Vec<Decision> {
        let sources = |name: &str| self.content(pipeline, name);
        let tables = |name: &str| {
            let candidate = self.candidates.content(name);
            candidate.or_else(|| release_content(self.release, name))
        };
        decide(self.workspace, pipeline, &self.before, &sources, &tables)
    }

    /// Computes tables of one pipeline, up to checked rows on the local disk. `waived` is what would hold them, and may not.
    pub(crate) async fn make(
        &mut self,
        pipeline: &Pipeline,
        make: Vec<Decision>,
        mut waived: Blocked,
    ) -> Result<()> {
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
            let waived = waived.remove(&decision.table).unwrap_or_default();
            Box::pin(self.table(&graph, pipeline, decision, waived)).await?;
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
    fn block(&self, pipeline: &Pipeline, decisions: &[Decision]) -> Result<Blocked> {
        let records = |source: &str| Some(self.extracts.get(source)?.receipt.records.parsed);
        let known = Known {
            records: &records,
            failures: self.failures,
            withdrawn: &self.withdrawn,
            waived: &self.options.accept_shrink,
        };
        let (blocked, wrong) = blocked(self.workspace, pipeline, self.release, &known, decisions);
        match wrong.is_empty() {
            true => Ok(blocked),
            false => Err(Error::Files(wrong)),
        }
    }

    /// A table of the lake that a table is made from, and that is neither released nor made by this run: it is held, since
    /// the run would not have begun otherwise.
    fn missing(&self, pipeline: &Pipeline, table: &str) -> Option<String> {
        let upstream = Upstream::of(pipeline, &pipeline.tables[table].from);
        upstream
            .sources
            .into_iter()
            .filter_map(|source| pipeline.sources[source].kind.needed_table())
            .find(|table| !self.candidates.is_there(self.release, table))
            .map(str::to_owned)
    }

    /// Says which sources of a pipeline stay without rows, since their table is not there.
    fn tell_absent(&mut self, pipeline: &Pipeline) {
        let is_there = |table: &str| self.candidates.is_there(self.release, table);
        let absent = of_lake::absent(self.workspace, pipeline, self.release, &is_there);
        for AbsentSource { source, table, .. } in &absent {
            self.observer.event(Event::SourceAbsent {
                source: source.clone(),
                table: table.clone(),
            });
        }
        self.absent.extend(absent);
    }

    fn content_dates(&self) -> ContentDates<'_> {
        ContentDates {
            release: self.release,
            candidates: &self.candidates,
            extracts: self.extracts,
        }
    }

    /// Makes a source known to the steps: extracted records, or a table of this run, or of the last release.
    async fn source(&self, graph: &mut Graph<'_>, pipeline: &Pipeline, name: &str) -> Result<()> {
        let (frame, rows) = match &pipeline.sources[name].kind {
            kind @ SourceKind::Lake {
                table,
                optional,
                dated_as,
            } => {
                let candidates = &self.candidates;
                let there = candidates
                    .frame(graph.ctx(), self.lake, self.release, table)
                    .await?;
                match (there, dated_as) {
                    (Some((frame, rows)), Some(column)) => {
                        let day = self.content_dates().of(table);
                        (of_lake::dated(frame, column, day)?, rows)
                    }
                    (Some(there), None) => there,
                    (None, _) if *optional => {
                        let contract = self.workspace.contract_of(pipeline, name, table)?;
                        (of_lake::empty(graph.ctx(), kind, contract)?, 0)
                    }
                    (None, _) => return Err(Error::table_not_there(pipeline, name, table)),
                }
            }
            kind @ SourceKind::Previous { table } => {
                let contract = self.workspace.contract_of(pipeline, name, table)?;
                of_lake::previous(graph.ctx(), self.lake, self.release, kind, contract).await?
            }
            _ => {
                let full = extraction::full_name(pipeline, name);
                let past = self.past.get(&full).map_or(&[][..], Vec::as_slice);
                let extract = &self.extracts[&full];
                history::records(graph, pipeline, name, extract, past).await?
            }
        };
        graph.add(name, frame, rows)
    }

    /// Checks and stages one table. `waived` is what would hold it, and may not.
    async fn table(
        &mut self,
        graph: &Graph<'_>,
        pipeline: &Pipeline,
        decision: Decision,
        waived: Vec<FindingRecord>,
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
        made.findings.extend(waived);
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
