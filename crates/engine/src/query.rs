//! SQL over a release.

use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::SQLOptions;

use crate::Workspace;
use crate::error::{Error, Result};
use crate::session::{Limits, session};

/// The rows of a query, as they come.
pub struct QueryResult {
    /// The release that was asked.
    pub release: String,
    /// The columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: SendableRecordBatchStream,
    /// Where the query spills; it goes away with the result.
    _work: tempfile::TempDir,
}

/// Asks a release (the newest one when none is named), its tables under their names, with the spatial functions. Only
/// queries are allowed: nothing can be changed.
///
/// # Errors
/// [`Error::EmptyLake`], an unknown release, [`Error::Query`].
pub async fn query(workspace: &Workspace, sql: &str, release: Option<&str>) -> Result<QueryResult> {
    let lake = workspace.lake()?;
    let release = match release {
        Some(id) => lake.release(id).await?,
        None => lake.latest().await?.ok_or_else(|| Error::EmptyLake {
            lake: lake.location().to_string(),
        })?,
    };
    let temporary = std::env::temp_dir();
    let work = tempfile::tempdir().map_err(Error::io(temporary))?;
    let ctx = session(Limits::of(&workspace.profile), work.path())?;
    lake.register_release(&ctx, &release).await?;
    let options = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    let frame = ctx
        .sql_with_options(sql, options)
        .await
        .map_err(Error::query)?;
    let schema = std::sync::Arc::clone(frame.schema().inner());
    let batches = frame.execute_stream().await.map_err(Error::query)?;
    Ok(QueryResult {
        release: release.id,
        schema,
        batches,
        _work: work,
    })
}
