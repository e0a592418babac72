//! What changes for those who reuse the lake: contracts against the last release, columns that sources lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use edulac_lake::{Release, ReleasedTable};
use serde::{Deserialize, Serialize};

use crate::diff::{ContractChange, Form};
use crate::drift::{Drift, Shape};
use crate::error::Result;
use crate::lineage::{Dataset, lineage_over};
use crate::record::SourceRecord;
use crate::released::release_of;
use crate::{Workspace, extraction, table};

/// Someone who uses what changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Concern {
    /// Name of the reuse.
    pub reuse: String,
    /// What it is called.
    pub title: String,
    /// Who makes it, and is to be told.
    pub author: String,
    /// The table.
    pub table: String,
    /// What happens to the columns that it uses, one phrase each.
    pub changes: Vec<String>,
}

/// The contract of a table as the project has it, against the table as a release has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractDiff {
    /// The table.
    pub table: String,
    /// What changed.
    #[serde(flatten)]
    pub change: ContractChange,
    /// What of it breaks those who read the table, one phrase each; empty: nothing does.
    pub breaking: Vec<String>,
    /// It breaks, and the major version is the same.
    pub needs_major: bool,
    /// The reuses that use what breaks.
    pub reuses: Vec<Concern>,
}

/// The contracts of the project against a release, the newest when none is named: those that changed, by table. A contract
/// without a table in the release, and a table without a contract, have nothing to be compared with.
///
/// # Errors
/// An unknown release, [`Error::EmptyLake`](crate::Error::EmptyLake).
pub async fn contract_diff(
    workspace: &Workspace,
    release: Option<&str>,
) -> Result<(String, Vec<ContractDiff>)> {
    let lake = workspace.lake()?;
    let release = release_of(&lake, release).await?;
    let changed = changed_contracts(workspace, &release);
    Ok((release.id, changed))
}

/// See [`contract_diff`].
pub(crate) fn changed_contracts(workspace: &Workspace, release: &Release) -> Vec<ContractDiff> {
    let pipelines = workspace.project.pipelines.iter();
    let tables = pipelines.flat_map(|pipeline| &pipeline.tables);
    let changed = tables.filter_map(|(name, declared)| {
        let contract = workspace.contracts.get(&declared.contract)?;
        let released = release.tables.get(name)?;
        let layout = table::layout(name, declared, contract);
        let change = ContractChange::between(released.into(), Form::from(&layout))?;
        Some(judged(workspace, name, released, change))
    });
    let mut changed: Vec<ContractDiff> = changed.collect();
    changed.sort_by(|a, b| a.table.cmp(&b.table));
    changed
}

fn judged(
    workspace: &Workspace,
    table: &str,
    released: &ReleasedTable,
    change: ContractChange,
) -> ContractDiff {
    let breaking: Vec<(Vec<&str>, String)> = breaking(&change, released);
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    let [was, is] = &change.version;
    let reuses = workspace.reuses.reuses.iter().filter_map(|(name, reuse)| {
        let concerned = breaking
            .iter()
            .filter(|(columns, _)| columns.iter().any(|column| reuse.uses(table, column)));
        let changes: Vec<String> = concerned.map(|(_, phrase)| phrase.clone()).collect();
        (!changes.is_empty()).then(|| Concern {
            reuse: name.clone(),
            title: reuse.title.clone(),
            author: reuse.author.clone(),
            table: table.to_owned(),
            changes,
        })
    });
    ContractDiff {
        reuses: reuses.collect(),
        needs_major: !breaking.is_empty() && major(was) == major(is),
        breaking: breaking.iter().map(|(_, phrase)| phrase.clone()).collect(),
        table: table.to_owned(),
        change,
    }
}

/// What breaks readers, with the columns that it is about: a column that goes, another type, another key.
fn breaking<'a>(
    change: &'a ContractChange,
    released: &'a ReleasedTable,
) -> Vec<(Vec<&'a str>, String)> {
    let removed = change.removed.iter();
    let removed = removed.map(|name| (vec![name.as_str()], format!("column `{name}` goes")));
    let retyped = change.retyped.iter().map(|column| {
        let [was, is] = &column.types;
        let name = column.column.as_str();
        (
            vec![name],
            format!("column `{name}` was {was} and becomes {is}"),
        )
    });
    let key = change.key.iter().map(|[was, is]| {
        let all = released.columns.iter().map(|column| column.name.as_str());
        let phrase = format!(
            "the key was {} and becomes {}",
            was.join(" + "),
            is.join(" + ")
        );
        (all.collect(), phrase)
    });
    removed.chain(retyped).chain(key).collect()
}

/// Those who use what breaks in a release to come.
pub(crate) fn of_contracts(workspace: &Workspace, release: Option<&Release>) -> Vec<Concern> {
    if workspace.reuses.reuses.is_empty() {
        return Vec::new();
    }
    let changed = release.map(|release| changed_contracts(workspace, release));
    let changed = changed.into_iter().flatten();
    changed.flat_map(|changed| changed.reuses).collect()
}

/// Those who use columns that come from what sources lost or changed, by the lineage of these columns.
/// `before` is what the sources were like.
pub(crate) fn of_sources(
    workspace: &Workspace,
    before: &BTreeMap<String, Shape>,
    sources: &[SourceRecord],
) -> Vec<Concern> {
    let drifted = sources.iter().flat_map(|source| {
        let drift = source.drift.iter();
        drift.filter_map(|drift| Some((source.source.as_str(), lost(drift)?, drift)))
    });
    let drifted: Vec<(&str, &str, &Drift)> = drifted.collect();
    if workspace.reuses.reuses.is_empty() || drifted.is_empty() {
        return Vec::new();
    }
    // What is gone is not among the columns of today.
    let lineage = lineage_over(workspace, &|pipeline, name| {
        let shape = before.get(&extraction::full_name(pipeline, name));
        let columns = shape.map(|shape| Arc::clone(shape.columns()));
        columns.or_else(|| extraction::archived_schema(workspace, pipeline, name))
    });
    let mut concerns: Vec<Concern> = Vec::new();
    for (source, column, drift) in drifted {
        let ahead = lineage.ahead(&Dataset::Source(source.to_owned()), Some(column));
        for (name, reuse) in &workspace.reuses.reuses {
            let used = ahead
                .keys()
                .filter(|field| reuse.uses(field.dataset.name(), &field.column));
            let mut tables: BTreeSet<(&str, Vec<&str>)> = BTreeSet::new();
            let used: Vec<_> = used.collect();
            for field in &used {
                let table = field.dataset.name();
                let columns = used.iter().filter(|other| other.dataset.name() == table);
                tables.insert((table, columns.map(|field| field.column.as_str()).collect()));
            }
            for (table, columns) in tables {
                concerns.push(Concern {
                    reuse: name.clone(),
                    title: reuse.title.clone(),
                    author: reuse.author.clone(),
                    table: table.to_owned(),
                    changes: vec![format!(
                        "{} comes from `{source}`: {drift}",
                        columns
                            .iter()
                            .map(|c| format!("`{c}`"))
                            .collect::<Vec<_>>()
                            .join(", ")
                    )],
                });
            }
        }
    }
    concerns
}

/// The column that is no more what it was; none for one that is new.
fn lost(drift: &Drift) -> Option<&str> {
    match drift {
        Drift::New { .. } => None,
        Drift::Missing { column }
        | Drift::Renamed { column, .. }
        | Drift::Retyped { column, .. } => Some(column),
    }
}
