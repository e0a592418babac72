//! A run replayed: the tables that it made, made again of what it read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use edulac_lake::{DataFile, Lake, Release, Verifier};
use edulac_spec::Pipeline;
use edulac_spec::pipeline::{SourceKind, Table};

use super::compare::differing;
use super::pinned::{Lender, Pinned};
use super::why::Why;
use super::{LakeInput, Published, RebuiltTable};
use crate::blocked::Blocked;
use crate::candidates::Candidates;
use crate::error::Result;
use crate::extraction::full_name;
use crate::fingerprint::Upstream;
use crate::job::Job;
use crate::observer::Observer;
use crate::plan::Before;
use crate::run::RunOptions;
use crate::withdraw::Withdrawn;
use crate::{Workspace, carried};

/// The files of a table.
pub(super) type Files = Vec<DataFile>;

/// A run to be replayed.
pub(super) struct Replay<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) lake: &'a Lake,
    pub(super) published: &'a Published,
    /// The tables that are asked for.
    pub(super) wanted: &'a BTreeSet<String>,
    /// Where files are made.
    pub(super) work: PathBuf,
    pub(super) observer: &'a Arc<dyn Observer>,
}

/// What came of it.
pub(super) struct Replayed {
    pub(super) tables: Vec<RebuiltTable>,
    /// What was read of the release before, with its files.
    pub(super) inputs: BTreeMap<LakeInput, Files>,
}

/// What keeps tables from being made, by table.
type Faults = BTreeMap<String, Vec<Why>>;

impl Replay<'_> {
    /// Makes the tables again and compares them with those of a release, which has them as this run made them.
    pub(super) async fn compare(&self, release: &Release, lender: &mut Lender) -> Result<Replayed> {
        let make = self.to_make();
        let withdrawn = Withdrawn::among(self.lake, self.published.before.clone()).await?;
        let mut pinned = Pinned::default();
        for name in &make {
            if let Some((pipeline, table)) = self.workspace.project.table(name) {
                for source in outside(pipeline, table) {
                    let of = &self.published.release;
                    Box::pin(lender.take(pipeline, source, of, &withdrawn, &mut pinned)).await?;
                }
            }
        }
        let (mut faults, inputs) = self.faults(&make, &pinned).await?;
        spread(self.workspace, &make, &mut faults);
        let candidates = self.make(&make, &pinned, &faults).await?;
        let mut tables = Vec::new();
        for mut told in super::asked(release) {
            if !self.wanted.contains(&told.table) {
                continue;
            }
            let released = &release.tables[&told.table];
            match candidates.made.get(&told.table) {
                Some(made) => {
                    told.differing = differing(released, made, &self.work.join("whole"))?;
                    told.identical = told.differing.is_empty();
                    if !told.identical {
                        let causes = made.fingerprint.causes(Some(&released.fingerprint));
                        told.why = causes.into_iter().map(Why::from).collect();
                        if told.why.is_empty() {
                            told.why.push(Why::Program);
                        }
                    }
                }
                None => told.why = faults.remove(&told.table).unwrap_or_default(),
            }
            tables.push(told);
        }
        Ok(Replayed { tables, inputs })
    }

    /// The tables that are asked for, and those that the run made and they were made from.
    fn to_make(&self) -> BTreeSet<String> {
        let run = &self.published.run;
        let told = carried::told(Some(&self.published.release));
        let of_run: BTreeSet<String> = told
            .into_iter()
            .filter(|table| table.made_by == *run)
            .map(|table| table.table)
            .collect();
        let mut make = BTreeSet::new();
        let mut left: Vec<String> = self.wanted.iter().cloned().collect();
        while let Some(name) = left.pop() {
            if let Some((pipeline, table)) = self.workspace.project.table(&name) {
                let read = of_lake(pipeline, table).map(|read| read.table.clone());
                left.extend(read.filter(|table| of_run.contains(table) && !make.contains(table)));
            }
            make.insert(name);
        }
        make
    }

    /// What keeps each table by itself from being made, and what is read of the release before.
    async fn faults(
        &self,
        make: &BTreeSet<String>,
        pinned: &Pinned,
    ) -> Result<(Faults, BTreeMap<LakeInput, Files>)> {
        let mut faults = Faults::new();
        let mut inputs = BTreeMap::new();
        let mut verifier = Verifier::new(self.lake);
        let base = self.published.base.as_ref();
        for name in make {
            let mut why = Vec::new();
            let Some((pipeline, table)) = self.workspace.project.table(name) else {
                faults.insert(name.clone(), vec![Why::NoPipeline]);
                continue;
            };
            let sources = outside(pipeline, table).map(|source| full_name(pipeline, source));
            why.extend(sources.filter_map(|source| pinned.faults.get(&source).cloned()));
            for read in of_lake(pipeline, table) {
                if read.is_new && make.contains(read.table) {
                    continue;
                }
                let table = read.table.clone();
                let released = base.and_then(|base| Some((base, base.tables.get(&table)?)));
                let Some((base, released)) = released else {
                    if read.is_needed {
                        why.push(Why::NewTable { table });
                    }
                    continue;
                };
                let input = LakeInput {
                    release: base.id.clone(),
                    table,
                };
                if verifier
                    .data_files(&input.table, released)
                    .await?
                    .is_empty()
                {
                    inputs.insert(input, released.files.clone());
                } else {
                    why.push(Why::Damaged {
                        release: input.release,
                        table: input.table,
                    });
                }
            }
            if !why.is_empty() {
                faults.insert(name.clone(), why);
            }
        }
        Ok((faults, inputs))
    }

    async fn make(
        &self,
        make: &BTreeSet<String>,
        pinned: &Pinned,
        faults: &Faults,
    ) -> Result<Candidates> {
        let shrunk = self.published.release.counts["accept_shrink"].clone();
        let options = RunOptions {
            accept_shrink: serde_json::from_value(shrunk).unwrap_or_default(),
            ..RunOptions::default()
        };
        let failures = BTreeMap::new();
        let mut job = Job {
            workspace: self.workspace,
            options: &options,
            observer: self.observer,
            lake: self.lake,
            release: self.published.base.as_ref(),
            before: Before::default(),
            run: &self.published.run,
            extracts: &pinned.extracts,
            past: &pinned.past,
            failures: &failures,
            // The run published them, whatever became of them.
            withdrawn: Withdrawn::default(),
            rejects: self.work.join("rejects"),
            work: self.work.clone(),
            candidates: Candidates::default(),
            absent: Vec::new(),
            steps: Vec::new(),
            tables: Vec::new(),
        };
        for pipeline in &self.workspace.project.pipelines {
            let mut decisions = job.decide(pipeline);
            decisions.retain(|d| make.contains(&d.table) && !faults.contains_key(&d.table));
            Box::pin(job.make(pipeline, decisions, Blocked::new())).await?;
        }
        Ok(job.candidates)
    }
}

