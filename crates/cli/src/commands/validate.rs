//! `edulac validate`: everything that is wrong in the files of the project.

use edulac_engine::Workspace;
use serde_json::json;

use super::load;
use crate::args::{Format, Global};
use crate::error::Error;
use crate::exit::Status;
use crate::findings;
use crate::printer::Printer;
use crate::words::counted;

pub(super) fn run(global: &Global, printer: &Printer) -> Result<Status, Error> {
    let loaded = load(global).and_then(fits_its_sources);
    if printer.format() == Format::Json {
        let found = match &loaded {
            Ok(workspace) => workspace.warnings.as_slice(),
            Err(Error::Findings(found)) => found.as_slice(),
            Err(_) => &[],
        };
        printer.json(&json!({"valid": loaded.is_ok(), "findings": findings::json(found)}))?;
        return loaded.map(|_| Status::Done);
    }
    let workspace = loaded?;
    printer.warnings(&workspace.warnings);
    printer.result(&sentence(&workspace))?;
    Ok(Status::Done)
}

/// What the archive knows of the sources is checked too.
fn fits_its_sources(workspace: Workspace) -> Result<Workspace, Error> {
    let found = workspace.check_sources();
    match found.is_empty() {
        true => Ok(workspace),
        false => Err(Error::Findings(found)),
    }
}

fn sentence(workspace: &Workspace) -> String {
    let pipelines = &workspace.project.pipelines;
    let tables = pipelines.iter().map(|pipeline| pipeline.tables.len()).sum();
    format!(
        "valid: profile {}, {}, {}, {}",
        workspace.profile.profile,
        counted(pipelines.len(), "pipeline"),
        counted(tables, "table"),
        counted(workspace.contracts.len(), "contract")
    )
}
