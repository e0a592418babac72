//! `edulac export`: rows as a file of another format.

use edulac_engine::Workspace;
use edulac_export::Options;
use futures::TryStreamExt;
use serde_json::json;

use crate::args::{Export, Format};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::words::counted;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Export,
    printer: &Printer,
) -> Result<Status, Error> {
    // Before minutes of work.
    edulac_export::Format::of(&args.to)?;
    let release = args.at.release.as_deref();
    let exported = edulac_engine::export(workspace, &args.what, release);
    let (mut result, about) = Box::pin(exported).await?;
    let options = Options {
        geometry: args.geometry.clone(),
        byte_order_mark: args.bom,
    };
    let mut file = edulac_export::Export::create(&args.to, &result.schema, &about, &options)?;
    let failed = |error| edulac_engine::Error::Query(Box::new(error));
    while let Some(batch) = result.batches.try_next().await.map_err(failed)? {
        file.write(&batch)?;
    }
    let rows = file.finish()?;
    let is_csv = edulac_export::Format::of(&args.to)? == edulac_export::Format::Csv;
    let beside = is_csv.then(|| edulac_export::companion(&args.to));
    match printer.format() {
        Format::Json => printer.json(&json!({
            "file": args.to,
            "described_in": beside,
            "rows": rows,
            "release": about.release,
            "licences": about.licences,
            "citation": about.citation,
        }))?,
        Format::Text | Format::Csv => {
            let described = beside.map(|path| format!(", described in {}", path.display()));
            printer.result(&format!(
                "{} of release {} in {}{}\n{}\n",
                counted(usize::try_from(rows).unwrap_or(usize::MAX), "row"),
                about.release,
                args.to.display(),
                described.unwrap_or_default(),
                about.citation
            ))?;
        }
    }
    Ok(Status::Done)
}
