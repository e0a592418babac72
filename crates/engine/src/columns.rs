//! The columns of sources, steps and tables, followed through a pipeline before anything is computed.
//!
//! What is known of an input decides how far the check goes: columns with their types (a table of the lake, a source
//! that was extracted before) let every step be planned for real; names alone (a query that lists its columns over an
//! input never seen) are followed as names; of a source never extracted nothing is said.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::datasource::empty::EmptyTable;
use datafusion::prelude::SessionContext;
use edulac_spec::pipeline::{Locate, Passage, Step, Table};
use edulac_spec::{NamedStep, Pipeline, QueryFault};
use edulac_validate::{Error as ValidateError, align};
use edulac_yaml::{Diagnostic, did_you_mean};

use crate::fingerprint::Upstream;
use crate::step_columns::{self, Reads};
use crate::{Workspace, of_lake, sql, vintage};

/// What is known of the columns of a source or a step.
#[derive(Debug, Clone)]
enum Known {
    Typed(SchemaRef),
    Names(Vec<String>),
    Nothing,
}

/// The columns that no source or step provides, each finding at its place. `sources` gives the columns of a source from
/// outside the lake; none when they are not known.
pub(crate) fn check(
    workspace: &Workspace,
    pipeline: &Pipeline,
    sources: &dyn Fn(&str) -> Option<SchemaRef>,
) -> Vec<Fault> {
    let mut checker = Checker {
        ctx: sql::planner(),
        pipeline,
        known: BTreeMap::new(),
        place: At::Step(String::new()),
        found: Vec::new(),
    };
    for (name, source) in &pipeline.sources {
        let known = match source.kind.table() {
            Some(table) => workspace.contracts.get(table).map(|contract| {
                vintage::of_contract(of_lake::schema(&source.kind, contract), contract)
            }),
            None => sources(name),
        };
        let known = known.map_or(Known::Nothing, Known::Typed);
        checker.place = At::Source(name.clone());
        if let Some(column) = &source.history {
            checker.dated(name, column, &known);
        }
        checker.known.insert(name.clone(), known);
    }
    for step in &pipeline.steps {
        checker.place = At::Step(step.name.clone());
        let known = checker.step(step);
        checker.known.insert(step.name.clone(), known);
    }
    for (name, table) in &pipeline.tables {
        checker.place = At::Table(name.clone());
        if let Some(contract) = workspace.contracts.get(&table.contract) {
            checker.table(name, table, contract);
        }
    }
    checker.found
}

/// A column that is not provided, or not as it should be.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    at: At,
    pub(crate) finding: Diagnostic,
}

/// Who cannot do with it.
#[derive(Debug, Clone)]
enum At {
    Source(String),
    Step(String),
    Table(String),
}

impl Fault {
    /// The tables of the pipeline that cannot be made then.
    pub(crate) fn tables<'a>(&self, pipeline: &'a Pipeline) -> Vec<&'a str> {
        let stopped = |(name, table): &(&'a String, &Table)| match &self.at {
            At::Table(at) => at == *name,
            At::Source(at) => Upstream::of(pipeline, &table.from)
                .sources
                .contains(&at.as_str()),
            At::Step(at) => {
                let upstream = Upstream::of(pipeline, &table.from);
                upstream.steps.iter().any(|step| step.name == *at)
            }
        };
        let tables = pipeline.tables.iter().filter(stopped);
        tables.map(|(name, _)| name.as_str()).collect()
    }
}

struct Checker<'a> {
    ctx: SessionContext,
    pipeline: &'a Pipeline,
    known: BTreeMap<String, Known>,
    place: At,
    found: Vec<Fault>,
}

