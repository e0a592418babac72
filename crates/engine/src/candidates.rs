//! The tables of a run between their rows and their publication: which of them may be published.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use datafusion::dataframe::DataFrame;
use datafusion::execution::options::ParquetReadOptions;
use datafusion::prelude::SessionContext;
use edulac_contract::{Checks, Measure};
use edulac_lake::{Lake, Release, Staged, TableLayout};
use edulac_validate::TableChecks;
use futures::TryStreamExt;

use crate::error::{Error, Result};
use crate::fingerprint::{self, Fingerprint};
use crate::record::{FindingKind, FindingRecord, TableRecord};
use crate::run::Job;
use crate::session::{Limits, session};
use crate::table::Candidate;

/// A table made by this run.
pub(crate) struct Made {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) layout: TableLayout,
    pub(crate) staged: Staged,
    checks: Option<TableChecks>,
    findings: Vec<FindingRecord>,
}

impl Made {
    pub(crate) fn new(fingerprint: Fingerprint, candidate: Candidate) -> Self {
        Self {
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
    made: BTreeMap<String, Made>,
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
        let frame = ctx.read_table(provider).map_err(Error::session)?;
        Ok(Some((frame, release.tables[table].rows)))
    }

    /// Tables that may be published, in the order of the run.
    pub(crate) fn publishable(&self) -> impl Iterator<Item = (&str, &Made)> {
        self.order
            .iter()
            .filter_map(|name| Some((name.as_str(), self.made.get(name)?)))
            .filter(|(_, made)| !made.held())
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
    fn in_order_of_references(&self, references: &dyn Fn(&str) -> BTreeSet<String>) -> Vec<String> {
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

    /// Holds every table that was made from this one, and those made from them.
    fn hold_dependents(&mut self, table: &str) {
        let mut held = vec![table.to_owned()];
        while let Some(cause) = held.pop() {
            for (name, made) in &mut self.made {
                if made.fingerprint.tables.contains_key(&cause) && !made.held() {
                    made.findings.push(FindingRecord {
                        rule: "dependance".to_owned(),
                        kind: FindingKind::Dependency,
                        blocking: true,
                        message: format!("`{name}` was made from `{cause}`, which is held: it keeps its last version too"),
                    });
                    held.push(name.clone());
                }
            }
        }
    }
}

impl Job<'_> {
    /// Asks every table rule of the tables made, and whether the tables that stay keep their references.
    pub(crate) async fn check_tables(&mut self) -> Result<()> {
        let ctx = session(Limits::of(&self.workspace.profile), &self.work)?;
        let references = |name: &str| {
            self.workspace
                .contracts
                .get(name)
                .map(|c| referred(c.checks()))
                .unwrap_or_default()
        };
        let order = self.candidates.in_order_of_references(&references);
        for name in order {
            let Some(checks) = self
                .candidates
                .made
                .get_mut(&name)
                .and_then(|made| made.checks.take())
            else {
                continue;
            };
            if self.candidates.made[&name].held() {
                self.candidates.hold_dependents(&name);
                continue;
            }
            let mut others = BTreeMap::new();
            for other in references(&name) {
                let frame = self
                    .candidates
                    .frame(&ctx, self.lake, self.release, &other)
                    .await?;
                others.extend(frame.map(|(frame, _)| (other, frame)));
            }
            let staged = staged_frame(&ctx, &self.candidates.made[&name]).await?;
            let mut findings: Vec<FindingRecord> = checks
                .finish(staged, &others)
                .await?
                .into_iter()
                .map(|finding| FindingRecord {
                    blocking: finding.blocks(),
                    rule: finding.rule,
                    kind: FindingKind::Contract,
                    message: finding.message,
                })
                .collect();
            findings.extend(self.broken_references_to(&ctx, &name).await?);
            if let Some(made) = self.candidates.made.get_mut(&name) {
                made.findings.extend(findings);
                if made.held() {
                    self.candidates.hold_dependents(&name);
                }
            }
        }
        Ok(())
    }

    /// Tables of the last release that this run does not make, and whose references to `target` would break.
    async fn broken_references_to(
        &self,
        ctx: &SessionContext,
        target: &str,
    ) -> Result<Vec<FindingRecord>> {
        let mut found = Vec::new();
        let Some(release) = self.release else {
            return Ok(found);
        };
        for name in release
            .tables
            .keys()
            .filter(|name| !self.candidates.made.contains_key(*name))
        {
            let Some(contract) = self.workspace.contracts.get(name) else {
                continue;
            };
            let mut checks = contract.checks().clone();
            checks.table_rules.retain(
                |rule| matches!(&rule.measure, Measure::Orphans { table, .. } if table == target),
            );
            if checks.table_rules.is_empty() {
                continue;
            }
            let provider = self.lake.table_provider(ctx, release, name).await?;
            let frame = ctx.read_table(provider).map_err(Error::session)?;
            let mut counted = TableChecks::new(&checks)?;
            let mut rows = frame
                .clone()
                .execute_stream()
                .await
                .map_err(Error::session)?;
            while let Some(batch) = rows.try_next().await.map_err(Error::session)? {
                counted.add(&batch);
            }
            let others = BTreeMap::from([(
                target.to_owned(),
                staged_frame(ctx, &self.candidates.made[target]).await?,
            )]);
            for finding in counted.finish(frame, &others).await? {
                found.push(FindingRecord {
                    blocking: finding.blocks(),
                    rule: finding.rule,
                    kind: FindingKind::Contract,
                    message: format!(
                        "the released table `{name}` refers to it: {}",
                        finding.message
                    ),
                });
            }
        }
        Ok(found)
    }
}

/// The tables that a contract refers to, itself aside.
fn referred(checks: &Checks) -> BTreeSet<String> {
    let tables = checks
        .table_rules
        .iter()
        .filter_map(|rule| match &rule.measure {
            Measure::Orphans { table, .. } if *table != checks.table => Some(table.clone()),
            _ => None,
        });
    tables.collect()
}

async fn staged_frame(ctx: &SessionContext, made: &Made) -> Result<DataFrame> {
    let files: Vec<String> = made
        .files()
        .iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    ctx.read_parquet(files, ParquetReadOptions::default())
        .await
        .map_err(Error::session)
}
