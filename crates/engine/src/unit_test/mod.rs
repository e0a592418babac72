//! Unit tests of pipelines: rows given to the sources, run through the same steps and contracts as a run, and compared
//! with the rows expected. No source is asked, no lake is touched.

mod compare;
mod given;

use std::collections::BTreeSet;
use std::path::Path;

use arrow::array::RecordBatch;
use edulac_contract::Severity;
use edulac_spec::{Pipeline, UnitTest, UnitTests, load_unit_tests};
use edulac_validate::{Reject, RowChecker};
use edulac_yaml::{Diagnostic, Source};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::fingerprint::Upstream;
use crate::graph::Graph;
use crate::plan::selected;
use crate::session::{Limits, session};
use crate::{Workspace, columns};

/// The tests of one pipeline and how they went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PipelineTests {
    /// The pipeline.
    pub pipeline: String,
    /// Where its tests are, or would be.
    pub file: String,
    /// In the order of the file; none when there is no file.
    pub tests: Vec<TestOutcome>,
}

/// How a test went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestOutcome {
    /// What it shows.
    pub test: String,
    /// Its line in the file.
    pub line: usize,
    /// What is not as expected; empty when all is.
    pub differences: Vec<String>,
}

/// Runs the unit tests of pipelines; of all when none is named.
///
/// # Errors
/// Test files that cannot be read or do not fit their pipelines ([`Error::Files`], all at once), an unknown pipeline. A
/// test that fails is no error but an outcome.
pub async fn unit_tests(workspace: &Workspace, names: &[String]) -> Result<Vec<PipelineTests>> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut loaded = Vec::new();
    for pipeline in selected(workspace, names)? {
        let file = test_file(pipeline);
        let path = workspace.root.join(&file);
        let tests = match std::fs::read_to_string(&path) {
            Ok(text) => match load_unit_tests(&Source::new(file.as_str(), text), pipeline) {
                Ok(tests) => Some(tests),
                Err(findings) => {
                    found.extend(findings);
                    continue;
                }
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::io(path)(error)),
        };
        loaded.push((pipeline, file, tests));
    }
    if !found.is_empty() {
        return Err(Error::Files(found));
    }
    let mut results = Vec::new();
    for (pipeline, file, tests) in loaded {
        let mut outcomes = Vec::new();
        if let Some(tests) = tests {
            for index in 0..tests.tests.len() {
                outcomes.push(Box::pin(run(workspace, pipeline, &tests, index)).await?);
            }
        }
        results.push(PipelineTests {
            pipeline: pipeline.name.clone(),
            file,
            tests: outcomes,
        });
    }
    Ok(results)
}

/// The tests of `pipelines/ips.yaml` are `pipelines/ips.test.yaml`.
fn test_file(pipeline: &Pipeline) -> String {
    let file = pipeline.file();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    format!("{stem}.test.yaml")
}

async fn run(
    workspace: &Workspace,
    pipeline: &Pipeline,
    tests: &UnitTests,
    index: usize,
) -> Result<TestOutcome> {
    let test = &tests.tests[index];
    let work = tempfile::tempdir().map_err(Error::io(std::env::temp_dir()))?;
    let differences =
        match Box::pin(differences(workspace, pipeline, tests, test, work.path())).await {
            Ok(differences) => differences,
            // What stops a run is what the test shows: a query that fails on these rows, a column that is missing.
            Err(Error::Files(found)) => found.iter().map(ToString::to_string).collect(),
            Err(error @ (Error::Step { .. } | Error::Validate(_))) => vec![error.to_string()],
            Err(error) => return Err(error),
        };
    Ok(TestOutcome {
        test: test.test.clone(),
        line: tests.place(index).map_or(0, |(_, line)| line),
        differences,
    })
}

async fn differences(
    workspace: &Workspace,
    pipeline: &Pipeline,
    tests: &UnitTests,
    test: &UnitTest,
    work: &Path,
) -> Result<Vec<String>> {
    let ctx = session(Limits::of(&workspace.profile), work)?;
    let mut graph = Graph::new(ctx, pipeline, work, work);
    let names: BTreeSet<&str> = test
        .expect
        .keys()
        .chain(test.rejected.keys())
        .map(String::as_str)
        .collect();
    let upstream: Vec<Upstream<'_>> = names
        .iter()
        .map(|name| {
            let table = pipeline.tables.get(*name);
            Upstream::of(pipeline, table.map_or(name, |table| table.from.as_str()))
        })
        .collect();
    for name in pipeline.sources.keys() {
        if upstream
            .iter()
            .any(|up| up.sources.contains(&name.as_str()))
        {
            given::add(&mut graph, workspace, pipeline, tests, test, name).await?;
        }
    }
    for step in &pipeline.steps {
        if upstream
            .iter()
            .any(|up| up.steps.iter().any(|s| s.name == step.name))
        {
            graph.compute(step).await?;
        }
    }
    let mut differences = Vec::new();
    for name in names {
        let (rows, rejects) = Box::pin(result(workspace, pipeline, &graph, name)).await?;
        if let Some(expected) = test.expect.get(name) {
            differences.extend(compare::rows(name, expected, &rows)?);
        }
        let expected = test.rejected.get(name).map_or(&[][..], Vec::as_slice);
        differences.extend(compare::rejects(name, expected, &rejects));
    }
    Ok(differences)
}

/// The rows of a step as they are; of a table, those that its contract accepts and what it rejects.
async fn result(
    workspace: &Workspace,
    pipeline: &Pipeline,
    graph: &Graph<'_>,
    name: &str,
) -> Result<(Vec<RecordBatch>, Vec<Reject>)> {
    let Some(table) = pipeline.tables.get(name) else {
        let frame = graph.frame(name).await?;
        let rows = frame
            .collect()
            .await
            .map_err(Error::step(&pipeline.name, name))?;
        return Ok((rows, Vec::new()));
    };
    let frame = graph.frame(&table.from).await?;
    let checks = workspace.contracts[&table.contract].checks();
    let checker = RowChecker::new(checks, frame.schema().inner())?
        .read_as(columns::former_names(pipeline, &table.from));
    let (mut rows, mut rejects) = (Vec::new(), Vec::new());
    for batch in frame
        .collect()
        .await
        .map_err(Error::step(&pipeline.name, name))?
    {
        let checked = checker.check(&batch)?;
        rows.push(checked.accepted);
        let refused = checked.rejects.into_iter();
        rejects.extend(refused.filter(|reject| reject.severity == Severity::Error));
    }
    Ok((rows, rejects))
}
