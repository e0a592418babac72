//! `edulac diff A..B`: what separates two releases, in a few lines or row by row.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use edulac_engine::{ChangeCause, ContractChange, TableDiff, TableFeed, Workspace};
use futures::stream;

use crate::args::{Diff, Format, Limit};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};
use crate::words::counted;
use crate::{rows, show};

/// Columns named in the line of a table.
const COLUMNS: usize = 3;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Diff,
    printer: &Printer,
) -> Result<Status, Error> {
    let range = args.range.clone().unwrap_or_default();
    let (from, to) = (range.from.as_deref(), range.to.as_deref());
    match (&args.table, &args.to, printer.format()) {
        (Some(table), Some(path), _) => {
            let form = FileForm::of(path)?;
            check_folder(path)?;
            let mut feed = edulac_engine::feed(workspace, from, to, table).await?;
            write(&mut feed, path, form).await?;
            printer.result(&told(&feed, table, path))?;
        }
        (Some(table), None, Format::Json | Format::Csv) => {
            let feed = edulac_engine::feed(workspace, from, to, table).await?;
            let schema = std::sync::Arc::clone(feed.schema());
            let batches = stream::try_unfold(feed, |mut feed| async move {
                let batch: Option<RecordBatch> = feed.next().await?;
                Ok::<_, edulac_engine::Error>(batch.map(|batch| (batch, feed)))
            });
            show::rows(printer, &schema, batches, Limit { rows: None }).await?;
        }
        (None, None, Format::Csv) => return Err(Error::RowsOfNoTable),
        (table, _, format) => {
            let diff = Box::pin(edulac_engine::diff(workspace, from, to, table.as_deref())).await?;
            match format {
                Format::Json => printer.json(&diff)?,
                Format::Text | Format::Csv => {
                    printer.result(&text(&diff, &workspace.profile.lake))?;
                    if table.is_none() && !diff.tables.is_empty() {
                        printer.hint(&format!(
                            "row by row: `edulac diff {}..{} --table {} --to {}.parquet`, or `--format csv`",
                            diff.from, diff.to, diff.tables[0].table, diff.tables[0].table
                        ));
                    }
                }
            }
        }
    }
    Ok(Status::Done)
}

#[derive(Clone, Copy)]
enum FileForm {
    Parquet,
    Csv,
}

impl FileForm {
    fn of(path: &Path) -> Result<Self, Error> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("parquet") => Ok(Self::Parquet),
            Some("csv") => Ok(Self::Csv),
            _ => Err(Error::FileForm {
                path: path.to_owned(),
            }),
        }
    }
}

/// Before anything is computed.
fn check_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let Some(folder) = folder else { return Ok(()) };
    let found = std::fs::metadata(folder).map(drop);
    found.map_err(|source| Error::Read {
        path: folder.to_owned(),
        source,
    })
}

/// Nobody finds half a file under the name asked for.
async fn write(feed: &mut TableFeed, path: &Path, form: FileForm) -> Result<(), Error> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| Error::Write { path, source }
    };
    match form {
        FileForm::Parquet => feed.write_parquet(&part).await?,
        FileForm::Csv => {
            let mut file = File::create(&part).map_err(failed(&part))?;
            let mut batch = Some(RecordBatch::new_empty(std::sync::Arc::clone(feed.schema())));
            let mut titles = true;
            while let Some(rows) = batch {
                let bytes = rows::csv(&rows, titles)?;
                file.write_all(&bytes).map_err(failed(&part))?;
                titles = false;
                batch = feed.next().await?;
            }
        }
    }
    std::fs::rename(&part, path).map_err(failed(path))
}

fn told(feed: &TableFeed, table: &str, path: &Path) -> String {
    let counts = feed.tally().counts;
    format!(
        "{table}, {}..{}: {} added, {} removed, {} changed, in {}\n",
        feed.from,
        feed.to,
        counts.added,
        counts.removed,
        counts.changed,
        path.display()
    )
}

