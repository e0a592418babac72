//! What separates two releases: tables, rows, columns, contracts, and why.

mod cause;
mod contract;
mod feed;

use std::collections::BTreeSet;

use edulac_lake::{ChangeCounts, FeedRequest, Lake, Release, Tally};
use serde::Serialize;

pub(crate) use cause::is_mended;
pub use cause::{CauseKind, ChangeCause};
pub(crate) use contract::Form;
pub use contract::{ContractChange, Retyped};
pub use feed::{TableFeed, feed};

use self::cause::Causes;
use crate::Workspace;
use crate::error::{Error, Result};
use crate::released::release_of;
use crate::session::{Limits, session};

/// What separates two releases of a lake.
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    /// Id of the release before.
    pub from: String,
    /// Id of the release after; it need not be the newer one.
    pub to: String,
    /// The tables that differ, by name.
    pub tables: Vec<TableDiff>,
    /// Those that do not.
    pub same: Vec<String>,
}

/// What separates two contents of a table.
#[derive(Debug, Clone, Serialize)]
pub struct TableDiff {
    /// The table.
    pub table: String,
    /// Rows before; null: the table was not there.
    pub rows_before: Option<u64>,
    /// Rows after; null: the table is there no more.
    pub rows_after: Option<u64>,
    /// Rows by what happened to them, net.
    #[serde(flatten)]
    pub counts: ChangeCounts,
    /// Changed rows by column, those that changed most first.
    pub columns: Vec<ColumnChanges>,
    /// Why.
    pub causes: Vec<ChangeCause>,
    /// What changed of its contract; null: nothing, or the table is not in both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractChange>,
}

/// How often a column changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnChanges {
    /// The column.
    pub column: String,
    /// Rows with another value in it.
    pub rows: u64,
}

/// Two releases to compare.
pub(crate) struct Ends {
    pub(crate) lake: Lake,
    pub(crate) before: Release,
    pub(crate) after: Release,
}

impl Ends {
    /// `after`: the newest release when none is named; `before`: the one that `after` follows.
    async fn open(
        workspace: &Workspace,
        before: Option<&str>,
        after: Option<&str>,
    ) -> Result<Self> {
        let lake = workspace.lake()?;
        let after = release_of(&lake, after).await?;
        let before = match before.or(after.parent.as_deref()) {
            Some(id) => lake.release(id).await?,
            None => {
                return Err(Error::FirstRelease { release: after.id });
            }
        };
        for release in [&before, &after] {
            lake.check_there(&release.id).await?;
        }
        Ok(Self {
            lake,
            before,
            after,
        })
    }

    /// The tables of either, by name; only the one asked for when there is one.
    fn tables(&self, wanted: Option<&str>) -> Result<BTreeSet<String>> {
        let both = [&self.before, &self.after];
        let all: BTreeSet<String> = both
            .iter()
            .flat_map(|release| release.tables.keys().cloned())
            .collect();
        match wanted {
            None => Ok(all),
            Some(table) if all.contains(table) => Ok([table.to_owned()].into()),
            Some(table) => Err(Box::new(edulac_lake::Error::UnknownTable {
                table: table.to_owned(),
                tables: all.into_iter().collect(),
            })
            .into()),
        }
    }

    /// Both hold the same files of a table under the same contract.
    fn same(&self, table: &str) -> bool {
        match (self.before.tables.get(table), self.after.tables.get(table)) {
            (Some(before), Some(after)) => {
                before.same_content(&after.files) && before.contract == after.contract
            }
            _ => false,
        }
    }
}

/// Compares two releases, or one table of them. Without names: the newest release with the one it follows. Rows are
/// counted by reading them; files that both releases have are not read.
///
/// # Errors
/// An unknown release or table, [`Error::EmptyLake`], [`Error::FirstRelease`], a table that cannot be read.
pub async fn diff(
    workspace: &Workspace,
    from: Option<&str>,
    to: Option<&str>,
    table: Option<&str>,
) -> Result<Diff> {
    let ends = Ends::open(workspace, from, to).await?;
    let names = ends.tables(table)?;
    let work = tempfile::tempdir().map_err(Error::io(std::env::temp_dir()))?;
    let ctx = session(Limits::of(&workspace.profile), work.path())?;
    let causes = Causes::between(&ctx, &ends).await?;
    let (mut tables, mut same) = (Vec::new(), Vec::new());
    for name in names {
        if ends.same(&name) {
            same.push(name);
            continue;
        }
        let (before, after) = (ends.before.tables.get(&name), ends.after.tables.get(&name));
        let request = FeedRequest {
            table: &name,
            before,
            after,
            cause: None,
            work: work.path(),
        };
        let feed = Box::pin(ends.lake.feed(&ctx, request)).await?;
        let Tally { counts, columns } = Box::pin(feed.count()).await?;
        let contract = before.zip(after);
        let contract = contract
            .and_then(|(before, after)| ContractChange::between(before.into(), after.into()));
        if before.is_some()
            && after.is_some()
            && counts == ChangeCounts::default()
            && contract.is_none()
        {
            same.push(name);
            continue;
        }
        let columns = columns.into_iter();
        let mut columns: Vec<ColumnChanges> = columns
            .map(|(column, rows)| ColumnChanges { column, rows })
            .collect();
        columns.sort_by_key(|column| std::cmp::Reverse(column.rows));
        tables.push(TableDiff {
            rows_before: before.map(|table| table.rows),
            rows_after: after.map(|table| table.rows),
            counts,
            columns,
            causes: causes.of(&name),
            contract,
            table: name,
        });
    }
    Ok(Diff {
        from: ends.before.id,
        to: ends.after.id,
        tables,
        same,
    })
}
