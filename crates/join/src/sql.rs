//! Pieces of SQL.

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

/// Makes a query a table of the session under a name.
pub(crate) async fn view(ctx: &SessionContext, name: &str, query: &str) -> Result<()> {
    let frame = ctx.sql(query).await.map_err(Error::query)?;
    ctx.register_table(name, frame.into_view())
        .map_err(Error::query)?;
    Ok(())
}
