//! `edulac run`.

use std::sync::Arc;

use edulac_engine::{Outcome, RunOptions, Workspace};

use super::{catalogue, rebuild};
use crate::args::{Format, Run};
use crate::error::{Error, resumed};
use crate::exit::Status;
use crate::next::what_next;
use crate::printer::{Printer, command_line};
use crate::progress::Progress;
use crate::summary;

pub(super) async fn run(
    workspace: &Workspace,
    profile: &str,
    args: &Run,
    printer: &Printer,
) -> Result<Status, Error> {
    printer.warnings(&workspace.warnings);
    if let Some(release) = &args.release {
        return Box::pin(rebuild::run(workspace, release, printer)).await;
    }
    let accepted = args.accept_shrink.iter();
    let options = RunOptions {
        pipelines: args.pipelines.clone(),
        accept_shrink: accepted
            .map(|accepted| (accepted.table.clone(), accepted.reason.clone()))
            .collect(),
        frozen: args.frozen,
        new_scope: args.new_scope,
        backfill: args.backfill.clone(),
        due: args.due,
        since_failure: args.since_failure,
    };
    let progress = Arc::new(Progress::new(printer.bars()));
    let outcome = edulac_engine::run(workspace, &options, Arc::clone(&progress) as Arc<_>).await;
    progress.finish();
    let record = outcome?;
    match printer.format() {
        Format::Json => printer.json(&record)?,
        Format::Text | Format::Csv => {
            let lake = &workspace.profile.lake;
            let is_short = !printer.is_verbose()
                && (record.pipelines.is_empty()
                    || matches!(record.outcome, Outcome::NothingToDo { release: Some(_) }));
            let mut text = match is_short {
                true => summary::short_text(&record, lake),
                false => summary::text(&record, lake),
            };
            let next = what_next(&record, profile, &workspace.contracts);
            if let Some(next) = next.filter(|_| printer.hints()) {
                text += &next;
            }
            printer.result(&text)?;
        }
    }
    if !record.failures.is_empty() {
        printer.hint(&format!(
            "the other sources are kept in the archive: go on with `{}`",
            resumed(&command_line())
        ));
    }
    let status = Status::of_run(&record);
    Ok(match record.outcome {
        Outcome::Published { .. } => catalogue::follow(workspace, status, printer).await,
        _ => status,
    })
}
