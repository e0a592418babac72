//! A release opened for reading: its tables under their names, in a session of its own.

use arrow::json::writer::{JsonArray, WriterBuilder};
use datafusion::arrow::array::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::SessionContext;
use edulac_lake::{Lake, Release};
use futures::TryStreamExt;
use serde_json::{Map, Value};

use crate::Workspace;
use crate::error::{Error, Result};
use crate::session::{Limits, session};

/// A row of a table, its columns in their order; a null of the table is a JSON null.
pub type Row = Map<String, Value>;

/// A release and the session that reads it: many queries, each table found once, with the functions of `geo` and
/// `normalise`.
pub struct Released {
    /// The lake.
    pub lake: Lake,
    /// The release.
    pub release: Release,
    /// The session; what is registered in it beside the tables goes away with it.
    pub ctx: SessionContext,
    /// Where queries spill; it goes away with them.
    pub(crate) work: tempfile::TempDir,
}

/// The release of that id, or the newest one.
///
/// # Errors
/// [`Error::EmptyLake`], an unknown release.
pub(crate) async fn release_of(lake: &Lake, id: Option<&str>) -> Result<Release> {
    match id {
        Some(id) => Ok(lake.release(id).await?),
        None => lake.latest().await?.ok_or_else(|| Error::EmptyLake {
            lake: lake.location().to_string(),
        }),
    }
}

impl Released {
    /// Opens the release of that id, or the newest one.
    ///
    /// # Errors
    /// [`Error::EmptyLake`], an unknown release, a table that cannot be read.
    pub async fn open(workspace: &Workspace, id: Option<&str>) -> Result<Self> {
        let lake = workspace.lake()?;
        let release = release_of(&lake, id).await?;
        Self::of(workspace, lake, release).await
    }

    /// Opens a release that is known already.
    pub(crate) async fn of(workspace: &Workspace, lake: Lake, release: Release) -> Result<Self> {
        let temporary = std::env::temp_dir();
        let work = tempfile::tempdir().map_err(Error::io(temporary))?;
        let ctx = session(Limits::of(&workspace.profile), work.path())?;
        lake.register_release(&ctx, &release).await?;
        Ok(Self {
            lake,
            release,
            ctx,
            work,
        })
    }

    /// Whether the release has the table.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        self.release.tables.contains_key(table)
    }

    /// The columns of a table, in their order and without `bbox`; none when the release does not have it.
    #[must_use]
    pub fn columns(&self, table: &str) -> Vec<&str> {
        columns(&self.release, table)
    }

    /// Whether the release has the table with this column: older releases lack columns of newer ones.
    #[must_use]
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.columns(table).contains(&column)
    }

    /// The rows of a query of ours, all at once.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub async fn rows(&self, sql: &str) -> Result<Vec<Row>> {
        let frame = self.ctx.sql(sql).await.map_err(Error::query)?;
        let batches = frame.collect().await.map_err(Error::query)?;
        rows(&batches)
    }

    /// The rows of a query of ours as they come, for results that need not fit in memory.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub async fn batches(&self, sql: &str) -> Result<SendableRecordBatchStream> {
        let frame = self.ctx.sql(sql).await.map_err(Error::query)?;
        frame.execute_stream().await.map_err(Error::query)
    }

    /// Gives the rows of a query of ours to `each`, in their order, batch by batch.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub async fn each_row(&self, sql: &str, mut each: impl FnMut(&Row)) -> Result<()> {
        let mut batches = self.batches(sql).await?;
        while let Some(batch) = batches.try_next().await.map_err(Error::query)? {
            rows(&[batch])?.iter().for_each(&mut each);
        }
        Ok(())
    }
}

/// See [`Released::columns`].
pub(crate) fn columns<'a>(release: &'a Release, table: &str) -> Vec<&'a str> {
    let columns = release.tables.get(table).map(|table| &table.columns);
    let names = columns.into_iter().flatten();
    names
        .map(|column| column.name.as_str())
        .filter(|name| *name != "bbox")
        .collect()
}

/// Batches as rows, nulls said.
pub(crate) fn rows(batches: &[RecordBatch]) -> Result<Vec<Row>> {
    let mut bytes = Vec::new();
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, JsonArray>(&mut bytes);
    let unwritable = |error: arrow::error::ArrowError| Error::query(error.into());
    for batch in batches {
        writer.write(batch).map_err(unwritable)?;
    }
    writer.finish().map_err(unwritable)?;
    drop(writer);
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| Error::query(datafusion::error::DataFusionError::External(error.into())))
}

/// A text as SQL writes it.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text of a row; none where it is null or not there.
pub(crate) fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    row.get(column)?.as_str()
}
