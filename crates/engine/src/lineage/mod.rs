//! Column lineage: for every column of every published table, the columns that it comes from, and how.
//!
//! Taken from the plans that compute the tables, not from names: `sql` and `normalise` steps are walked as plans ([`plan`]), the
//! other steps, whose plans hide one side inside a function, declare what they read ([`rules`]). A pipeline is followed from
//! its sources to its tables ([`trace`]); a table of the lake that it reads is an end of its lineage, from which that of the
//! other pipeline goes on.

mod expr;
mod plan;
mod rules;
#[cfg(test)]
mod tests;
mod trace;
mod uses;

use std::collections::{BTreeMap, BTreeSet};

use edulac_contract::{ColumnType, Contract};
use edulac_lake::Release;
use edulac_spec::Pipeline;
use serde::Serialize;

use crate::fingerprint::{Fingerprint, Upstream};
use crate::{Workspace, extraction, sql};
use trace::{Origins, Sources, Traced, trace};

pub use uses::Use;

/// The column that the lake adds beside a geometry.
const BBOX: &str = "bbox";

/// What a column can come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dataset {
    /// A source from outside the lake, `pipeline.source`.
    Source(String),
    /// A table of the lake.
    Table(String),
}

impl Dataset {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Source(name) | Self::Table(name) => name,
        }
    }
}

/// A column of a source or of a table of the lake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Field {
    /// Where it is.
    #[serde(flatten)]
    pub dataset: Dataset,
    /// Its name there.
    pub column: String,
}

/// A column that another depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The column.
    #[serde(flatten)]
    pub field: Field,
    /// How it is used, each way once.
    pub uses: BTreeSet<Use>,
    /// The steps of the pipeline by way of which it is, in the order of the data; none when a table is a source as it is.
    pub steps: Vec<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnLineage {
    /// Its name.
    pub column: String,
    /// What it depends on, sorted; empty: it is a constant.
    pub origins: Vec<Origin>,
}

/// A table of the lake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableLineage {
    /// The pipeline that makes it.
    pub pipeline: String,
    /// Hash of the steps and options that lead to it, as in the fingerprint of a released table.
    pub method: String,
    /// Sources (`pipeline.source`) without which nothing can be said, since they were never extracted here; the table has no
    /// columns then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// Its columns, in their order.
    pub columns: Vec<ColumnLineage>,
    /// What the rows of the table depend on: joins, groups, filters on the way. Indirect, for all columns alike.
    pub rows: Vec<Origin>,
}

/// The lineage of all tables of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Lineage {
    /// By name.
    pub tables: BTreeMap<String, TableLineage>,
}

impl TableLineage {
    /// A column by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&ColumnLineage> {
        self.columns.iter().find(|column| column.column == name)
    }
}

impl Lineage {
    /// The columns that a column depends on through all pipelines, itself left out; the tables on the way are among them. What
    /// only says which rows there are is left out.
    #[must_use]
    pub fn behind(&self, table: &str, column: &str) -> BTreeSet<Field> {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![(table.to_owned(), column.to_owned())];
        while let Some((table, column)) = waiting.pop() {
            let known = self
                .tables
                .get(&table)
                .and_then(|table| table.column(&column));
            for origin in known.iter().flat_map(|column| &column.origins) {
                if seen.insert(origin.field.clone())
                    && let Dataset::Table(table) = &origin.field.dataset
                {
                    waiting.push((table.clone(), origin.field.column.clone()));
                }
            }
        }
        let itself = Field {
            dataset: Dataset::Table(table.to_owned()),
            column: column.to_owned(),
        };
        seen.remove(&itself);
        seen
    }

    /// The columns of tables that depend on a column, or on any column of a source or table when none is named, through all
    /// pipelines; each with how it depends on what is named, or on the table on the way to it.
    #[must_use]
    pub fn ahead(&self, dataset: &Dataset, column: Option<&str>) -> BTreeMap<Field, BTreeSet<Use>> {
        let mut found: BTreeMap<Field, BTreeSet<Use>> = BTreeMap::new();
        let mut waiting = vec![(dataset.clone(), column.map(str::to_owned))];
        while let Some((dataset, column)) = waiting.pop() {
            for (name, table) in &self.tables {
                for made in &table.columns {
                    let uses = made.origins.iter().filter(|origin| {
                        origin.field.dataset == dataset
                            && column
                                .as_ref()
                                .is_none_or(|column| origin.field.column == *column)
                    });
                    let uses: BTreeSet<Use> = uses.flat_map(|origin| origin.uses.clone()).collect();
                    let field = Field {
                        dataset: Dataset::Table(name.clone()),
                        column: made.column.clone(),
                    };
                    if uses.is_empty() || found.contains_key(&field) {
                        continue;
                    }
                    found.insert(field, uses);
                    let next = Dataset::Table(name.clone());
                    waiting.push((next, Some(made.column.clone())));
                }
            }
        }
        found
    }
}

