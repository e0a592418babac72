//! One table: its rows checked against their contract and written to the local disk, in one pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::SessionContext;
use edulac_contract::{ColumnType, Contract};
use edulac_lake::{ContractRef, ReleasedTable, Staged, TableLayout, stage};
use edulac_spec::pipeline::Table;
use edulac_validate::{
    RowChecker, TableChecks, lost_columns, shrink, table_schema, too_many_rejects,
};
use futures::{StreamExt, TryStreamExt};

use crate::error::{Error, Result};
use crate::record::{FindingKind, FindingRecord};
use crate::rejects::RejectFile;
use crate::vintage;

/// A table on the local disk, its rows checked, its table rules not yet.
pub(crate) struct Candidate {
    pub(crate) layout: TableLayout,
    pub(crate) staged: Staged,
    pub(crate) checks: TableChecks,
    pub(crate) counts: Counts,
    /// What the guards say.
    pub(crate) findings: Vec<FindingRecord>,
}

/// Rows of a table by their fate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) read: u64,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    /// Accepted rows with a value that could not be read, a geometry that was repaired, or that break a lesser rule.
    pub(crate) remarks: u64,
}

/// A table to be made.
pub(crate) struct Order<'a> {
    pub(crate) name: &'a str,
    pub(crate) table: &'a Table,
    pub(crate) contract: &'a Contract,
    /// The table in the last release.
    pub(crate) released: Option<&'a ReleasedTable>,
    /// Why the guards on a smaller table are waived; none when they are not.
    pub(crate) accepted_shrink: Option<&'a str>,
    /// Where its files are written.
    pub(crate) staging: &'a Path,
    /// The names that its columns bore before.
    pub(crate) former_names: BTreeMap<String, BTreeSet<String>>,
    /// Where its rejects are written.
    pub(crate) rejects: PathBuf,
}

/// Checks the rows of `input` and writes those accepted.
pub(crate) async fn make(
    ctx: &SessionContext,
    input: DataFrame,
    order: Order<'_>,
) -> Result<Candidate> {
    let Order {
        name,
        table,
        contract,
        released,
        accepted_shrink,
        former_names,
        staging,
        rejects,
    } = order;
    let checks = contract.checks();
    let checker =
        RowChecker::new(checks, &Arc::clone(input.schema().inner()))?.read_as(former_names);
    let rows = Arc::new(Rows {
        schema: checker.schema(),
        checker,
        input,
        state: Mutex::new(State {
            checks: Some(TableChecks::new(checks)?),
            counts: Counts::default(),
            rejects: RejectFile::new(name, rejects),
        }),
    });
    let stream: Arc<dyn PartitionStream> = Arc::new(CheckedStream(Arc::clone(&rows)));
    let source = StreamingTable::try_new(Arc::clone(&rows.schema), vec![stream]);
    let frame = source
        .and_then(|source| ctx.read_table(Arc::new(source)))
        .map_err(Error::session)?;
    let layout = layout(name, table, contract);
    let staged = stage(&layout, frame, staging).await?;
    let mut state = rows.state.lock().unwrap_or_else(PoisonError::into_inner);
    state.rejects.finish()?;
    let counts = state.counts;
    let mut findings = Vec::new();
    let guards = [
        too_many_rejects(checks, counts.read, counts.rejected),
        released.and_then(|released| shrink(checks, released.rows, staged.rows)),
        released.and_then(|released| lost_columns(checks, &released_columns(released))),
    ];
    for held in guards.into_iter().flatten() {
        let waived = accepted_shrink.filter(|_| held.can_be_accepted());
        findings.push(FindingRecord {
            rule: "garde".to_owned(),
            kind: FindingKind::Guard,
            accepted: waived.map(str::to_owned),
            blocking: waived.is_none(),
            message: match waived {
                Some(reason) => format!("{}: accepted, {reason}", held.fact()),
                None => held.to_string(),
            },
        });
    }
    let Some(checks) = state.checks.take() else {
        return Err(Error::Accounting(vec![format!(
            "table {name}: its checks are gone"
        )]));
    };
    Ok(Candidate {
        layout,
        staged,
        checks,
        counts,
        findings,
    })
}

/// The columns that a release says a table has, without the lake's own.
fn released_columns(released: &ReleasedTable) -> Schema {
    let own = |name: &str| name == "bbox";
    let columns = released.columns.iter().filter(|column| !own(&column.name));
    Schema::new(
        columns
            .map(|column| Field::new(&column.name, DataType::Null, true))
            .collect::<Vec<_>>(),
    )
}

/// How a table is written, from its contract and its pipeline.
pub(crate) fn layout(name: &str, table: &Table, contract: &Contract) -> TableLayout {
    let geometry = contract
        .columns()
        .iter()
        .find(|column| column.column_type == ColumnType::Geometry);
    let described = contract.columns().iter().map(|column| {
        let mut text = column.description.clone();
        if let Some(unit) = &column.unit {
            text.push_str(&format!(" Unité : {unit}."));
        }
        if let Some(vintage) = &column.vintage {
            text.push_str(&format!(" Millésime : {}.", vintage::in_french(vintage)));
        }
        (column.name.clone(), text)
    });
    let mut properties = BTreeMap::from([("grain".to_owned(), contract.grain().to_owned())]);
    if let Some(licence) = contract.licence() {
        properties.insert("licence".to_owned(), licence.to_owned());
    }
    for notice in contract.notices() {
        properties.insert(format!("notice.{}", notice.id), notice.text.clone());
    }
    TableLayout {
        name: name.to_owned(),
        contract: ContractRef {
            id: contract.id().to_owned(),
            version: contract.version().to_string(),
        },
        description: contract.description().to_owned(),
        schema: table_schema(contract.checks()),
        geometry: geometry.map(|column| column.name.clone()),
        partition_by: table.partition_by.clone(),
        key: contract.key().to_vec(),
        column_descriptions: described.collect(),
        properties,
    }
}

/// The rows of an input, checked as they pass; what is refused is counted and kept on the way.
struct Rows {
    schema: SchemaRef,
    checker: RowChecker,
    input: DataFrame,
    state: Mutex<State>,
}

struct State {
    checks: Option<TableChecks>,
    counts: Counts,
    rejects: RejectFile,
}

impl Rows {
    fn check(&self, batch: &RecordBatch) -> Result<RecordBatch, DataFusionError> {
        let external = |error: Error| DataFusionError::External(Box::new(error));
        let checked = self.checker.check(batch).map_err(|e| external(e.into()))?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(checks) = &mut state.checks {
            checks.add(&checked.accepted);
        }
        state.counts.read += batch.num_rows() as u64;
        state.counts.accepted += checked.accepted.num_rows() as u64;
        state.counts.rejected += checked.rejected_rows as u64;
        // Problems come row by row: those of one row stand together.
        let remarked = checked.problems.chunk_by(|a, b| a.row == b.row);
        state.counts.remarks += remarked.count() as u64;
        for refused in [&checked.rejects, &checked.problems] {
            state.rejects.add(refused).map_err(external)?;
        }
        Ok(checked.accepted)
    }
}

/// The accepted rows as a source of the engine, read once.
struct CheckedStream(Arc<Rows>);

impl fmt::Debug for CheckedStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedStream").finish_non_exhaustive()
    }
}

impl PartitionStream for CheckedStream {
    fn schema(&self) -> &SchemaRef {
        &self.0.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = Arc::clone(&self.0);
        let input = rows.input.clone();
        let checked = futures::stream::once(async move { input.execute_stream().await })
            .try_flatten()
            .map(move |batch| rows.check(&batch?));
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.0.schema),
            checked,
        ))
    }
}
