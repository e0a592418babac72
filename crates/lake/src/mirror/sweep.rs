//! Deletions of the source, honoured once its newest release is here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use object_store::path::Path;

use super::Mirrored;
use crate::error::{Error, Result};
use crate::lake::{Lake, table_path};
use crate::release::{Release, ReleasedTable, folder};
use crate::release_log;
use crate::storage;
use crate::vacuum::{LEFT, is_data};

/// Takes away the files of releases that the source gave up, then those that no release needs. As in a vacuum, the log,
/// the manifest and the notes stay, and a mark says that the rest is gone.
///
/// The newest release stays whatever the source says, and those that are held here. A release is given up when its lake
/// says so, or that its manifest is not there: a lake that does not answer takes nothing away.
pub(super) async fn sweep(
    source: &Lake,
    mirror: &Lake,
    now: DateTime<Utc>,
    told: &mut Mirrored,
) -> Result<()> {
    let store = mirror.store();
    let entries = release_log::all(store).await?;
    let (gone, held) = (mirror.gone().await?, mirror.holds().await?);
    let newest = entries.last().map(|entry| entry.serial);
    let mut kept = Vec::new();
    for entry in entries {
        if !gone.contains_key(&entry.id) {
            let release = mirror.manifest(&entry).await?;
            let stays = Some(entry.serial) == newest
                || held.contains_key(&entry.id)
                || !is_given_up(source, &release).await;
            if stays {
                kept.push(release);
                continue;
            }
            // Before any file goes.
            mirror.give_up(&entry.id, now).await?;
            told.dropped_releases.push(entry.id.clone());
        }
        let mut files = storage::list(store, &folder(&entry.id)).await?;
        files.retain(|path| !LEFT.iter().any(|left| path.filename() == Some(left)));
        told.removed_files += delete(mirror, &files).await?;
    }
    let tables = kept.iter().flat_map(|release| release.tables.values());
    let needed: BTreeSet<Path> = tables
        .flat_map(ReleasedTable::named)
        .map(|file| Path::from(file.path))
        .collect();
    for table in mirror.tables().await? {
        let mut files = storage::list(store, &table_path(&table)).await?;
        files.retain(|path| is_data(path.as_ref()) && !needed.contains(path));
        told.removed_files += delete(mirror, &files).await?;
    }
    Ok(())
}

/// Whether the source says that the files of a release may be gone.
async fn is_given_up(source: &Lake, release: &Release) -> bool {
    let Some(of) = &release.mirror_of else {
        return false;
    };
    let manifest = format!("{}/manifest.json", folder(&of.release));
    let marked = source.check_there(&of.release).await;
    matches!(marked, Err(Error::Gone { .. }))
        || matches!(
            storage::is_there(source.store(), &manifest).await,
            Ok(false)
        )
}

/// Takes files away; gives their number.
async fn delete(lake: &Lake, paths: &[Path]) -> Result<usize> {
    for path in paths {
        storage::delete(lake.store(), path).await?;
    }
    Ok(paths.len())
}
