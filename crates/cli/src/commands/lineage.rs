//! `edulac lineage`: what columns come from, and what comes from them.

use std::collections::BTreeSet;

use edulac_engine::{Dataset, Field, Lineage, Origin, TableLineage, Use, Workspace};
use edulac_yaml::did_you_mean;
use serde::Serialize;

use crate::args::Format;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};
use crate::words::counted;

/// Origins and steps that the line of a column names.
const SHOWN: usize = 3;

pub(super) fn run(workspace: &Workspace, of: &str, printer: &Printer) -> Result<Status, Error> {
    let lineage = edulac_engine::lineage(workspace);
    let (first, rest) = of.split_once('.').map_or((of, None), |(a, b)| (a, Some(b)));
    let table = lineage.tables.get(first);
    // A pipeline and a table may bear one name: what is no column may be a source.
    let is_source = |name: &str| sources(workspace).iter().any(|source| is_of(name, source));
    let Some(table) = table.filter(|table| {
        let has = |column: &str| table.column(column).is_some();
        rest.is_none_or(|rest| has(rest) || !is_source(of))
    }) else {
        return ahead(workspace, &lineage, of, printer);
    };
    if !table.unknown.is_empty() {
        return Err(Error::NeverExtracted {
            table: first.to_owned(),
            pipeline: table.pipeline.clone(),
            sources: table.unknown.clone(),
        });
    }
    match rest {
        None => whole(first, table, printer),
        Some(column) => one(&lineage, first, table, column, printer),
    }
}

/// A table and its lineage, for programs.
#[derive(Serialize)]
struct Whole<'a> {
    table: &'a str,
    #[serde(flatten)]
    lineage: &'a TableLineage,
}

fn whole(name: &str, table: &TableLineage, printer: &Printer) -> Result<Status, Error> {
    if printer.format() == Format::Json {
        printer.json(&Whole {
            table: name,
            lineage: table,
        })?;
        return Ok(Status::Done);
    }
    let mut lines = Table::new(["column", "from", "use", "by way of"].map(|c| (c, Align::Left)));
    for column in &table.columns {
        let values: Vec<&Origin> = values(&column.origins);
        let uses: BTreeSet<Use> = values.iter().flat_map(|o| o.uses.clone()).collect();
        let direct = uses.iter().filter(|by| by.is_direct());
        let uses: Vec<&str> = match direct.clone().next() {
            Some(_) => direct.map(|by| word(*by)).collect(),
            None if uses.is_empty() => vec!["constant"],
            None => uses.iter().map(|by| word(*by)).collect(),
        };
        let mut steps: Vec<String> = Vec::new();
        for step in values.iter().flat_map(|origin| &origin.steps) {
            if !steps.contains(step) {
                steps.push(step.clone());
            }
        }
        lines.row([
            column.column.clone(),
            few(&names(&values)),
            uses.join(", "),
            few(&steps),
        ]);
    }
    let rows = match table.rows.is_empty() {
        true => String::new(),
        false => format!(
            "\nwhich rows there are depends on {}: {}\n",
            counted(table.rows.len(), "column"),
            few(&names(&table.rows.iter().collect::<Vec<_>>()))
        ),
    };
    let text = format!(
        "table {name}, made by the pipeline {}\n\n{}{rows}",
        table.pipeline,
        shown(&lines, printer)
    );
    printer.result(&text)?;
    Ok(Status::Done)
}

/// Those that give values; all of them when none does.
fn values(origins: &[Origin]) -> Vec<&Origin> {
    let direct = |origin: &&Origin| origin.uses.iter().any(|by| by.is_direct());
    let given: Vec<&Origin> = origins.iter().filter(direct).collect();
    match given.is_empty() {
        true => origins.iter().collect(),
        false => given,
    }
}

fn names(origins: &[&Origin]) -> Vec<String> {
    origins.iter().map(|origin| named(&origin.field)).collect()
}

/// The first of them, and how many more there are.
fn few(names: &[String]) -> String {
    let mut text = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}

/// No wider than a terminal.
fn shown(lines: &Table, printer: &Printer) -> String {
    match printer.results_width() {
        Some(width) => lines.render_within(width).0,
        None => lines.render(),
    }
}

fn named(field: &Field) -> String {
    format!("{}.{}", field.dataset.name(), field.column)
}

/// A column and its lineage, for programs.
#[derive(Serialize)]
struct One<'a> {
    table: &'a str,
    column: &'a str,
    pipeline: &'a str,
    origins: &'a [Origin],
    /// What says which rows the table has.
    rows: &'a [Origin],
    /// The columns of sources at the far end of all pipelines.
    sources: Vec<Field>,
}

