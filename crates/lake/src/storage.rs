//! Reading and writing objects, with the lake's rules: files once written never change.

use std::path::Path as FsPath;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{
    Attribute, Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncWriteExt;

use crate::error::{Error, Result};

/// The store of a lake, rooted at it.
pub(crate) type Store = Arc<dyn ObjectStore>;

/// Files up to this size go up in one conditional request.
const ONE_PUT_BYTES: u64 = 16 << 20;

/// Whether an object was made by this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Created {
    Yes,
    /// Another one has the place.
    No,
}

/// Writes an object where there is none.
pub(crate) async fn create(store: &Store, path: &str, body: PutPayload) -> Result<Created> {
    let options = PutOptions::from(PutMode::Create);
    match store.put_opts(&Path::from(path), body, options).await {
        Ok(_) => Ok(Created::Yes),
        Err(StoreError::AlreadyExists { .. }) => Ok(Created::No),
        Err(e) => Err(Error::storage(path, e)),
    }
}

/// Writes an object, over another one if need be.
pub(crate) async fn put(store: &Store, path: &str, body: PutPayload) -> Result<()> {
    put_as(store, path, body, None).await
}

/// As [`put`], with the type that a store tells to those who fetch it; folders refuse one.
pub(crate) async fn put_as(
    store: &Store,
    path: &str,
    body: PutPayload,
    content_type: Option<&'static str>,
) -> Result<()> {
    let mut options = PutOptions::from(PutMode::Overwrite);
    if let Some(content_type) = content_type {
        options
            .attributes
            .insert(Attribute::ContentType, content_type.into());
    }
    store
        .put_opts(&Path::from(path), body, options)
        .await
        .map(drop)
        .map_err(|e| Error::storage(path, e))
}

/// How old an object may be to be left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    /// A release that stays names it.
    Any,
    /// No release may name it: it is to be new enough for a vacuum to leave it alone until one does.
    Young,
}

/// An object younger than that outlives the run that counts on it.
const YOUNG: TimeDelta = TimeDelta::days(1);

/// Copies a local file to `path`, which its content names: when an object of that size is there, it is that one.
pub(crate) async fn upload(
    store: &Store,
    path: &str,
    file: &FsPath,
    bytes: u64,
    age: Age,
) -> Result<Created> {
    let object = Path::from(path);
    // By the clock of the machine, whatever a rehearsal says: that is whose time the store tells.
    let fresh = |at: DateTime<Utc>| age == Age::Any || Utc::now() - at < YOUNG;
    match store.head(&object).await {
        Ok(there) if there.size == bytes && fresh(there.last_modified) => return Ok(Created::No),
        Ok(_) | Err(StoreError::NotFound { .. }) => {}
        Err(e) => return Err(Error::storage(path, e)),
    }
    send(store, &object, file, bytes).await?;
    Ok(Created::Yes)
}

/// Copies a local file to an object.
pub(crate) async fn send(store: &Store, path: &Path, file: &FsPath, bytes: u64) -> Result<()> {
    if bytes <= ONE_PUT_BYTES {
        let body = tokio::fs::read(file)
            .await
            .map_err(|e| Error::io(file, e))?;
        store
            .put(path, body.into())
            .await
            .map_err(|e| Error::storage(path, e))?;
        return Ok(());
    }
    let mut from = tokio::fs::File::open(file)
        .await
        .map_err(|e| Error::io(file, e))?;
    let mut to = BufWriter::new(Arc::clone(store), path.clone());
    tokio::io::copy(&mut from, &mut to)
        .await
        .map_err(|e| Error::io(file, e))?;
    to.shutdown().await.map_err(|e| Error::io(file, e))
}

/// Whether an object is there.
pub(crate) async fn is_there(store: &Store, path: &str) -> Result<bool> {
    match store.head(&Path::from(path)).await {
        Ok(_) => Ok(true),
        Err(StoreError::NotFound { .. }) => Ok(false),
        Err(e) => Err(Error::storage(path, e)),
    }
}

/// What stands below a folder.
pub(crate) async fn list(store: &Store, folder: &str) -> Result<Vec<Path>> {
    let found = store.list(Some(&Path::from(folder)));
    let found: Result<Vec<Path>, StoreError> =
        found.map_ok(|meta| meta.location).try_collect().await;
    found.map_err(|e| Error::storage(folder, e))
}

/// Takes an object away; one that is not there is away.
pub(crate) async fn delete(store: &Store, path: &Path) -> Result<()> {
    match store.delete(path).await {
        Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
        Err(e) => Err(Error::storage(path, e)),
    }
}

/// The object, or none where there is none.
pub(crate) async fn get(store: &Store, path: &str) -> Result<Option<Bytes>> {
    match store.get(&Path::from(path)).await {
        Ok(found) => found
            .bytes()
            .await
            .map(Some)
            .map_err(|e| Error::storage(path, e)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(e) => Err(Error::storage(path, e)),
    }
}

/// The object, which must be there; `why`, in the words of the error.
pub(crate) async fn get_there(store: &Store, path: &str, why: &'static str) -> Result<Bytes> {
    let missing = || StoreError::NotFound {
        path: path.to_owned(),
        source: why.into(),
    };
    let found = get(store, path).await?;
    found.ok_or_else(|| Error::storage(path, missing()))
}

/// A JSON document, or none where there is none.
pub(crate) async fn get_json<T: DeserializeOwned>(store: &Store, path: &str) -> Result<Option<T>> {
    match get(store, path).await? {
        None => Ok(None),
        Some(body) => from_json(path, &body).map(Some),
    }
}

pub(crate) fn from_json<T: DeserializeOwned>(path: &str, body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|e| Error::metadata(path, e))
}

/// Indented, with a final newline: people read these documents too.
pub(crate) fn to_json(path: &str, value: &impl Serialize) -> Result<Bytes> {
    let mut body = serde_json::to_vec_pretty(value).map_err(|e| Error::metadata(path, e))?;
    body.push(b'\n');
    Ok(body.into())
}
