//! Extracts that nothing needs any more, taken out of the raw archive.

use std::fs;
use std::io;
use std::path::Path;

use crate::archive::{Archive, PARTIAL};
use crate::error::Error;
use crate::receipt::{ExtractId, Receipt};

impl Archive {
    /// The sources that have extracts, by name (`pipeline.source`).
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub fn sources(&self) -> Result<Vec<String>, Error> {
        let entries = match fs::read_dir(self.raw()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::io(self.raw())(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::io(self.raw()))?;
            names.extend(entry.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    /// Bytes of an extract.
    ///
    /// # Errors
    /// When its folder cannot be read.
    pub fn bytes(&self, source: &str, id: &ExtractId) -> Result<u64, Error> {
        let folder = self.folder(source, id)?;
        let mut bytes = 0;
        for entry in fs::read_dir(&folder).map_err(Error::io(&folder))? {
            let entry = entry.map_err(Error::io(&folder))?;
            bytes += entry.metadata().map_err(Error::io(entry.path()))?.len();
        }
        Ok(bytes)
    }

    /// Removes an extract, whole: what a killed removal leaves is no extract, and goes with the next extraction.
    ///
    /// # Errors
    /// When its folder cannot be removed.
    pub fn remove(&self, source: &str, id: &ExtractId) -> Result<(), Error> {
        let folder = self.folder(source, id)?;
        let gone = folder
            .parent()
            .unwrap_or(Path::new("."))
            .join(format!("{PARTIAL}{id}"));
        fs::rename(&folder, &gone).map_err(Error::io(&folder))?;
        fs::remove_dir_all(&gone).map_err(Error::io(gone))
    }
}

impl Receipt {
    /// The extracts that this one cannot be read without, itself among them.
    pub fn extracts(&self) -> Vec<ExtractId> {
        let holders = self.parts.iter().map(|part| self.holder(part));
        let all = [&self.extract].into_iter().chain(&self.unchanged_since);
        all.chain(holders).cloned().collect()
    }
}
