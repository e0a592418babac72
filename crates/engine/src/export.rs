//! Rows of a release for a file of another format, with what its readers must know.

use std::collections::{BTreeMap, BTreeSet};

use arrow::datatypes::SchemaRef;
use edulac_export::{About, ColumnNote, NoticeNote, SourceNote};
use edulac_lake::{Release, ReleasedTable};
use serde_json::Value;

use crate::Workspace;
use crate::error::Result;
use crate::fingerprint::sources_behind;
use crate::query::{QueryResult, query};
use crate::released::release_of;
use crate::sql;
use crate::vintage;

/// Name of the layer of a query.
const QUERY_LAYER: &str = "requete";

/// The rows of a query on a release, and what they are.
///
/// # Errors
/// As [`query`].
pub async fn explained_query(
    workspace: &Workspace,
    asked: &str,
    release: Option<&str>,
) -> Result<(QueryResult, About)> {
    Box::pin(rows_and_meaning(workspace, asked, false, release)).await
}

/// The rows of a table of a release, by its key, or of a query on it; and what they are.
///
/// # Errors
/// As [`query`].
pub async fn export(
    workspace: &Workspace,
    what: &str,
    release: Option<&str>,
) -> Result<(QueryResult, About)> {
    let is_name = !what.is_empty() && what.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    Box::pin(rows_and_meaning(workspace, what, is_name, release)).await
}

async fn rows_and_meaning(
    workspace: &Workspace,
    what: &str,
    is_name: bool,
    release: Option<&str>,
) -> Result<(QueryResult, About)> {
    let lake = workspace.lake()?;
    let release = release_of(&lake, release).await?;
    let asked = match is_name {
        true => table_sql(what, release.tables.get(what)),
        false => what.to_owned(),
    };
    let result = query(workspace, &asked, Some(&release.id)).await?;
    let tables = sql::relations(&asked).unwrap_or_default();
    let tables = tables.into_iter().map(|input| input.name);
    let tables: Vec<String> = tables
        .filter(|name| release.tables.contains_key(name))
        .collect();
    let about = about(workspace, &release, what, is_name, &tables, &result.schema);
    Ok((result, about))
}

/// All rows in the order of their key: the same file each time.
fn table_sql(name: &str, table: Option<&ReleasedTable>) -> String {
    let key = table.map(|table| table.key.as_slice()).unwrap_or_default();
    let key: Vec<String> = key.iter().map(|column| format!("\"{column}\"")).collect();
    match key.is_empty() {
        true => format!("select * from {name}"),
        false => format!("select * from {name} order by {}", key.join(", ")),
    }
}

/// What readers must know of rows that were made of tables of a release: `what` is the table whose rows they are, else the
/// query.
#[must_use]
pub fn about(
    workspace: &Workspace,
    release: &Release,
    what: &str,
    is_table: bool,
    tables: &[String],
    schema: &SchemaRef,
) -> About {
    let sources = sources_of(release, tables);
    let licences: BTreeSet<String> = sources.iter().filter_map(|s| s.licence.clone()).collect();
    let title = match release.tables.get(what).filter(|_| is_table) {
        Some(table) => table.description.clone(),
        None => format!("Requête sur {}", tables.join(", ")),
    };
    let columns = columns(workspace, release, tables, schema);
    let notices = notices(workspace, tables, &columns, schema);
    About {
        name: if is_table {
            what.to_owned()
        } else {
            QUERY_LAYER.to_owned()
        },
        citation: citation(release, &tables.join(", "), &sources, &licences),
        title,
        query: (!is_table).then(|| what.to_owned()),
        release: release.id.clone(),
        published: release.created,
        licences: licences.into_iter().collect(),
        notices,
        sources,
        columns,
    }
}

