//! Records that could not be read, one JSON object a line.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::archive::remove_file;
use crate::error::Error;

/// Bytes of a record shown beside the reason.
pub(super) const SHOWN_BYTES: usize = 200;

/// A record that could not be read: a line of `unreadable.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadableRecord {
    /// Number of the record in its body, from 1; that of `_ligne`.
    pub record: u64,
    /// Line of the body where it begins, from 1; null in formats without lines.
    pub line: Option<u64>,
    /// What is wrong.
    pub reason: String,
    /// The beginning of the record, bytes that are no text as `\u{fffd}`; empty in formats without text.
    pub text: String,
}

/// The list, made when its first record comes.
pub(super) struct Unreadable {
    path: PathBuf,
    partial: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Unreadable {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            partial: path.with_extension("jsonl.partial"),
            file: None,
        }
    }

    pub(super) fn add(&mut self, record: &UnreadableRecord) -> Result<(), Error> {
        let mut line = serde_json::to_vec(record).map_err(|cause| Error::Archive {
            path: self.path.clone(),
            cause,
        })?;
        line.push(b'\n');
        if self.file.is_none() {
            let file = File::create(&self.partial).map_err(Error::io(&self.partial))?;
            self.file = Some(BufWriter::new(file));
        }
        match &mut self.file {
            Some(file) => file.write_all(&line).map_err(Error::io(&self.partial)),
            None => Ok(()),
        }
    }

    /// Puts the list in its place; without any record there is none.
    pub(super) fn finish(self) -> Result<(), Error> {
        match self.file {
            Some(mut file) => {
                file.flush().map_err(Error::io(&self.partial))?;
                fs::rename(&self.partial, &self.path).map_err(Error::io(&self.path))
            }
            None => remove_file(&self.path),
        }
    }
}
