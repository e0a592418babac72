//! What the archive keeps about an extract: where it came from, what came, what was read.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::change_hash::ChangeHash;

/// The name of one extract of a source: when it was asked for, in UTC, and a short hash
/// (`20261123T101112Z-ab12cd34`). The order of the texts is the order of time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExtractId(String);

impl ExtractId {
    pub(crate) fn new(at: DateTime<Utc>, hash: &str) -> Self {
        let hash: String = hash.chars().take(8).collect();
        Self(format!("{}-{hash}", at.format("%Y%m%dT%H%M%SZ")))
    }

    /// The name of a folder as an extract id, when it has its form.
    pub(crate) fn from_folder(name: &str) -> Option<Self> {
        let (time, hash) = name.split_once('-')?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let well_formed = time.len() == 16
            && time.is_ascii()
            && digits(&time[..8])
            && &time[8..9] == "T"
            && digits(&time[9..15])
            && time.ends_with('Z')
            && hash.len() == 8;
        well_formed.then(|| Self(name.to_owned()))
    }

    /// When it was asked for.
    pub(crate) fn time(&self) -> Option<DateTime<Utc>> {
        let (time, _) = self.0.split_once('-')?;
        let time = NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%SZ").ok()?;
        Some(time.and_utc())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExtractId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How many records of a body had which fate. Their sum is the number of records of the body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordCounts {
    /// In the records file.
    pub parsed: u64,
    /// In the list of unreadable records, with place and reason.
    pub unreadable: u64,
    /// Without any value (`;;;;`): junk, neither data nor error.
    pub empty: u64,
    /// The reader's own count of the records that it met, made apart from the three above.
    pub met: u64,
}

impl RecordCounts {
    /// Records of the body, whatever their fate. Reading fails when it counts another number.
    pub fn total(&self) -> u64 {
        self.parsed + self.unreadable + self.empty
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            parsed: self.parsed + other.parsed,
            unreadable: self.unreadable + other.unreadable,
            empty: self.empty + other.empty,
            met: self.met + other.met,
        }
    }
}

/// What the publisher says about the data, apart from the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Upstream {
    /// Metadata of an Opendatasoft dataset. `modified` is editorial and `data_processed` technical, so all
    /// of them count together.
    Opendatasoft {
        /// Editorial date, as published.
        modified: Option<String>,
        /// When the data were last processed, as published.
        data_processed: Option<String>,
        /// When the metadata were last processed, as published.
        metadata_processed: Option<String>,
        /// Records in the dataset; null when the portal does not say.
        records_count: Option<u64>,
        /// The fields, `name:type`.
        fields: Vec<String>,
    },
    /// The span of time of a part of the RNB's diff. Its last event is the start of the next part.
    RnbDiff {
        /// Events after this, UTC.
        since: DateTime<Utc>,
        /// The last event of the part; equal to `since` when there is none.
        until: DateTime<Utc>,
    },
    /// Metadata of a data.gouv.fr resource.
    DataGouv {
        /// SHA-1 of the file, hexadecimal.
        sha1: Option<String>,
        /// Size of the file in bytes.
        filesize: Option<u64>,
        /// When the publisher last changed it, as published.
        last_modified: Option<String>,
    },
}

/// One file of a body, byte for byte as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyFile {
    /// Name in the folder of the extract.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// How a body was read. Derived: it can be made again from the body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Fingerprint of the options of reading (format, renames, volatile columns) and of the reader.
    pub options: String,
    /// The fate of the records.
    pub records: RecordCounts,
    /// Columns of the source after `renames`, without our `_source`, `_extrait`, `_ligne`.
    pub columns: Vec<String>,
    /// The content, whatever its order.
    pub change_hash: ChangeHash,
}

/// One download. Most sources have a single part; RNB has one per département.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartReceipt {
    /// The part's name (a département code); null when the source has one part.
    pub part: Option<String>,
    /// The address asked for, redacted.
    pub url: String,
    /// HTTP status of the last answer; null for a local file, or when the metadata spared the request.
    pub status: Option<u16>,
    /// Headers kept (validators, type, quotas), lower-case names.
    pub headers: BTreeMap<String, String>,
    /// What the publisher says apart from the data; null when it says nothing.
    pub upstream: Option<Upstream>,
    /// The files of the body; the first is the main one.
    pub files: Vec<BodyFile>,
    /// The extract whose folder holds the files; null when it is this one.
    pub kept_in: Option<ExtractId>,
    /// How it was read when it was extracted.
    pub reading: Reading,
}

impl PartReceipt {
    /// When the publisher says that the content was last processed or changed; null when it does not.
    fn published_at(&self) -> Option<DateTime<Utc>> {
        let said = match &self.upstream {
            Some(Upstream::Opendatasoft { data_processed, .. }) => data_processed.as_deref(),
            Some(Upstream::DataGouv { last_modified, .. }) => last_modified.as_deref(),
            Some(Upstream::RnbDiff { until, .. }) => return Some(*until),
            None => self.headers.get("last-modified").map(String::as_str),
        }?;
        // data.gouv.fr leaves out the zone, which is UTC.
        let iso = DateTime::parse_from_rfc3339(said)
            .or_else(|_| DateTime::parse_from_rfc3339(&format!("{said}Z")));
        let moment = iso.or_else(|_| DateTime::parse_from_rfc2822(said)).ok()?;
        Some(moment.with_timezone(&Utc))
    }
}

/// One extract of a source: `raw/<source>/<extract id>/receipt.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The version of this layout.
    pub version: u32,
    /// The source.
    pub source: String,
    /// The extract.
    pub extract: ExtractId,
    /// What was asked for: equal for the same source of the same servers or stand-ins. See [`asked`](crate::asked).
    pub asked: String,
    /// When the source was asked, UTC.
    pub requested_at: DateTime<Utc>,
    /// The extract that holds the content, when nothing had changed since; null when this one does.
    pub unchanged_since: Option<ExtractId>,
    /// The downloads.
    pub parts: Vec<PartReceipt>,
    /// The fate of all records.
    pub records: RecordCounts,
    /// The columns of the parts, in order of appearance.
    pub columns: Vec<String>,
    /// The content of all parts, whatever its order.
    pub change_hash: ChangeHash,
}

impl Receipt {
    /// The version of the layout that this program writes.
    pub const VERSION: u32 = 1;

    pub(crate) fn part(&self, name: Option<&str>) -> Option<&PartReceipt> {
        self.parts.iter().find(|part| part.part.as_deref() == name)
    }

    /// When the publisher says that the newest part was last processed or changed; none when it does not say.
    pub fn published_at(&self) -> Option<DateTime<Utc>> {
        self.parts
            .iter()
            .filter_map(PartReceipt::published_at)
            .max()
    }

    /// Since when the content is what it is: what its publisher says of the newest part, else the moment at which this
    /// content was first extracted.
    pub fn as_of(&self) -> DateTime<Utc> {
        let said = self.published_at();
        let first = self.unchanged_since.as_ref().and_then(ExtractId::time);
        said.or(first).unwrap_or(self.requested_at)
    }

    /// The extract whose folder holds the files of a part.
    pub fn holder<'a>(&'a self, part: &'a PartReceipt) -> &'a ExtractId {
        part.kept_in.as_ref().unwrap_or(&self.extract)
    }
}
