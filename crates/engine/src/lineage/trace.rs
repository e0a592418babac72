//! The columns of a pipeline, followed from its sources through its steps to its tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::Result;
use datafusion::datasource::empty::EmptyTable;
use datafusion::prelude::SessionContext;
use edulac_spec::pipeline::Step;
use edulac_spec::{NamedStep, Pipeline};
use futures::FutureExt;

use super::plan::{Relation, Walk};
use super::rules;
use super::uses::{Read, Reads, Use};
use super::{Dataset, Field};
use crate::Workspace;
use crate::{extraction, of_lake};

/// What a column or the rows of a step depend on, by way of which steps (their places in the pipeline).
pub(super) type Origins = BTreeMap<Field, (BTreeSet<Use>, BTreeSet<usize>)>;

/// A source or step whose columns are known.
#[derive(Debug, Clone)]
pub(super) struct Traced {
    pub(super) schema: SchemaRef,
    pub(super) columns: BTreeMap<String, Origins>,
    pub(super) rows: Origins,
}

/// The columns of a source from outside the lake; none when they are not known.
pub(crate) type Sources<'a> = &'a dyn Fn(&Pipeline, &str) -> Option<SchemaRef>;

/// Sources and steps of a pipeline; none where a source was never extracted, or a query cannot be planned over what it gave.
pub(super) fn trace(
    workspace: &Workspace,
    ctx: &SessionContext,
    pipeline: &Pipeline,
    sources: Sources<'_>,
) -> BTreeMap<String, Option<Traced>> {
    let mut known: BTreeMap<String, Option<Traced>> = BTreeMap::new();
    for name in pipeline.sources.keys() {
        known.insert(name.clone(), source(workspace, pipeline, name, sources));
    }
    for (at, step) in pipeline.steps.iter().enumerate() {
        let traced = read(ctx, step, at, &known);
        known.insert(step.name.clone(), traced);
    }
    known
}

fn source(
    workspace: &Workspace,
    pipeline: &Pipeline,
    name: &str,
    sources: Sources<'_>,
) -> Option<Traced> {
    let kind = &pipeline.sources.get(name)?.kind;
    let (schema, dataset) = match kind.table() {
        Some(table) => {
            let contract = workspace.contracts.get(table)?;
            (
                of_lake::schema(kind, contract),
                Dataset::Table(table.to_owned()),
            )
        }
        None => (
            sources(pipeline, name)?,
            Dataset::Source(extraction::full_name(pipeline, name)),
        ),
    };
    let columns = schema.fields().iter().map(|column| {
        let field = Field {
            dataset: dataset.clone(),
            column: column.name().clone(),
        };
        let itself = (BTreeSet::from([Use::Identity]), BTreeSet::new());
        (column.name().clone(), BTreeMap::from([(field, itself)]))
    });
    Some(Traced {
        columns: columns.collect(),
        schema,
        rows: Origins::new(),
    })
}

/// A step whose inputs are all known.
fn read(
    ctx: &SessionContext,
    step: &NamedStep,
    at: usize,
    known: &BTreeMap<String, Option<Traced>>,
) -> Option<Traced> {
    let mut inputs = BTreeMap::new();
    for input in &step.inputs {
        inputs.insert(input.as_str(), known.get(input)?.as_ref()?);
    }
    let (schema, relation) = of_step(ctx, step, &inputs).ok()?;
    let groups = resolve(&relation.rows, at, &inputs);
    let columns = schema.fields().iter().zip(&relation.columns);
    let columns = columns.map(|(field, reads)| {
        let mut origins = resolve(reads, at, &inputs);
        // Constants of several rows put together: which ones depends on the rows.
        if origins.is_empty() && reads.uses(Use::Aggregation) {
            origins.clone_from(&groups);
        }
        (field.name().clone(), origins)
    });
    let columns = columns.collect();
    let mut rows = groups.clone();
    for input in inputs.values() {
        add(&mut rows, &input.rows);
    }
    Some(Traced {
        schema,
        columns,
        rows,
    })
}

