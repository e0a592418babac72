//! The lake as its readers see it: releases, tables, history.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use object_store::path::Path;
use url::Url;

use crate::data_file::sha256;
use crate::delta::Log;
use crate::error::{Error, Result};
use crate::location::Location;
use crate::release::{Release, ReleaseEntry, ReleasedTable, folder};
use crate::release_log;
use crate::storage::{self, Store};

/// Folder of the tables that anyone may read.
const OPEN: &str = "open";

/// A lake. Cheap to clone; reading never writes.
#[derive(Clone, Debug)]
pub struct Lake {
    location: Location,
    store: Store,
}

/// A version of a table, as its Delta log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableVersion {
    /// The version.
    pub version: u64,
    /// Its files, by path below the table's folder.
    pub files: BTreeMap<String, VersionFile>,
}

/// A file of a [`TableVersion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionFile {
    /// Size.
    pub bytes: u64,
    /// Rows; none: the log does not say.
    pub rows: Option<u64>,
}

/// One commit of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The version it made.
    pub version: u64,
    /// When.
    pub timestamp: Option<DateTime<Utc>>,
    /// `WRITE`, or `RESTORE` after a run that died before it could publish.
    pub operation: String,
    /// Rows of the table after it.
    pub rows: Option<u64>,
    /// Files of the table after it.
    pub files: Option<u64>,
    /// First release that holds it; none: it was never published.
    pub release: Option<String>,
}

impl Lake {
    /// The lake at a location; nothing is read or written yet, and an empty place is an empty lake.
    #[must_use]
    pub fn open(location: Location) -> Self {
        let store = location.store();
        Self { location, store }
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The newest release; none: nothing was ever published.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Metadata`], [`Error::Damaged`].
    pub async fn latest(&self) -> Result<Option<Release>> {
        match release_log::newest(&self.store).await? {
            None => Ok(None),
            Some(entry) => self.manifest(&entry).await.map(Some),
        }
    }

    /// All releases, oldest first.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Metadata`].
    pub async fn releases(&self) -> Result<Vec<ReleaseEntry>> {
        release_log::all(&self.store).await
    }

    /// The release of that id.
    ///
    /// # Errors
    /// [`Error::UnknownRelease`], and those of [`Self::latest`].
    pub async fn release(&self, id: &str) -> Result<Release> {
        let entries = self.releases().await?;
        match entries.iter().find(|entry| entry.id == id) {
            Some(entry) => self.manifest(entry).await,
            None => Err(Error::UnknownRelease {
                id: id.to_owned(),
                latest: entries.last().map(|entry| entry.id.clone()),
            }),
        }
    }

    /// The notes of a release, Markdown in French.
    ///
    /// # Errors
    /// [`Error::Storage`] when they are not there.
    pub async fn notes(&self, release: &Release) -> Result<String> {
        let path = format!("{}/notes.md", release.folder());
        let body = storage::get_there(&self.store, &path, "the release is published").await?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    pub(crate) async fn manifest(&self, entry: &ReleaseEntry) -> Result<Release> {
        let path = format!("{}/manifest.json", folder(&entry.id));
        let body = storage::get_there(&self.store, &path, "named by the release log").await?;
        let found = sha256(&body);
        if found != entry.manifest_sha256 {
            return Err(Error::Damaged {
                path,
                expected: entry.manifest_sha256.clone(),
                found,
            });
        }
        storage::from_json(&path, &body)
    }

    /// Names of the Delta tables, released or not, in order.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn tables(&self) -> Result<Vec<String>> {
        let folder = Path::from(OPEN);
        let listing = self.store.list_with_delimiter(Some(&folder)).await;
        let listing = listing.map_err(|e| Error::storage(OPEN, e))?;
        let names = listing
            .common_prefixes
            .iter()
            .filter_map(|p| p.filename().map(str::to_owned));
        let mut names: Vec<String> = names.collect();
        names.sort();
        Ok(names)
    }

    /// The newest version of a table, published or not; none: no such table.
    ///
    /// # Errors
    /// [`Error::Delta`].
    pub async fn head(&self, table: &str) -> Result<Option<TableVersion>> {
        let Some(head) = self.log(table)?.head().await? else {
            return Ok(None);
        };
        let file = |(path, (bytes, rows))| (path, VersionFile { bytes, rows });
        let files = head.files()?.into_iter().map(file).collect();
        Ok(Some(TableVersion {
            version: head.version(),
            files,
        }))
    }

    /// The commits of a table, oldest first.
    ///
    /// # Errors
    /// [`Error::UnknownTable`], [`Error::Delta`], and those of [`Self::releases`].
    pub async fn history(&self, table: &str) -> Result<Vec<HistoryEntry>> {
        let tables = self.tables().await?;
        if !tables.iter().any(|name| name == table) {
            return Err(Error::UnknownTable {
                table: table.to_owned(),
                tables,
            });
        }
        let mut released: BTreeMap<u64, String> = BTreeMap::new();
        for entry in self.releases().await? {
            if let Some(version) = entry.tables.get(table) {
                released.entry(*version).or_insert(entry.id);
            }
        }
        let entries = self.log(table)?.entries().await?;
        let entry = |e: crate::delta::LogEntry| HistoryEntry {
            release: released.get(&e.version).cloned(),
            version: e.version,
            timestamp: e.timestamp,
            operation: e.operation,
            rows: e.rows,
            files: e.files,
        };
        Ok(entries.into_iter().map(entry).collect())
    }

    /// URLs of a released table's files, in the order of their rows.
    ///
    /// # Errors
    /// [`Error::UnknownTable`].
    pub fn files_of(&self, release: &Release, table: &str) -> Result<Vec<Url>> {
        match release.tables.get(table) {
            Some(table) => self.urls(table),
            None => Err(Error::UnknownTable {
                table: table.to_owned(),
                tables: release.tables.keys().cloned().collect(),
            }),
        }
    }

    pub(crate) fn urls(&self, table: &ReleasedTable) -> Result<Vec<Url>> {
        let url = |path: &str| self.location.file_url(&format!("{}/{path}", table.path));
        table.files.iter().map(|file| url(&file.path)).collect()
    }

    pub(crate) fn log(&self, table: &str) -> Result<Log> {
        Ok(Log::open(&self.location.below(&table_path(table))?, table))
    }
}

/// Folder of a table below the lake.
pub(crate) fn table_path(table: &str) -> String {
    format!("{OPEN}/{table}")
}
