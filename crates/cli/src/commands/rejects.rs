//! `edulac rejects`: the rows that a run refused.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use edulac_engine::{TableRejects, Workspace};
use futures::stream;

use crate::args::{Format, Rejects};
use crate::error::Error;
use crate::exit::Status;
use crate::printer::Printer;
use crate::show::{self, MORE_ROWS, ROWS_FOR_PEOPLE};
use crate::table::{Align, Table};

pub(super) async fn run(
    workspace: &Workspace,
    args: &Rejects,
    printer: &Printer,
) -> Result<Status, Error> {
    let (run, tables) =
        edulac_engine::rejects(workspace, args.run.as_deref(), args.table.as_deref())?;
    if printer.format() == Format::Text {
        let limit = match args.limit.rows {
            None => ROWS_FOR_PEOPLE,
            Some(0) => usize::MAX,
            Some(rows) => rows,
        };
        people(&run, args.table.as_deref(), &tables, limit, printer)?;
        return Ok(Status::Done);
    }
    let schema = with_table(&edulac_validate::reject_schema());
    let batches = tables.iter().flat_map(|rejects| {
        let named = |batch| named(&schema, &rejects.table, batch);
        rejects.batches.iter().map(named)
    });
    show::rows(printer, &schema, stream::iter(batches), args.limit).await?;
    Ok(Status::Done)
}

/// One paragraph for each table and extract. The reason comes last, since it is a sentence.
fn people(
    run: &str,
    table: Option<&str>,
    tables: &[TableRejects],
    limit: usize,
    printer: &Printer,
) -> Result<(), Error> {
    if tables.is_empty() {
        let of = table.map(|table| format!(" of `{table}`"));
        return printer.result(&format!(
            "run {run} rejected no row{}",
            of.unwrap_or_default()
        ));
    }
    let mut paragraphs: Vec<(String, Table)> = Vec::new();
    let lines = tables.iter().flat_map(|rejects| {
        let batches = rejects.batches.iter();
        batches.flat_map(|batch| lines(&rejects.table, batch))
    });
    let mut left = limit;
    for Line { place, cells } in lines {
        if left == 0 {
            show(&paragraphs, printer)?;
            printer.hint(MORE_ROWS);
            return Ok(());
        }
        left -= 1;
        if paragraphs.last().is_none_or(|(last, _)| *last != place) {
            let columns = [
                ("  ligne", Align::Right),
                ("cle", Align::Left),
                ("gravite", Align::Left),
                ("regle", Align::Left),
                ("motif", Align::Left),
            ];
            paragraphs.push((place, Table::new(columns)));
        }
        if let Some((_, table)) = paragraphs.last_mut() {
            table.row(cells);
        }
    }
    show(&paragraphs, printer)
}

fn show(paragraphs: &[(String, Table)], printer: &Printer) -> Result<(), Error> {
    let texts: Vec<String> = paragraphs
        .iter()
        .map(|(place, table)| format!("{place}\n{}", table.render()))
        .collect();
    printer.result(&texts.join("\n"))
}

struct Line {
    /// Table, source and extract.
    place: String,
    cells: [String; 5],
}

fn lines<'a>(table: &'a str, batch: &'a RecordBatch) -> impl Iterator<Item = Line> + 'a {
    let text = |name: &str, row: usize| {
        let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
        column.is_valid(row).then(|| column.value(row))
    };
    let record = |row: usize| {
        let column = batch.column_by_name("ligne")?;
        let column = column.as_primitive_opt::<Int64Type>()?;
        column.is_valid(row).then(|| column.value(row).to_string())
    };
    (0..batch.num_rows()).map(move |row| {
        let place = [Some(table), text("source", row), text("extrait", row)];
        let said = |name| text(name, row).unwrap_or_default().to_owned();
        let (rule, reason) = (said("regle"), said("motif"));
        // A rule names its column; what could not be read does not.
        let reason = match text("valeur", row) {
            Some(value) if !reason.contains(value) || rule == edulac_validate::READING => {
                format!("{} = {value} : {reason}", said("colonne"))
            }
            _ => reason,
        };
        Line {
            place: place.into_iter().flatten().collect::<Vec<_>>().join(", "),
            cells: [
                record(row).unwrap_or_else(|| "-".to_owned()),
                said("cle"),
                said("gravite"),
                rule,
                reason,
            ],
        }
    })
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