/// What is made from a table that cannot be made cannot be made either.
fn spread(workspace: &Workspace, make: &BTreeSet<String>, faults: &mut Faults) {
    let mut left: Vec<String> = faults.keys().cloned().collect();
    while let Some(cause) = left.pop() {
        for name in make {
            let Some((pipeline, table)) = workspace.project.table(name) else {
                continue;
            };
            let reads = of_lake(pipeline, table).any(|read| read.is_new && *read.table == cause);
            if reads && !faults.contains_key(name) {
                let why = Why::NotMade {
                    table: cause.clone(),
                };
                faults.insert(name.clone(), vec![why]);
                left.push(name.clone());
            }
        }
    }
}

/// The sources from outside the lake that a table comes from.
fn outside<'a>(pipeline: &'a Pipeline, table: &'a Table) -> impl Iterator<Item = &'a str> {
    let sources = Upstream::of(pipeline, &table.from).sources.into_iter();
    sources.filter(|name| pipeline.sources[*name].kind.table().is_none())
}

/// A table of the lake that a table comes from.
struct Read<'a> {
    table: &'a String,
    /// As the run makes it; else as it was before the run.
    is_new: bool,
    /// It has to be there.
    is_needed: bool,
}

fn of_lake<'a>(pipeline: &'a Pipeline, table: &'a Table) -> impl Iterator<Item = Read<'a>> {
    let sources = Upstream::of(pipeline, &table.from).sources.into_iter();
    sources.filter_map(|name| match &pipeline.sources[name].kind {
        SourceKind::Lake {
            table, optional, ..
        } => Some(Read {
            table,
            is_new: true,
            is_needed: !optional,
        }),
        SourceKind::Previous { table } => Some(Read {
            table,
            is_new: false,
            is_needed: false,
        }),
        _ => None,
    })
}
