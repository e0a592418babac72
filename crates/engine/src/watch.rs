//! The sources looked at without their data, and what a run would make of what is said of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use edulac_extract::{Upstream, WatchState, Watched};
use edulac_model::ErrorClass;
use edulac_spec::Pipeline;
use edulac_spec::pipeline::Source;
use serde::Serialize;

use crate::drift::{Drift, announced, drift_of, retyped};
use crate::error::Result;
use crate::extraction::{archived, archived_schema, extractor, full_name};
use crate::observer::{NoObserver, Observer};
use crate::plan::{Plan, plan_for, selected};
use crate::run::RunOptions;
use crate::{Workspace, columns};

/// The sources as their publishers describe them now, and the plan that follows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Watch {
    /// One per source from outside the lake, in the order of the pipelines.
    pub sources: Vec<SourceWatch>,
    /// What a run would do then.
    pub plan: Plan,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceWatch {
    /// Pipeline and source.
    pub source: String,
    /// How it stands.
    pub state: SourceState,
    /// Records of the newest extract; none when there is none.
    pub records_before: Option<u64>,
    /// Records that the publisher announces; none when it does not.
    pub records_now: Option<u64>,
    /// When the publisher says that it was last processed or changed; none when it does not.
    pub published_at: Option<String>,
    /// Columns that the publisher announces otherwise than before.
    pub drift: Vec<Drift>,
    /// Tables that a run would hold because of it.
    pub holds: Vec<String>,
}

/// How a source stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum SourceState {
    /// Never extracted as it would be now.
    New,
    /// As it was.
    Unchanged,
    /// Another content.
    Changed,
    /// Only fetching it would tell.
    Untold,
    /// It cannot be had.
    Failed {
        /// Why, in one line.
        error: String,
        /// Whose fault it is.
        class: ErrorClass,
    },
}

impl Watch {
    /// What is to be looked at: a source that cannot be had, else a column whose loss would hold a table.
    #[must_use]
    pub fn class(&self) -> Option<ErrorClass> {
        let failed = self.sources.iter().find_map(|source| match &source.state {
            SourceState::Failed { class, .. } => Some(*class),
            _ => None,
        });
        let holds = self.sources.iter().any(|source| !source.holds.is_empty());
        failed.or(holds.then_some(ErrorClass::Refused))
    }
}

/// Asks every source of the pipelines what it has, and nothing more. Writes nothing.
///
/// # Errors
/// Those of a plan. A source that cannot be had is no error but a state.
pub async fn watch(workspace: &Workspace, options: &RunOptions) -> Result<Watch> {
    let pipelines = selected(workspace, &options.pipelines)?;
    let observer: Arc<dyn Observer> = Arc::new(NoObserver);
    let extractor = extractor(workspace, false, &observer)?;
    let mut sources = Vec::new();
    let mut changed = BTreeSet::new();
    for pipeline in &pipelines {
        for (name, source) in &pipeline.sources {
            if source.kind.table().is_some() {
                continue;
            }
            let full = full_name(pipeline, name);
            let looked = Box::pin(extractor.watch(&full, source)).await;
            let told = told(workspace, pipeline, name, source, looked)?;
            if matches!(told.state, SourceState::New | SourceState::Changed) {
                changed.insert(full);
            }
            sources.push(told);
        }
    }
    Ok(Watch {
        sources,
        plan: Box::pin(plan_for(workspace, options, &changed)).await?,
    })
}

fn told(
    workspace: &Workspace,
    pipeline: &Pipeline,
    name: &str,
    source: &Source,
    looked: std::result::Result<Watched, edulac_extract::Error>,
) -> Result<SourceWatch> {
    let mut told = SourceWatch {
        source: full_name(pipeline, name),
        state: SourceState::Untold,
        records_before: None,
        records_now: None,
        published_at: None,
        drift: Vec::new(),
        holds: Vec::new(),
    };
    let watched = match looked {
        Ok(watched) => watched,
        Err(error) => {
            told.state = SourceState::Failed {
                error: error.to_string(),
                class: error.class(),
            };
            return Ok(told);
        }
    };
    told.state = match watched.state {
        WatchState::New => SourceState::New,
        WatchState::Unchanged => SourceState::Unchanged,
        WatchState::Changed => SourceState::Changed,
        WatchState::Untold => SourceState::Untold,
    };
    for upstream in &watched.upstream {
        match upstream {
            Upstream::Opendatasoft {
                records_count,
                data_processed,
                ..
            } => {
                told.records_now = *records_count;
                told.published_at.clone_from(data_processed);
            }
            Upstream::DataGouv { last_modified, .. } => {
                told.published_at = told.published_at.max(last_modified.clone());
            }
            // Only asking for the events would tell whether there are new ones.
            Upstream::RnbDiff { .. } => {}
        }
    }
    let receipts = archived(workspace, pipeline)?;
    let Some(receipt) = receipts.get(name) else {
        return Ok(told);
    };
    told.records_before = Some(receipt.records.parsed);
    let before: Vec<(String, String)> = receipt
        .parts
        .iter()
        .filter_map(|part| part.upstream.as_ref())
        .flat_map(announced)
        .collect();
    let now: Vec<(String, String)> = watched.upstream.iter().flat_map(announced).collect();
    told.drift = drift(source, &before, &now);
    told.holds = held(workspace, pipeline, name, &told.drift);
    Ok(told)
}

/// The announced columns under the names of today, before and now.
fn drift(source: &Source, before: &[(String, String)], now: &[(String, String)]) -> Vec<Drift> {
    let today = |(name, kind): &(String, String)| {
        let renamed = source
            .renames
            .iter()
            .find(|(_, older)| older.contains(name));
        let name = renamed.map_or(name, |(today, _)| today);
        (name.clone(), kind.clone())
    };
    let before: Vec<_> = before.iter().map(today).collect();
    let now: Vec<_> = now.iter().map(today).collect();
    let names = |fields: &[(String, String)]| -> Vec<String> {
        fields.iter().map(|(name, _)| name.clone()).collect()
    };
    let mut found = drift_of(&names(&before), &names(&now));
    found.extend(retyped(&before, &now));
    found
}

/// The tables that could not be made without the columns that go.
fn held(workspace: &Workspace, pipeline: &Pipeline, name: &str, drift: &[Drift]) -> Vec<String> {
    let gone = |column: &str| {
        drift.iter().any(|drift| match drift {
            Drift::Missing { column: gone } | Drift::Renamed { column: gone, .. } => gone == column,
            Drift::New { .. } | Drift::Retyped { .. } => false,
        })
    };
    let come = drift.iter().filter_map(|drift| match drift {
        Drift::New { column } | Drift::Renamed { now: column, .. } => Some(column),
        Drift::Missing { .. } | Drift::Retyped { .. } => None,
    });
    let come: Vec<Field> = come
        .map(|column| Field::new(column, DataType::Utf8, true))
        .collect();
    let schema = |source: &str| -> Option<SchemaRef> {
        let schema = archived_schema(workspace, pipeline, source)?;
        if source != name {
            return Some(schema);
        }
        let fields = schema.fields().iter().map(|field| field.as_ref().clone());
        let fields = fields
            .filter(|field| !gone(field.name()))
            .chain(come.iter().cloned());
        Some(Arc::new(Schema::new(fields.collect::<Vec<_>>())))
    };
    let faults = columns::check(workspace, pipeline, &schema);
    let tables = faults.iter().flat_map(|fault| fault.tables(pipeline));
    let tables: BTreeSet<String> = tables.map(str::to_owned).collect();
    tables.into_iter().collect()
}
