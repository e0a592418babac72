//! `edulac join`: rows, and how they met.

use std::path::Path;

use edulac_engine::Workspace;
use edulac_export::{About, Format as FileFormat, Options};
use edulac_join::{Joined, Request, Rows};
use futures::TryStreamExt;

use crate::args::{Format, Join};
use crate::error::Error;
use crate::exit::Status;
use crate::match_report;
use crate::printer::Printer;
use crate::show;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Join,
    printer: &Printer,
) -> Result<Status, Error> {
    // Before any work.
    for file in args.to.iter().chain(&args.unmatched) {
        FileFormat::of(file)?;
    }
    let request = Request {
        inputs: args.inputs.clone(),
        release: args.at.release.clone(),
        by: args.by.clone(),
        said: args.said.clone(),
        sheet: args.sheet.clone(),
        keep: args.keep.into(),
        aggregate: args.aggregate,
        level: args.level.clone(),
        measures: args.measures.clone(),
        follow_successors: args.follow_successors,
        despite: args.despite.clone(),
    };
    let joined = Box::pin(edulac_join::join(workspace, &request)).await?;
    if let Some(file) = &args.to {
        write(file, joined.rows().await?, &joined.about).await?;
    }
    if let Some(file) = &args.unmatched {
        let about = About {
            name: "sans_correspondance".to_owned(),
            title: format!("Lignes sans correspondance : {}", joined.about.title),
            columns: std::collections::BTreeMap::new(),
            ..joined.about.clone()
        };
        write(file, joined.unmatched().await?, &about).await?;
    }
    if let Some(file) = &args.report {
        let bytes = serde_json::to_vec_pretty(&joined.report).map_err(std::io::Error::from);
        bytes
            .and_then(|bytes| std::fs::write(file, bytes))
            .map_err(|source| Error::Write {
                path: file.clone(),
                source,
            })?;
    }
    print(args, printer, &joined).await?;
    Ok(Status::Done)
}

async fn print(args: &Join, printer: &Printer, joined: &Joined) -> Result<(), Error> {
    let text = match_report::text(
        &joined.report,
        args.to.as_deref(),
        args.unmatched.as_deref(),
    );
    match printer.format() {
        Format::Json => printer.json(&joined.report),
        Format::Csv => show_rows(args, printer, joined).await,
        Format::Text => {
            if args.to.is_none() {
                show_rows(args, printer, joined).await?;
            }
            printer.result(&text)
        }
    }
}

async fn show_rows(args: &Join, printer: &Printer, joined: &Joined) -> Result<(), Error> {
    let rows = joined.rows().await?;
    let failed = |error| edulac_engine::Error::Query(Box::new(error));
    show::rows(
        printer,
        &rows.schema,
        rows.batches.map_err(failed),
        args.limit,
    )
    .await
}

async fn write(file: &Path, mut rows: Rows, about: &About) -> Result<(), Error> {
    let mut export = edulac_export::Export::create(file, &rows.schema, about, &Options::default())?;
    let failed = |error| edulac_engine::Error::Query(Box::new(error));
    while let Some(batch) = rows.batches.try_next().await.map_err(failed)? {
        export.write(&batch)?;
    }
    export.finish()?;
    Ok(())
}