impl Checker<'_> {
    fn find(&mut self, finding: Diagnostic) {
        self.found.push(Fault {
            at: self.place.clone(),
            finding,
        });
    }

    fn of(&self, input: &str) -> Known {
        self.known.get(input).cloned().unwrap_or(Known::Nothing)
    }

    fn step(&mut self, step: &NamedStep) -> Known {
        match &step.step {
            Step::Normalise(normalise) => {
                let Known::Typed(schema) = self.of(&normalise.from) else {
                    return Known::Nothing;
                };
                let empty = Arc::new(EmptyTable::new(Arc::clone(&schema)));
                let frame = self.ctx.read_table(empty);
                let planned = frame.map(|frame| edulac_normalise::normalise(frame, normalise));
                match planned {
                    Ok(Ok(frame)) => {
                        let schema = Arc::clone(frame.schema().inner());
                        Known::Typed(vintage::of_normalise(schema, normalise))
                    }
                    Ok(Err(error)) => {
                        self.find(normalise_finding(
                            self.pipeline,
                            &step.name,
                            &normalise.from,
                            &error,
                        ));
                        Known::Nothing
                    }
                    Err(_) => Known::Nothing,
                }
            }
            Step::Sql(sql) => self.query(step, &sql.query),
            Step::Locate(locate) => self.locate(&step.name, locate),
            Step::LinkBuildings(link) => {
                self.needs_all(&step.name, &step_columns::of_link(link));
                edulac_link::link_schema().map_or(Known::Nothing, Known::Typed)
            }
            Step::Passage(passage) => self.passage(&step.name, passage),
            Step::Sites(sites) => {
                self.needs_all(&step.name, &step_columns::of_sites(sites));
                edulac_link::sites_schema().map_or(Known::Nothing, Known::Typed)
            }
        }
    }

    /// A query over inputs that are all known is planned; else its list of columns is read.
    fn query(&mut self, step: &NamedStep, query: &str) -> Known {
        let mut inputs = Vec::new();
        for input in &step.inputs {
            match self.of(input) {
                Known::Typed(schema) => inputs.push((input.as_str(), schema)),
                _ => return sql::projected(query).map_or(Known::Nothing, Known::Names),
            }
        }
        match sql::planned(&self.ctx, query, &inputs) {
            Ok(Some(planned)) => {
                for fault in vintage::mixed(&planned.plan) {
                    self.find(vintage_finding(self.pipeline, &step.name, fault));
                }
                Known::Typed(planned.schema)
            }
            Ok(None) => Known::Nothing,
            Err(fault) => {
                self.find(query_finding(self.pipeline, &step.name, fault));
                Known::Nothing
            }
        }
    }

    fn locate(&mut self, name: &str, locate: &Locate) -> Known {
        self.needs(name, "points", &locate.points, &["geometry"]);
        for (key, within) in &locate.within {
            let mut columns = vec!["geometry", within.code_column.as_str()];
            if !within.levels.is_empty() {
                columns.push(&within.level_column);
            }
            self.needs(
                name,
                &format!("within/{key}/areas"),
                &within.areas,
                &columns,
            );
        }
        let added = locate
            .within
            .keys()
            .flat_map(|name| edulac_link::located_columns(name));
        match self.of(&locate.points) {
            Known::Typed(schema) => {
                let fields = schema.fields().iter().map(|field| field.as_ref().clone());
                Known::Typed(Arc::new(Schema::new(
                    fields.chain(added).collect::<Vec<Field>>(),
                )))
            }
            Known::Names(mut names) => {
                names.extend(added.map(|field| field.name().clone()));
                Known::Names(names)
            }
            Known::Nothing => Known::Nothing,
        }
    }

    fn passage(&mut self, name: &str, passage: &Passage) -> Known {
        self.needs(name, "column", &passage.from, &[&passage.column]);
        let movements = &passage.movements;
        self.needs(
            name,
            "movements",
            movements,
            &edulac_normalise::MOVEMENT_COLUMNS,
        );
        if let Some(communes) = &passage.communes {
            let code = [edulac_normalise::COMMUNE_COLUMN];
            self.needs(name, "communes", communes, &code);
        }
        let schema = match self.of(&passage.from) {
            Known::Typed(schema) => schema,
            // The step gives names and texts; of what it only passes on the types stay unknown.
            Known::Names(names) => {
                let fields = names
                    .iter()
                    .map(|name| Field::new(name, DataType::Null, true));
                Arc::new(Schema::new(fields.collect::<Vec<_>>()))
            }
            Known::Nothing => return Known::Nothing,
        };
        let Ok(out) = edulac_normalise::passage_schema(&schema, passage) else {
            return Known::Nothing;
        };
        let field = schema.field_with_name(&passage.column).ok();
        if let Some(known) = field.and_then(|f| vintage::other_than(f, passage.from_vintage)) {
            let column = &passage.column;
            let message = format!("the codes of `{column}` are of {known}");
            let pointer = format!("/steps/{name}/from_vintage");
            let finding = self
                .pipeline
                .diagnostic_at(&pointer, "edulac::engine::vintage", message)
                .with_label("another year than this")
                .with_help(format!("write `from_vintage: {known}`"));
            self.find(finding);
        }
        match self.of(&passage.from) {
            Known::Typed(_) => Known::Typed(vintage::of_passage(Arc::new(out), passage)),
            _ => Known::Names(out.fields().iter().map(|f| f.name().clone()).collect()),
        }
    }

    /// The column that dates the records of a source.
    fn dated(&mut self, source: &str, column: &str, known: &Known) {
        let Known::Typed(schema) = known else {
            return;
        };
        if schema.column_with_name(column).is_some() {
            return;
        }
        let names = schema.fields().iter().map(|field| field.name().as_str());
        let help = match did_you_mean(column, names) {
            Some(close) => format!("did you mean `{close}`?"),
            None => "name the column that holds the rentrée or the year".to_owned(),
        };
        self.find(
            self.pipeline
                .diagnostic_at(
                    &format!("/sources/{source}/history"),
                    "edulac::engine::unknown_column",
                    format!("`{source}` has no column `{column}`"),
                )
                .with_label("not a column of the source")
                .with_help(help),
        );
    }

    /// Columns that a step reads by name of all its inputs.
    fn needs_all(&mut self, step: &str, reads: &[Reads<'_>]) {
        for (option, input, columns) in reads {
            self.needs(step, option, input, columns);
        }
    }

    /// Columns that a step reads by name.
    fn needs(&mut self, step: &str, key: &str, input: &str, columns: &[&str]) {
        let names: Vec<String> = match self.of(input) {
            Known::Typed(schema) => schema.fields().iter().map(|f| f.name().clone()).collect(),
            Known::Names(names) => names,
            Known::Nothing => return,
        };
        for column in columns {
            if names.iter().any(|name| name == column) {
                continue;
            }
            let help = match did_you_mean(column, names.iter().map(String::as_str)) {
                Some(close) => format!("it has `{close}`: name it `{column}` in a `sql` step"),
                None => format!("add it in a `sql` step between `{input}` and `{step}`"),
            };
            self.find(
                self.pipeline
                    .diagnostic_at(
                        &format!("/steps/{step}/{key}"),
                        "edulac::engine::unknown_column",
                        format!(
                            "`{input}` has no column `{column}`, which the step `{step}` reads"
                        ),
                    )
                    .with_label(format!("has no `{column}`"))
                    .with_help(help),
            );
        }
    }

    fn table(&mut self, name: &str, table: &Table, contract: &edulac_contract::Contract) {
        let pointer = format!("/tables/{name}/from");
        let schema = match self.of(&table.from) {
            Known::Typed(schema) => schema,
            // Null fits every type: only names are compared.
            Known::Names(names) => Arc::new(Schema::new(
                names
                    .iter()
                    .map(|name| Field::new(name, DataType::Null, true))
                    .collect::<Vec<_>>(),
            )),
            Known::Nothing => return,
        };
        let Err(ValidateError::Columns {
            missing, misfits, ..
        }) = align(&schema, contract.checks())
        else {
            return;
        };
        for missing in missing {
            let message = format!(
                "`{}` has no column `{}`, which the contract of `{name}` asks for",
                table.from, missing.column
            );
            let help = match &missing.close {
                Some(close) => format!(
                    "it has `{close}`: name it `{}` in a `sql` step",
                    missing.column
                ),
                None => "add it in a step, or take it out of the contract".to_owned(),
            };
            self.find(
                self.pipeline
                    .diagnostic_at(&pointer, "edulac::engine::unknown_column", message)
                    .with_label(format!("has no `{}`", missing.column))
                    .with_help(help),
            );
        }
        for misfit in misfits {
            let message = format!(
                "column `{}` of `{}` is {}, and the contract of `{name}` asks for {}",
                misfit.column, table.from, misfit.found, misfit.expected
            );
            self.find(
                self.pipeline
                    .diagnostic_at(&pointer, "edulac::engine::wrong_type", message)
                    .with_label(format!("`{}` is of another type", misfit.column))
                    .with_help(
                        "read it with `values` of a `normalise` step, or `cast` it in a `sql` step",
                    ),
            );
        }
    }
}

