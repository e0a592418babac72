//! Pieces of SQL.

use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;

use crate::error::{Error, Result};

/// A name, as it is.
pub(crate) fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text.
pub(crate) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Texts between brackets, for `in`.
pub(crate) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.into_iter().map(text).collect();
    format!("({})", texts.join(", "))
}

/// Makes pairs of texts a table of the session; the second may be null.
pub(crate) fn pairs<'a>(
    ctx: &SessionContext,
    table: &str,
    columns: [&str; 2],
    rows: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<()> {
    let (first, second): (Vec<&str>, Vec<Option<&str>>) = rows.into_iter().unzip();
    let schema = Arc::new(Schema::new(vec![
        Field::new(columns[0], DataType::Utf8, false),
        Field::new(columns[1], DataType::Utf8, true),
    ]));
    let batch = RecordBatch::try_new(
        Arc::clone(&schema),
        vec![
            Arc::new(StringArray::from(first)),
            Arc::new(StringArray::from(second)),
        ],
    )
    .map_err(|error| Error::query(error.into()))?;
    let rows = MemTable::try_new(schema, vec![vec![batch]]).map_err(Error::query)?;
    ctx.register_table(table, Arc::new(rows))
        .map_err(Error::query)?;
    Ok(())
}

/// Makes a query a table of the session under a name.
pub(crate) async fn view(ctx: &SessionContext, name: &str, query: &str) -> Result<()> {
    let frame = ctx.sql(query).await.map_err(Error::query)?;
    ctx.register_table(name, frame.into_view())
        .map_err(Error::query)?;
    Ok(())
}

/// Makes a query that may read a table of the session stand under the name of that table.
pub(crate) async fn view_instead(ctx: &SessionContext, name: &str, query: &str) -> Result<()> {
    let frame = ctx.sql(query).await.map_err(Error::query)?;
    ctx.deregister_table(name).map_err(Error::query)?;
    ctx.register_table(name, frame.into_view())
        .map_err(Error::query)?;
    Ok(())
}
