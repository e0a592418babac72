//! Bodies that are files of this machine already.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::digest::{Digest, Digester};
use crate::error::Error;

const BUFFER: usize = 256 << 10;

/// Copies a file, byte for byte. The source's name is for the message of a task that stops.
pub(super) async fn copy(source: &str, from: PathBuf, to: PathBuf) -> Result<Digest, Error> {
    let copied = tokio::task::spawn_blocking(move || copy_now(&from, &to)).await;
    copied.map_err(|_| Error::Stopped {
        name: source.to_owned(),
    })?
}

/// Digests a file. The source's name is for the message of a task that stops.
pub(super) async fn digest(source: &str, path: PathBuf) -> Result<Digest, Error> {
    let read = tokio::task::spawn_blocking(move || {
        let mut digester = Digester::default();
        let mut reader = File::open(&path).map_err(Error::io(&path))?;
        let mut buffer = vec![0; BUFFER];
        loop {
            match reader.read(&mut buffer).map_err(Error::io(&path))? {
                0 => return Ok(digester.finish()),
                read => digester.update(&buffer[..read]),
            }
        }
    });
    read.await.map_err(|_| Error::Stopped {
        name: source.to_owned(),
    })?
}

fn copy_now(from: &Path, to: &Path) -> Result<Digest, Error> {
    let mut reader = File::open(from).map_err(Error::io(from))?;
    let mut writer = File::create(to).map_err(Error::io(to))?;
    let mut digester = Digester::default();
    let mut buffer = vec![0; BUFFER];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(digester.finish()),
            Ok(read) => {
                digester.update(&buffer[..read]);
                writer.write_all(&buffer[..read]).map_err(Error::io(to))?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io(from)(error)),
        }
    }
}