fn text(diff: &edulac_engine::Diff, lake: &str) -> String {
    let of = diff.tables.len() + diff.same.len();
    let mut out = format!(
        "{}..{} in {lake}: {} of {} {}\n",
        diff.from,
        diff.to,
        diff.tables.len(),
        counted(of, "table"),
        if diff.tables.len() == 1 {
            "differs"
        } else {
            "differ"
        }
    );
    if diff.tables.is_empty() {
        return out;
    }
    let numbers = ["before", "after", "added", "removed", "changed"];
    let titles = [("table", Align::Left)]
        .into_iter()
        .chain(numbers.map(|title| (title, Align::Right)))
        .chain([
            ("cause", Align::Left),
            ("columns that changed most", Align::Left),
        ]);
    let mut table = Table::new(titles);
    for changed in &diff.tables {
        let rows = |rows: Option<u64>| rows.map_or_else(|| "-".to_owned(), |rows| rows.to_string());
        table.row([
            changed.table.clone(),
            rows(changed.rows_before),
            rows(changed.rows_after),
            changed.counts.added.to_string(),
            changed.counts.removed.to_string(),
            changed.counts.changed.to_string(),
            kinds(&changed.causes),
            columns(changed),
        ]);
    }
    out += &format!("\n{}", table.render());
    let contracts = diff.tables.iter().filter_map(|changed| {
        let contract = changed.contract.as_ref()?;
        Some(format!(
            "contract of {}: {}\n",
            changed.table,
            contract_change(contract)
        ))
    });
    let contracts: String = contracts.collect();
    if !contracts.is_empty() {
        out += &format!("\n{contracts}");
    }
    out + &causes(&diff.tables)
}

fn columns(changed: &TableDiff) -> String {
    let most = changed.columns.iter().take(COLUMNS);
    let most: Vec<String> = most
        .map(|column| format!("{} {}", column.column, column.rows))
        .collect();
    let others = changed.columns.len().saturating_sub(COLUMNS);
    match others {
        0 => most.join(", "),
        others => format!("{}, {others} more", most.join(", ")),
    }
}

/// The kinds of causes, each once.
fn kinds(causes: &[ChangeCause]) -> String {
    let mut kinds: Vec<&str> = causes.iter().map(|cause| cause.kind.in_french()).collect();
    kinds.dedup();
    kinds.join(", ")
}

/// Each cause once, with the tables that differ by it.
fn causes(tables: &[TableDiff]) -> String {
    let mut all: Vec<&ChangeCause> = tables.iter().flat_map(|table| &table.causes).collect();
    all.sort();
    all.dedup();
    let mut table = Table::new([
        ("cause", Align::Left),
        ("of", Align::Left),
        ("before", Align::Left),
        ("after", Align::Left),
        ("tables", Align::Right),
    ]);
    for cause in all {
        let [before, after] = cause
            .values
            .clone()
            .unwrap_or_else(|| ["-".to_owned(), "-".to_owned()]);
        let concerned = tables.iter().filter(|table| table.causes.contains(cause));
        table.row([
            cause.kind.in_french().to_owned(),
            cause.of.clone(),
            before,
            after,
            concerned.count().to_string(),
        ]);
    }
    match table.len() {
        0 => String::new(),
        _ => format!("\n{}", table.render()),
    }
}

pub(super) fn contract_change(change: &ContractChange) -> String {
    let mut parts = Vec::new();
    let [was, is] = &change.version;
    if was != is {
        parts.push(format!("version {was}, then {is}"));
    }
    for (verb, names) in [("added", &change.added), ("removed", &change.removed)] {
        if !names.is_empty() {
            parts.push(format!("{verb} {}", names.join(", ")));
        }
    }
    for column in &change.retyped {
        let [was, is] = &column.types;
        parts.push(format!("{} was {was}, is {is}", column.column));
    }
    if let Some([was, is]) = &change.key {
        parts.push(format!("key was {}, is {}", was.join("+"), is.join("+")));
    }
    parts.join("; ")
}
