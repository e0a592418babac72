//! The log of releases: `releases/log/00000042.json`, one entry per release.
//!
//! ```text
//!  read newest entry n ─▶ … commit tables, write releases/<id>/ … ─▶ create entry n+1 ─▶ move latest.json
//!                                                                        │ taken
//!                                                                        ▼
//!                                                              conflict: nothing published
//! ```
//!
//! The log alone says what is published. `releases/latest.json` follows from it: a reader takes it as
//! the place to look on from, a publisher puts it right.

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use serde::{Deserialize, Serialize};

use crate::error::{Contested, Error, Result};
use crate::release::{FORMAT, ReleaseEntry};
use crate::storage::{self, Created, Store};

const LOG: &str = "releases/log";
const LATEST: &str = "releases/latest.json";
/// Tries at moving the pointer among other publishers.
const POINTER_TRIES: usize = 8;
/// Entries fetched at once.
const PARALLEL_READS: usize = 8;

/// `releases/latest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Latest {
    serial: u64,
    id: String,
    /// Below the lake.
    manifest: String,
}

impl Latest {
    fn of(entry: &ReleaseEntry) -> Self {
        let manifest = format!("{}/manifest.json", crate::release::folder(&entry.id));
        Self {
            serial: entry.serial,
            id: entry.id.clone(),
            manifest,
        }
    }
}

fn entry_path(serial: u64) -> String {
    format!("{LOG}/{serial:08}.json")
}

/// The newest entry, whatever the pointer says.
pub(crate) async fn newest(store: &Store) -> Result<Option<ReleaseEntry>> {
    // A pointer that was cut short or edited is no reason to stop: the log is all that counts.
    let pointer = storage::get_json::<Latest>(store, LATEST)
        .await
        .ok()
        .flatten();
    let from = pointer.map_or(0, |latest| latest.serial);
    let last = serials_after(store, from.saturating_sub(1)).await?.pop();
    match last {
        None if from > 0 => read(store, serials_after(store, 0).await?.pop()).await,
        last => read(store, last).await,
    }
}

/// The newest entry, found by names alone: web servers list nothing. None: there is no pointer.
pub(crate) async fn newest_by_name(store: &Store) -> Result<Option<ReleaseEntry>> {
    let Some(latest) = storage::get_json::<Latest>(store, LATEST).await? else {
        return Ok(None);
    };
    let Some(mut newest) = at(store, latest.serial).await? else {
        return Err(missing(&entry_path(latest.serial), LATEST));
    };
    // Publishers create an entry first and move the pointer next. What comes after the last one may be refused
    // instead of not found, where names may not be listed.
    while let Ok(Some(next)) = at(store, newest.serial + 1).await {
        newest = next;
    }
    Ok(Some(newest))
}

/// The entry of that place; none: nothing there.
pub(crate) async fn at(store: &Store, serial: u64) -> Result<Option<ReleaseEntry>> {
    read(store, Some(serial)).await
}

/// What a document names and is not there.
pub(crate) fn missing(path: &str, named_by: &'static str) -> Error {
    let source = StoreError::NotFound {
        path: path.to_owned(),
        source: format!("named by `{named_by}`").into(),
    };
    Error::storage(path, source)
}

async fn read(store: &Store, serial: Option<u64>) -> Result<Option<ReleaseEntry>> {
    let Some(serial) = serial else {
        return Ok(None);
    };
    let path = entry_path(serial);
    let entry: Option<ReleaseEntry> = storage::get_json(store, &path).await?;
    match entry {
        Some(entry) if entry.format > FORMAT => Err(Error::Format {
            path,
            found: entry.format,
            known: FORMAT,
        }),
        entry => Ok(entry),
    }
}

async fn serials_after(store: &Store, serial: u64) -> Result<Vec<u64>> {
    let folder = Path::from(LOG);
    let offset = Path::from(entry_path(serial));
    let listing = store.list_with_offset(Some(&folder), &offset);
    let mut serials: Vec<u64> = listing
        .try_filter_map(|meta| async move {
            let name = meta
                .location
                .filename()
                .and_then(|name| name.strip_suffix(".json"));
            Ok(name.and_then(|digits| digits.parse::<u64>().ok()))
        })
        .try_collect()
        .await
        .map_err(|e| Error::storage(LOG, e))?;
    serials.sort_unstable();
    Ok(serials)
}

