//! A bad release taken back, and not published again by the next run.

use std::collections::{BTreeMap, BTreeSet};

use edulac_extract::{ChangeHash, Receipt};
use edulac_lake::{Lake, Publisher, Release, ReleaseEntry, ReleasedTable, Staged};

use crate::Workspace;
use crate::clock::now;
use crate::error::Result;
use crate::record::{FindingKind, FindingRecord};

/// Takes the last release back; gives the one that follows it, with the tables as they were before.
///
/// # Errors
/// Those of the lake: a release that is not the last, or is the first; another run that publishes.
pub async fn withdraw(workspace: &Workspace, id: &str, reason: &str) -> Result<Release> {
    let lake = workspace.lake()?;
    let publisher = Publisher::open(&lake, now()).await?;
    Ok(publisher.withdraw(id, reason, now()).await?)
}

/// What was withdrawn.
#[derive(Debug, Default)]
pub(crate) struct Withdrawn {
    /// The tables that withdrawn releases brought, by name, each with the release and the reason.
    tables: BTreeMap<String, Vec<(ReleasedTable, String)>>,
    /// The contents of sources (`pipeline.source`) that came in with them.
    contents: BTreeMap<String, Vec<ChangeHash>>,
}

impl Withdrawn {
    /// What the releases of a lake took back.
    pub(crate) async fn of(lake: &Lake) -> Result<Self> {
        Self::among(lake, lake.releases().await?).await
    }

    /// What these releases, oldest first, took back.
    pub(crate) async fn among(lake: &Lake, entries: Vec<ReleaseEntry>) -> Result<Self> {
        let mut withdrawn = Self::default();
        let mut seen = BTreeSet::new();
        for entry in entries {
            let Some(withdrawal) = entry.withdraws else {
                continue;
            };
            if !seen.insert(withdrawal.release.clone()) {
                continue;
            }
            let bad = lake.release(&withdrawal.release).await?;
            let earlier = lake.release(&withdrawal.returns_to).await?;
            for (name, source) in &bad.sources {
                let content = content(source);
                let is_new = earlier.sources.get(name).map(self::content) != Some(content);
                if let Some(content) = content.filter(|_| is_new) {
                    withdrawn
                        .contents
                        .entry(name.clone())
                        .or_default()
                        .push(content);
                }
            }
            let why = format!(
                "release {}, withdrawn: {}",
                withdrawal.release, withdrawal.reason
            );
            for (name, table) in bad.tables {
                if table.changed_in == bad.id {
                    withdrawn
                        .tables
                        .entry(name)
                        .or_default()
                        .push((table, why.clone()));
                }
            }
        }
        Ok(withdrawn)
    }

    /// Whether a content of a source came in with a withdrawn release: it is no past to go back to.
    pub(crate) fn is_of(&self, source: &str, content: ChangeHash) -> bool {
        let contents = self.contents.get(source);
        contents.is_some_and(|contents| contents.contains(&content))
    }

    /// What holds a table that would be made again of what was withdrawn.
    pub(crate) fn same_inputs(
        &self,
        table: &str,
        fingerprint: &str,
        waived: Option<&String>,
    ) -> Option<FindingRecord> {
        let is = |bad: &ReleasedTable| bad.fingerprint == fingerprint;
        let what = "it would be made of the same sources, steps and contract as in";
        self.finding(table, is, what, waived)
    }

    /// What holds a table that came out as it was when it was withdrawn, whatever it was made of.
    pub(crate) fn same_rows(
        &self,
        table: &str,
        staged: &Staged,
        waived: Option<&String>,
    ) -> Option<FindingRecord> {
        let is = |bad: &ReleasedTable| bad.same_content(&staged.files);
        self.finding(table, is, "it has the same rows as in", waived)
    }

    fn finding(
        &self,
        table: &str,
        is: impl Fn(&ReleasedTable) -> bool,
        what: &str,
        waived: Option<&String>,
    ) -> Option<FindingRecord> {
        let (_, why) = self.tables.get(table)?.iter().find(|(bad, _)| is(bad))?;
        Some(FindingRecord {
            rule: "retrait".to_owned(),
            kind: FindingKind::Guard,
            blocking: waived.is_none(),
            accepted: waived.cloned(),
            message: match waived {
                Some(reason) => format!("{what} {why}: accepted, {reason}"),
                None => format!(
                    "{what} {why}; mend the source or the pipeline, or, if it was right, `--accept-shrink {table}=\"reason\"`"
                ),
            },
        })
    }
}

/// The content of a source as a release names it; none when the release tells it in another way.
fn content(source: &serde_json::Value) -> Option<ChangeHash> {
    let receipt = serde_json::from_value::<Receipt>(source["receipt"].clone());
    receipt.ok().map(|receipt| receipt.change_hash)
}
