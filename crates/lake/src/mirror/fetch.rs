//! Files on their way: fetched a few at a time, verified, and only then given their names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FsPath, PathBuf};
use std::sync::Mutex;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::error::MirrorProblem;
use super::fail;
use super::source::of_source;
use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::storage;

/// Files on their way at once.
const PARALLEL_FILES: usize = 8;

/// Folder of a local mirror for files on their way: on the same disk, they are renamed to their place.
const UNDERWAY: &str = ".mirror";

/// A file of the source that should be here.
pub(super) struct Want {
    from: String,
    to: String,
    bytes: u64,
    sha256: String,
}

impl Want {
    pub(super) fn new(from: &str, to: &str, bytes: u64, sha256: &str) -> Self {
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            bytes,
            sha256: sha256.to_owned(),
        }
    }
}

/// What was carried so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Transfer {
    pub(super) files: usize,
    pub(super) bytes: u64,
    pub(super) present: usize,
    pub(super) made: usize,
}

/// Carries files from one lake to the other.
pub(super) struct Courier<'a> {
    pub(super) source: &'a Lake,
    pub(super) mirror: &'a Lake,
    dir: PathBuf,
    transfer: Mutex<Transfer>,
    /// What came by this call already.
    came: Mutex<BTreeSet<String>>,
    /// SHA-256 of what is verified and lies under its passing name.
    held: Mutex<BTreeSet<String>>,
}

impl<'a> Courier<'a> {
    /// `dir`: where files are prepared when the mirror is no folder. What an interrupted call left is taken away.
    pub(super) fn new(source: &'a Lake, mirror: &'a Lake, dir: &FsPath) -> Result<Self> {
        let folder = mirror.location().local_path();
        let dir = folder.map_or_else(|| dir.join(UNDERWAY), |folder| folder.join(UNDERWAY));
        if dir.exists() {
            std::fs::remove_dir_all(&dir).map_err(|e| Error::io(&dir, e))?;
        }
        std::fs::create_dir_all(&dir).map_err(|e| Error::io(&dir, e))?;
        Ok(Self {
            source,
            mirror,
            dir,
            transfer: Mutex::default(),
            came: Mutex::default(),
            held: Mutex::default(),
        })
    }

    /// The folder of files in preparation.
    pub(super) fn dir(&self) -> &FsPath {
        &self.dir
    }

    pub(super) fn transfer(&self) -> Transfer {
        self.transfer.lock().map(|told| *told).unwrap_or_default()
    }

    pub(super) fn tell(&self, change: impl FnOnce(&mut Transfer)) {
        if let Ok(mut told) = self.transfer.lock() {
            change(&mut told);
        }
    }

    /// Brings the files that are not here. Those that are have their size, and were verified when they came.
    pub(super) async fn fetch(&self, wants: Vec<Want>) -> Result<()> {
        let missing = self.missing(wants).await?;
        stream::iter(missing)
            .map(|want| async move {
                let file = self.verified(&want.from, want.bytes, &want.sha256).await?;
                self.land(&file, &want.to, want.bytes).await?;
                tracing::info!(file = want.to, bytes = want.bytes, "file fetched");
                Ok(())
            })
            .buffer_unordered(PARALLEL_FILES)
            .try_collect()
            .await
    }

    async fn missing(&self, wants: Vec<Want>) -> Result<Vec<Want>> {
        let store = self.mirror.store();
        let mut there: BTreeMap<String, BTreeMap<Path, u64>> = BTreeMap::new();
        let mut missing = Vec::new();
        for want in wants {
            // The folder of a table or of a release.
            let folder: Vec<&str> = want.to.split('/').take(2).collect();
            let folder = folder.join("/");
            if !there.contains_key(&folder) {
                let prefix = Path::from(folder.as_str());
                let listed = store
                    .list(Some(&prefix))
                    .map_ok(|meta| (meta.location, meta.size));
                let listed = listed.try_collect().await;
                let listed = listed.map_err(|e| Error::storage(&folder, e))?;
                there.insert(folder.clone(), listed);
            }
            let size = there[&folder].get(&Path::from(want.to.as_str()));
            let is_new = self
                .came
                .lock()
                .is_ok_and(|mut came| came.insert(want.to.clone()));
            if size != Some(&want.bytes) {
                missing.push(want);
            } else if is_new {
                self.tell(|told| told.present += 1);
            }
        }
        Ok(missing)
    }

