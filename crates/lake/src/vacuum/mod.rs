//! What no release needs any more, taken away.
//!
//! ```text
//! lock ─▶ which releases go ─▶ mark them gone ─▶ read the log and the holds again ─▶ delete, file by file
//! ```
//!
//! Of a release that goes, the manifest and the notes stay: what it held, what came of it and why it was withdrawn can
//! still be read. The Delta logs stay too; their versions whose files are gone cannot be read any more, as after any vacuum
//! of a Delta table.
//!
//! A file is deleted when no kept release names it **and** it is older than the wait: on an object store, which has no lock,
//! a run may be uploading what it has not published yet. Such a run uploads again what is older than a day and in no
//! release, and a file is asked for its age once more just before it is deleted.
//!
//! Killed at any moment it leaves every kept release whole, and the next one ends its work.

mod retention;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectMeta, ObjectStoreExt};
use serde::Serialize;

use self::retention::retention;
pub use self::retention::{Kept, KeptFor};
use crate::error::{Contested, Error, Result};
use crate::lake::Lake;
use crate::lock::LakeLock;
use crate::release::{Release, ReleaseEntry, ReleasedTable, folder};
use crate::storage;

/// Manifests read, and files deleted, at once.
const PARALLEL: usize = 8;

/// What is left of a release that goes.
pub(crate) const LEFT: [&str; 2] = ["manifest.json", "notes.md"];

/// What to keep.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Releases to keep, the newest that were not withdrawn; at least one.
    pub keep: usize,
    /// How long what nobody needs stays: those who read it a moment ago may still be reading.
    pub wait: TimeDelta,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What a vacuum does, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LakeVacuum {
    /// Releases that stay, oldest first, and why.
    pub kept: Vec<Kept>,
    /// Releases that go, oldest first.
    pub gone: Vec<String>,
    /// Files that go, by path.
    pub files: Vec<UnneededFile>,
}

/// A file that nothing needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnneededFile {
    /// Below the lake.
    pub path: String,
    /// Size.
    pub bytes: u64,
}

impl Lake {
    /// What [`Self::vacuum`] would do now. Nothing is written.
    ///
    /// # Errors
    /// Those of reading: without the manifest of every kept release nothing can be said to be unneeded.
    pub async fn plan_vacuum(&self, policy: Retention) -> Result<LakeVacuum> {
        self.plan_before_marks(policy, &[]).await
    }

    /// `marked`: releases that count as not gone yet.
    async fn plan_before_marks(&self, policy: Retention, marked: &[String]) -> Result<LakeVacuum> {
        let entries = self.releases().await?;
        let (holds, mut gone) = (self.holds().await?, self.gone().await?);
        gone.retain(|id, _| !marked.contains(id));
        let (kept, going) = retention(&entries, &holds, &gone, policy);
        let ids: BTreeSet<&str> = kept.iter().map(|kept| kept.release.as_str()).collect();
        let needed = self.needed(&entries, &ids).await?;
        let files = self.unneeded(&entries, &ids, &needed, policy).await?;
        Ok(LakeVacuum {
            kept,
            gone: going,
            files,
        })
    }

    /// Deletes what no kept release needs. On a folder nobody publishes meanwhile.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Error::Conflict`] when someone published or held a release meanwhile, and nothing was deleted;
    /// those of reading and deleting.
    pub async fn vacuum(&self, policy: Retention) -> Result<LakeVacuum> {
        let _lock = LakeLock::acquire(self.location())?;
        let plan = self.plan_vacuum(policy).await?;
        for id in &plan.gone {
            self.give_up(id, policy.now).await?;
        }
        // Whoever published or held since the plan was made has not seen these marks.
        let again = self.plan_before_marks(policy, &plan.gone).await;
        if !again.as_ref().is_ok_and(|again| *again == plan) {
            for id in &plan.gone {
                self.keep_after_all(id).await?;
            }
            again?;
            return Err(Error::Conflict {
                what: Contested::Lake,
            });
        }
        self.delete(&plan.files, policy).await?;
        Ok(plan)
    }

    /// The files of tables that kept releases name.
    async fn needed(
        &self,
        entries: &[ReleaseEntry],
        kept: &BTreeSet<&str>,
    ) -> Result<BTreeSet<String>> {
        let manifests = entries
            .iter()
            .filter(|entry| kept.contains(entry.id.as_str()))
            .map(|entry| self.manifest(entry));
        let manifests: Vec<Release> = stream::iter(manifests)
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await?;
        let tables = manifests.iter().flat_map(|release| release.tables.values());
        let files = tables.flat_map(ReleasedTable::named);
        Ok(files.map(|file| file.path).collect())
    }

    /// Every file below `open/` and in folders of releases that no kept release needs and that is old enough.
    async fn unneeded(
        &self,
        entries: &[ReleaseEntry],
        kept: &BTreeSet<&str>,
        needed: &BTreeSet<String>,
        policy: Retention,
    ) -> Result<Vec<UnneededFile>> {
        let before = policy.now - policy.wait;
        let published: BTreeMap<&str, bool> = entries
            .iter()
            .map(|entry| (entry.id.as_str(), kept.contains(entry.id.as_str())))
            .collect();
        let mut found = Vec::new();
        for prefix in ["open", "releases"] {
            let listed = Path::from(prefix);
            let mut listing = self.store().list(Some(&listed));
            while let Some(meta) = listing
                .try_next()
                .await
                .map_err(|e| Error::storage(prefix, e))?
            {
                let path = meta.location.as_ref();
                let goes = match prefix {
                    "open" => is_data(path),
                    _ => is_of_gone_release(path, &published),
                };
                if goes && !needed.contains(path) && meta.last_modified < before {
                    found.push(UnneededFile {
                        path: path.to_owned(),
                        bytes: meta.size,
                    });
                }
            }
        }
        found.sort();
        Ok(found)
    }

    async fn delete(&self, files: &[UnneededFile], policy: Retention) -> Result<()> {
        let before = policy.now - policy.wait;
        let store = self.store();
        let each = stream::iter(files).map(|file| async move {
            let path = Path::from(file.path.as_str());
            match store.head(&path).await {
                Ok(ObjectMeta { last_modified, .. }) if last_modified >= before => Ok(()),
                Ok(_) => storage::delete(store, &path).await,
                Err(StoreError::NotFound { .. }) => Ok(()),
                Err(e) => Err(Error::storage(&file.path, e)),
            }
        });
        each.buffer_unordered(PARALLEL).try_collect().await
    }
}

/// A data file of a table; its Delta log is none.
pub(crate) fn is_data(path: &str) -> bool {
    path.ends_with(".parquet") && !path.contains("/_delta_log/")
}

/// A file in the folder of a release that is not kept, or was never published, and is not what is left of it.
fn is_of_gone_release(path: &str, published: &BTreeMap<&str, bool>) -> bool {
    let mut parts = path.splitn(3, '/').skip(1);
    let (Some(id), Some(name)) = (parts.next(), parts.next()) else {
        return false;
    };
    let is_folder_of_release = id.starts_with(|c: char| c.is_ascii_digit());
    match published.get(id) {
        Some(true) => false,
        Some(false) => !LEFT.contains(&name) && path == format!("{}/{name}", folder(id)),
        None => is_folder_of_release,
    }
}