/// The lineage of the tables of a project, by the columns that its sources had when they were extracted last. Reads the archive;
/// computes no row.
#[must_use]
pub fn lineage(workspace: &Workspace) -> Lineage {
    lineage_over(workspace, &|pipeline, name| {
        extraction::archived_schema(workspace, pipeline, name)
    })
}

/// The same by the columns that the sources of a release had: those of today, where it does not know a source or the archive
/// has it no more.
#[must_use]
pub fn lineage_of(workspace: &Workspace, release: &Release) -> Lineage {
    lineage_over(workspace, &|pipeline, name| {
        extraction::released_schema(workspace, release, pipeline, name)
            .or_else(|| extraction::archived_schema(workspace, pipeline, name))
    })
}

/// The same over given columns of sources from outside the lake.
pub(crate) fn lineage_over(workspace: &Workspace, sources: Sources<'_>) -> Lineage {
    let mut all = Lineage::default();
    let ctx = sql::planner();
    for pipeline in &workspace.project.pipelines {
        let known = trace(workspace, &ctx, pipeline, sources);
        for (name, table) in &pipeline.tables {
            let Some(contract) = workspace.contracts.get(&table.contract) else {
                continue;
            };
            let nothing = |_: &str| None;
            let method = Fingerprint::of(pipeline, table, contract, &nothing, &nothing).method;
            let mut lineage = TableLineage {
                pipeline: pipeline.name.clone(),
                method,
                unknown: Vec::new(),
                columns: Vec::new(),
                rows: Vec::new(),
            };
            match known.get(&table.from).and_then(Option::as_ref) {
                Some(traced) => {
                    lineage.columns = columns(pipeline, contract, traced);
                    lineage.rows = origins(pipeline, &traced.rows);
                }
                None => lineage.unknown = unknown(pipeline, &table.from, &known),
            }
            all.tables.insert(name.clone(), lineage);
        }
    }
    all
}

fn columns(pipeline: &Pipeline, contract: &Contract, traced: &Traced) -> Vec<ColumnLineage> {
    let agreed = contract.columns();
    let mut columns: Vec<ColumnLineage> = agreed
        .iter()
        .map(|column| ColumnLineage {
            column: column.name.clone(),
            origins: traced
                .columns
                .get(&column.name)
                .map(|found| origins(pipeline, found))
                .unwrap_or_default(),
        })
        .collect();
    let geometry = agreed
        .iter()
        .position(|column| column.column_type == ColumnType::Geometry);
    if let Some(shape) = geometry.and_then(|at| columns.get(at)) {
        let mut bbox = shape.clone();
        bbox.column = BBOX.to_owned();
        for origin in &mut bbox.origins {
            let uses = origin.uses.iter();
            origin.uses = uses.map(|by| Use::Transformation.after(*by)).collect();
        }
        columns.push(bbox);
    }
    columns
}

fn origins(pipeline: &Pipeline, found: &Origins) -> Vec<Origin> {
    let named = |steps: &BTreeSet<usize>| {
        let steps = steps.iter().filter_map(|at| pipeline.steps.get(*at));
        steps.map(|step| step.name.clone()).collect()
    };
    let all = found.iter().map(|(field, (uses, steps))| Origin {
        field: field.clone(),
        uses: uses.clone(),
        steps: named(steps),
    });
    all.collect()
}

/// The sources above something that are not known.
fn unknown(
    pipeline: &Pipeline,
    from: &str,
    known: &BTreeMap<String, Option<Traced>>,
) -> Vec<String> {
    let sources = Upstream::of(pipeline, from).sources.into_iter();
    let lost = sources.filter(|name| known.get(*name).is_some_and(Option::is_none));
    lost.map(|name| extraction::full_name(pipeline, name))
        .collect()
}