/// The names that the columns of a step bore before it, back to the sources: those that queries gave them.
pub(crate) fn former_names(pipeline: &Pipeline, from: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for step in Upstream::of(pipeline, from).steps {
        let Step::Sql(sql) = &step.step else { continue };
        for (new, old) in sql::renamed(&sql.query) {
            let older = names.get(&old).cloned().unwrap_or_default();
            let former = names.entry(new).or_default();
            former.extend(older);
            former.insert(old);
        }
    }
    names
}

/// A query that its inputs cannot answer.
pub(crate) fn query_finding(pipeline: &Pipeline, step: &str, fault: QueryFault) -> Diagnostic {
    let what = format!("the query of `{step}` does not fit its inputs");
    pipeline.query_diagnostic(step, "edulac::engine::query", &what, fault)
}

/// A query that compares codes of two vintages.
fn vintage_finding(pipeline: &Pipeline, step: &str, fault: QueryFault) -> Diagnostic {
    let what = format!("the query of `{step}` mixes vintages");
    pipeline.query_diagnostic(step, "edulac::engine::vintage", &what, fault)
}

/// A column that a `normalise` step names and its input lacks.
pub(crate) fn normalise_finding(
    pipeline: &Pipeline,
    step: &str,
    input: &str,
    error: &edulac_normalise::Error,
) -> Diagnostic {
    match error {
        edulac_normalise::Error::UnknownColumn {
            column,
            known,
            pointer,
        } => {
            let help = match did_you_mean(column, known.iter().map(String::as_str)) {
                Some(close) => format!(
                    "it has `{close}`: if the source changed its name, write `renames: {{{column}: [{close}]}}` there"
                ),
                None => {
                    // Ours begin with `_`.
                    let theirs = known
                        .iter()
                        .map(String::as_str)
                        .filter(|name| !name.starts_with('_'));
                    format!("its columns are {}", theirs.collect::<Vec<_>>().join(", "))
                }
            };
            pipeline
                .diagnostic_at(
                    &format!("/steps/{step}{pointer}"),
                    "edulac::engine::unknown_column",
                    format!("`{input}` has no column `{column}`"),
                )
                .with_label("not a column of the input")
                .with_help(help)
        }
        error => pipeline
            .diagnostic_at(
                &format!("/steps/{step}"),
                "edulac::engine::plan",
                error.to_string(),
            )
            .with_label("this step"),
    }
}
