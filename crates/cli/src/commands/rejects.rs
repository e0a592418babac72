//! `edulac rejects`: the rows that a run refused.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use edulac_engine::Workspace;
use futures::stream;

use crate::args::Rejects;
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::show;

pub(super) async fn run(
    workspace: &Workspace,
    args: &Rejects,
    printer: &Printer,
) -> Result<Status, Error> {
    let (run, tables) =
        edulac_engine::rejects(workspace, args.run.as_deref(), args.table.as_deref())?;
    let schema = with_table(&edulac_validate::reject_schema());
    if tables.is_empty() {
        printer.hint(&format!("run {run} rejected no row"));
    }
    let batches = tables.iter().flat_map(|rejects| {
        let named = |batch| named(&schema, &rejects.table, batch);
        rejects.batches.iter().map(named)
    });
    show::rows(printer, &schema, stream::iter(batches), args.limit).await?;
    Ok(Status::Done)
}

/// The table comes first, then what the file of rejects says.
fn with_table(rejects: &Schema) -> SchemaRef {
    let table = Arc::new(Field::new("table", DataType::Utf8, false));
    let fields = rejects.fields().iter().map(Arc::clone);
    Arc::new(Schema::new(
        std::iter::once(table).chain(fields).collect::<Vec<_>>(),
    ))
}

fn named(schema: &SchemaRef, table: &str, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let table: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
        table,
        batch.num_rows(),
    )));
    let columns = batch.columns().iter().map(Arc::clone);
    RecordBatch::try_new(
        Arc::clone(schema),
        std::iter::once(table).chain(columns).collect(),
    )
}
