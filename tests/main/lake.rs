//! A lake as its readers find it, read without edulac.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A local lake.
pub(crate) struct Lake {
    folder: PathBuf,
}

impl Lake {
    pub(crate) fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The ids of its releases, oldest first, by their log.
    pub(crate) fn releases(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.join("releases/log")) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let id = |path: &PathBuf| json(path)["id"].as_str().unwrap().to_owned();
        paths.iter().map(id).collect()
    }

    pub(crate) fn manifest(&self, release: &str) -> Value {
        json(&self.path(release, "manifest.json"))
    }

    pub(crate) fn notes(&self, release: &str) -> String {
        fs::read_to_string(self.path(release, "notes.md")).unwrap()
    }

    /// The files of a release with their SHA-256: those of the tables, without its own whole tables.
    pub(crate) fn files(&self, release: &str) -> BTreeMap<String, String> {
        let mut files = self.all_files(release);
        files.retain(|path, _| path.starts_with("open/"));
        files
    }

    /// What `files.txt` lists.
    fn all_files(&self, release: &str) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.path(release, "files.txt")).unwrap();
        let file = |line: &str| {
            let (sha256, path) = line.split_once("  ").unwrap();
            (path.to_owned(), sha256.to_owned())
        };
        text.lines().map(file).collect()
    }

    fn path(&self, release: &str, name: &str) -> PathBuf {
        self.folder.join("releases").join(release).join(name)
    }

    /// Every file of the release is there with its SHA-256, and `latest.json` names one that is.
    #[track_caller]
    pub(crate) fn assert_whole(&self, release: &str) {
        let files = self.all_files(release);
        assert!(!files.is_empty(), "{release} has no files");
        for (path, sha256) in files {
            let bytes = fs::read(self.folder.join(&path)).unwrap_or_else(|e| panic!("{path}: {e}"));
            assert_eq!(hex(&Sha256::digest(&bytes)), sha256, "{path}");
        }
    }

    /// A reader of the Delta tables, which knows no release, reads what the release holds.
    #[track_caller]
    pub(crate) fn assert_tables_read(&self, release: &str) {
        for (name, table) in self.manifest(release)["tables"].as_object().unwrap() {
            let files = table["files"].as_array().unwrap().iter();
            let released: BTreeSet<String> = files
                .map(|file| file["path"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(self.head(name), released, "the Delta table `{name}`");
        }
    }

    /// The files that the newest version of a Delta table names.
    pub(crate) fn head(&self, table: &str) -> BTreeSet<String> {
        let log = self.folder.join("open").join(table).join("_delta_log");
        let mut commits: Vec<PathBuf> = fs::read_dir(&log)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "json")
            })
            .collect();
        commits.sort();
        let mut files = BTreeSet::new();
        for commit in commits {
            for line in fs::read_to_string(&commit).unwrap().lines() {
                let action: Value = serde_json::from_str(line).unwrap();
                if let Some(path) = action["remove"]["path"].as_str() {
                    files.remove(path);
                }
                if let Some(path) = action["add"]["path"].as_str() {
                    assert!(files.insert(path.to_owned()), "{path} twice in {commit:?}");
                }
            }
        }
        files
    }

    /// Every file below, with its size and when it was written.
    pub(crate) fn listing(&self) -> BTreeMap<PathBuf, (u64, SystemTime)> {
        let mut found = BTreeMap::new();
        list(&self.folder, &mut found);
        found
    }
}

fn list(folder: &Path, found: &mut BTreeMap<PathBuf, (u64, SystemTime)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() {
            list(&entry.path(), found);
        } else {
            found.insert(entry.path(), (metadata.len(), metadata.modified().unwrap()));
        }
    }
}

pub(crate) fn json(path: &Path) -> Value {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