    /// A file of the source on the local disk, under a passing name, with the size and the SHA-256 that the release says.
    pub(super) async fn verified(&self, path: &str, bytes: u64, sha256: &str) -> Result<PathBuf> {
        let unreadable = |e| of_source(self.source, Error::storage(path, e));
        let damaged = |found: String, expected: String| {
            let path = path.to_owned();
            let problem = MirrorProblem::Damaged {
                path,
                expected,
                found,
            };
            fail(self.source, problem)
        };
        let to = self.dir.join(format!("{sha256}.parquet"));
        if self.held.lock().is_ok_and(|held| held.contains(sha256)) && to.exists() {
            return Ok(to);
        }
        let mut file = tokio::fs::File::create(&to)
            .await
            .map_err(|e| Error::io(&to, e))?;
        let found = self
            .source
            .store()
            .get(&Path::from(path))
            .await
            .map_err(unreadable)?;
        let (mut chunks, mut hash, mut size) = (found.into_stream(), Sha256::new(), 0);
        while let Some(chunk) = chunks.try_next().await.map_err(unreadable)? {
            hash.update(&chunk);
            size += chunk.len() as u64;
            if size > bytes {
                break;
            }
            file.write_all(&chunk)
                .await
                .map_err(|e| Error::io(&to, e))?;
        }
        if size != bytes {
            let more = if size > bytes { "more than " } else { "" };
            let expected = format!("the {bytes} bytes of the release");
            return Err(damaged(
                format!("{more}{} bytes", size.min(bytes)),
                expected,
            ));
        }
        let found = format!("{:x}", hash.finalize());
        if found != sha256 {
            return Err(damaged(
                format!("its SHA-256 is {found}"),
                format!("the {sha256} of the release"),
            ));
        }
        file.flush().await.map_err(|e| Error::io(&to, e))?;
        if let Ok(mut held) = self.held.lock() {
            held.insert(sha256.to_owned());
        }
        self.tell(|told| {
            told.files += 1;
            told.bytes += bytes;
        });
        Ok(to)
    }

    /// A file of the source to be read on the local disk: that of the mirror where it is here, else verified.
    pub(super) async fn local(&self, path: &str, bytes: u64, sha256: &str) -> Result<PathBuf> {
        let here = self
            .mirror
            .location()
            .local_path()
            .map(|folder| folder.join(path));
        let here =
            here.filter(|here| std::fs::metadata(here).is_ok_and(|file| file.len() == bytes));
        match here {
            Some(here) => Ok(here),
            None => self.verified(path, bytes, sha256).await,
        }
    }

    /// A prepared file gets its name in the mirror, whole at once.
    pub(super) async fn land(&self, file: &FsPath, path: &str, bytes: u64) -> Result<()> {
        let Some(folder) = self.mirror.location().local_path() else {
            storage::send(self.mirror.store(), &Path::from(path), file, bytes).await?;
            return tokio::fs::remove_file(file)
                .await
                .map_err(|e| Error::io(file, e));
        };
        let to = folder.join(path);
        if let Some(parent) = to.parent() {
            tokio::fs::create_dir_all(parent)
                .await
                .map_err(|e| Error::io(parent, e))?;
        }
        tokio::fs::rename(file, &to)
            .await
            .map_err(|e| Error::io(&to, e))
    }

    /// A text of the source that nothing depends on; none when it is not there.
    pub(super) async fn text(&self, path: &str) -> Option<String> {
        let bytes = storage::get(self.source.store(), path)
            .await
            .ok()
            .flatten()?;
        String::from_utf8(bytes.to_vec()).ok()
    }

    /// Nothing is on its way any more.
    pub(super) fn end(&self) {
        if let Err(error) = std::fs::remove_dir_all(&self.dir) {
            tracing::warn!(%error, "files in preparation stay behind; the next call takes them away");
        }
    }
}
