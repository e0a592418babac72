//! The rows of a test as the records of a source.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{Expr, cast};
use datafusion::prelude::ident;
use edulac_geo::wkt;
use edulac_spec::pipeline::{Export, FormatKind, Source, SourceKind};
use edulac_spec::{Pipeline, Row, UnitTest, UnitTests};

use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::{Workspace, of_lake};

/// The column of the shapes of sources that have shapes.
const GEOMETRY: &str = "geometry";

/// The extract that all records of a test come from.
const EXTRACT: &str = "20260901T000000Z-00000000";

/// Makes a source known to the steps, with the rows that the test gives it.
pub(super) async fn add(
    graph: &mut Graph<'_>,
    workspace: &Workspace,
    pipeline: &Pipeline,
    tests: &UnitTests,
    test: &UnitTest,
    name: &str,
) -> Result<()> {
    let source = &pipeline.sources[name];
    let rows = test.given.get(name).map_or(&[][..], Vec::as_slice);
    if let Some(table) = source.kind.table() {
        let contract = workspace.contract_of(pipeline, name, table)?;
        return lake(
            graph,
            pipeline,
            name,
            &of_lake::schema(&source.kind, contract),
            rows,
        )
        .await;
    }
    let none = Row::new();
    let defaults = tests.columns.get(name).unwrap_or(&none);
    let mut columns: Vec<(Field, ArrayRef)> = defaults
        .iter()
        .map(|(column, default)| {
            let cells = rows
                .iter()
                .map(|row| row.get(column).unwrap_or(default).0.as_deref());
            // A cell without text is an absent one, as the readers have it.
            let cells = cells.map(|cell| cell.filter(|text| !text.is_empty()));
            if column == GEOMETRY && has_shapes(source) {
                shapes(column, cells)
            } else {
                (
                    Field::new(column, DataType::Utf8, true),
                    Arc::new(StringArray::from_iter(cells)) as ArrayRef,
                )
            }
        })
        .collect();
    columns.extend(service_columns(pipeline, name, rows.len()));
    let frame = frame(graph, columns, &pipeline.name, name)?;
    graph.add(name, frame, rows.len() as u64)
}

/// A table of the lake: its contract's columns and types, null where the test says nothing.
async fn lake(
    graph: &mut Graph<'_>,
    pipeline: &Pipeline,
    name: &str,
    schema: &Schema,
    rows: &[Row],
) -> Result<()> {
    let columns = schema.fields().iter().map(|field| {
        let cells = rows
            .iter()
            .map(|row| row.get(field.name()).and_then(|cell| cell.0.as_deref()));
        if field.data_type() == &DataType::Binary {
            shapes(field.name(), cells)
        } else {
            let cells: ArrayRef = Arc::new(StringArray::from_iter(cells));
            (Field::new(field.name(), DataType::Utf8, true), cells)
        }
    });
    let types = schema.fields().iter().map(|field| -> Expr {
        cast(ident(field.name()), field.data_type().clone()).alias(field.name())
    });
    let typed = frame(graph, columns.collect(), &pipeline.name, name)?
        .select(types.collect::<Vec<_>>())
        .map_err(Error::step(&pipeline.name, name))?;
    graph.add(name, typed, rows.len() as u64)
}

fn frame(
    graph: &Graph<'_>,
    columns: Vec<(Field, ArrayRef)>,
    pipeline: &str,
    name: &str,
) -> Result<datafusion::dataframe::DataFrame> {
    let fail = Error::step(pipeline, name);
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
    let schema = Arc::new(Schema::new(fields));
    let batch =
        RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|e| fail.clone()(e.into()))?;
    let table = MemTable::try_new(schema, vec![vec![batch]]).map_err(fail.clone())?;
    graph.ctx().read_table(Arc::new(table)).map_err(fail)
}

/// A text that is no WKT stays as the bytes it is: what a pipeline does with a broken shape can be shown too.
fn shapes<'a>(column: &str, cells: impl Iterator<Item = Option<&'a str>>) -> (Field, ArrayRef) {
    let shapes = cells.map(|cell| {
        cell.map(|text| wkt::to_wkb(text).unwrap_or_else(|_| text.as_bytes().to_vec()))
    });
    let array: ArrayRef = Arc::new(BinaryArray::from_iter(shapes));
    (Field::new(column, DataType::Binary, true), array)
}

/// The columns that our readers add to those of a source.
fn service_columns(pipeline: &Pipeline, name: &str, rows: usize) -> [(Field, ArrayRef); 4] {
    let source = format!("{}.{name}", pipeline.name);
    let same = |text: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            text, rows,
        )))
    };
    [
        (Field::new("_source", DataType::Utf8, false), same(&source)),
        (Field::new("_extrait", DataType::Utf8, false), same(EXTRACT)),
        (
            Field::new("_partie", DataType::Utf8, true),
            Arc::new(StringArray::new_null(rows)),
        ),
        (
            Field::new("_ligne", DataType::Int64, false),
            Arc::new(Int64Array::from_iter_values(1..=rows as i64)),
        ),
    ]
}

fn has_shapes(source: &Source) -> bool {
    match &source.kind {
        SourceKind::Opendatasoft { export, .. } => {
            matches!(export, Export::Geojson | Export::Parquet)
        }
        SourceKind::Http { format, .. } | SourceKind::File { format, .. } => !matches!(
            format.kind,
            FormatKind::Csv { .. } | FormatKind::Json { .. } | FormatKind::Jsonl { .. }
        ),
        _ => false,
    }
}
