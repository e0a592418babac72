//! Who is told of what a run changes or holds: the owner of each table, once for each change of its state.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::PathBuf;

use edulac_extract::post_json;
use edulac_spec::Pipeline;
use edulac_spec::pipeline::Owner;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Workspace;
use crate::error::{Error, Result};
use crate::record::{Outcome, RunRecord, TableRecord, TableStatus};

/// What owners were told last, by table, in `notifications.json` of the archive.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Told {
    /// Why each table was held; a table that is not is not here.
    held: BTreeMap<String, Vec<String>>,
    /// Pipelines whose last run failed.
    failed: BTreeSet<String>,
    /// Documents that nobody took: they go before the next one.
    pending: Vec<Value>,
}

/// What there is to tell one owner.
#[derive(Debug, Default)]
struct News {
    published: Vec<Value>,
    held: Vec<Value>,
    freed: Vec<String>,
    failed: Vec<String>,
    sentences: Vec<String>,
}

/// Tells the owners. What cannot be told is told after the next run: it is a warning, and no failure of the run.
pub(crate) async fn notify(workspace: &Workspace, pipelines: &[&Pipeline], record: &RunRecord) {
    let Some(settings) = &workspace.profile.notify else {
        return;
    };
    let told = async {
        let webhook = settings.webhook.resolve()?;
        let path = workspace.archive()?.join("notifications.json");
        let mut told = read(&path)?;
        for (owner, of_owner) in owners(pipelines) {
            let news = news(&of_owner, record, &mut told);
            if !news.is_empty() {
                told.pending.push(message(record, owner, &news));
            }
        }
        write(&path, &told)?;
        while let Some(document) = told.pending.first() {
            post_json(&webhook, document).await?;
            told.pending.remove(0);
            write(&path, &told)?;
        }
        Ok::<(), Error>(())
    };
    if let Err(error) = told.await {
        tracing::warn!(%error, "the owners of the tables could not be told");
    }
}

/// The pipelines by their owner.
fn owners<'a>(pipelines: &[&'a Pipeline]) -> Vec<(Option<&'a Owner>, Vec<&'a Pipeline>)> {
    let mut owners: Vec<(Option<&Owner>, Vec<&Pipeline>)> = Vec::new();
    for pipeline in pipelines {
        let owner = pipeline.owner.as_ref();
        match owners.iter_mut().find(|(other, _)| *other == owner) {
            Some((_, pipelines)) => pipelines.push(pipeline),
            None => owners.push((owner, vec![pipeline])),
        }
    }
    owners
}

/// What is new since the owner was told last.
fn news(pipelines: &[&Pipeline], record: &RunRecord, told: &mut Told) -> News {
    let mut news = News::default();
    for pipeline in pipelines {
        if let Outcome::Failed { error } = &record.outcome {
            if told.failed.insert(pipeline.name.clone()) && news.failed.is_empty() {
                news.failed.push(error.clone());
                news.sentences
                    .push(format!("Le traitement a échoué : {error}"));
            }
            continue;
        }
        if told.failed.remove(&pipeline.name) {
            let name = &pipeline.name;
            news.sentences
                .push(format!("Le traitement {name} aboutit de nouveau"));
        }
        let tables = record
            .tables
            .iter()
            .filter(|table| pipeline.tables.contains_key(&table.table));
        for table in tables {
            news.of_table(table, told);
        }
    }
    news
}

impl News {
    fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    fn of_table(&mut self, table: &TableRecord, told: &mut Told) {
        let name = &table.table;
        if table.status == TableStatus::Held {
            let blocking = table.findings.iter().filter(|finding| finding.blocking);
            let reasons: Vec<String> = blocking.map(|finding| finding.message.clone()).collect();
            let rules = table
                .findings
                .iter()
                .map(|finding| finding.rule.clone())
                .collect();
            // The numbers of a message may move from run to run: the rules are the state.
            let before = told.held.insert(name.clone(), rules);
            if before.as_ref() != told.held.get(name) {
                self.sentences
                    .push(format!("Table {name} retenue : {}", reasons.join(" ; ")));
                self.held.push(json!({"table": name, "reasons": reasons}));
            }
            return;
        }
        if told.held.remove(name).is_some() {
            self.freed.push(name.clone());
            self.sentences
                .push(format!("Table {name} : n'est plus retenue"));
        }
        if table.status == TableStatus::Published {
            let TableRecord {
                accepted,
                rejected,
                added,
                removed,
                changed,
                ..
            } = table;
            self.published.push(json!({
                "table": name, "rows": accepted, "rejected": rejected,
                "added": added, "removed": removed, "changed": changed,
            }));
            self.sentences.push(format!(
                "Table {name} publiée : {accepted} lignes, {added} ajoutées, {removed} retirées, {changed} modifiées, {rejected} rejetées"
            ));
        }
    }
}

/// The document sent: what programs need, and the same in French under `text`, which chat services show.
fn message(record: &RunRecord, owner: Option<&Owner>, news: &News) -> Value {
    let release = match &record.outcome {
        Outcome::Published { release } => Some(release.clone()),
        Outcome::NothingToDo { release } => release.clone(),
        Outcome::Held | Outcome::Failed { .. } => None,
    };
    let owner = owner.map(|owner| json!({"name": owner.name, "contact": owner.contact}));
    json!({
        "text": news.sentences.join("\n"),
        "run": record.run,
        "profile": record.profile,
        "release": release,
        "owner": owner,
        "published": news.published,
        "held": news.held,
        "freed": news.freed,
        "failed": news.failed,
    })
}

fn read(path: &PathBuf) -> Result<Told> {
    match fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|source| Error::Record {
            path: path.clone(),
            source,
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Told::default()),
        Err(error) => Err(Error::io(path)(error)),
    }
}

fn write(path: &PathBuf, told: &Told) -> Result<()> {
    let text = serde_json::to_vec_pretty(told).map_err(|source| Error::Record {
        path: path.clone(),
        source,
    })?;
    // A reader never sees half of it.
    let part = path.with_extension("part");
    fs::write(&part, text).map_err(Error::io(&part))?;
    fs::rename(&part, path).map_err(Error::io(path))
}
