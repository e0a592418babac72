//! Deletions of the source, honoured once its newest release is here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::json;

use super::Mirrored;
use crate::data_file::DataFile;
use crate::error::{Error, Result};
use crate::lake::{Lake, table_path};
use crate::release::{FORMAT, Release, folder};
use crate::release_log;
use crate::storage;

/// Marks of releases, one document each under its id: what `vacuum` and `release hold` leave.
const GONE: &str = "releases/gone";
const HOLDS: &str = "releases/holds";

/// What is left of a release that goes.
const LEFT: [&str; 2] = ["manifest.json", "notes.md"];

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
    let entries = release_log::all(mirror.store()).await?;
    let newest = entries.last().map(|entry| entry.serial);
    let mut kept = Vec::new();
    for entry in entries {
        let (gone, held) = (mark(GONE, &entry.id), mark(HOLDS, &entry.id));
        let is_gone = is_there(mirror, &gone).await?;
        if !is_gone {
            let release = mirror.manifest(&entry).await?;
            let stays = Some(entry.serial) == newest
                || is_there(mirror, &held).await?
                || !is_given_up(source, &release).await;
            if stays {
                kept.push(release);
                continue;
            }
            // Before any file goes.
            let body = json!({"format": FORMAT, "release": entry.id, "since": now});
            let body = storage::to_json(&gone, &body)?;
            storage::put(mirror.store(), &gone, body.into()).await?;
            told.dropped_releases.push(entry.id.clone());
        }
        let mut files = list(mirror, &folder(&entry.id)).await?;
        files.retain(|path| !LEFT.iter().any(|left| path.filename() == Some(left)));
        told.removed_files += files.len();
        delete(mirror, files).await?;
    }
    let tables = kept.iter().flat_map(|release| release.tables.values());
    let needed: BTreeSet<Path> = tables
        .flat_map(|table| {
            let path = |file: &DataFile| Path::from(format!("{}/{}", table.path, file.path));
            table.files.iter().map(path)
        })
        .collect();
    for table in mirror.tables().await? {
        let mut files = list(mirror, &table_path(&table)).await?;
        files.retain(|path| is_data(path) && !needed.contains(path));
        told.removed_files += files.len();
        delete(mirror, files).await?;
    }
    Ok(())
}

/// A file of a table, and not of its Delta log.
fn is_data(path: &Path) -> bool {
    let of_log = path.parts().any(|part| part.as_ref() == "_delta_log");
    path.extension() == Some("parquet") && !of_log
}

fn mark(folder: &str, release: &str) -> String {
    format!("{folder}/{release}.json")
}

/// Whether the source says that the files of a release may be gone.
async fn is_given_up(source: &Lake, release: &Release) -> bool {
    let Some(of) = &release.mirror_of else {
        return false;
    };
    let manifest = format!("{}/manifest.json", folder(&of.release));
    let marked = is_there(source, &mark(GONE, &of.release)).await;
    matches!(marked, Ok(true)) || matches!(is_there(source, &manifest).await, Ok(false))
}

/// Whether an object is there.
async fn is_there(lake: &Lake, path: &str) -> Result<bool> {
    match lake.store().head(&Path::from(path)).await {
        Ok(_) => Ok(true),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(e) => Err(Error::storage(path, e)),
    }
}

async fn list(lake: &Lake, prefix: &str) -> Result<Vec<Path>> {
    let folder = Path::from(prefix);
    let found = lake
        .store()
        .list(Some(&folder))
        .map_ok(|meta| meta.location);
    found
        .try_collect()
        .await
        .map_err(|e| Error::storage(prefix, e))
}

async fn delete(lake: &Lake, paths: Vec<Path>) -> Result<()> {
    for path in paths {
        match lake.store().delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(e) => return Err(Error::storage(path, e)),
        }
    }
    Ok(())
}
