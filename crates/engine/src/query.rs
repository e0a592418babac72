//! SQL over a release.

use arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::SQLOptions;
use edulac_lake::Release;
use edulac_spec::diagnostic_of_query;
use edulac_yaml::{did_you_mean, list};

use crate::Workspace;
use crate::error::{Error, Result};
use crate::fault::{is_of_query, query_fault};
use crate::released::Released;
use crate::sql;

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
/// [`Error::EmptyLake`], an unknown release; [`Error::Files`] with the place where the query goes wrong,
/// [`Error::Query`] when it cannot be computed.
pub async fn query(
    workspace: &Workspace,
    query: &str,
    release: Option<&str>,
) -> Result<QueryResult> {
    sql::one_statement(query)
        .map_err(|fault| Error::Files(vec![diagnostic_of_query("query", query, fault)]))?;
    let Released {
        release, ctx, work, ..
    } = Released::open(workspace, release).await?;
    let options = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    let frame = ctx
        .sql_with_options(query, options)
        .await
        .map_err(|error| unplanned(query, error, &release))?;
    let schema = std::sync::Arc::clone(frame.schema().inner());
    let stream = frame.execute_stream().await;
    let batches = stream.map_err(|error| unplanned(query, error, &release))?;
    Ok(QueryResult {
        release: release.id,
        schema,
        batches,
        _work: work,
    })
}

/// A query that cannot be planned is shown with the place where it goes wrong.
fn unplanned(sql: &str, error: DataFusionError, release: &Release) -> Error {
    if !is_of_query(&error) {
        return Error::query(error);
    }
    let mut fault = query_fault(sql, &error);
    if let Some(missing) = fault.message.strip_prefix("there is no table `") {
        let missing = missing.trim_end_matches('`');
        let tables = release.tables.keys().map(String::as_str);
        fault.help = Some(match did_you_mean(missing, tables.clone()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("release {} has {}", release.id, list(tables)),
        });
    }
    Error::Files(vec![diagnostic_of_query("query", sql, fault)])
}
