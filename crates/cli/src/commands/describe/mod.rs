//! `edulac describe TABLE[.COLUMN]`: what a table or a column means.

mod text;

use edulac_catalogue::{
    ColumnMeaning, Meaning, NoticeMeaning, Semantics, SourceMeaning, TableMeaning, semantics,
};
use edulac_engine::{ColumnValues, Workspace};
use edulac_yaml::{did_you_mean, list};
use serde::Serialize;

use super::{catalogue, tables};
use crate::args::{Describe, Format};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;

/// A table, for programs.
#[derive(Serialize)]
struct DescribedTable<'a> {
    release: &'a str,
    table: &'a TableMeaning,
    sources: Vec<&'a SourceMeaning>,
}

/// A column, for programs.
#[derive(Serialize)]
struct DescribedColumn<'a> {
    release: &'a str,
    table: &'a str,
    column: &'a ColumnMeaning,
    notices: Vec<&'a NoticeMeaning>,
    values: &'a ColumnValues,
    sources: Vec<&'a SourceMeaning>,
    citation: &'a str,
}

/// What a release means.
pub(super) async fn meaning(workspace: &Workspace, id: Option<&str>) -> Result<Semantics, Error> {
    let lake = workspace.lake()?;
    let release = tables::release(&lake, id, &workspace.profile.lake).await?;
    let asked = catalogue::asked(workspace);
    Ok(semantics(&release, &workspace.contracts, &asked))
}

pub(super) async fn run(
    workspace: &Workspace,
    args: &Describe,
    printer: &Printer,
) -> Result<Status, Error> {
    let release = args.at.release.as_deref();
    let meaning = meaning(workspace, release).await?.meaning;
    let (name, column) = match args.name.split_once('.') {
        Some((table, column)) => (table, Some(column)),
        None => (args.name.as_str(), None),
    };
    let table = table_of(&meaning, name)?;
    let sources = sources(&meaning, table);
    let Some(column) = column else {
        match printer.format() {
            Format::Json => printer.json(&DescribedTable {
                release: &meaning.release,
                table,
                sources,
            })?,
            Format::Text | Format::Csv => {
                printer.result(&text::of_table(
                    &meaning,
                    table,
                    &sources,
                    printer.results_width(),
                ))?;
            }
        }
        return Ok(Status::Done);
    };
    let column = column_of(&meaning, table, column)?;
    let of = edulac_engine::column_values(workspace, name, &column.name, Some(&meaning.release));
    let values = Box::pin(of).await?;
    let described = DescribedColumn {
        release: &meaning.release,
        table: &table.table,
        column,
        notices: notices(table, column),
        values: &values,
        sources,
        citation: &table.citation,
    };
    match printer.format() {
        Format::Json => printer.json(&described)?,
        Format::Text | Format::Csv => {
            printer.result(&text::of_column(&described, printer.results_width()))?;
        }
    }
    Ok(Status::Done)
}

fn table_of<'a>(meaning: &'a Meaning, name: &str) -> Result<&'a TableMeaning, Error> {
    let names = || meaning.tables.iter().map(|table| table.table.as_str());
    meaning.table(name).ok_or_else(|| Error::NotThere {
        release: meaning.release.clone(),
        what: format!("table `{name}`"),
        help: match did_you_mean(name, names()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!(
                "there is {}; `edulac search {name}` looks in their texts",
                list(names())
            ),
        },
    })
}

fn column_of<'a>(
    meaning: &Meaning,
    table: &'a TableMeaning,
    name: &str,
) -> Result<&'a ColumnMeaning, Error> {
    let names = || table.columns.iter().map(|column| column.name.as_str());
    let found = table.columns.iter().find(|column| column.name == name);
    found.ok_or_else(|| Error::NotThere {
        release: meaning.release.clone(),
        what: format!("column `{name}` in `{}`", table.table),
        help: match did_you_mean(name, names()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("there is {}", list(names())),
        },
    })
}

fn sources<'a>(meaning: &'a Meaning, table: &TableMeaning) -> Vec<&'a SourceMeaning> {
    let all = meaning.sources.iter();
    all.filter(|source| table.sources.contains(&source.name))
        .collect()
}

/// Warnings about the column, then about the whole table.
fn notices<'a>(table: &'a TableMeaning, column: &ColumnMeaning) -> Vec<&'a NoticeMeaning> {
    let own = |notice: &&NoticeMeaning| column.notices.contains(&notice.id);
    let general = |notice: &&NoticeMeaning| notice.columns.is_empty() && !own(notice);
    let all = || table.notices.iter();
    all().filter(own).chain(all().filter(general)).collect()
}
