//! `edulac run`.

use std::sync::Arc;

use edulac_engine::{RunOptions, Workspace};

use crate::args::{Format, Run};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::summary;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Run,
    printer: &Printer,
) -> Result<Status, Error> {
    printer.warnings(&workspace.warnings);
    let accepted = args.accept_shrink.iter();
    let options = RunOptions {
        pipelines: args.pipelines.clone(),
        accept_shrink: accepted
            .map(|accepted| (accepted.table.clone(), accepted.reason.clone()))
            .collect(),
        frozen: args.frozen,
        new_scope: args.new_scope,
    };
    let progress = Arc::new(Progress::new(printer.bars()));
    let outcome = edulac_engine::run(workspace, &options, Arc::clone(&progress) as Arc<_>).await;
    progress.finish();
    let record = outcome?;
    match printer.format() {
        Format::Json => printer.json(&record)?,
        Format::Text | Format::Csv => {
            let mut text = summary::text(&record, &workspace.profile.lake);
            if let Some(next) = summary::what_next(&record).filter(|_| printer.hints()) {
                text += &next;
            }
            printer.result(&text)?;
        }
    }
    Ok(Status::of_run(&record))
}
