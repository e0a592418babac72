//! The tables of a run between their rows and their publication: which of them may be published.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use datafusion::dataframe::DataFrame;
use datafusion::execution::options::ParquetReadOptions;
use datafusion::prelude::SessionContext;
use edulac_lake::{Lake, Release, Staged, TableLayout};
use edulac_spec::Pipeline;
use edulac_validate::TableChecks;

use crate::error::{Error, Result};
use crate::extraction::full_name;
use crate::fingerprint::{self, Fingerprint, Upstream};
use crate::record::{FindingKind, FindingRecord, TableRecord};
use crate::table::Candidate;

/// A table made by this run.
pub(crate) struct Made {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) layout: TableLayout,
    pub(crate) staged: Staged,
    /// What it was made from within its pipeline.
    rows: Rows,
    pub(crate) checks: Option<TableChecks>,
    pub(crate) findings: Vec<FindingRecord>,
}

/// The rows that a table comes from: sources and steps as `pipeline.name`.
#[derive(Debug)]
struct Rows {
    /// The one whose rows are the table.
    last: String,
    /// All on the way, that one included.
    all: BTreeSet<String>,
}

impl Made {
    pub(crate) fn new(
        pipeline: &Pipeline,
        from: &str,
        fingerprint: Fingerprint,
        candidate: Candidate,
    ) -> Self {
        let upstream = Upstream::of(pipeline, from);
        let steps = upstream.steps.iter().map(|step| step.name.as_str());
        let all = steps.chain(upstream.sources);
        Self {
            rows: Rows {
                last: full_name(pipeline, from),
                all: all.map(|name| full_name(pipeline, name)).collect(),
            },
            fingerprint,
            layout: candidate.layout,
            staged: candidate.staged,
            checks: Some(candidate.checks),
            findings: candidate.findings,
        }
    }

    /// Whether it keeps its last version.
    pub(crate) fn held(&self) -> bool {
        self.findings.iter().any(|finding| finding.blocking)
    }

    fn files(&self) -> Vec<PathBuf> {
        self.staged
            .files
            .iter()
            .map(|file| self.staged.local_path(file))
            .collect()
    }
}

/// All tables made by this run, by name.
#[derive(Default)]
pub(crate) struct Candidates {
    pub(crate) made: BTreeMap<String, Made>,
    /// In the order of the run.
    order: Vec<String>,
}

impl Candidates {
    pub(crate) fn add(&mut self, name: &str, made: Made) {
        self.made.insert(name.to_owned(), made);
        self.order.push(name.to_owned());
    }

    /// The content of a table of this run that is not held.
    pub(crate) fn content(&self, table: &str) -> Option<String> {
        let made = self.made.get(table).filter(|made| !made.held())?;
        Some(fingerprint::content(
            made.staged.files.iter().map(|file| file.path.as_str()),
        ))
    }

    /// The rows of a table as the next release would have them, and their number; none when it is nowhere.
    pub(crate) async fn frame(
        &self,
        ctx: &SessionContext,
        lake: &Lake,
        release: Option<&Release>,
        table: &str,
    ) -> Result<Option<(DataFrame, u64)>> {
        if let Some(made) = self.made.get(table).filter(|made| !made.held()) {
            return Ok(Some((staged_frame(ctx, made).await?, made.staged.rows)));
        }
        let Some(release) = release.filter(|release| release.tables.contains_key(table)) else {
            return Ok(None);
        };
        let provider = lake.table_provider(ctx, release, table).await?;
        let frame = ctx.read_table(provider).map_err(Error::read_table(table))?;
        Ok(Some((frame, release.tables[table].rows)))
    }

    /// Whether a table can be read: made by this run and not held, or released.
    pub(crate) fn is_there(&self, release: Option<&Release>, table: &str) -> bool {
        let released = release.is_some_and(|release| release.tables.contains_key(table));
        released || self.is_publishable(table)
    }

    /// Tables that may be published, in the order of the run.
    pub(crate) fn publishable(&self) -> impl Iterator<Item = (&str, &Made)> {
        self.order
            .iter()
            .filter_map(|name| Some((name.as_str(), self.made.get(name)?)))
            .filter(|(_, made)| !made.held())
    }

    /// Whether the run publishes a new version of the table, as far as is known yet.
    pub(crate) fn is_publishable(&self, table: &str) -> bool {
        self.made.get(table).is_some_and(|made| !made.held())
    }

    /// Adds what was found about a table; when that holds it, what was made from it is held too.
    pub(crate) fn find(&mut self, table: &str, findings: Vec<FindingRecord>) {
        if let Some(made) = self.made.get_mut(table) {
            made.findings.extend(findings);
            if made.held() {
                self.hold_dependents(table);
            }
        }
    }

    /// Writes what was found into the accounts.
    pub(crate) fn tell(&self, records: &mut [TableRecord]) {
        for record in records {
            if let Some(made) = self.made.get(&record.table) {
                record.findings.clone_from(&made.findings);
            }
        }
    }

    /// The tables, each after those of this run that it refers to.
    pub(crate) fn in_order_of_references(
        &self,
        references: &dyn Fn(&str) -> BTreeSet<String>,
    ) -> Vec<String> {
        let mut left: Vec<String> = self.order.clone();
        let mut ordered = Vec::new();
        while !left.is_empty() {
            let free = left.iter().position(|name| {
                let refers = references(name);
                left.iter()
                    .all(|other| other == name || !refers.contains(other))
            });
            // Tables that refer to each other: in the order of the run.
            ordered.push(left.remove(free.unwrap_or(0)));
        }
        ordered
    }

    /// Holds every table that was made from this one or from its rows, and those made from them.
    fn hold_dependents(&mut self, table: &str) {
        let mut held = vec![table.to_owned()];
        while let Some(cause) = held.pop() {
            let Some(rows) = self.made.get(&cause).map(|made| made.rows.last.clone()) else {
                continue;
            };
            for (name, made) in &mut self.made {
                let depends = made.fingerprint.has_rows_of(&cause) || made.rows.all.contains(&rows);
                if depends && !made.held() {
                    made.findings.push(FindingRecord {
                        rule: "dependance".to_owned(),
                        kind: FindingKind::Dependency,
 accepted: None,
                        blocking: true,
                        message: format!("`{name}` was made from `{cause}`, which is held: it keeps its last version too"),
                    });
                    held.push(name.clone());
                }
            }
        }
    }
}

pub(crate) async fn staged_frame(ctx: &SessionContext, made: &Made) -> Result<DataFrame> {
    let files: Vec<String> = made
        .files()
        .iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    ctx.read_parquet(files, ParquetReadOptions::default())
        .await
        .map_err(Error::read_table(&made.layout.name))
}
