//! Reading the lake that is copied: by names alone, and nothing believed that its log does not vouch for.

use futures::{StreamExt, stream};
use object_store::path::Path;

use super::error::MirrorProblem;
use super::{MirrorOf, fail};
use crate::error::{Error, Result};
use crate::lake::{Lake, table_path};
use crate::release::{Release, ReleaseEntry};
use crate::release_log;
use crate::store_problem::StoreProblem;

/// Entries asked for at once.
const PARALLEL_READS: usize = 8;

/// The entry of the release of that id, or the newest.
pub(super) async fn find(source: &Lake, id: Option<&str>) -> Result<ReleaseEntry> {
    let newest = release_log::newest_by_name(source.store()).await;
    let newest = newest.map_err(|error| of_source(source, error))?;
    let newest = newest.ok_or_else(|| fail(source, MirrorProblem::NoRelease))?;
    let Some(id) = id.filter(|id| *id != newest.id) else {
        return Ok(newest);
    };
    let mut earlier = stream::iter((1..newest.serial).rev())
        .map(|serial| release_log::at(source.store(), serial))
        .buffered(PARALLEL_READS);
    while let Some(entry) = earlier.next().await {
        let entry = entry.map_err(|error| of_source(source, error))?;
        if let Some(entry) = entry.filter(|entry| entry.id == id) {
            return Ok(entry);
        }
    }
    let unknown = MirrorProblem::UnknownRelease {
        id: id.to_owned(),
        latest: newest.id,
    };
    Err(fail(source, unknown))
}

/// The manifest of a release, which names files of the lake and nothing else.
pub(super) async fn manifest(source: &Lake, entry: &ReleaseEntry) -> Result<Release> {
    let release = source.manifest(entry).await;
    let release = release.map_err(|error| of_source(source, error))?;
    for (name, table) in &release.tables {
        let in_release = format!("{}/", release.folder());
        let in_table = format!("{}/", table_path(name));
        let is_below = |path: &String| {
            Path::parse(path).is_ok()
                && (path.starts_with(&in_table) || path.starts_with(&in_release))
        };
        if let Some(path) = table
            .named()
            .map(|file| file.path)
            .find(|path| !is_below(path))
        {
            let release = release.id.clone();
            return Err(fail(source, MirrorProblem::Outside { release, path }));
        }
    }
    Ok(release)
}

/// A mirror goes on with the lake it began with, and forward.
pub(super) async fn check_follows(
    source: &Lake,
    mirror: &Lake,
    parent: &Release,
    wanted: &MirrorOf,
) -> Result<()> {
    let place = mirror.location().to_string();
    let Some(held) = &parent.mirror_of else {
        return Err(fail(source, MirrorProblem::NotAMirror { mirror: place }));
    };
    let there = release_log::at(source.store(), held.serial).await;
    let there = there.map_err(|error| of_source(source, error))?;
    if there.is_some_and(|there| there.manifest_sha256 != held.manifest_sha256) {
        let serial = held.serial;
        return Err(fail(
            source,
            MirrorProblem::OtherLake {
                mirror: place,
                serial,
            },
        ));
    }
    if wanted.serial < held.serial {
        let (found, held) = (wanted.release.clone(), held.release.clone());
        return Err(fail(source, MirrorProblem::Older { found, held }));
    }
    Ok(())
}

/// An error of reading the source, told as such.
pub(super) fn of_source(source: &Lake, error: Error) -> Error {
    let problem = match error {
        Error::Storage { path, source } => match *source {
            StoreProblem::Failed(object_store::Error::NotFound { .. }) => {
                MirrorProblem::Missing { path }
            }
            _ => MirrorProblem::Unreadable { path, source },
        },
        Error::Damaged {
            path,
            expected,
            found,
        } => MirrorProblem::Damaged {
            path,
            expected: format!("the {expected} of the log"),
            found: format!("its SHA-256 is {found}"),
        },
        Error::Metadata { path, source } => MirrorProblem::Garbled { path, source },
        other => return other,
    };
    fail(source, problem)
}
