//! The raw archive: `raw/<source>/<extract id>/` with the receipt, the bodies byte for byte, and what is
//! derived from them.
//!
//! An extract exists when its folder has its final name: it is filled under a temporary name and renamed last,
//! so an interrupted extraction leaves nothing that looks like an extract.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arrow::datatypes::SchemaRef;
use edulac_spec::pipeline::Source;
use indexmap::IndexMap;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::de::DeserializeOwned;

use crate::address::asked;
use crate::change_hash::ChangeHash;
use crate::error::Error;
use crate::read::ReadOptions;
use crate::receipt::{ExtractId, PartReceipt, Reading, Receipt};

/// How folders begin that are being filled.
pub(crate) const PARTIAL: &str = ".partial-";

/// When such a folder is taken for one that a killed extraction left.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// The raw archive in a local folder.
#[derive(Debug, Clone)]
pub struct Archive {
    raw: PathBuf,
}

impl Archive {
    /// The archive in this folder, which is made at the first extract.
    pub fn open(folder: impl AsRef<Path>) -> Self {
        Self {
            raw: folder.as_ref().join("raw"),
        }
    }

    /// The folder of the sources.
    pub(crate) fn raw(&self) -> &Path {
        &self.raw
    }

    /// The newest receipt of a source, whether it holds content or says that nothing changed.
    ///
    /// # Errors
    /// When the folder or the receipt cannot be read.
    pub fn newest(&self, source: &str) -> Result<Option<Receipt>, Error> {
        match self.extracts(source)?.last() {
            Some(id) => self.receipt(source, id).map(Some),
            None => Ok(None),
        }
    }

    /// The newest receipt of a source that was asked for the same thing; see [`asked`](crate::asked).
    ///
    /// # Errors
    /// When the folder or a receipt cannot be read.
    pub fn newest_asked(&self, source: &str, asked: &str) -> Result<Option<Receipt>, Error> {
        for id in self.extracts(source)?.iter().rev() {
            let receipt = self.receipt(source, id)?;
            if receipt.asked == asked {
                return Ok(Some(receipt));
            }
        }
        Ok(None)
    }

    /// The receipts of a source before the newest that was asked for the same thing, one for each content, newest first.
    ///
    /// # Errors
    /// When the folder or a receipt cannot be read.
    pub fn past(&self, source: &str, asked: &str) -> Result<Vec<Receipt>, Error> {
        let mut past = self.contents(source, asked, &self.extracts(source)?, Vec::new())?;
        // The newest is no past.
        Ok(past.split_off(1.min(past.len())))
    }

    /// The newest receipt of each content among extracts (oldest first) that were asked for this, newest first; `known`:
    /// contents that do not count.
    pub(crate) fn contents(
        &self,
        source: &str,
        asked: &str,
        extracts: &[ExtractId],
        mut known: Vec<ChangeHash>,
    ) -> Result<Vec<Receipt>, Error> {
        let mut found = Vec::new();
        for id in extracts.iter().rev() {
            let receipt = self.receipt(source, id)?;
            if receipt.asked != asked || known.contains(&receipt.change_hash) {
                continue;
            }
            known.push(receipt.change_hash);
            found.push(receipt);
        }
        Ok(found)
    }

