//! `edulac tables`: what a release holds.

use edulac_engine::Workspace;
use edulac_lake::{Lake, Release, ReleasedTable};
use indicatif::HumanBytes;
use serde::Serialize;

use crate::args::{AtRelease, Format};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};

/// A table of a release, for programs.
#[derive(Serialize)]
struct Row<'a> {
    table: &'a str,
    description: &'a str,
    rows: u64,
    bytes: u64,
    files: usize,
    version: u64,
    contract: &'a str,
    contract_version: &'a str,
    changed_in: &'a str,
    key: &'a [String],
    geometry: Option<&'a str>,
}

/// What `tables` shows, for programs.
#[derive(Serialize)]
struct Shown<'a> {
    release: &'a str,
    lake: String,
    tables: Vec<Row<'a>>,
}

pub(super) async fn run(
    workspace: &Workspace,
    at: &AtRelease,
    printer: &Printer,
) -> Result<Status, Error> {
    let lake = workspace.lake()?;
    let release = release(&lake, at.release.as_deref(), &workspace.profile.lake).await?;
    if printer.format() == Format::Json {
        printer.json(&Shown {
            release: &release.id,
            lake: lake.location().to_string(),
            tables: release
                .tables
                .iter()
                .map(|(name, table)| row(name, table))
                .collect(),
        })?;
        return Ok(Status::Done);
    }
    let mut text = table(&release).render();
    text += &format!("\nrelease {} in {}\n", release.id, workspace.profile.lake);
    printer.result(&text)?;
    Ok(Status::Done)
}

/// The release of that id, or the latest.
pub(super) async fn release(lake: &Lake, id: Option<&str>, shown: &str) -> Result<Release, Error> {
    match id {
        Some(id) => Ok(lake.release(id).await?),
        None => lake.latest().await?.ok_or_else(|| Error::NoRelease {
            lake: shown.to_owned(),
        }),
    }
}

fn row<'a>(name: &'a str, table: &'a ReleasedTable) -> Row<'a> {
    Row {
        table: name,
        description: &table.description,
        rows: table.rows,
        bytes: table.bytes,
        files: table.files.len(),
        version: table.delta_version,
        contract: &table.contract.id,
        contract_version: &table.contract.version,
        changed_in: &table.changed_in,
        key: &table.key,
        geometry: table.geometry.as_deref(),
    }
}

fn table(release: &Release) -> Table {
    let mut out = Table::new([
        ("table", Align::Left),
        ("rows", Align::Right),
        ("size", Align::Right),
        ("files", Align::Right),
        ("version", Align::Right),
        ("contract", Align::Left),
        ("changed in", Align::Left),
    ]);
    for (name, table) in &release.tables {
        out.row([
            name.clone(),
            table.rows.to_string(),
            HumanBytes(table.bytes).to_string(),
            table.files.len().to_string(),
            table.delta_version.to_string(),
            table.contract.version.clone(),
            table.changed_in.clone(),
        ]);
    }
    out
}
