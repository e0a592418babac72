//! A bad release taken back, and not published again by the next run.

use std::collections::{BTreeMap, BTreeSet};

use edulac_lake::{Lake, Publisher, Release};

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

/// What was withdrawn: for each table, the fingerprints of its withdrawn contents, and the release and reason.
#[derive(Debug, Default)]
pub(crate) struct Withdrawn(BTreeMap<String, Vec<(String, String)>>);

impl Withdrawn {
    /// What the releases of a lake took back.
    pub(crate) async fn of(lake: &Lake) -> Result<Self> {
        let mut withdrawn = Self::default();
        let mut seen = BTreeSet::new();
        for entry in lake.releases().await? {
            let Some(withdrawal) = entry.withdraws else {
                continue;
            };
            if !seen.insert(withdrawal.release.clone()) {
                continue;
            }
            let bad = lake.release(&withdrawal.release).await?;
            let changed = bad
                .tables
                .into_iter()
                .filter(|(_, table)| table.changed_in == bad.id);
            for (name, table) in changed {
                let why = format!(
                    "release {}, withdrawn: {}",
                    withdrawal.release, withdrawal.reason
                );
                withdrawn
                    .0
                    .entry(name)
                    .or_default()
                    .push((table.fingerprint, why));
            }
        }
        Ok(withdrawn)
    }

    /// What holds a table that would be made again of what was withdrawn.
    pub(crate) fn finding(&self, table: &str, fingerprint: &str) -> Option<FindingRecord> {
        let contents = self.0.get(table)?;
        let (_, why) = contents
            .iter()
            .find(|(withdrawn, _)| withdrawn == fingerprint)?;
        Some(FindingRecord {
            rule: "retrait".to_owned(),
            kind: FindingKind::Guard,
            blocking: true,
            accepted: None,
            message: format!(
                "it would be made of the same sources, steps and contract as in {why}; mend one of them"
            ),
        })
    }
}
