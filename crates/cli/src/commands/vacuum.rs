//! `edulac vacuum`: what nothing needs any more, shown or deleted.

use edulac_engine::Workspace;
use edulac_lake::KeptFor;
use indicatif::HumanBytes;

use super::catalogue;
use crate::args::{Format, Vacuum};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};
use crate::words::counted;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Vacuum,
    printer: &Printer,
) -> Result<Status, Error> {
    let vacuum = Box::pin(edulac_engine::vacuum(workspace, args.keep, args.yes)).await?;
    match printer.format() {
        Format::Json => printer.json(&vacuum)?,
        Format::Text | Format::Csv => {
            printer.result(&text(&vacuum, &workspace.profile.lake))?;
            let is_nothing = vacuum.lake.files.is_empty() && vacuum.archive.bytes() == 0;
            if !vacuum.done && !is_nothing {
                printer.hint("nothing was deleted: `edulac vacuum --yes` does it");
            }
        }
    }
    // The catalogue names the releases that are there; a vacuum that was killed may have left the one before.
    Ok(match vacuum.done {
        true => catalogue::follow(workspace, Status::Done, printer).await,
        false => Status::Done,
    })
}

fn text(vacuum: &edulac_engine::Vacuum, lake: &str) -> String {
    let mut table = Table::new([("release", Align::Left), ("", Align::Left)]);
    for id in &vacuum.lake.gone {
        table.row([
            id.clone(),
            if vacuum.done { "gone" } else { "goes" }.to_owned(),
        ]);
    }
    for kept in &vacuum.lake.kept {
        let why = match &kept.why {
            KeptFor::Held { reason } => format!("stays, held: {reason}"),
            KeptFor::Recent => "stays".to_owned(),
            KeptFor::ToGoBackTo => "stays, a withdrawal would go back to it".to_owned(),
            KeptFor::JustFollowed => "stays, the newest until less than 7 days ago".to_owned(),
        };
        table.row([kept.release.clone(), why]);
    }
    let files = &vacuum.lake.files;
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    let archive = &vacuum.archive;
    if files.is_empty() && archive.extracts.is_empty() && archive.runs.is_empty() {
        return format!(
            "{}\nnothing to delete in {lake} and the archive\n",
            table.render()
        );
    }
    let verb = if vacuum.done {
        "deleted"
    } else {
        "would delete"
    };
    format!(
        "{}\n{verb} {} of {lake}, {}\n{verb} {} and {} of the archive, {}\n",
        table.render(),
        counted(files.len(), "file"),
        HumanBytes(bytes),
        counted(archive.extracts.len(), "extract"),
        counted(archive.runs.len(), "run"),
        HumanBytes(archive.bytes())
    )
}
