//! Extracts of an archive lent to another one, to be read again there: what is derived from their bodies is made anew and
//! the archive that lends stays as it is.

use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::archive::Archive;
use crate::error::Error;
use crate::receipt::{BodyFile, Receipt};

/// What is wrong with the body of an extract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyFault {
    /// A file of it is not there any more.
    Gone,
    /// A file of it has other bytes than its receipt says.
    Altered,
}

impl Archive {
    /// Lends the bodies of an extract to another archive, each checked against its receipt; gives what is wrong with them, and
    /// then nothing is to be read there. Bodies lent already are not looked at again.
    ///
    /// # Errors
    /// When a body cannot be read, or the other archive cannot be written.
    pub fn lend(&self, receipt: &Receipt, to: &Self) -> Result<Option<BodyFault>, Error> {
        for part in &receipt.parts {
            let holder = receipt.holder(part);
            let from = self.folder(&receipt.source, holder)?;
            let folder = to.folder(&receipt.source, holder)?;
            for file in &part.files {
                let lent = folder.join(&file.name);
                if lent.exists() {
                    continue;
                }
                let body = from.join(&file.name);
                if let Some(fault) = fault(&body, file)? {
                    return Ok(Some(fault));
                }
                fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
                link(&body, &lent).map_err(Error::io(&lent))?;
            }
        }
        Ok(None)
    }

    /// The receipts of a source before this one that asked for the same thing, one for each content but its own, newest first:
    /// the past of the source as it was when this extract was the newest.
    ///
    /// # Errors
    /// When the folder or a receipt cannot be read.
    pub fn past_of(&self, receipt: &Receipt) -> Result<Vec<Receipt>, Error> {
        let mut ids = self.extracts(&receipt.source)?;
        ids.retain(|id| *id < receipt.extract);
        let known = vec![receipt.change_hash];
        self.contents(&receipt.source, &receipt.asked, &ids, known)
    }
}

fn fault(body: &Path, said: &BodyFile) -> Result<Option<BodyFault>, Error> {
    let mut file = match fs::File::open(body) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(BodyFault::Gone)),
        Err(error) => return Err(Error::io(body)(error)),
    };
    let mut digest = Sha256::new();
    io::copy(&mut file, &mut digest).map_err(Error::io(body))?;
    let found: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((found != said.sha256).then_some(BodyFault::Altered))
}

/// Bodies of the whole country are too large to be copied where a link does.
#[cfg(unix)]
fn link(body: &Path, lent: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::canonicalize(body)?, lent)
}

#[cfg(not(unix))]
fn link(body: &Path, lent: &Path) -> io::Result<()> {
    fs::copy(body, lent).map(drop)
}
