//! Rows as they come, in the form asked for.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use futures::{Stream, StreamExt};

use crate::args::{Format, Limit};
use crate::error::Error;
use crate::printer::Printer;
use crate::rows::{self, TextRows};
use crate::words::counted;

/// Rows that people are shown when they do not say how many.
pub(crate) const ROWS_FOR_PEOPLE: usize = 40;
/// Said when not all rows are shown.
pub(crate) const MORE_ROWS: &str = "there are more rows: `--limit 0` shows all";
/// Rows of one table for people; longer results are several tables, so that they need not be held whole.
const ROWS_OF_A_PAGE: usize = 1000;

/// Prints the rows of a stream, up to the limit.
pub(crate) async fn rows<E: Into<Error>>(
    printer: &Printer,
    schema: &SchemaRef,
    batches: impl Stream<Item = Result<RecordBatch, E>>,
    limit: Limit,
) -> Result<(), Error> {
    let mut left = match (limit.rows, printer.format()) {
        (Some(0), _) | (None, Format::Json | Format::Csv) => usize::MAX,
        (None, Format::Text) => ROWS_FOR_PEOPLE,
        (Some(rows), _) => rows,
    };
    let mut output = Output::start(printer, schema)?;
    let mut batches = std::pin::pin!(batches);
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(Into::into)?;
        let rows = batch.num_rows().min(left);
        output.push(&batch.slice(0, rows))?;
        if rows < batch.num_rows() {
            output.finish()?;
            printer.hint(MORE_ROWS);
            return Ok(());
        }
        left -= rows;
    }
    output.finish()
}

/// Where rows go.
struct Output<'a> {
    printer: &'a Printer,
    schema: &'a SchemaRef,
    page: TextRows,
    is_blank: bool,
}

impl<'a> Output<'a> {
    fn start(printer: &'a Printer, schema: &'a SchemaRef) -> Result<Self, Error> {
        if printer.format() == Format::Csv {
            let titles = rows::csv(&RecordBatch::new_empty(Arc::clone(schema)), true)?;
            printer.write(|out| out.write_all(&titles))?;
        }
        Ok(Self {
            printer,
            schema,
            page: TextRows::new(schema),
            is_blank: true,
        })
    }

    fn push(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let bytes = match self.printer.format() {
            Format::Text => {
                self.page.push(batch)?;
                return match self.page.len() < ROWS_OF_A_PAGE {
                    true => Ok(()),
                    false => self.turn_page(),
                };
            }
            Format::Json => rows::json(batch)?,
            Format::Csv => rows::csv(batch, false)?,
        };
        self.printer.write(|out| out.write_all(&bytes))
    }

    fn turn_page(&mut self) -> Result<(), Error> {
        let page = std::mem::replace(&mut self.page, TextRows::new(self.schema));
        self.is_blank = false;
        let (text, left_out) = page.render(self.printer.results_width());
        self.printer.result(&text)?;
        if left_out > 0 {
            self.printer.hint(&format!(
                "{} not shown: name those you want, widen the terminal, or use `--format json`",
                counted(left_out, "column")
            ));
        }
        Ok(())
    }

    /// An empty result still shows its titles.
    fn finish(mut self) -> Result<(), Error> {
        if self.printer.format() == Format::Text && (self.is_blank || self.page.len() > 0) {
            self.turn_page()?;
        }
        Ok(())
    }
}