fn of_step(
    ctx: &SessionContext,
    step: &NamedStep,
    inputs: &BTreeMap<&str, &Traced>,
) -> Result<(SchemaRef, Relation)> {
    let schemas = |name: &str| Some(Arc::clone(&inputs.get(name)?.schema));
    let schema_of = |name: &str| schemas(name).unwrap_or_else(|| Arc::new(Schema::empty()));
    match &step.step {
        Step::Sql(sql) => {
            for (name, input) in inputs {
                let empty = Arc::new(EmptyTable::new(Arc::clone(&input.schema)));
                ctx.deregister_table(*name)?;
                ctx.register_table(*name, empty)?;
            }
            query(ctx, &sql.query)
        }
        Step::Normalise(normalise) => {
            let name = normalise.from.as_str();
            let empty = Arc::new(EmptyTable::new(schema_of(name)));
            ctx.deregister_table(name)?;
            ctx.register_table(name, empty)?;
            let frame = ready(ctx.table(name))?;
            let frame = edulac_normalise::normalise(frame, normalise).map_err(external)?;
            let relation = Walk::default().plan(frame.logical_plan())?;
            Ok((Arc::clone(frame.schema().inner()), relation))
        }
        Step::Locate(locate) => {
            let added = locate.within.keys();
            let added = added.flat_map(|name| edulac_link::located_columns(name));
            let points = schema_of(&locate.points);
            let points = points.fields().iter().map(|field| field.as_ref().clone());
            let schema = Arc::new(Schema::new(points.chain(added).collect::<Vec<_>>()));
            let relation = rules::locate(locate, &schema, &schemas);
            Ok((schema, relation))
        }
        Step::Passage(passage) => {
            let from = schema_of(&passage.from);
            let schema = edulac_normalise::passage_schema(&from, passage).map_err(external)?;
            let relation = rules::passage(passage, &schema, &schemas);
            Ok((Arc::new(schema), relation))
        }
        Step::LinkBuildings(link) => {
            let schema = edulac_link::link_schema().map_err(external)?;
            let relation = rules::link(link, &schema, &schemas);
            Ok((schema, relation))
        }
        Step::Sites(sites) => {
            let schema = edulac_link::sites_schema().map_err(external)?;
            let relation = rules::sites(sites, &schema, &schemas);
            Ok((schema, relation))
        }
    }
}

/// A query over tables that the session knows: its columns, and where they come from.
pub(super) fn query(ctx: &SessionContext, sql: &str) -> Result<(SchemaRef, Relation)> {
    let frame = ready(ctx.sql(sql))?;
    let relation = Walk::default().plan(frame.logical_plan())?;
    Ok((Arc::clone(frame.schema().inner()), relation))
}

/// Planning over tables that are all here never waits.
fn ready<T>(planned: impl Future<Output = Result<T>>) -> Result<T> {
    match planned.now_or_never() {
        Some(planned) => planned,
        None => datafusion::common::plan_err!("planning waits"),
    }
}

fn external(
    error: impl std::error::Error + Send + Sync + 'static,
) -> datafusion::error::DataFusionError {
    datafusion::error::DataFusionError::External(Box::new(error))
}

/// What reads of the inputs of a step come to at the sources.
fn resolve(reads: &Reads, at: usize, inputs: &BTreeMap<&str, &Traced>) -> Origins {
    let mut all = Origins::new();
    for (Read { relation, column }, uses) in &reads.0 {
        let origins = inputs
            .get(relation.as_str())
            .and_then(|input| input.columns.get(column));
        for (field, (earlier, steps)) in origins.into_iter().flatten() {
            let entry = all.entry(field.clone()).or_default();
            for later in uses {
                entry
                    .0
                    .extend(earlier.iter().map(|earlier| later.after(*earlier)));
            }
            entry.1.extend(steps);
            entry.1.insert(at);
        }
    }
    all
}

fn add(all: &mut Origins, more: &Origins) {
    for (field, (uses, steps)) in more {
        let entry = all.entry(field.clone()).or_default();
        entry.0.extend(uses);
        entry.1.extend(steps);
    }
}
