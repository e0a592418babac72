//! A release made again from the archive and compared with its manifest, file by file.
//!
//! ```text
//! release ─▶ the runs that made its tables ─▶ each replayed: the extracts that it read, what was released before it
//!                                                 ─▶ files in a temporary folder ─▶ compared by path and SHA-256
//! ```
//!
//! Neither the lake nor the archive is written: bodies are lent to a temporary archive and read anew there. A table that a
//! run read as an earlier release has it is taken from there, each of its files checked first.

mod compare;
mod pinned;
mod replay;
mod why;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use edulac_lake::{Lake, Release, ReleaseEntry};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::observer::Observer;
use crate::released::release_of;
use crate::{Workspace, carried, clock};
use pinned::Lender;
use replay::Replay;

pub use compare::{DifferingFile, FileFate};
pub use why::Why;

/// What came of a release when it was made again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rebuilt {
    /// The release.
    pub release: String,
    /// Every file of it was made again, byte for byte.
    pub identical: bool,
    /// The runs that were replayed, oldest first.
    pub runs: Vec<String>,
    /// Extracts that were read, those of the past of dated sources among them.
    pub extracts: usize,
    /// Tables that the replayed runs read as an earlier release has them, and that nothing made again here.
    pub from_lake: Vec<LakeInput>,
    /// The tables of the release, by name.
    pub tables: Vec<RebuiltTable>,
}

/// A table taken from the lake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LakeInput {
    /// The release that has it so.
    pub release: String,
    /// The table.
    pub table: String,
}

/// A table of a release that was made again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RebuiltTable {
    /// Its name.
    pub table: String,
    /// The run that made it, as the release says.
    pub run: String,
    /// Files that the release names of it, the whole one among them.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// All of them were made again, byte for byte, and no other.
    pub identical: bool,
    /// Those that differ; empty also when the table could not be made.
    pub differing: Vec<DifferingFile>,
    /// Why it differs, as far as can be told; empty when it does not.
    pub why: Vec<Why>,
}

/// Makes a release again from the archive; the newest one when none is named. Nothing is written but to a temporary folder
/// (`TMPDIR`).
///
/// # Errors
/// [`Error::EmptyLake`], an unknown release; a lake, an archive or a temporary folder that fails; a step of today's pipelines
/// that cannot be computed on the extracts of then.
pub async fn rebuild(
    workspace: &Workspace,
    id: Option<&str>,
    observer: Arc<dyn Observer>,
) -> Result<Rebuilt> {
    clock::checked()?;
    let lake = workspace.lake()?;
    let release = release_of(&lake, id).await?;
    let mut entries = lake.releases().await?;
    entries.retain(|entry| entry.serial <= release.serial);
    let temporary = std::env::temp_dir();
    let work = tempfile::tempdir().map_err(Error::io(temporary))?;
    let mut tables = asked(&release);
    let mut by_run: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for table in &tables {
        let of_run = by_run.entry(&table.run).or_default();
        of_run.insert(table.table.clone());
    }
    let mut lender = Lender::new(workspace, work.path(), &observer)?;
    let (mut runs, mut inputs) = (Vec::new(), BTreeMap::new());
    let mut made: BTreeMap<String, RebuiltTable> = BTreeMap::new();
    for published in runs_of(&lake, &entries, by_run.keys().copied().collect()).await? {
        let wanted = &by_run[published.run.as_str()];
        let replay = Replay {
            workspace,
            lake: &lake,
            published: &published,
            wanted,
            work: work.path().join(&published.run),
            observer: &observer,
        };
        let told = Box::pin(replay.compare(&release, &mut lender)).await?;
        made.extend(told.tables.into_iter().map(|t| (t.table.clone(), t)));
        inputs.extend(told.inputs);
        runs.push(published.run);
    }
    for table in &mut tables {
        match made.remove(&table.table) {
            Some(made) => *table = made,
            None => table.why.push(Why::NoRun {
                run: table.run.clone(),
            }),
        }
    }
    // What was made again, byte for byte, is no less from the archive because it was read from the lake.
    let again: BTreeSet<&str> = tables
        .iter()
        .filter(|table| table.identical)
        .map(|table| table.table.as_str())
        .collect();
    let is_made_again = |input: &LakeInput, files: &replay::Files| {
        let released = release.tables.get(&input.table);
        again.contains(input.table.as_str())
            && released.is_some_and(|released| released.same_content(files))
    };
    let from_lake = inputs
        .into_iter()
        .filter(|(input, files)| !is_made_again(input, files))
        .map(|(input, _)| input)
        .collect();
    Ok(Rebuilt {
        release: release.id.clone(),
        identical: tables.iter().all(|table| table.identical),
        runs,
        extracts: lender.lent(),
        from_lake,
        tables,
    })
}

/// The tables of a release, none of them made yet.
fn asked(release: &Release) -> Vec<RebuiltTable> {
    let told = carried::told(Some(release));
    let made_by: BTreeMap<&str, &str> = told
        .iter()
        .map(|table| (table.table.as_str(), table.made_by.as_str()))
        .collect();
    let tables = release.tables.iter().map(|(name, table)| {
        let whole = table.whole.as_ref();
        RebuiltTable {
            table: name.clone(),
            run: made_by
                .get(name.as_str())
                .copied()
                .unwrap_or_default()
                .to_owned(),
            files: table.files.len() + whole.iter().count(),
            bytes: table.bytes + whole.map_or(0, |whole| whole.bytes),
            identical: false,
            differing: Vec::new(),
            why: Vec::new(),
        }
    });
    tables.collect()
}

/// A run, by what it published.
pub(crate) struct Published {
    run: String,
    release: Release,
    /// The release before it; none: it was the first.
    base: Option<Release>,
    /// The log of releases as the run found it.
    before: Vec<ReleaseEntry>,
}

/// What these runs published, oldest first; a run that published nothing of this lake is not among them.
async fn runs_of(
    lake: &Lake,
    entries: &[ReleaseEntry],
    mut runs: BTreeSet<&str>,
) -> Result<Vec<Published>> {
    let mut found = Vec::new();
    for (place, entry) in entries.iter().enumerate().rev() {
        if runs.is_empty() {
            break;
        }
        // One that takes another back has the accounts of the one that it returns to.
        if entry.withdraws.is_some() {
            continue;
        }
        let release = lake.release(&entry.id).await?;
        let run = release.counts["run"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if !runs.remove(run.as_str()) {
            continue;
        }
        let base = match place.checked_sub(1) {
            Some(before) => Some(lake.release(&entries[before].id).await?),
            None => None,
        };
        found.push(Published {
            run,
            release,
            base,
            before: entries[..place].to_vec(),
        });
    }
    found.reverse();
    Ok(found)
}
