//! What goes of the archive.
//!
//! Of extracts stay: those that kept releases were made from, with those that hold their bodies; the newest of each source;
//! every content of a source whose records are dated (`history`), since its publisher may have them no more; those of the
//! last days; those that runs of other lakes read, when several lakes share the archive.
//!
//! Of runs stay: those that kept releases name, those since the last release, those of the last days, the last of each
//! pipeline, those of other lakes. Rejects stay with the runs whose rows they are of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use edulac_extract::{Archive, ExtractId, Receipt};
use edulac_lake::Release;
use serde::Serialize;

use super::runs_of;
use crate::error::{Error, Result};
use crate::record::RunRecord;
use crate::{Workspace, extraction, plan, rejects, runs, schedule};

/// What goes of the archive.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ArchiveVacuum {
    /// Extracts, by source and time.
    pub extracts: Vec<ArchivedExtract>,
    /// Accounts of runs, and rejects, by run.
    pub runs: Vec<ArchivedRun>,
}

/// An extract that goes.
#[derive(Debug, Clone, Serialize)]
pub struct ArchivedExtract {
    /// `pipeline.source`.
    pub source: String,
    /// The extract.
    pub extract: ExtractId,
    /// Its size.
    pub bytes: u64,
}

/// What goes of a run.
#[derive(Debug, Clone, Serialize)]
pub struct ArchivedRun {
    /// Its id.
    pub run: String,
    /// Its record goes.
    pub record: bool,
    /// Its rejects go.
    pub rejects: bool,
    /// Bytes of both.
    pub bytes: u64,
}

/// Extracts by source.
type Extracts = BTreeMap<String, BTreeSet<ExtractId>>;

impl ArchiveVacuum {
    /// What goes when these releases stay; `before`: younger things stay.
    pub(super) fn plan(
        workspace: &Workspace,
        kept: &[Release],
        before: DateTime<Utc>,
    ) -> Result<Self> {
        let records: Vec<RunRecord> = runs::newest_first(workspace)?.collect::<Result<_>>()?;
        Ok(Self {
            extracts: unneeded_extracts(workspace, kept, &records, before)?,
            runs: unneeded_runs(workspace, kept, &records, before)?,
        })
    }

    /// Bytes of all of it.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let extracts = self.extracts.iter().map(|extract| extract.bytes);
        extracts.chain(self.runs.iter().map(|run| run.bytes)).sum()
    }

    pub(super) fn delete(&self, workspace: &Workspace) -> Result<()> {
        let root = workspace.archive()?;
        let archive = Archive::open(&root);
        for ArchivedExtract {
            source, extract, ..
        } in &self.extracts
        {
            archive.remove(source, extract)?;
        }
        for run in &self.runs {
            if run.record {
                let path = record(&root, &run.run);
                fs::remove_file(&path).map_err(Error::io(path))?;
            }
            if run.rejects {
                let folder = rejects::folder(&root, &run.run);
                fs::remove_dir_all(&folder).map_err(Error::io(folder))?;
            }
        }
        Ok(())
    }
}

fn unneeded_extracts(
    workspace: &Workspace,
    kept: &[Release],
    records: &[RunRecord],
    before: DateTime<Utc>,
) -> Result<Vec<ArchivedExtract>> {
    let archive = Archive::open(workspace.archive()?);
    let lake = workspace.lake()?.location().to_string();
    let mut needed = Extracts::new();
    for release in kept {
        for (source, told) in &release.sources {
            if let Ok(receipt) = serde_json::from_value::<Receipt>(told["receipt"].clone()) {
                add(&archive, source, &receipt, &mut needed)?;
            }
        }
    }
    let dated = sources_with_history(workspace);
    let mut unneeded = Vec::new();
    for source in archive.sources()? {
        let ids = archive.extracts(&source)?;
        let of_others: BTreeSet<&str> = records
            .iter()
            .filter(|run| run.lake != lake)
            .flat_map(|run| &run.sources)
            .filter(|read| read.source == source)
            .map(|read| read.extract.as_str())
            .collect();
        let mut contents = BTreeSet::new();
        for (age, id) in ids.iter().rev().enumerate() {
            let receipt = archive.receipt(&source, id)?;
            let is_another = contents.insert(format!("{:?}", receipt.change_hash));
            let stays = age == 0
                || receipt.requested_at >= before
                || of_others.contains(id.as_str())
                || (is_another && dated.contains(&source));
            if stays {
                add(&archive, &source, &receipt, &mut needed)?;
            }
        }
        let needed = needed.get(&source);
        for id in ids {
            if !needed.is_some_and(|needed| needed.contains(&id)) {
                unneeded.push(ArchivedExtract {
                    bytes: archive.bytes(&source, &id)?,
                    source: source.clone(),
                    extract: id,
                });
            }
        }
    }
    Ok(unneeded)
}

