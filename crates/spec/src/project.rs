//! Checked pipelines, ready to run.

use edulac_yaml::{Diagnostic, Node, Source as Text};
use indexmap::IndexMap;

use crate::pipeline::{Owner, Schedule, Source, Step, Table};
use crate::query::{QueryFault, written};

/// All pipelines of a project, checked.
#[derive(Debug, Clone)]
pub struct Project {
    /// In the order of the run: each after those whose tables it reads.
    pub pipelines: Vec<Pipeline>,
    /// What is allowed but probably not meant.
    pub warnings: Vec<Diagnostic>,
}

/// A checked pipeline.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// What it makes.
    pub description: Option<String>,
    /// Who answers for it.
    pub owner: Option<Owner>,
    /// How often it is worth running.
    pub schedule: Option<Schedule>,
    /// Where data comes from, in the order written.
    pub sources: IndexMap<String, Source>,
    /// What is done to it, in the order of the data: each step after those that it reads.
    pub steps: Vec<NamedStep>,
    /// The tables that come out, in the order written.
    pub tables: IndexMap<String, Table>,
    /// Pipelines of the project whose tables it reads.
    pub after: Vec<String>,
    pub(crate) text: Text,
    pub(crate) tree: Node,
}

/// A step under its name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedStep {
    /// Its name, which is also that of its rows in SQL.
    pub name: String,
    /// The sources and steps that it reads, each once.
    pub inputs: Vec<String>,
    /// What it does.
    pub step: Step,
}

impl Project {
    /// The pipeline that makes a table of the lake, and what it says of the table.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<(&Pipeline, &Table)> {
        self.pipelines
            .iter()
            .find_map(|pipeline| Some((pipeline, pipeline.tables.get(name)?)))
    }
}

impl Pipeline {
    /// The file, as shown.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.text.name
    }

    /// Where something is written, as `pipelines/ips.yaml:12`, by its JSON pointer.
    #[must_use]
    pub fn place(&self, pointer: &str) -> String {
        let span = self.tree.key_span_at(pointer);
        let (line, _) = self.text.line_column(span.start);
        format!("{}:{line}", self.text.name)
    }

    /// Age in days after which a source is reported as stale: its own, or that of the pipeline's schedule.
    #[must_use]
    pub fn freshness_days(&self, source: &str) -> Option<u32> {
        let own = self.sources.get(source)?.freshness_days;
        own.or(self
            .schedule
            .as_ref()
            .and_then(|schedule| schedule.freshness_days))
    }

    /// A step by its name.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.name == name)
            .map(|step| &step.step)
    }

    /// An error at a JSON pointer of the file (`/tables/etablissements/contract`), to be completed with a label and a
    /// remedy. A pointer to what is not written shows the nearest thing that is.
    #[must_use]
    pub fn diagnostic_at(
        &self,
        pointer: &str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, &self.text, self.tree.span_at(pointer), message)
    }

    /// An error in the query of a `sql` step, at its place in the pipeline or in the query's own file. The
    /// message is `what`, and then what is wrong.
    #[must_use]
    pub fn query_diagnostic(
        &self,
        step: &str,
        code: &'static str,
        what: &str,
        fault: QueryFault,
    ) -> Diagnostic {
        let query = match self.step(step) {
            Some(Step::Sql(sql)) => sql.query.as_str(),
            _ => "",
        };
        written(&self.text, &self.tree, step, query).fault(code, what, fault)
    }

    /// As [`Pipeline::diagnostic_at`], for what is allowed but probably not meant.
    #[must_use]
    pub fn warning_at(
        &self,
        pointer: &str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::warning(code, &self.text, self.tree.span_at(pointer), message)
    }
}
