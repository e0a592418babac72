//! `edulac extracts`: a folder of establishments for each commune or académie.

use std::path::Path;

use edulac_engine::{ExtractsRequest, Workspace};

use crate::args::{By, Extracts, Format};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::words::counted;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Extracts,
    printer: &Printer,
) -> Result<Status, Error> {
    let (folder, thing) = match args.by {
        By::Commune => ("extraits/communes", "commune"),
        By::Academie => ("extraits/academies", "académie"),
    };
    let to = args
        .to
        .clone()
        .unwrap_or_else(|| Path::new(folder).to_owned());
    let request = ExtractsRequest {
        by: args.by.territory(),
        to: to.clone(),
        only: args.only.clone(),
        release: args.at.release.clone(),
    };
    let written = Box::pin(edulac_engine::extracts(workspace, &request)).await?;
    match printer.format() {
        Format::Json => printer.json(&written)?,
        Format::Text | Format::Csv => {
            let sum = |of: fn(&edulac_engine::TerritoryExtract) -> u64| {
                written.territories.iter().map(of).sum::<u64>()
            };
            printer.result(&format!(
                "{} of release {} in {}: {} establishments, {} of them with a position\n",
                counted(written.territories.len(), thing),
                written.release,
                to.display(),
                sum(|territory| territory.establishments),
                sum(|territory| territory.placed)
            ))?;
        }
    }
    Ok(Status::Done)
}
