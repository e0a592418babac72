//! Retention: what no recent or held release needs goes, in the lake and in the archive.

mod archive;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use edulac_lake::{Hold, LakeVacuum, Release, Retention};
use serde::Serialize;

pub use self::archive::{ArchiveVacuum, ArchivedExtract, ArchivedRun};
use crate::Workspace;
use crate::clock::now;
use crate::error::Result;

/// Releases that a vacuum keeps unless it is told otherwise: at a release a week, those of a quarter year.
pub const KEPT_RELEASES: u32 = 12;

/// How long what nobody needs stays.
const WAIT: TimeDelta = TimeDelta::days(7);

/// What a vacuum did, or would do.
#[derive(Debug, Clone, Serialize)]
pub struct Vacuum {
    /// It was done; otherwise nothing was touched.
    pub done: bool,
    /// Releases and their files.
    pub lake: LakeVacuum,
    /// Extracts, accounts of runs, rejects.
    pub archive: ArchiveVacuum,
}

/// Deletes what neither the `keep` newest releases nor the held ones need; without `delete` only says what would go.
///
/// # Errors
/// Those of the lake: someone publishes; a manifest that cannot be read, without which nothing is known to be unneeded.
/// Those of the archive.
pub async fn vacuum(workspace: &Workspace, keep: u32, delete: bool) -> Result<Vacuum> {
    let lake = workspace.lake()?;
    let policy = Retention {
        keep: keep as usize,
        wait: WAIT,
        now: now(),
    };
    let swept = match delete {
        true => lake.vacuum(policy).await?,
        false => lake.plan_vacuum(policy).await?,
    };
    let mut kept: Vec<Release> = Vec::new();
    for release in &swept.kept {
        kept.push(lake.release(&release.release).await?);
    }
    let archive = ArchiveVacuum::plan(workspace, &kept, policy.now - policy.wait)?;
    if delete {
        archive.delete(workspace)?;
    }
    Ok(Vacuum {
        done: delete,
        lake: swept,
        archive,
    })
}

/// Keeps a release whatever its age.
///
/// # Errors
/// An unknown release, one whose files are gone.
pub async fn hold(workspace: &Workspace, id: &str, reason: &str) -> Result<Hold> {
    Ok(workspace.lake()?.hold(id, reason, now()).await?)
}

/// Lets go of a held release.
///
/// # Errors
/// An unknown release, one that is not held.
pub async fn unhold(workspace: &Workspace, id: &str) -> Result<Hold> {
    Ok(workspace.lake()?.unhold(id).await?)
}

/// The runs that made the tables of a release, and the one that published it: their rejects are those of its rows.
fn runs_of(release: &Release) -> BTreeSet<String> {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let tables = release.counts["tables"].as_array();
    let makers = tables.into_iter().flatten();
    let makers = makers.filter_map(|table| text(&table["made_by"]));
    makers.chain(text(&release.counts["run"])).collect()
}
