//! Size and digests of bytes that pass by.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::receipt::BodyFile;

/// Takes the bytes of a body, in any pieces.
#[derive(Clone, Default)]
pub(super) struct Digester {
    bytes: u64,
    sha256: Sha256,
    sha1: Sha1,
}

/// What is known of a body once all of it has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) bytes: u64,
    /// Hexadecimal.
    pub(super) sha256: String,
    /// Hexadecimal; the one that data.gouv.fr announces.
    pub(super) sha1: String,
}

impl Digester {
    pub(super) fn update(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        self.sha256.update(piece);
        self.sha1.update(piece);
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn finish(self) -> Digest {
        Digest {
            bytes: self.bytes,
            sha256: format!("{:x}", self.sha256.finalize()),
            sha1: format!("{:x}", self.sha1.finalize()),
        }
    }
}

impl Digest {
    pub(super) fn body_file(&self, name: String) -> BodyFile {
        BodyFile {
            name,
            bytes: self.bytes,
            sha256: self.sha256.clone(),
        }
    }
}