/// What columns mean, by the contracts of the tables read, else as the release says it.
fn columns(
    workspace: &Workspace,
    release: &Release,
    tables: &[String],
    schema: &SchemaRef,
) -> BTreeMap<String, ColumnNote> {
    let mut notes = BTreeMap::new();
    for field in schema.fields() {
        let name = field.name();
        let found = tables.iter().find_map(|table| {
            let columns = release.tables[table].columns.iter();
            Some((table, columns.into_iter().find(|c| c.name == *name)?))
        });
        let Some((table, released)) = found else {
            continue;
        };
        let contract = workspace.contracts.get(table);
        let agreed = contract.and_then(|c| c.columns().iter().find(|c| c.name == *name));
        let described = agreed.map(|column| column.description.clone());
        let vintage = agreed.and_then(|column| column.vintage.as_deref());
        let sources = sources_of(release, std::slice::from_ref(table));
        let note = ColumnNote {
            description: described
                .or(released.description.clone())
                .unwrap_or_default(),
            unit: agreed.and_then(|column| column.unit.clone()),
            table: table.clone(),
            vintage: vintage.map(vintage::in_french),
            sources: sources.into_iter().map(|source| source.name).collect(),
            notices: agreed
                .map(|c| c.notices.iter().map(|n| n.id.clone()).collect())
                .unwrap_or_default(),
        };
        notes.insert(name.clone(), note);
    }
    notes
}

/// The warnings of the columns in their order, each with its columns, then those of the tables.
fn notices(
    workspace: &Workspace,
    tables: &[String],
    columns: &BTreeMap<String, ColumnNote>,
    schema: &SchemaRef,
) -> Vec<NoticeNote> {
    let mut found: Vec<NoticeNote> = Vec::new();
    let contracts = || {
        tables
            .iter()
            .filter_map(|name| workspace.contracts.get(name))
    };
    let shown = schema.fields().iter().map(|field| field.name());
    for (name, note) in shown.filter_map(|name| Some((name, columns.get(name)?))) {
        let agreed = workspace.contracts.get(&note.table);
        let agreed = agreed.and_then(|c| c.columns().iter().find(|c| c.name == *name));
        for notice in agreed.into_iter().flat_map(|column| &column.notices) {
            match found.iter_mut().find(|known| known.text == notice.text) {
                Some(known) => known.columns.push(name.clone()),
                None => found.push(NoticeNote {
                    id: notice.id.clone(),
                    text: notice.text.clone(),
                    columns: vec![name.clone()],
                }),
            }
        }
    }
    for notice in contracts().flat_map(edulac_contract::Contract::notices) {
        if !found.iter().any(|known| known.text == notice.text) {
            found.push(NoticeNote {
                id: notice.id.clone(),
                text: notice.text.clone(),
                columns: Vec::new(),
            });
        }
    }
    found
}

/// The sources of tables of a release, and of the tables that those were made from.
#[must_use]
pub fn sources_of(release: &Release, tables: &[String]) -> Vec<SourceNote> {
    let names: BTreeSet<String> = tables
        .iter()
        .flat_map(|table| sources_behind(release, table))
        .collect();
    let known = names
        .into_iter()
        .filter_map(|name| Some((release.sources.get(&name)?, name)));
    known
        .map(|(source, name)| source_note(name, source))
        .collect()
}

fn source_note(name: String, source: &Value) -> SourceNote {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    SourceNote {
        name,
        producer: text(&source["producteur"]),
        licence: text(&source["licence"]),
        date: text(&source["as_of"]).map(|date| date.chars().take(10).collect()),
        address: text(&source["receipt"]["parts"][0]["url"]),
    }
}

/// The sentence to cite rows of these tables with: release, tables, producers with the dates of their sources, licences.
#[must_use]
pub fn citation_of(release: &Release, tables: &[String]) -> String {
    citation_as(release, tables, &tables.join(", "))
}

/// The same, with other words for the tables.
#[must_use]
pub fn citation_as(release: &Release, tables: &[String], what: &str) -> String {
    let sources = sources_of(release, tables);
    let licences = sources.iter().filter_map(|s| s.licence.clone()).collect();
    citation(release, what, &sources, &licences)
}

fn citation(
    release: &Release,
    what: &str,
    sources: &[SourceNote],
    licences: &BTreeSet<String>,
) -> String {
    let mut days: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources {
        if let Some(producer) = &source.producer {
            days.entry(producer)
                .or_default()
                .extend(source.date.as_deref());
        }
    }
    let of = |(producer, days): (&str, BTreeSet<&str>)| match days.is_empty() {
        true => producer.to_owned(),
        false => format!("{producer} ({})", Vec::from_iter(days).join(", ")),
    };
    let producers: BTreeSet<String> = days.into_iter().map(of).collect();
    let mut text = format!("Lac edulac, version {}, {what}.", release.id);
    for (what, of) in [("Sources", &producers), ("Licence", licences)] {
        if !of.is_empty() {
            let of: Vec<&str> = of.iter().map(String::as_str).collect();
            text += &format!(" {what} : {}.", of.join(" ; "));
        }
    }
    text
}
