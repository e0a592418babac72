//! A release read whole: every file that it names, against what it says of them.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStoreExt};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::data_file::hex;
use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::release::{NamedFile, Release, ReleaseEntry, ReleasedTable};
use crate::storage::Store;

/// Files read at once.
const PARALLEL_READS: usize = 4;

/// Documents of a release that no hash tells of.
const DOCUMENTS: [&str; 3] = ["notes.md", "duckdb.sql", "files.txt"];

/// What reading a release showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The release.
    pub release: String,
    /// Files that it names, its documents among them.
    pub files: u64,
    /// Bytes of those that were read.
    pub bytes: u64,
    /// What is wrong, by path; empty: it is whole.
    pub damage: Vec<Damage>,
}

/// A file that is not what its release says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Damage {
    /// Below the lake.
    pub path: String,
    /// The table that it is of; null: it is of the release.
    pub table: Option<String>,
    /// What is wrong with it.
    #[serde(flatten)]
    pub problem: DamageProblem,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum DamageProblem {
    /// It is not there.
    Missing,
    /// It ends too early.
    Truncated {
        /// Bytes that it should have.
        expected: u64,
        /// Bytes that it has.
        found: u64,
    },
    /// It has other bytes.
    Altered {
        /// SHA-256 that it should have, hexadecimal.
        expected: String,
        /// SHA-256 that it has.
        found: String,
    },
    /// It is there and cannot be read, or says something else than the release.
    Unreadable {
        /// Why.
        reason: String,
    },
}

/// Reads releases; a file that several of them name is read once.
pub struct Verifier<'a> {
    lake: &'a Lake,
    seen: BTreeMap<String, Content>,
}

/// A file as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Missing,
    Read { bytes: u64, sha256: String },
    Unreadable(String),
}

/// A file as a release says it is.
struct Named {
    path: String,
    table: Option<String>,
    /// None: it has to be there, whatever it holds.
    said: Option<(u64, String)>,
}

impl Named {
    fn of_table(table: &str, file: NamedFile<'_>) -> Self {
        Self {
            path: file.path,
            table: Some(table.to_owned()),
            said: Some((file.bytes, file.sha256.to_owned())),
        }
    }
}

impl<'a> Verifier<'a> {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(lake: &'a Lake) -> Self {
        Self {
            lake,
            seen: BTreeMap::new(),
        }
    }

    /// Reads everything that a release names: its manifest against the release log, the files of its tables and its whole
    /// tables against the manifest, the Delta log against its tables.
    ///
    /// # Errors
    /// A store that does not answer, or refuses; what is merely wrong is in [`Verified::damage`].
    pub async fn verify(&mut self, entry: &ReleaseEntry) -> Result<Verified> {
        let mut verified = Verified {
            release: entry.id.clone(),
            files: 1,
            bytes: 0,
            damage: Vec::new(),
        };
        let release = match self.lake.manifest(entry).await {
            Ok(release) => release,
            Err(error) => {
                verified.damage.push(of_manifest(entry, error)?);
                return Ok(verified);
            }
        };
        let named = named(&release);
        verified.files += named.len() as u64;
        self.read(&named).await?;
        let read = named.iter().filter_map(|file| self.seen.get(&file.path));
        verified.bytes = read
            .map(|found| match found {
                Content::Read { bytes, .. } => *bytes,
                Content::Missing | Content::Unreadable(_) => 0,
            })
            .sum();
        verified.damage = self.damage(named);
        for name in release.tables.keys() {
            verified.damage.extend(self.delta(&release, name).await?);
        }
        verified.damage.sort();
        Ok(verified)
    }

    /// Reads the data files of one table of a release against its manifest; gives what is wrong with them.
    ///
    /// # Errors
    /// A store that does not answer, or refuses.
    pub async fn data_files(
        &mut self,
        table: &str,
        released: &ReleasedTable,
    ) -> Result<Vec<Damage>> {
        let files = released.data_files();
        let named: Vec<Named> = files.map(|file| Named::of_table(table, file)).collect();
        self.read(&named).await?;
        Ok(self.damage(named))
    }

    /// What is wrong with files that were read.
    fn damage(&self, named: Vec<Named>) -> Vec<Damage> {
        let damage = named.into_iter().filter_map(|file| {
            let problem = problem(self.seen.get(&file.path)?, file.said)?;
            Some(Damage {
                path: file.path,
                table: file.table,
                problem,
            })
        });
        damage.collect()
    }

