//! What is said of releases after they were published: that one is held, that the files of one are gone.
//!
//! ```text
//! releases/holds/2026-11-23.0.json   never vacuumed while it is there
//! releases/gone/2026-11-02.0.json    its files may be gone; its manifest and its notes stay
//! ```
//!
//! Whoever marks a release looks for the other mark afterwards and takes its own back when it is there: of a hold and a
//! vacuum at the same time at least one gives way, so that nothing of a held release is deleted.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use object_store::path::Path;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::release::FORMAT;
use crate::storage;

const HOLDS: &str = "releases/holds";
const GONE: &str = "releases/gone";
/// Marks read at once.
const PARALLEL_READS: usize = 8;

/// A release that is kept whatever its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Form of this document.
    pub format: u32,
    /// The release.
    pub release: String,
    /// Why, for those who look after the lake.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// A release whose files were given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// Form of this document.
    pub format: u32,
    /// The release.
    pub release: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Lake {
    /// The releases that are held, by id.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Metadata`].
    pub async fn holds(&self) -> Result<BTreeMap<String, Hold>> {
        self.marks(HOLDS).await
    }

    /// The releases whose files are gone, by id.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Metadata`].
    pub async fn gone(&self) -> Result<BTreeMap<String, Gone>> {
        self.marks(GONE).await
    }

    /// Keeps a release whatever its age, and says why; another reason takes the place of the first.
    ///
    /// # Errors
    /// [`Error::UnknownRelease`]; [`Error::Gone`] when its files are gone already; [`Error::Storage`].
    pub async fn hold(&self, id: &str, reason: &str, now: DateTime<Utc>) -> Result<Hold> {
        let release = self.release(id).await?;
        let hold = Hold {
            format: FORMAT,
            release: release.id.clone(),
            reason: reason.to_owned(),
            since: now,
        };
        let path = mark(HOLDS, id);
        let body = storage::to_json(&path, &hold)?;
        storage::put(self.store(), &path, body.into()).await?;
        match self.check_there(id).await {
            Ok(()) => Ok(hold),
            Err(error) => {
                self.unmark(HOLDS, id).await?;
                Err(error)
            }
        }
    }

    /// Lets go of a held release; gives the hold that it had.
    ///
    /// # Errors
    /// [`Error::UnknownRelease`], [`Error::NotHeld`], [`Error::Storage`].
    pub async fn unhold(&self, id: &str) -> Result<Hold> {
        self.release(id).await?;
        let found: Option<Hold> = storage::get_json(self.store(), &mark(HOLDS, id)).await?;
        let hold = found.ok_or_else(|| Error::NotHeld { id: id.to_owned() })?;
        self.unmark(HOLDS, id).await?;
        Ok(hold)
    }

    /// Whether the files of a release are there, as far as the lake says.
    ///
    /// # Errors
    /// [`Error::Gone`], [`Error::Storage`].
    pub async fn check_there(&self, id: &str) -> Result<()> {
        let gone: Option<Gone> = storage::get_json(self.store(), &mark(GONE, id)).await?;
        match gone {
            None => Ok(()),
            Some(gone) => Err(Error::Gone {
                id: id.to_owned(),
                since: gone.since,
            }),
        }
    }

    /// Says that files of a release are to go.
    pub(crate) async fn give_up(&self, id: &str, now: DateTime<Utc>) -> Result<()> {
        let gone = Gone {
            format: FORMAT,
            release: id.to_owned(),
            since: now,
        };
        let path = mark(GONE, id);
        let body = storage::to_json(&path, &gone)?;
        storage::create(self.store(), &path, body.into())
            .await
            .map(drop)
    }

    /// Takes that back, before any file went.
    pub(crate) async fn keep_after_all(&self, id: &str) -> Result<()> {
        self.unmark(GONE, id).await
    }

    async fn unmark(&self, folder: &str, id: &str) -> Result<()> {
        storage::delete(self.store(), &Path::from(mark(folder, id))).await
    }

    async fn marks<T: DeserializeOwned>(&self, folder: &str) -> Result<BTreeMap<String, T>> {
        let store = self.store();
        let prefix = Path::from(folder);
        let listed = store
            .list(Some(&prefix))
            .map_err(|e| Error::storage(folder, e));
        let read = |path: Path| async move {
            let name = path.filename().and_then(|name| name.strip_suffix(".json"));
            let Some(id) = name.map(str::to_owned) else {
                return Ok(None);
            };
            let found = storage::get_json::<T>(store, path.as_ref()).await?;
            Ok(found.map(|mark| (id, mark)))
        };
        let marks: Vec<Option<(String, T)>> = listed
            .map_ok(|meta| read(meta.location))
            .try_buffer_unordered(PARALLEL_READS)
            .try_collect()
            .await?;
        Ok(marks.into_iter().flatten().collect())
    }
}

fn mark(folder: &str, id: &str) -> String {
    format!("{folder}/{id}.json")
}
