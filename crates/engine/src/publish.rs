//! From checked tables on the local disk to a release.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use edulac_extract::Extract;
use edulac_lake::{ChangeCounts, Lake, Publisher, Release, ReleaseDraft, TableDraft};
use edulac_spec::Pipeline;
use serde_json::{Value, json};

use crate::candidates::{Candidates, Made};
use crate::clock::now;
use crate::error::Result;
use crate::extraction::full_name;
use crate::fingerprint::Fingerprint;
use crate::notes::Notes;
use crate::observer::{Event, Observer};
use crate::record::{Outcome, RunRecord, TableRecord, TableStatus};
use crate::run::RunOptions;
use crate::session::{Limits, session};
use crate::{Workspace, carried, scope};

/// What the last part of a run needs to know.
pub(crate) struct Press<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) options: &'a RunOptions,
    pub(crate) pipelines: &'a [&'a Pipeline],
    pub(crate) extracts: &'a BTreeMap<String, Extract>,
    pub(crate) lake: &'a Lake,
    pub(crate) observer: &'a Arc<dyn Observer>,
    pub(crate) work: &'a Path,
}

impl Press<'_> {
    /// Commits the tables that changed and publishes a release; without any, writes nothing.
    pub(crate) async fn publish(
        &self,
        mut publisher: Publisher,
        candidates: Candidates,
        record: &mut RunRecord,
    ) -> Result<()> {
        let release = publisher.parent().cloned();
        let same = |name: &str, made: &Made| {
            let released = release
                .as_ref()
                .and_then(|release| release.tables.get(name));
            released.is_some_and(|released| released.same_content(&made.staged.files))
        };
        for (name, made) in candidates.publishable() {
            if same(name, made) {
                set(record, name, |table| table.status = TableStatus::Unchanged);
            }
        }
        if candidates
            .publishable()
            .all(|(name, made)| same(name, made))
        {
            let held = record
                .tables
                .iter()
                .any(|table| table.status == TableStatus::Held);
            record.outcome = if held {
                Outcome::Held
            } else {
                Outcome::NothingToDo {
                    release: release.map(|release| release.id),
                }
            };
            return Ok(());
        }
        // All of them before the first commit: a table that readers could not follow stops the run while nothing is
        // written yet.
        for (_, made) in candidates.publishable() {
            publisher.check(&made.layout).await?;
        }
        let ctx = session(Limits::of(&self.workspace.profile), self.work)?;
        let mut drafts = Vec::new();
        // What the record says once the release is there, and not before.
        let mut told = record.clone();
        for (name, made) in candidates.publishable() {
            let released = release
                .as_ref()
                .and_then(|release| release.tables.get(name));
            let changes = match released {
                Some(released) => Some(
                    self.lake
                        .change_counts(&ctx, released, &made.layout, &made.staged)
                        .await?,
                ),
                None => None,
            };
            let counts = changes.unwrap_or(ChangeCounts {
                added: made.staged.rows,
                ..ChangeCounts::default()
            });
            let commit = publisher.commit(&made.layout, &made.staged, now()).await?;
            self.observer.event(Event::TableCommitted {
                table: name.to_owned(),
                version: commit.version,
            });
            set(&mut told, name, |table| {
                if !same(name, made) {
                    table.status = TableStatus::Published;
                }
                table.version = Some(commit.version);
                (table.added, table.removed, table.changed) =
                    (counts.added, counts.removed, counts.changed);
            });
            drafts.push(TableDraft {
                layout: made.layout.clone(),
                staged: made.staged.clone(),
                version: commit.version,
                fingerprint: made.fingerprint.text(),
                changes,
            });
        }
        let draft = self.draft(release.as_ref(), drafts, &told);
        let released = publisher.publish(draft).await?;
        *record = told;
        self.observer.event(Event::Released {
            release: released.id.clone(),
        });
        record.outcome = Outcome::Published {
            release: released.id,
        };
        Ok(())
    }

    fn draft(
        &self,
        release: Option<&Release>,
        tables: Vec<TableDraft>,
        record: &RunRecord,
    ) -> ReleaseDraft {
        let overrides = &self.options.accept_shrink;
        let used = used_sources(record);
        let scope = scope::next(release, self.pipelines, &used);
        let sources = self.sources(&used);
        let notes = Notes {
            workspace: self.workspace,
            before: release,
            record,
            drafts: &tables,
            sources: &sources,
            scope: &scope,
        };
        ReleaseDraft {
            created: now(),
            notes: notes.text(),
            scope,
            sources,
            counts: json!({
                "run": record.run,
                "tables": carried::counts(release, record),
                "accept_shrink": overrides,
            }),
            tables,
            dir: self.work.join("release"),
        }
    }

    /// The receipts of the sources that tables of the release were made from, with their licence and producer.
    fn sources(&self, used: &BTreeSet<String>) -> BTreeMap<String, Value> {
        let mut sources = BTreeMap::new();
        for pipeline in self.pipelines {
            for (name, source) in &pipeline.sources {
                let full = full_name(pipeline, name);
                let Some(extract) = self.extracts.get(&full).filter(|_| used.contains(&full))
                else {
                    continue;
                };
                let receipt = serde_json::to_value(&extract.receipt).unwrap_or_default();
                sources.insert(
                    full,
                    json!({
                        "licence": source.licence,
                        "producteur": source.producer,
                        "as_of": extract.receipt.as_of().to_rfc3339(),
                        "receipt": receipt,
                    }),
                );
            }
        }
        sources
    }
}

/// The sources, as this run read them, of the tables that are not held: a held one keeps what it was made from.
fn used_sources(record: &RunRecord) -> BTreeSet<String> {
    let tables = record
        .tables
        .iter()
        .filter(|table| table.status != TableStatus::Held);
    let fingerprints = tables.filter_map(|table| {
        serde_json::from_str::<Fingerprint>(table.fingerprint.as_deref()?).ok()
    });
    fingerprints
        .flat_map(|fingerprint| fingerprint.sources.into_keys())
        .collect()
}

fn set(record: &mut RunRecord, name: &str, change: impl FnOnce(&mut TableRecord)) {
    if let Some(table) = record.tables.iter_mut().find(|table| table.table == name) {
        change(table);
    }
}