    /// Reads the files that were not read yet.
    async fn read(&mut self, named: &[Named]) -> Result<()> {
        let new: BTreeSet<&String> = named
            .iter()
            .map(|file| &file.path)
            .filter(|path| !self.seen.contains_key(*path))
            .collect();
        let store = self.lake.store();
        let read = stream::iter(new).map(|path| async move {
            let content = content(store, path).await?;
            Ok::<_, Error>((path.clone(), content))
        });
        let read: Vec<_> = read.buffer_unordered(PARALLEL_READS).try_collect().await?;
        self.seen.extend(read);
        Ok(())
    }

    /// Whether readers of the Delta table find, at the version of the release, the files of the release.
    async fn delta(&self, release: &Release, name: &str) -> Result<Option<Damage>> {
        let table = &release.tables[name];
        let version = table.delta_version;
        let named: BTreeSet<&str> = table.files.iter().map(|file| file.path.as_str()).collect();
        let reason = match self.lake.log(name)?.at(version).await {
            Err(error) if is_of_store(&error) => return Err(error),
            Err(error) => format!("version {version} cannot be read: {}", innermost(&error)),
            Ok(snapshot) => {
                let files = snapshot.files()?;
                let there: BTreeSet<&str> = files.keys().map(String::as_str).collect();
                if there == named {
                    return Ok(None);
                }
                format!("version {version} names other files than the release")
            }
        };
        Ok(Some(Damage {
            path: format!("{}/_delta_log/{version:020}.json", table.path),
            table: Some(name.to_owned()),
            problem: DamageProblem::Unreadable { reason },
        }))
    }
}

/// Whether the store failed, and not what it holds.
fn is_of_store(error: &Error) -> bool {
    match error {
        Error::Storage { source, .. } => !source.is_missing(),
        // The kernel of Delta keeps of an error of the store its text alone.
        Error::Delta { .. } => {
            let text = innermost(error);
            text.contains("interacting with object store") && !text.contains("not found")
        }
        _ => false,
    }
}

/// A manifest that is not there or not right; any other failure is one of the store.
fn of_manifest(entry: &ReleaseEntry, error: Error) -> Result<Damage> {
    let problem = match error {
        Error::Damaged {
            expected, found, ..
        } => DamageProblem::Altered { expected, found },
        Error::Metadata { source, .. } => DamageProblem::Unreadable {
            reason: source.to_string(),
        },
        Error::Storage { source, .. } if source.is_missing() => DamageProblem::Missing,
        other => return Err(other),
    };
    Ok(Damage {
        path: format!("{}/manifest.json", crate::release::folder(&entry.id)),
        table: None,
        problem,
    })
}

fn named(release: &Release) -> Vec<Named> {
    let mut all = Vec::new();
    for (name, table) in &release.tables {
        all.extend(table.named().map(|file| Named::of_table(name, file)));
    }
    all.extend(DOCUMENTS.map(|name| Named {
        path: format!("{}/{name}", release.folder()),
        table: None,
        said: None,
    }));
    all
}

fn problem(found: &Content, said: Option<(u64, String)>) -> Option<DamageProblem> {
    match (found, said) {
        (Content::Missing, _) => Some(DamageProblem::Missing),
        (Content::Unreadable(reason), _) => Some(DamageProblem::Unreadable {
            reason: reason.clone(),
        }),
        (Content::Read { .. }, None) => None,
        (Content::Read { bytes, .. }, Some((expected, _))) if *bytes < expected => {
            Some(DamageProblem::Truncated {
                expected,
                found: *bytes,
            })
        }
        (Content::Read { sha256, .. }, Some((_, expected))) => {
            (*sha256 != expected).then(|| DamageProblem::Altered {
                expected,
                found: sha256.clone(),
            })
        }
    }
}

async fn content(store: &Store, path: &str) -> Result<Content> {
    let found = match store.get(&Path::from(path)).await {
        Ok(found) => found,
        Err(StoreError::NotFound { .. }) => return Ok(Content::Missing),
        Err(e) => return Err(Error::storage(path, e)),
    };
    let mut digest = Sha256::new();
    let mut bytes = 0;
    let mut chunks = found.into_stream();
    loop {
        match chunks.try_next().await {
            Ok(Some(chunk)) => {
                digest.update(&chunk);
                bytes += chunk.len() as u64;
            }
            Ok(None) => break,
            // It began well: the disk, or what stands between, has lost a part of it.
            Err(error) => return Ok(Content::Unreadable(error.to_string())),
        }
    }
    Ok(Content::Read {
        bytes,
        sha256: hex(&digest.finalize()),
    })
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
