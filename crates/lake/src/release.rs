//! What a release says of itself: `releases/<id>/manifest.json` and its entry in the log.
//!
//! These forms are kept: a later version of this crate reads every one that was ever written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::data_file::DataFile;
use crate::diff::ChangeCounts;
use crate::layout::{ContractRef, TableLayout};
use crate::mirror::{MirrorOf, Subset};
use crate::stage::Staged;

/// The form of manifests and log entries that this crate writes.
pub(crate) const FORMAT: u32 = 1;

/// A consistent set of table versions. Immutable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Form of this document.
    pub format: u32,
    /// `2026-11-23.0`: the day in UTC, and a number within the day. A label; numbers may be skipped.
    pub id: String,
    /// Place in the log of releases, from 1.
    pub serial: u64,
    /// Id of the release before; null: the first.
    pub parent: Option<String>,
    /// When it was published.
    pub created: DateTime<Utc>,
    /// What it covers (départements, vintages), as the run said it.
    pub scope: Value,
    /// Receipt of each source that its tables were made from.
    pub sources: BTreeMap<String, Value>,
    /// Counts of the run that published it.
    pub counts: Value,
    /// The release that it takes back; null: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdraws: Option<Withdrawal>,
    /// The release of another lake that it is a copy of; null: it was made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirror_of: Option<MirrorOf>,
    /// What of that release was copied; null: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subset: Option<Subset>,
    /// Its tables, by name.
    pub tables: BTreeMap<String, ReleasedTable>,
}

/// A release that should not be used any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Its id.
    pub release: String,
    /// Why, for its readers.
    pub reason: String,
    /// The release whose tables come back.
    pub returns_to: String,
}

/// A table as a release holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleasedTable {
    /// The table's folder below the lake: `open/etablissements`.
    pub path: String,
    /// Version of the Delta table with these files.
    pub delta_version: u64,
    /// The contract it stands under.
    pub contract: ContractRef,
    /// What the table holds.
    pub description: String,
    /// Columns in their order, `bbox` included.
    pub columns: Vec<ReleasedColumn>,
    /// Column of WKB in CRS84; null: none.
    pub geometry: Option<String>,
    /// Columns that identify a row.
    pub key: Vec<String>,
    /// Partition columns.
    pub partition_by: Vec<String>,
    /// Fingerprint of the inputs and the method it was made with, as the run said it.
    pub fingerprint: String,
    /// Rows of all files.
    pub rows: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// West, south, east, north in degrees; null: no geometry.
    pub bbox: Option<[f64; 4]>,
    /// First and last value of the columns that say of what year rows are, `millesime`, `rentree`, `session`, where the table
    /// has them; releases made before this was kept have none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vintages: BTreeMap<String, [String; 2]>,
    /// Release in which the content last changed.
    pub changed_in: String,
    /// What changed then, against the release before it; null: the table was new.
    pub changes: Option<ChangeCounts>,
    /// The whole table as one file; null: too large.
    pub whole: Option<WholeFile>,
    /// The files, in the order of their rows.
    pub files: Vec<DataFile>,
}

/// A column of a released table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedColumn {
    /// Its name.
    pub name: String,
    /// Its Arrow type, as text.
    #[serde(rename = "type")]
    pub data_type: String,
    /// What it means.
    pub description: Option<String>,
}

/// A table of a release in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeFile {
    /// Below the lake: `releases/2026-11-23.0/etablissements.parquet`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// An entry of the log of releases. Whoever creates it has published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleaseEntry {
    /// Form of this document.
    pub format: u32,
    /// Place in the log, from 1.
    pub serial: u64,
    /// The release.
    pub id: String,
    /// Id of the release before; null: the first.
    pub parent: Option<String>,
    /// When it was published.
    pub created: DateTime<Utc>,
    /// SHA-256 of its manifest, in hexadecimal.
    pub manifest_sha256: String,
    /// The release that it takes back; null: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdraws: Option<Withdrawal>,
    /// Delta version of each of its tables.
    pub tables: BTreeMap<String, u64>,
}

/// What a run wants to publish: the release before, with these tables in place of theirs.
#[derive(Debug)]
pub struct ReleaseDraft {
    /// Time of publication; its day names the release.
    pub created: DateTime<Utc>,
    /// See [`Release::scope`].
    pub scope: Value,
    /// See [`Release::sources`]. Those of the release before are kept where not named here.
    pub sources: BTreeMap<String, Value>,
    /// See [`Release::counts`].
    pub counts: Value,
    /// Markdown for the reader: what is new.
    pub notes: String,
    /// The tables of this run.
    pub tables: Vec<TableDraft>,
    /// Local folder for files in preparation.
    pub dir: PathBuf,
}

/// A table of a draft, committed already.
#[derive(Debug)]
pub struct TableDraft {
    /// How it was written.
    pub layout: TableLayout,
    /// Its content.
    pub staged: Staged,
    /// The version that its commit gave.
    pub version: u64,
    /// See [`ReleasedTable::fingerprint`].
    pub fingerprint: String,
    /// See [`ReleasedTable::changes`].
    pub changes: Option<ChangeCounts>,
}

impl ReleasedTable {
    /// Whether both hold the same files.
    #[must_use]
    pub fn same_content(&self, files: &[DataFile]) -> bool {
        self.files.len() == files.len()
            && self.files.iter().zip(files).all(|(a, b)| a.path == b.path)
    }

    /// The files of its rows.
    pub(crate) fn data_files(&self) -> impl Iterator<Item = NamedFile<'_>> {
        self.files.iter().map(|file| NamedFile {
            path: format!("{}/{}", self.path, file.path),
            bytes: file.bytes,
            sha256: &file.sha256,
        })
    }

    /// The files that it names, those of its rows and then the whole one.
    pub(crate) fn named(&self) -> impl Iterator<Item = NamedFile<'_>> {
        self.data_files()
            .chain(self.whole.iter().map(|whole| NamedFile {
                path: whole.path.clone(),
                bytes: whole.bytes,
                sha256: &whole.sha256,
            }))
    }
}

/// A file as a release names it.
pub(crate) struct NamedFile<'a> {
    /// Below the lake.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// In hexadecimal.
    pub(crate) sha256: &'a str,
}

impl Release {
    /// Folder of the release below the lake.
    #[must_use]
    pub fn folder(&self) -> String {
        folder(&self.id)
    }

    /// The entry that publishes this release.
    pub(crate) fn entry(&self, manifest_sha256: String) -> ReleaseEntry {
        ReleaseEntry {
            format: FORMAT,
            serial: self.serial,
            id: self.id.clone(),
            parent: self.parent.clone(),
            created: self.created,
            manifest_sha256,
            withdraws: self.withdraws.clone(),
            tables: self
                .tables
                .iter()
                .map(|(name, t)| (name.clone(), t.delta_version))
                .collect(),
        }
    }
}

/// Folder of a release below the lake.
pub(crate) fn folder(id: &str) -> String {
    format!("releases/{id}")
}

/// The least id for `day` that comes after the release before. Ids never go back, even when a clock does.
pub(crate) fn next_id(parent: Option<&str>, day: NaiveDate) -> (NaiveDate, u32) {
    let parsed = parent.and_then(|id| {
        let (date, number) = id.split_once('.')?;
        Some((date.parse::<NaiveDate>().ok()?, number.parse::<u32>().ok()?))
    });
    match parsed {
        Some((parent_day, number)) if parent_day >= day => (parent_day, number + 1),
        _ => (day, 0),
    }
}
