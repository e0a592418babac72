//! `edulac watch`: what the sources have now.

use std::fmt::Write;

use edulac_engine::{RunOptions, SourceState, SourceWatch, Watch, Workspace};

use crate::args::Format;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};

pub(super) async fn run(
    workspace: &Workspace,
    pipelines: &[String],
    printer: &Printer,
) -> Result<Status, Error> {
    let options = RunOptions {
        pipelines: pipelines.to_vec(),
        ..RunOptions::default()
    };
    let watch = Box::pin(edulac_engine::watch(workspace, &options)).await?;
    match printer.format() {
        Format::Json => printer.json(&watch)?,
        Format::Text | Format::Csv => printer.result(&text(&watch))?,
    }
    Ok(watch.class().map_or(Status::Done, Status::Wanting))
}

fn text(watch: &Watch) -> String {
    let mut table = Table::new([
        ("source", Align::Left),
        ("state", Align::Left),
        ("records", Align::Right),
        ("now", Align::Right),
        ("published", Align::Left),
    ]);
    let mut told = String::new();
    for source in &watch.sources {
        let number =
            |count: Option<u64>| count.map_or_else(|| "-".to_owned(), |count| count.to_string());
        let published = source.published_at.as_deref().unwrap_or("-");
        table.row([
            source.source.clone(),
            state(source).to_owned(),
            number(source.records_before),
            number(source.records_now),
            published.chars().take(10).collect(),
        ]);
        for drift in &source.drift {
            let _ = writeln!(told, "drift: {}: {drift}", source.source);
        }
        if !source.holds.is_empty() {
            let _ = writeln!(told, "would be held: {}", source.holds.join(", "));
        }
        if let SourceState::Failed { error, .. } = &source.state {
            let _ = writeln!(told, "failed: {}", error.replace('\n', "\n  "));
        }
    }
    let mut out = table.render();
    if !told.is_empty() {
        out.push('\n');
        out += &told;
    }
    out.push('\n');
    out + &follows(watch)
}

fn state(source: &SourceWatch) -> &'static str {
    match source.state {
        SourceState::New => "never extracted",
        SourceState::Unchanged => "unchanged",
        SourceState::Changed => "changed",
        SourceState::Untold => "to be fetched to know",
        SourceState::Failed { .. } => "cannot be had",
    }
}

/// What a run would make.
fn follows(watch: &Watch) -> String {
    let tables = watch
        .plan
        .pipelines
        .iter()
        .flat_map(|pipeline| &pipeline.tables);
    let mut out = String::new();
    for pipeline in &watch.plan.pipelines {
        for source in pipeline.sources.iter().filter(|source| source.absent) {
            let (name, table) = (&source.source, &source.place);
            let _ = writeln!(
                out,
                "a run would do without `{table}` in {}.{name}",
                pipeline.pipeline
            );
        }
    }
    let without = out.len();
    for table in tables.filter(|table| !table.causes.is_empty() || !table.held.is_empty()) {
        if let Some(held) = table.held.first() {
            let _ = writeln!(out, "a run would hold {}: {held}", table.table);
            continue;
        }
        let causes: Vec<String> = table.causes.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            out,
            "a run would make {}: {}",
            table.table,
            causes.join(", ")
        );
    }
    if out.len() == without {
        out += "a run would make nothing\n";
    }
    out
}
