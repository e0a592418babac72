//! `edulac release`: releases and what changed in each.

use edulac_engine::Workspace;
use edulac_lake::{Hold, Release, ReleaseEntry};
use serde::Serialize;

use super::catalogue;
use super::history::time;
use super::tables;
use crate::args::{Format, ReleaseHold};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};

pub(super) async fn list(workspace: &Workspace, printer: &Printer) -> Result<Status, Error> {
    let lake = workspace.lake()?;
    let releases = lake.releases().await?;
    let (holds, gone) = (lake.holds().await?, lake.gone().await?);
    if printer.format() == Format::Json {
        let listed = releases.iter().map(|release| Listed {
            release,
            held: holds.get(&release.id),
            gone_since: gone.get(&release.id).map(|gone| time(gone.since)),
        });
        printer.json(&listed.collect::<Vec<_>>())?;
        return Ok(Status::Done);
    }
    let mut table = Table::new([
        ("release", Align::Left),
        ("published at", Align::Left),
        ("tables", Align::Right),
        ("after", Align::Left),
        ("", Align::Left),
    ]);
    let withdrawals: Vec<_> = releases
        .iter()
        .filter_map(|release| release.withdraws.clone())
        .collect();
    for release in releases {
        let withdrawn = withdrawals
            .iter()
            .find(|withdrawal| withdrawal.release == release.id);
        let mut remarks = Vec::new();
        match (withdrawn, &release.withdraws) {
            (Some(withdrawn), _) => remarks.push(format!("withdrawn: {}", withdrawn.reason)),
            (None, Some(withdraws)) => remarks.push(format!("withdraws {}", withdraws.release)),
            (None, None) => {}
        }
        if let Some(hold) = holds.get(&release.id) {
            remarks.push(format!("held: {}", hold.reason));
        }
        if gone.contains_key(&release.id) {
            remarks.push("gone".to_owned());
        }
        table.row([
            release.id,
            time(release.created),
            release.tables.len().to_string(),
            release.parent.unwrap_or_else(|| "-".to_owned()),
            remarks.join("; "),
        ]);
    }
    printer.result(&table.render())?;
    Ok(Status::Done)
}

/// A release of the list, for programs.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    release: &'a ReleaseEntry,
    /// It is kept whatever its age; null: it is not.
    held: Option<&'a Hold>,
    /// Since when its files are gone; null: they are there.
    gone_since: Option<String>,
}

/// Holds a release, or lets go of it.
pub(super) async fn hold(
    workspace: &Workspace,
    args: &ReleaseHold,
    printer: &Printer,
) -> Result<Status, Error> {
    let (hold, verb) = match &args.reason {
        Some(reason) => (
            edulac_engine::hold(workspace, &args.id, reason).await?,
            "held",
        ),
        None => (
            edulac_engine::unhold(workspace, &args.id).await?,
            "no longer held",
        ),
    };
    match printer.format() {
        Format::Json => printer.json(&hold)?,
        Format::Text | Format::Csv => {
            printer.result(&format!("{verb}: {} ({})\n", hold.release, hold.reason))?;
        }
    }
    Ok(Status::Done)
}

pub(super) async fn show(
    workspace: &Workspace,
    id: Option<&str>,
    printer: &Printer,
) -> Result<Status, Error> {
    let lake = workspace.lake()?;
    let release = tables::release(&lake, id, &workspace.profile.lake).await?;
    match printer.format() {
        Format::Json => printer.json(&release)?,
        Format::Text | Format::Csv => {
            let mut remarks = String::new();
            if let Some(hold) = lake.holds().await?.get(&release.id) {
                remarks += &format!("held: {}\n", hold.reason);
            }
            if let Some(gone) = lake.gone().await?.get(&release.id) {
                remarks += &format!("its files are gone since {}\n", time(gone.since));
            }
            printer.result(&text(&release, &workspace.profile.lake, &remarks))?;
        }
    }
    Ok(Status::Done)
}

/// As they were written with the release, whatever has changed since.
pub(super) async fn notes(
    workspace: &Workspace,
    id: Option<&str>,
    printer: &Printer,
) -> Result<Status, Error> {
    let lake = workspace.lake()?;
    let release = tables::release(&lake, id, &workspace.profile.lake).await?;
    let notes = lake.notes(&release).await?;
    document(&release, "notes", &notes, printer)
}

/// The skeleton of a data paper.
pub(super) async fn paper(
    workspace: &Workspace,
    id: Option<&str>,
    printer: &Printer,
) -> Result<Status, Error> {
    let lake = workspace.lake()?;
    let release = tables::release(&lake, id, &workspace.profile.lake).await?;
    let measure = edulac_engine::link_measure(workspace, &release).await?;
    let paper = edulac_catalogue::paper(&release, workspace, measure.as_ref());
    document(&release, "paper", &paper, printer)
}

/// A text about a release, Markdown in French: as it is for people, under its name for programs.
fn document(
    release: &Release,
    name: &str,
    markdown: &str,
    printer: &Printer,
) -> Result<Status, Error> {
    match printer.format() {
        Format::Json => {
            printer.json(&serde_json::json!({"release": release.id, name: markdown}))?;
        }
        Format::Text | Format::Csv => printer.result(markdown)?,
    }
    Ok(Status::Done)
}

pub(super) async fn withdraw(
    workspace: &Workspace,
    id: &str,
    reason: &str,
    printer: &Printer,
) -> Result<Status, Error> {
    let release = Box::pin(edulac_engine::withdraw(workspace, id, reason)).await?;
    match printer.format() {
        Format::Json => printer.json(&release)?,
        Format::Text | Format::Csv => printer.result(&format!(
            "withdrawn: {id}; published release {} in {}, as before it\n",
            release.id, workspace.profile.lake
        ))?,
    }
    Ok(catalogue::follow(workspace, Status::Done, printer).await)
}

fn text(release: &Release, lake: &str, remarks: &str) -> String {
    let numbers = ["rows", "added", "removed", "changed"];
    let columns = [("table", Align::Left)]
        .into_iter()
        .chain(numbers.map(|title| (title, Align::Right)))
        .chain([("last changed in", Align::Left), ("contract", Align::Left)]);
    let mut table = Table::new(columns);
    for (name, released) in &release.tables {
        let is_of_this = released.changed_in == release.id;
        let counts = released.changes.filter(|_| is_of_this);
        let [added, removed, changed] = match counts {
            Some(counts) => [counts.added, counts.removed, counts.changed],
            None if is_of_this => [released.rows, 0, 0],
            None => [0, 0, 0],
        };
        table.row([
            name.clone(),
            released.rows.to_string(),
            added.to_string(),
            removed.to_string(),
            changed.to_string(),
            released.changed_in.clone(),
            released.contract.version.clone(),
        ]);
    }
    let mut out = format!(
        "release {}, published at {}",
        release.id,
        time(release.created)
    );
    if let Some(parent) = &release.parent {
        out += &format!(", after {parent}");
    }
    out += &format!("\n{lake}/{}\n", release.folder());
    if let Some(withdrawal) = &release.withdraws {
        out += &format!("withdraws {}: {}\n", withdrawal.release, withdrawal.reason);
    }
    out += remarks;
    for part in edulac_engine::scope_in_words(&release.scope) {
        out += &format!("scope: {part}\n");
    }
    out.push('\n');
    out + &table.render()
}
