//! The change feed of one table between two releases, with its cause.

use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;
use edulac_lake::{Feed, FeedRequest, Tally};

use super::Ends;
use super::cause::{self, Causes};
use crate::Workspace;
use crate::error::{Error, Result};
use crate::session::{Limits, session};

/// The rows that make the one release of a table of the other; see [`edulac_lake::Feed`] for their columns.
pub struct TableFeed {
    /// Id of the release before.
    pub from: String,
    /// Id of the release after.
    pub to: String,
    feed: Feed,
    /// Where it spills; it goes away with it.
    _work: tempfile::TempDir,
}

/// The change feed of a table between two releases, named as for [`super::diff`]. `cause` says `source`, `methode`,
/// `millesime`, `correction`, or several, separated by commas: it is that of the table, told for each row.
///
/// # Errors
/// As [`super::diff`].
pub async fn feed(
    workspace: &Workspace,
    from: Option<&str>,
    to: Option<&str>,
    table: &str,
) -> Result<TableFeed> {
    let ends = Ends::open(workspace, from, to).await?;
    ends.tables(Some(table))?;
    let work = tempfile::tempdir().map_err(Error::io(std::env::temp_dir()))?;
    let ctx = session(Limits::of(&workspace.profile), work.path())?;
    let causes = Causes::between(&ctx, &ends).await?.of(table);
    let cause = cause::in_french(&causes);
    let request = FeedRequest {
        table,
        before: ends.before.tables.get(table),
        after: ends.after.tables.get(table),
        cause: (!cause.is_empty()).then_some(&cause),
        work: work.path(),
    };
    let feed = Box::pin(ends.lake.feed(&ctx, request)).await?;
    Ok(TableFeed {
        from: ends.before.id,
        to: ends.after.id,
        feed,
        _work: work,
    })
}

impl TableFeed {
    /// Its columns.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        self.feed.schema()
    }

    /// Some more rows; none: there are no more.
    ///
    /// # Errors
    /// A table that cannot be read.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.feed.next().await?)
    }

    /// What it gave so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        self.feed.tally()
    }

    /// Writes what is left of it to a Parquet file.
    ///
    /// # Errors
    /// A table that cannot be read, a file that cannot be written.
    pub async fn write_parquet(&mut self, path: &Path) -> Result<()> {
        let file = File::create(path).map_err(Error::io(path))?;
        let failed = |error: ParquetError| Error::io(path)(std::io::Error::other(error));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .build();
        let schema = SchemaRef::clone(self.schema());
        let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(failed)?;
        while let Some(batch) = self.next().await? {
            writer.write(&batch).map_err(failed)?;
        }
        writer.close().map_err(failed)?;
        Ok(())
    }
}
