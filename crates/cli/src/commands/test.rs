//! `edulac test`: the unit tests of pipelines.

use edulac_engine::{PipelineTests, Workspace, unit_tests};
use serde_json::json;

use crate::args::Format;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::table::{Align, Table};
use crate::words::counted;

pub(super) async fn run(
    workspace: &Workspace,
    names: &[String],
    printer: &Printer,
) -> Result<Status, Error> {
    let results = Box::pin(unit_tests(workspace, names)).await?;
    let failed = results.iter().map(failures).sum();
    if printer.format() == Format::Json {
        printer.json(&json!({"passed": failed == 0, "pipelines": results}))?;
    } else {
        printer.result(&text(&results))?;
    }
    match failed {
        0 => Ok(Status::Done),
        failed => Err(Error::TestsFailed {
            failed,
            of: results.iter().map(|pipeline| pipeline.tests.len()).sum(),
        }),
    }
}

fn failures(pipeline: &PipelineTests) -> usize {
    let failed = pipeline
        .tests
        .iter()
        .filter(|test| !test.differences.is_empty());
    failed.count()
}

fn text(results: &[PipelineTests]) -> String {
    let mut table = Table::new([
        ("pipeline", Align::Left),
        ("passed", Align::Right),
        ("failed", Align::Right),
    ]);
    let (mut untested, mut told) = (Vec::new(), String::new());
    for pipeline in results {
        if pipeline.tests.is_empty() {
            untested.push(pipeline.file.as_str());
            continue;
        }
        let failed = failures(pipeline);
        let passed = pipeline.tests.len() - failed;
        table.row([
            pipeline.pipeline.clone(),
            passed.to_string(),
            failed.to_string(),
        ]);
        for test in pipeline
            .tests
            .iter()
            .filter(|test| !test.differences.is_empty())
        {
            told.push_str(&format!(
                "\n{}:{}: {}\n",
                pipeline.file, test.line, test.test
            ));
            for difference in &test.differences {
                told.push_str(&format!("  {difference}\n"));
            }
        }
    }
    let all: usize = results.iter().map(|pipeline| pipeline.tests.len()).sum();
    let failed: usize = results.iter().map(failures).sum();
    let mut lines = Vec::new();
    if all > 0 {
        lines.push(table.render().trim_end().to_owned());
    }
    if !told.is_empty() {
        lines.push(told);
    }
    if !untested.is_empty() {
        lines.push(format!("no tests yet: write {}", untested.join(", ")));
    }
    lines.push(format!("{} passed", counted(all - failed, "test")));
    lines.join("\n")
}