/// An extract, and those that hold its bodies.
fn add(archive: &Archive, source: &str, receipt: &Receipt, needed: &mut Extracts) -> Result<()> {
    let mut left = receipt.extracts();
    while let Some(id) = left.pop() {
        let known = needed.entry(source.to_owned()).or_default();
        if known.insert(id.clone()) && archive.extracts(source)?.contains(&id) {
            left.extend(archive.receipt(source, &id)?.extracts());
        }
    }
    Ok(())
}

fn sources_with_history(workspace: &Workspace) -> BTreeSet<String> {
    let pipelines = workspace.project.pipelines.iter();
    let sources = pipelines.flat_map(|pipeline| {
        let dated = pipeline.sources.iter();
        let dated = dated.filter(|(_, source)| source.history.is_some());
        dated.map(|(name, _)| extraction::full_name(pipeline, name))
    });
    sources.collect()
}

fn unneeded_runs(
    workspace: &Workspace,
    kept: &[Release],
    records: &[RunRecord],
    before: DateTime<Utc>,
) -> Result<Vec<ArchivedRun>> {
    let root = workspace.archive()?;
    let lake = workspace.lake()?.location().to_string();
    let base = kept.last().map(plan::base);
    let named: BTreeSet<String> = kept.iter().flat_map(runs_of).collect();
    let last = schedule::last_runs(workspace)?;
    let last: BTreeSet<String> = last.into_values().map(|(_, run)| run).collect();
    let stays = |(age, run): &(usize, &RunRecord)| {
        let started = DateTime::parse_from_rfc3339(&run.started_at);
        *age == 0
            || run.lake != lake
            || run.base == base
            || named.contains(&run.run)
            || last.contains(&run.run)
            || started.is_ok_and(|started| started >= before)
    };
    let staying = records.iter().enumerate().filter(stays);
    let staying: Vec<&RunRecord> = staying.map(|(_, run)| run).collect();
    let ids: BTreeSet<&str> = staying.iter().map(|run| run.run.as_str()).collect();
    let makers = staying.iter().flat_map(|run| &run.tables);
    let makers: BTreeSet<&str> = makers.map(|table| table.made_by.as_str()).collect();
    let with_rejects = folders(&root.join("rejects"))?;
    let recorded = records.iter().map(|run| run.run.clone());
    let all: BTreeSet<String> = recorded.chain(with_rejects.iter().cloned()).collect();
    let mut unneeded = Vec::new();
    for run in all {
        let path = record(&root, &run);
        let folder = rejects::folder(&root, &run);
        let is_record = records.iter().any(|record| record.run == run);
        let is_old = runs::time(&run).is_some_and(|time| time < before);
        let is_needed = makers.contains(run.as_str()) || named.contains(&run);
        let goes = ArchivedRun {
            record: is_record && !ids.contains(run.as_str()),
            rejects: with_rejects.contains(&run)
                && !ids.contains(run.as_str())
                && !is_needed
                && is_old,
            bytes: 0,
            run,
        };
        if goes.record || goes.rejects {
            let mut bytes = 0;
            if goes.record {
                bytes += size(&path)?;
            }
            if goes.rejects {
                for file in files(&folder)? {
                    bytes += size(&file)?;
                }
            }
            unneeded.push(ArchivedRun { bytes, ..goes });
        }
    }
    Ok(unneeded)
}

fn record(root: &Path, run: &str) -> PathBuf {
    root.join("runs").join(format!("{run}.json"))
}

fn size(path: &Path) -> Result<u64> {
    let metadata = fs::metadata(path).map_err(Error::io(path))?;
    Ok(metadata.len())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(folder)(error)),
    };
    let paths = entries.map(|entry| Ok(entry.map_err(Error::io(folder))?.path()));
    paths.collect()
}

fn folders(folder: &Path) -> Result<BTreeSet<String>> {
    let paths = files(folder)?.into_iter();
    Ok(paths
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect())
}