/// The release that a withdrawal of the last one returns to: the last before it that was not taken back itself. None:
/// there is none.
pub(crate) fn to_go_back_to<'a>(
    entries: &'a [ReleaseEntry],
    last: &ReleaseEntry,
) -> Option<&'a ReleaseEntry> {
    let taken_back = |id: &String| {
        let mut withdrawals = entries.iter().filter_map(|entry| entry.withdraws.as_ref());
        withdrawals.any(|withdrawal| withdrawal.release == *id)
    };
    // Of a release that took one back already, what came back is to go too.
    let returned = last.withdraws.as_ref().map(|w| &w.returns_to);
    let returned = entries.iter().find(|entry| Some(&entry.id) == returned);
    let limit = returned.map_or(last.serial, |returned| returned.serial);
    let mut before = entries.iter().rev().filter(|entry| entry.serial < limit);
    before.find(|entry| !taken_back(&entry.id))
}

/// All entries, oldest first.
pub(crate) async fn all(store: &Store) -> Result<Vec<ReleaseEntry>> {
    let serials = serials_after(store, 0).await?;
    let entries: Vec<Option<ReleaseEntry>> = stream::iter(serials)
        .map(|serial| read(store, Some(serial)))
        .buffered(PARALLEL_READS)
        .try_collect()
        .await?;
    Ok(entries.into_iter().flatten().collect())
}

/// Publishes: creates the entry, or tells that another one has its place. The answer of a store may be lost, and its client
/// then ask again, and be told that the place is taken: what stands there decides.
pub(crate) async fn append(store: &Store, entry: &ReleaseEntry) -> Result<()> {
    let path = entry_path(entry.serial);
    let body = storage::to_json(&path, entry)?;
    let created = storage::create(store, &path, body.clone().into()).await;
    if matches!(created, Ok(Created::Yes)) {
        return Ok(());
    }
    match (storage::get(store, &path).await, created) {
        (Ok(Some(there)), _) if there == body => Ok(()),
        (Ok(None), Err(error)) | (Err(_), Err(error)) | (Err(error), Ok(_)) => Err(error),
        (Ok(_), _) => Err(Error::Conflict {
            what: Contested::Release {
                serial: entry.serial,
            },
        }),
    }
}

/// Brings the pointer to `entry`, never back. `local`: the caller holds the lake's lock, and the store
/// replaces files by renaming; elsewhere the put is conditional.
pub(crate) async fn point_to(store: &Store, entry: &ReleaseEntry, local: bool) -> Result<()> {
    let path = Path::from(LATEST);
    for _ in 0..POINTER_TRIES {
        let (seen, mode) = match store.get(&path).await {
            Err(StoreError::NotFound { .. }) => (None, PutMode::Create),
            Err(e) => return Err(Error::storage(LATEST, e)),
            Ok(found) => {
                let version = UpdateVersion {
                    e_tag: found.meta.e_tag.clone(),
                    version: found.meta.version.clone(),
                };
                let body = found.bytes().await.map_err(|e| Error::storage(LATEST, e))?;
                (
                    storage::from_json::<Latest>(LATEST, &body).ok(),
                    PutMode::Update(version),
                )
            }
        };
        if seen
            .as_ref()
            .is_some_and(|seen| seen.serial > entry.serial || *seen == Latest::of(entry))
        {
            return Ok(());
        }
        let mode = if local { PutMode::Overwrite } else { mode };
        let body = storage::to_json(LATEST, &Latest::of(entry))?;
        match store
            .put_opts(&path, body.into(), PutOptions::from(mode))
            .await
        {
            Ok(_) => return Ok(()),
            Err(StoreError::Precondition { .. } | StoreError::AlreadyExists { .. }) => {}
            Err(e) => return Err(Error::storage(LATEST, e)),
        }
    }
    // Others kept moving it, each to a newer release than it had: the next publisher puts it right.
    tracing::warn!(
        release = entry.id,
        "`latest.json` is moved by others; it will be put right by the next run"
    );
    Ok(())
}
