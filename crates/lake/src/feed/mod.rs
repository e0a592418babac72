//! The change feed of a table: what separates its content in one release from that in another, row by row and net.
//!
//! ```text
//! files that only one of them has ─▶ row hashes, cancelled against each other ─▶ rows that are left
//!     ─▶ paired by key ─▶ ajout │ retrait │ modification
//! ```
//!
//! Grain: one row = one row of the table that is not in both. Columns, in the form that the table has *after*:
//!
//! | column | meaning |
//! |---|---|
//! | `operation` | `ajout`, `retrait` or `modification` |
//! | the key | as in the table |
//! | `colonnes` | columns whose value differs, separated by commas; null: not a modification |
//! | `cause` | why, as the caller says; null: it does not |
//! | `avant_<column>` | the value before; null in an `ajout` |
//! | `apres_<column>` | the value after; null in a `retrait` |
//!
//! Taking the rows `avant` away and putting the rows `apres` in their place makes the one content of the other, once its
//! columns are brought to the form after: a column that is new is null before, one that is gone is left out, one of
//! another type is cast, and null where it cannot be. `bbox`, which follows from the geometry, is left out. A name that the
//! key has already is followed by `_`.

mod changes;
mod form;
mod side;
mod surplus;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use url::Url;

use self::changes::changes;
use self::form::Form;
use self::side::Sides;
use crate::data_file::DataFile;
use crate::diff::ChangeCounts;
use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::read::file_list;
use crate::release::ReleasedTable;

/// What to compare.
#[derive(Debug, Clone, Copy)]
pub struct FeedRequest<'a> {
    /// The table.
    pub table: &'a str,
    /// Its content before; none: it was not there.
    pub before: Option<&'a ReleasedTable>,
    /// Its content after; none: it is there no more.
    pub after: Option<&'a ReleasedTable>,
    /// What `cause` says in every row.
    pub cause: Option<&'a str>,
    /// Folder for what is computed on the way; the caller removes it.
    pub work: &'a Path,
}

/// The rows of a change feed, as they come, in the order of the key.
pub struct Feed {
    form: Form,
    rows: Option<SendableRecordBatchStream>,
    tally: Tally,
}

/// What a feed holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Its rows, by what happened.
    pub counts: ChangeCounts,
    /// Modified rows, by column.
    pub columns: BTreeMap<String, u64>,
}

impl Lake {
    /// The change feed of a table between two releases of this lake. Files that both have, by their SHA-256, are not
    /// read. Memory: what the session allows; what does not fit spills.
    ///
    /// # Errors
    /// [`Error::UnknownTable`] when it is in neither; [`Error::Rows`] when a file cannot be read; [`Error::Io`].
    pub async fn feed(&self, ctx: &SessionContext, request: FeedRequest<'_>) -> Result<Feed> {
        let FeedRequest {
            table,
            before,
            after,
            cause,
            work,
        } = request;
        let Some(shape) = after.or(before) else {
            return Err(Error::UnknownTable {
                table: table.to_owned(),
                tables: Vec::new(),
            });
        };
        self.location().register(&ctx.runtime_env());
        let provider = file_list(ctx, table, &self.urls(shape)?).await?;
        let form = Form::new(&provider.schema(), shape, cause);
        let sides = Sides {
            table,
            old: self.only_in(before, after)?,
            new: self.only_in(after, before)?,
        };
        Ok(Feed {
            rows: changes(ctx, &form, &sides, work).await?,
            form,
            tally: Tally::default(),
        })
    }

    /// The files of a table that another content of it lacks.
    fn only_in(
        &self,
        of: Option<&ReleasedTable>,
        other: Option<&ReleasedTable>,
    ) -> Result<Vec<Url>> {
        let Some(of) = of else {
            return Ok(Vec::new());
        };
        let files = |table: &ReleasedTable| -> Vec<String> {
            let hash = |file: &DataFile| file.sha256.clone();
            table.files.iter().map(hash).collect()
        };
        let shared: BTreeSet<String> = other.map(files).into_iter().flatten().collect();
        let urls = self.urls(of)?.into_iter().zip(&of.files);
        let own = urls.filter(|(_, file)| !shared.contains(&file.sha256));
        Ok(own.map(|(url, _)| url).collect())
    }
}

impl Feed {
    /// Its columns.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.form.schema
    }

    /// Some more of its rows; none: there are no more.
    ///
    /// # Errors
    /// [`Error::Rows`] when a file of the table cannot be read.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Some(rows) = &mut self.rows else {
            return Ok(None);
        };
        let fail = |e| Error::rows(&self.form.table, e);
        match rows.try_next().await.map_err(fail)? {
            None => Ok(None),
            Some(pairs) => {
                let batch = self.form.batch(&pairs, &mut self.tally);
                batch
                    .map(Some)
                    .map_err(|e| Error::rows(&self.form.table, e))
            }
        }
    }

    /// What it gave so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What all of it holds; the rows that are left are read and let go.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub async fn count(mut self) -> Result<Tally> {
        while self.next().await?.is_some() {}
        Ok(self.tally)
    }
}