fn one(
    lineage: &Lineage,
    name: &str,
    table: &TableLineage,
    column: &str,
    printer: &Printer,
) -> Result<Status, Error> {
    let Some(found) = table.column(column) else {
        let known = table.columns.iter().map(|column| column.column.as_str());
        return Err(unknown(&format!("column of `{name}`"), column, known));
    };
    let behind = lineage.behind(name, column);
    let sources = behind.into_iter();
    let sources: Vec<Field> = sources
        .filter(|field| matches!(field.dataset, Dataset::Source(_)))
        .collect();
    if printer.format() == Format::Json {
        printer.json(&One {
            table: name,
            column,
            pipeline: &table.pipeline,
            origins: &found.origins,
            rows: &table.rows,
            sources,
        })?;
        return Ok(Status::Done);
    }
    let mut text = format!(
        "column {column} of table {name}, made by the pipeline {}\n\n",
        table.pipeline
    );
    text += &match found.origins.is_empty() {
        true => "constant: the pipeline writes it, and it comes from no column\n".to_owned(),
        false => shown(&origins(&found.origins), printer),
    };
    if found
        .origins
        .iter()
        .any(|o| matches!(o.field.dataset, Dataset::Table(_)))
    {
        text += "\nthrough the tables of the lake, from\n";
        for field in &sources {
            text += &format!("  {}\n", named(field));
        }
    }
    if !table.rows.is_empty() {
        text += "\nwhich rows there are depends on\n";
        text += &shown(&origins(&table.rows), printer);
    }
    printer.result(&text)?;
    Ok(Status::Done)
}

fn origins(all: &[Origin]) -> Table {
    let mut lines = Table::new(["from", "use", "by way of"].map(|title| (title, Align::Left)));
    for origin in all {
        let uses: Vec<&str> = origin.uses.iter().map(|by| word(*by)).collect();
        lines.row([
            named(&origin.field),
            uses.join(", "),
            origin.steps.join(", "),
        ]);
    }
    lines
}

/// What comes from a source, for programs.
#[derive(Serialize)]
struct Ahead<'a> {
    source: &'a str,
    column: Option<&'a str>,
    columns: Vec<Dependent>,
}

#[derive(Serialize)]
struct Dependent {
    #[serde(flatten)]
    field: Field,
    uses: BTreeSet<Use>,
}

/// The sources from outside the lake, as `pipeline.source`.
fn sources(workspace: &Workspace) -> Vec<String> {
    let pipelines = workspace.project.pipelines.iter();
    let all = pipelines.flat_map(|pipeline| {
        let sources = pipeline.sources.iter();
        let outside = sources.filter(|(_, source)| source.kind.table().is_none());
        outside.map(|(name, _)| format!("{}.{name}", pipeline.name))
    });
    all.collect()
}

/// Whether a name is that of the source, or of a column of it.
fn is_of(name: &str, source: &str) -> bool {
    let rest = name.strip_prefix(source);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The columns of tables that come from a source or a column of it.
fn ahead(
    workspace: &Workspace,
    lineage: &Lineage,
    of: &str,
    printer: &Printer,
) -> Result<Status, Error> {
    let sources = sources(workspace);
    let named_source = sources.iter().find(|source| is_of(of, source));
    let Some(source) = named_source else {
        let tables = lineage.tables.keys().map(String::as_str);
        return Err(match of.contains('.') {
            true => {
                let (first, _) = of.split_once('.').unwrap_or((of, ""));
                let known = tables.chain(sources.iter().map(String::as_str));
                let asked = match sources.iter().any(|s| s.starts_with(&format!("{first}."))) {
                    true => of,
                    false => first,
                };
                unknown("table or source", asked, known)
            }
            false => unknown("table", of, tables),
        });
    };
    let column = of
        .strip_prefix(source.as_str())
        .and_then(|rest| rest.strip_prefix('.'));
    let found = lineage.ahead(&Dataset::Source(source.clone()), column);
    if printer.format() == Format::Json {
        let columns = found.into_iter();
        printer.json(&Ahead {
            source,
            column,
            columns: columns
                .map(|(field, uses)| Dependent { field, uses })
                .collect(),
        })?;
        return Ok(Status::Done);
    }
    if found.is_empty() {
        printer.result(&format!("no column of a table comes from {of}\n"))?;
        return Ok(Status::Done);
    }
    let mut lines = Table::new([("column", Align::Left), ("use", Align::Left)]);
    for (field, uses) in &found {
        let uses: Vec<&str> = uses.iter().map(|by| word(*by)).collect();
        lines.row([named(field), uses.join(", ")]);
    }
    let count = counted(found.len(), "column");
    printer.result(&format!("from {of}: {count}\n\n{}", shown(&lines, printer)))?;
    Ok(Status::Done)
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    Error::UnknownName {
        what: what.to_owned(),
        name: name.to_owned(),
        close: did_you_mean(name, known.clone()).map(str::to_owned),
        known: known.map(str::to_owned).collect(),
    }
}

/// A use in words.
fn word(by: Use) -> &'static str {
    match by {
        Use::Identity => "as it is",
        Use::Transformation => "computed",
        Use::Aggregation => "aggregated",
        Use::Join => "joined",
        Use::GroupBy => "grouped",
        Use::Filter => "filtered",
        Use::Sort => "first",
        Use::Window => "window",
        Use::Conditional => "chosen",
    }
}
