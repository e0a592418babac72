//! What a table was made from: its sources, the tables it reads, its method, its contract. Equal fingerprints mean
//! an equal table, so that it need not be made again; what differs between two is the cause of a change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use edulac_contract::Contract;
use edulac_lake::Release;
use edulac_spec::pipeline::{SourceKind, Table};
use edulac_spec::{NamedStep, Pipeline};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Version of the method of this program: raised when the same inputs and files would give another table.
const METHOD: u32 = 2;

/// The content of a table that is not there.
const ABSENT: &str = "absent";

/// What a table was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Hash of the steps and options that lead to the table.
    pub method: String,
    /// `version` of the contract, and a hash of its text.
    pub contract: String,
    /// Content of each source (`pipeline.source`), whatever its order.
    pub sources: BTreeMap<String, String>,
    /// Content of each table of the lake that is read.
    pub tables: BTreeMap<String, String>,
}

/// The sources (`pipeline.source`) that a table of a release was made from, those of the tables that it reads among them.
pub(crate) fn sources_behind(release: &Release, table: &str) -> BTreeSet<String> {
    let (mut sources, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut waiting = vec![table.to_owned()];
    while let Some(name) = waiting.pop() {
        let Some(released) = release.tables.get(&name) else {
            continue;
        };
        let made_of = serde_json::from_str::<Fingerprint>(&released.fingerprint);
        if let (true, Ok(made_of)) = (seen.insert(name), made_of) {
            sources.extend(made_of.sources.into_keys());
            waiting.extend(made_of.tables.into_keys());
        }
    }
    sources
}

/// Why a table is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// It is not in the lake yet.
    New,
    /// A source has another content.
    Source {
        /// `pipeline.source`.
        source: String,
    },
    /// A table that it reads has another content, or will have.
    Table {
        /// The table.
        table: String,
    },
    /// Its steps or options changed.
    Method,
    /// Its contract changed.
    Contract,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("not in the lake yet"),
            Self::Source { source } => write!(f, "source `{source}` changed"),
            Self::Table { table } => write!(f, "table `{table}` changes"),
            Self::Method => f.write_str("its steps or options changed"),
            Self::Contract => f.write_str("its contract changed"),
        }
    }
}

impl Fingerprint {
    /// Of a table, from the content of what it reads.
    pub(crate) fn of(
        pipeline: &Pipeline,
        table: &Table,
        contract: &Contract,
        sources: &dyn Fn(&str) -> Option<String>,
        tables: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let upstream = Upstream::of(pipeline, &table.from);
        let mut method = Sha256::new();
        method.update(format!("{METHOD} {table:?}"));
        let mut fingerprint = Self {
            method: String::new(),
            contract: format!(
                "{} {}",
                contract.version(),
                hash(contract.source().text.as_bytes())
            ),
            sources: BTreeMap::new(),
            tables: BTreeMap::new(),
        };
        for name in upstream.sources {
            let Some(source) = pipeline.sources.get(name) else {
                continue;
            };
            match &source.kind {
                SourceKind::Lake { table, .. } => {
                    let content = tables(table).unwrap_or_else(|| ABSENT.to_owned());
                    fingerprint.tables.insert(table.clone(), content);
                }
                // What a table was does not make it anew.
                SourceKind::Previous { .. } => {}
                _ => {
                    let content = sources(name).unwrap_or_else(|| "unknown".to_owned());
                    fingerprint
                        .sources
                        .insert(format!("{}.{name}", pipeline.name), content);
                }
            }
        }
        for step in upstream.steps {
            method.update(format!("{step:?}"));
        }
        fingerprint.method = short(&method.finalize());
        fingerprint
    }

    /// Whether rows of this table of the lake are among what it was made from.
    pub(crate) fn has_rows_of(&self, table: &str) -> bool {
        let content = self.tables.get(table);
        content.is_some_and(|content| content != ABSENT)
    }

    /// As kept in a release.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What differs from the one before; everything when that one cannot be read.
    pub(crate) fn causes(&self, before: Option<&str>) -> Vec<Cause> {
        let Some(before) = before else {
            return vec![Cause::New];
        };
        let Ok(before) = serde_json::from_str::<Self>(before) else {
            return vec![Cause::Method];
        };
        let mut causes = Vec::new();
        for source in differing(&self.sources, &before.sources) {
            causes.push(Cause::Source { source });
        }
        for table in differing(&self.tables, &before.tables) {
            causes.push(Cause::Table { table });
        }
        if self.method != before.method {
            causes.push(Cause::Method);
        }
        if self.contract != before.contract {
            causes.push(Cause::Contract);
        }
        causes
    }
}

/// Keys whose values differ, or that only the new one has. What is read no more shows in the method.
fn differing(new: &BTreeMap<String, String>, old: &BTreeMap<String, String>) -> Vec<String> {
    let differs = |(key, value): &(&String, &String)| old.get(*key) != Some(*value);
    new.iter()
        .filter(differs)
        .map(|(key, _)| key.clone())
        .collect()
}

/// The sources and steps that a source or step of a pipeline comes from, itself included.
pub(crate) struct Upstream<'a> {
    pub(crate) sources: Vec<&'a str>,
    /// In the order of the data.
    pub(crate) steps: Vec<&'a NamedStep>,
}

impl<'a> Upstream<'a> {
    pub(crate) fn of(pipeline: &'a Pipeline, from: &'a str) -> Self {
        let mut wanted = vec![from];
        let mut steps = Vec::new();
        for step in pipeline.steps.iter().rev() {
            if wanted.contains(&step.name.as_str()) {
                wanted.extend(step.inputs.iter().map(String::as_str));
                steps.push(step);
            }
        }
        steps.reverse();
        let sources = pipeline.sources.keys().map(String::as_str);
        Self {
            sources: sources.filter(|name| wanted.contains(name)).collect(),
            steps,
        }
    }
}

/// The content of a table, from the names of its files, which are hashes of theirs.
pub(crate) fn content<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for path in paths {
        digest.update(path.as_bytes());
        digest.update(b"\n");
    }
    short(&digest.finalize())
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    short(&Sha256::digest(bytes))
}

/// 128 bits in hexadecimal.
fn short(digest: &[u8]) -> String {
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
