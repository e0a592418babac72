//! One publisher at a time on a local lake.

use std::fs::{File, OpenOptions, TryLockError};

use crate::error::{Error, Result};
use crate::location::Location;

/// The right to publish. On a folder it is a lock that the system takes back when the process ends,
/// however it ends; on an object store it is nothing, since the log of releases decides there.
#[derive(Debug)]
pub struct LakeLock {
    _file: Option<File>,
}

impl LakeLock {
    /// Takes the lock of the lake at `location`, without waiting.
    ///
    /// # Errors
    /// [`Error::Locked`] when another run has it; [`Error::Io`].
    pub fn acquire(location: &Location) -> Result<Self> {
        let Some(folder) = location.local_path() else {
            return Ok(Self { _file: None });
        };
        let folder = folder.join("releases");
        std::fs::create_dir_all(&folder).map_err(|e| Error::io(&folder, e))?;
        let path = folder.join(".lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| Error::io(&path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked {
                lake: location.to_string(),
            }),
            Err(TryLockError::Error(e)) => Err(Error::io(path, e)),
        }
    }
}
