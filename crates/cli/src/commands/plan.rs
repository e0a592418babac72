//! `edulac plan`: what a run would do.

use std::fmt::Write;

use edulac_engine::{Plan, RunOptions, TablePlan, Workspace};

use crate::args::Format;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::summary;
use crate::table::{Align, Table};

pub(super) async fn run(
    workspace: &Workspace,
    pipelines: &[String],
    printer: &Printer,
) -> Result<Status, Error> {
    printer.warnings(&workspace.warnings);
    let options = RunOptions {
        pipelines: pipelines.to_vec(),
        ..RunOptions::default()
    };
    let plan = edulac_engine::plan(workspace, &options).await?;
    match printer.format() {
        Format::Json => printer.json(&plan)?,
        Format::Text | Format::Csv => printer.result(&text(&plan, &workspace.profile.lake))?,
    }
    Ok(Status::Done)
}

pub(super) fn text(plan: &Plan, lake: &str) -> String {
    let mut out = match &plan.release {
        Some(release) => format!("after release {release} in {lake}\n"),
        None => format!("first release in {lake}\n"),
    };
    for pipeline in &plan.pipelines {
        let mut sources = Table::new([
            ("  source", Align::Left),
            ("kind", Align::Left),
            ("place", Align::Left),
            ("last extract", Align::Left),
        ]);
        for source in &pipeline.sources {
            sources.row([
                format!("  {}", source.source),
                source.kind.to_owned(),
                match source.absent {
                    true => format!("{} (not there)", source.place),
                    false => source.place.clone(),
                },
                source.extract.clone().unwrap_or_else(|| "-".to_owned()),
            ]);
        }
        let mut tables = Table::new([
            ("  table", Align::Left),
            ("rows", Align::Right),
            ("contract", Align::Left),
            ("why", Align::Left),
        ]);
        for table in &pipeline.tables {
            tables.row([
                format!("  {}", table.table),
                table
                    .rows
                    .map_or_else(|| "-".to_owned(), |rows| rows.to_string()),
                table.contract.clone(),
                reason(table),
            ]);
        }
        let _ = write!(
            out,
            "\npipeline {}\n{}{}",
            pipeline.pipeline,
            sources.render(),
            tables.render()
        );
    }
    let reuses = summary::reuses(&plan.reuses);
    if !reuses.is_empty() {
        out += &format!("\n{reuses}");
    }
    let to_make = plan.pipelines.iter().flat_map(|pipeline| &pipeline.tables);
    let to_make = to_make.filter(|table| !table.causes.is_empty()).count();
    let _ = match to_make {
        0 => writeln!(
            out,
            "\nnothing to make unless a source has changed: a run asks them"
        ),
        1 => writeln!(
            out,
            "\n1 table to make, and those whose source has changed: a run asks them"
        ),
        _ => writeln!(
            out,
            "\n{to_make} tables to make, and those whose source has changed: a run asks them"
        ),
    };
    out
}

fn reason(table: &TablePlan) -> String {
    if let Some(held) = table.held.first() {
        return format!("held: {held}");
    }
    if table.causes.is_empty() {
        return "stays while its sources do".to_owned();
    }
    let causes: Vec<String> = table.causes.iter().map(ToString::to_string).collect();
    format!("make: {}", causes.join(", "))
}
