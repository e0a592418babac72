//! `edulac catalogue`: the documents about a lake, which every release writes.

use edulac_catalogue::{Asked, FOLDER, documents};
use edulac_engine::Workspace;
use edulac_model::ErrorClass;
use serde::Serialize;

use crate::args::Format;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;

/// What was written.
#[derive(Serialize)]
struct Written {
    documents: usize,
    written: usize,
}

pub(super) async fn run(workspace: &Workspace, printer: &Printer) -> Result<Status, Error> {
    let Written { documents, written } = write(workspace).await?;
    match printer.format() {
        Format::Json => printer.json(&Written { documents, written })?,
        Format::Text | Format::Csv => printer.result(&format!(
            "catalogue of {}: {documents} documents, {written} of them written\n",
            workspace.profile.lake
        ))?,
    }
    Ok(Status::Done)
}

/// Writes the catalogue after a release came or went. When that fails the lake stands: the failure is told, with what to do.
pub(super) async fn follow(workspace: &Workspace, status: Status, printer: &Printer) -> Status {
    let Err(error) = write(workspace).await else {
        return status;
    };
    printer.hint(&format!(
        "the lake is as told, its catalogue is still the one before ({error}): `edulac catalogue` writes it"
    ));
    match status {
        Status::Done => Status::Wanting(ErrorClass::Infrastructure),
        wanting @ Status::Wanting(_) => wanting,
    }
}

async fn write(workspace: &Workspace) -> Result<Written, Error> {
    let lake = workspace.lake()?;
    let gone = lake.gone().await?;
    let mut releases = Vec::new();
    for entry in lake.releases().await? {
        if !gone.contains_key(&entry.id) {
            releases.push(lake.release(&entry.id).await?);
        }
    }
    let documents = documents(&releases, workspace, &asked(workspace));
    Ok(Written {
        documents: documents.len(),
        written: lake.derive(FOLDER, &documents).await?,
    })
}

/// What the project says for those who ask.
pub(super) fn asked(workspace: &Workspace) -> Asked<'_> {
    Asked {
        questions: &workspace.questions,
        synonyms: &workspace.synonyms,
    }
}
