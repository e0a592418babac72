//! Files made again, against those that a release names.

use std::collections::BTreeMap;
use std::path::Path;

use edulac_lake::{ReleasedTable, whole_sha256};
use serde::Serialize;

use crate::candidates::Made;
use crate::error::Result;

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DifferingFile {
    /// Below the lake.
    pub path: String,
    /// How.
    pub fate: FileFate,
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFate {
    /// The release names it, and it was not made again.
    NotMade,
    /// It was made again with other bytes.
    Altered,
    /// It was made, and the release does not name it.
    New,
}

/// The files of a table that differ, by path. `dir` takes the whole table where it has to be written.
pub(super) fn differing(
    released: &ReleasedTable,
    made: &Made,
    dir: &Path,
) -> Result<Vec<DifferingFile>> {
    let path = |file: &edulac_lake::DataFile| format!("{}/{}", released.path, file.path);
    let mut now: BTreeMap<String, String> = made
        .staged
        .files
        .iter()
        .map(|file| (path(file), file.sha256.clone()))
        .collect();
    let files = released.files.iter();
    let mut then: BTreeMap<String, String> = files
        .map(|file| (path(file), file.sha256.clone()))
        .collect();
    if let Some(whole) = &released.whole {
        then.insert(whole.path.clone(), whole.sha256.clone());
        if let Some(sha256) = whole_sha256(&made.layout, &made.staged, dir)? {
            now.insert(whole.path.clone(), sha256);
        }
    }
    let mut differing = Vec::new();
    for (path, sha256) in &then {
        let fate = match now.remove(path) {
            Some(again) if again == *sha256 => continue,
            Some(_) => FileFate::Altered,
            None => FileFate::NotMade,
        };
        differing.push(DifferingFile {
            path: path.clone(),
            fate,
        });
    }
    differing.extend(now.into_keys().map(|path| DifferingFile {
        path,
        fate: FileFate::New,
    }));
    differing.sort();
    Ok(differing)
}