    /// The extracts of a source, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn extracts(&self, source: &str) -> Result<Vec<ExtractId>, Error> {
        let folder = self.source_folder(source)?;
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::io(folder)(error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::io(&folder))?;
            ids.extend(entry.file_name().to_str().and_then(ExtractId::from_folder));
        }
        ids.sort();
        Ok(ids)
    }

    /// The receipt of an extract.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn receipt(&self, source: &str, id: &ExtractId) -> Result<Receipt, Error> {
        let path = self.folder(source, id)?.join("receipt.json");
        let text = fs::read(&path).map_err(Error::io(&path))?;
        serde_json::from_slice(&text).map_err(|cause| Error::Archive { path, cause })
    }

    /// The columns of the newest records of a source that was asked for what is asked for now, ours included; none when it
    /// was never extracted so, or would be read in another way today.
    ///
    /// # Errors
    /// When the receipt or the records cannot be read.
    pub fn schema(
        &self,
        name: &str,
        source: &Source,
        endpoints: &IndexMap<String, String>,
    ) -> Result<Option<SchemaRef>, Error> {
        let today = ReadOptions::of(source).map(|options| options.fingerprint());
        let Some(receipt) = self.newest_asked(name, &asked(&source.kind, endpoints))? else {
            return Ok(None);
        };
        let Some(part) = receipt
            .parts
            .first()
            .filter(|part| Some(&part.reading.options) == today.as_ref())
        else {
            return Ok(None);
        };
        self.columns(name, &receipt, part)
    }

    /// The columns of an extract as it was read last, ours included; none when its records are not there.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub fn schema_of(&self, receipt: &Receipt) -> Result<Option<SchemaRef>, Error> {
        match receipt.parts.first() {
            Some(part) => self.columns(&receipt.source, receipt, part),
            None => Ok(None),
        }
    }

    fn columns(
        &self,
        name: &str,
        receipt: &Receipt,
        part: &PartReceipt,
    ) -> Result<Option<SchemaRef>, Error> {
        let folder = self.folder(name, receipt.holder(part))?;
        let records = PartFiles::in_folder(&folder, part.part.as_deref()).records;
        if !records.exists() {
            return Ok(None);
        }
        let file = fs::File::open(&records).map_err(Error::io(&records))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file);
        let reader = reader.map_err(|cause| Error::Records {
            name: name.to_owned(),
            cause,
        })?;
        Ok(Some(Arc::clone(reader.schema())))
    }

    /// The folder of an extract.
    pub(crate) fn folder(&self, source: &str, id: &ExtractId) -> Result<PathBuf, Error> {
        Ok(self.source_folder(source)?.join(id.as_str()))
    }

    /// A temporary folder beside the extracts of a source; it goes away unless [`Archive::commit`] takes it. Those
    /// that a killed extraction left more than a day ago go too.
    pub(crate) fn stage(&self, source: &str) -> Result<tempfile::TempDir, Error> {
        let folder = self.source_folder(source)?;
        fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        remove_abandoned(&folder)?;
        tempfile::Builder::new()
            .prefix(PARTIAL)
            .tempdir_in(&folder)
            .map_err(Error::io(folder))
    }

    /// Makes a staged folder the extract of its receipt.
    pub(crate) fn commit(&self, staged: tempfile::TempDir, receipt: &Receipt) -> Result<(), Error> {
        let folder = self.folder(&receipt.source, &receipt.extract)?;
        write_json(&staged.path().join("receipt.json"), receipt)?;
        // The same id again means the same content at the same second: the first one stays.
        if folder.exists() {
            return Ok(());
        }
        let staged = staged.keep();
        fs::rename(&staged, &folder).map_err(Error::io(folder))
    }

    fn source_folder(&self, source: &str) -> Result<PathBuf, Error> {
        let plain = |name: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            !name.is_empty() && name.chars().all(plain)
        };
        let (pipeline, source_only) = source.split_once('.').unwrap_or((source, source));
        if !plain(pipeline) || !plain(source_only) {
            return Err(Error::SourceName {
                name: source.to_owned(),
            });
        }
        Ok(self.raw.join(source))
    }
}

/// The files of one part in the folder of its extract.
#[derive(Debug, Clone)]
pub(crate) struct PartFiles {
    pub(crate) records: PathBuf,
    pub(crate) unreadable: PathBuf,
    reading: PathBuf,
}

impl PartFiles {
    pub(crate) fn in_folder(folder: &Path, part: Option<&str>) -> Self {
        let name = |stem: &str, extension: &str| {
            let suffix = part.map(|part| format!("-{part}")).unwrap_or_default();
            folder.join(format!("{stem}{suffix}.{extension}"))
        };
        Self {
            records: name("records", "parquet"),
            unreadable: name("unreadable", "jsonl"),
            reading: name("records", "json"),
        }
    }

    /// How the records file was made, when it is there.
    pub(crate) fn reading(&self) -> Result<Option<Reading>, Error> {
        if !self.records.exists() {
            return Ok(None);
        }
        read_json(&self.reading)
    }

    /// Written last: the records are whole when it is there.
    pub(crate) fn write_reading(&self, reading: &Reading) -> Result<(), Error> {
        write_json(&self.reading, reading)
    }

    /// Forgets how the records were made, before they are made again.
    pub(crate) fn forget_reading(&self) -> Result<(), Error> {
        remove_file(&self.reading)
    }

    /// Removes the records and what tells of them.
    pub(crate) fn remove(&self) -> Result<(), Error> {
        remove_file(&self.reading)?;
        remove_file(&self.records)?;
        remove_file(&self.unreadable)
    }
}

fn remove_abandoned(folder: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::io(folder))? {
        let entry = entry.map_err(Error::io(folder))?;
        if !entry.file_name().to_string_lossy().starts_with(PARTIAL) {
            continue;
        }
        // Another extraction may be at work, even at removing the same folder.
        let changed = entry.metadata().and_then(|metadata| metadata.modified());
        let age = changed
            .ok()
            .and_then(|at| SystemTime::now().duration_since(at).ok());
        if age.is_some_and(|age| age > ABANDONED) {
            match fs::remove_dir_all(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::io(entry.path())(error));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Removes a file that may not be there.
pub(crate) fn remove_file(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io(path)(error)),
        _ => Ok(()),
    }
}

/// Whether the body of a part is still in the archive.
pub(crate) fn body_is_there(folder: &Path, part: &PartReceipt) -> bool {
    part.files.iter().all(|file| {
        fs::metadata(folder.join(&file.name)).is_ok_and(|found| found.len() == file.bytes)
    })
}

fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<(), Error> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|cause| Error::Archive {
        path: path.to_owned(),
        cause,
    })?;
    text.push(b'\n');
    fs::write(path, text).map_err(Error::io(path))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    match fs::read(path) {
        Ok(text) => serde_json::from_slice(&text)
            .map(Some)
            .map_err(|cause| Error::Archive {
                path: path.to_owned(),
                cause,
            }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}
