//! `edulac history TABLE`: the versions of a table.

use chrono::{DateTime, SecondsFormat, Utc};
use edulac_engine::Workspace;
use edulac_lake::HistoryEntry;
use serde::Serialize;

use crate::args::Format;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};

/// A version of a table; what the log does not say is null.
#[derive(Serialize)]
struct Version {
    version: u64,
    at: Option<String>,
    operation: String,
    rows: Option<u64>,
    files: Option<u64>,
    /// First release that holds it; null: it was never published.
    release: Option<String>,
}

pub(super) async fn run(
    workspace: &Workspace,
    table: &str,
    printer: &Printer,
) -> Result<Status, Error> {
    let history = workspace.lake()?.history(table).await?;
    let versions: Vec<Version> = history.into_iter().map(version).collect();
    match printer.format() {
        Format::Json => printer.json(&versions)?,
        Format::Text | Format::Csv => printer.result(&text(versions))?,
    }
    Ok(Status::Done)
}

/// To the second, in UTC.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn version(entry: HistoryEntry) -> Version {
    Version {
        version: entry.version,
        at: entry.timestamp.map(time),
        operation: entry.operation,
        rows: entry.rows,
        files: entry.files,
        release: entry.release,
    }
}

fn text(versions: Vec<Version>) -> String {
    let mut table = Table::new([
        ("version", Align::Right),
        ("at", Align::Left),
        ("operation", Align::Left),
        ("rows", Align::Right),
        ("files", Align::Right),
        ("release", Align::Left),
    ]);
    let unknown = || "-".to_owned();
    let number = |number: Option<u64>| number.map_or_else(unknown, |number| number.to_string());
    for version in versions {
        table.row([
            version.version.to_string(),
            version.at.unwrap_or_else(unknown),
            version.operation,
            number(version.rows),
            number(version.files),
            version
                .release
                .unwrap_or_else(|| "never published".to_owned()),
        ]);
    }
    table.render()
}
