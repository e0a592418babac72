//! Table rules of the tables made, and the references between what is published and what stays.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::dataframe::DataFrame;
use datafusion::prelude::SessionContext;
use edulac_contract::{Checks, Measure};
use edulac_validate::TableChecks;
use futures::TryStreamExt;

use crate::candidates::{Made, staged_frame};
use crate::error::{Error, Result};
use crate::job::Job;
use crate::record::{FindingKind, FindingRecord};
use crate::session::{Limits, session};

impl Job<'_> {
    /// Asks every table rule of the tables made, and whether the tables that stay keep their references.
    pub(crate) async fn check_tables(&mut self) -> Result<()> {
        let ctx = session(Limits::of(&self.workspace.profile), &self.work)?;
        let references = |name: &str| self.referred_by(name);
        let order = self.candidates.in_order_of_references(&references);
        for name in &order {
            let Some(checks) = self
                .candidates
                .made
                .get_mut(name)
                .and_then(|made| made.checks.take())
            else {
                continue;
            };
            let mut findings = Vec::new();
            if self.candidates.is_publishable(name) {
                let staged = staged_frame(&ctx, &self.candidates.made[name]).await?;
                let others = self.frames(&ctx, self.referred_by(name)).await?;
                findings = told(checks.finish(staged, &others).await?);
                findings.extend(self.broken_references_to(&ctx, name).await?);
            }
            self.candidates.find(name, findings);
        }
        self.check_references_again(&ctx, &order).await
    }

    /// Once a table is held, what it refers to and what refers to it is published beside its last version: both ask
    /// their references again, until nothing more is held.
    async fn check_references_again(
        &mut self,
        ctx: &SessionContext,
        order: &[String],
    ) -> Result<()> {
        loop {
            let publishable: Vec<&String> = order
                .iter()
                .filter(|name| self.candidates.is_publishable(name))
                .collect();
            if publishable.len() == order.len() {
                return Ok(());
            }
            let mut again = false;
            for name in publishable {
                if !self.candidates.is_publishable(name) {
                    continue;
                }
                let mut findings = self.broken_references_of(ctx, name).await?;
                findings.extend(self.broken_references_to(ctx, name).await?);
                findings.retain(|finding| finding.blocking);
                again |= !findings.is_empty();
                self.candidates.find(name, findings);
            }
            if !again {
                return Ok(());
            }
        }
    }

    /// The tables that a table refers to, itself aside.
    fn referred_by(&self, table: &str) -> BTreeSet<String> {
        let contract = self.workspace.contracts.get(table);
        contract
            .map(|contract| referred(contract.checks()))
            .unwrap_or_default()
    }

    /// Tables as the next release would have them, as far as is known yet.
    async fn frames(
        &self,
        ctx: &SessionContext,
        names: BTreeSet<String>,
    ) -> Result<BTreeMap<String, DataFrame>> {
        let mut frames = BTreeMap::new();
        for name in names {
            let frame = self
                .candidates
                .frame(ctx, self.lake, self.release, &name)
                .await?;
            frames.extend(frame.map(|(frame, _)| (name, frame)));
        }
        Ok(frames)
    }

    /// References of a table made by this run to tables that are held.
    async fn broken_references_of(
        &self,
        ctx: &SessionContext,
        name: &str,
    ) -> Result<Vec<FindingRecord>> {
        let is_held = |table: &str| {
            self.candidates.made.contains_key(table) && !self.candidates.is_publishable(table)
        };
        let Some(checks) = self.references(name, &is_held) else {
            return Ok(Vec::new());
        };
        let frame = staged_frame(ctx, &self.candidates.made[name]).await?;
        let others = self.frames(ctx, referred(&checks)).await?;
        orphans(&checks, frame, &others).await
    }

    /// Tables of the last release that this run does not replace, and whose references to `target` would break.
    async fn broken_references_to(
        &self,
        ctx: &SessionContext,
        target: &str,
    ) -> Result<Vec<FindingRecord>> {
        let mut found = Vec::new();
        let Some(release) = self.release else {
            return Ok(found);
        };
        let stays = |name: &&String| {
            let made = self.candidates.made.get(*name);
            // Not decided about yet: its own rules come later.
            made.is_none_or(Made::held)
        };
        for name in release.tables.keys().filter(stays) {
            let Some(checks) = self.references(name, &|table| table == target) else {
                continue;
            };
            let provider = self.lake.table_provider(ctx, release, name).await?;
            let frame = ctx.read_table(provider).map_err(Error::read_table(name))?;
            let staged = staged_frame(ctx, &self.candidates.made[target]).await?;
            let others = BTreeMap::from([(target.to_owned(), staged)]);
            for mut finding in orphans(&checks, frame, &others).await? {
                finding.message = format!(
                    "the released table `{name}` refers to it: {}",
                    finding.message
                );
                found.push(finding);
            }
        }
        Ok(found)
    }

    /// The rules of a table about its references to some tables; none when it has none.
    fn references(&self, name: &str, wanted: &dyn Fn(&str) -> bool) -> Option<Checks> {
        let mut checks = self.workspace.contracts.get(name)?.checks().clone();
        checks.table_rules.retain(
            |rule| matches!(&rule.measure, Measure::Orphans { table, .. } if *table != name && wanted(table)),
        );
        (!checks.table_rules.is_empty()).then_some(checks)
    }
}

/// Counts what refers to nothing.
async fn orphans(
    checks: &Checks,
    frame: DataFrame,
    others: &BTreeMap<String, DataFrame>,
) -> Result<Vec<FindingRecord>> {
    let mut counted = TableChecks::new(checks)?;
    let mut rows = frame
        .clone()
        .execute_stream()
        .await
        .map_err(Error::read_table(&checks.table))?;
    while let Some(batch) = rows
        .try_next()
        .await
        .map_err(Error::read_table(&checks.table))?
    {
        counted.add(&batch);
    }
    Ok(told(counted.finish(frame, others).await?))
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

fn told(findings: Vec<edulac_validate::Finding>) -> Vec<FindingRecord> {
    let told = |finding: edulac_validate::Finding| FindingRecord {
        blocking: finding.blocks(),
        rule: finding.rule,
        kind: FindingKind::Contract,
        accepted: None,
        message: finding.message,
    };
    findings.into_iter().map(told).collect()
}
