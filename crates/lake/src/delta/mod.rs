//! The Delta log of one table. Its data files are ours, committed as they are.
//!
//! A commit replaces the whole content of the table and is tied to the version that was read: when
//! someone committed in between, it is a conflict and nothing is written. The protocol stays at
//! reader 1, writer 2, with no deletion vectors, so that every reader of Delta tables follows.

mod content;
mod schema;
mod snapshot;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use deltalake_core::kernel::Action;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake_core::logstore::{
    LogStoreRef, StorageConfig, default_logstore, get_all_versions_from,
};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableError};
use serde_json::{Value, json};

pub(crate) use self::content::Content;
pub(crate) use self::schema::check_evolution;
pub(crate) use self::snapshot::Snapshot;
use crate::error::{Contested, Error, Result};
use crate::location::Location;

/// Entry of our own in each commit: `rows` and `files` of the table after it.
const COMMIT_ENTRY: &str = "edulac";

/// The log of one table, which may not exist yet.
pub(crate) struct Log {
    table: String,
    store: LogStoreRef,
}

/// One commit of a table, as its log tells it.
pub(crate) struct LogEntry {
    pub(crate) version: u64,
    pub(crate) timestamp: Option<DateTime<Utc>>,
    pub(crate) operation: String,
    pub(crate) rows: Option<u64>,
    pub(crate) files: Option<u64>,
}

/// Why a table is replaced.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cause {
    /// A run made it anew.
    Run,
    /// It goes back to a released version, or to nothing.
    Restore(Option<u64>),
}

/// What a commit did, by files.
pub(crate) struct Replaced {
    pub(crate) version: u64,
    pub(crate) added: usize,
    pub(crate) removed: usize,
}

impl Log {
    pub(crate) fn open(table_location: &Location, table: &str) -> Self {
        let store = default_logstore(
            table_location.store(),
            table_location.root_store(),
            table_location.url(),
            &StorageConfig::default(),
        );
        Self {
            table: table.to_owned(),
            store,
        }
    }

    fn fail(&self) -> impl Fn(DeltaTableError) -> Error + '_ {
        |e| Error::delta(&self.table, e)
    }

    /// The newest version; none when there is no table.
    pub(crate) async fn head(&self) -> Result<Option<Snapshot>> {
        if !self
            .store
            .is_delta_table_location()
            .await
            .map_err(self.fail())?
        {
            return Ok(None);
        }
        let mut table = DeltaTable::new(Arc::clone(&self.store));
        table.load().await.map_err(self.fail())?;
        self.loaded(&table).map(Some)
    }

    pub(crate) async fn at(&self, version: u64) -> Result<Snapshot> {
        let mut table = DeltaTable::new(Arc::clone(&self.store));
        table.load_version(version).await.map_err(self.fail())?;
        self.loaded(&table)
    }

    fn loaded(&self, table: &DeltaTable) -> Result<Snapshot> {
        let state = table.snapshot().map_err(self.fail())?.clone();
        Ok(Snapshot::new(self.table.clone(), state))
    }

    /// Makes the table hold exactly `content`, if its newest version is still `base`. None: it already did.
    pub(crate) async fn replace(
        &self,
        base: Option<&Snapshot>,
        content: Content,
        cause: Cause,
        now: DateTime<Utc>,
    ) -> Result<Option<Replaced>> {
        let old = base.map_or_else(|| Ok(Vec::new()), Snapshot::views)?;
        let kept: BTreeSet<String> = old.iter().map(|view| view.path().into_owned()).collect();
        let wanted: BTreeSet<&str> = content.adds.iter().map(|add| add.path.as_str()).collect();
        let files = content.adds.len();

        let root = self.store.root_url();
        let mut actions = schema::metadata_actions(&self.table, root, base, content.metadata, now)?;
        let removes = old
            .iter()
            .filter(|view| !wanted.contains(view.path().as_ref()));
        let removes: Vec<_> = removes
            .map(|view| Action::Remove(view.remove_action(true)))
            .collect();
        let adds = content.adds.iter().filter(|add| !kept.contains(&add.path));
        let adds: Vec<_> = adds.cloned().map(Action::Add).collect();
        let (added, removed) = (adds.len(), removes.len());
        actions.extend(removes);
        actions.extend(adds);
        if actions.is_empty() {
            return Ok(None);
        }

        let operation = match cause {
            Cause::Run => DeltaOperation::Write {
                mode: SaveMode::Overwrite,
                partition_by: None,
                predicate: None,
            },
            Cause::Restore(Some(version)) => DeltaOperation::Restore {
                version: Some(version),
                datetime: None,
            },
            Cause::Restore(None) => DeltaOperation::Delete { predicate: None },
        };
        let entry = json!({"rows": content.rows, "files": files});
        let client = format!("edulac.{}", env!("CARGO_PKG_VERSION"));
        let builder: CommitBuilder = CommitProperties::default()
            .with_max_retries(0)
            .with_cleanup_expired_logs(Some(false))
            .with_metadata([
                (COMMIT_ENTRY.to_owned(), entry),
                ("clientVersion".to_owned(), client.into()),
            ])
            .into();
        let state = base.map(|b| b.state() as _);
        let commit = builder
            .with_actions(actions)
            .build(state, Arc::clone(&self.store), operation)
            .await
            .map_err(|e| self.commit_error(e))?;
        Ok(Some(Replaced {
            version: commit.version(),
            added,
            removed,
        }))
    }

    fn commit_error(&self, error: DeltaTableError) -> Error {
        match error {
            DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::Transaction {
                source: TransactionError::MaxCommitAttempts(_) | TransactionError::CommitConflict(_),
            } => Error::Conflict {
                what: Contested::Table(self.table.clone()),
            },
            other => Error::delta(&self.table, other),
        }
    }

    /// All commits, oldest first.
    pub(crate) async fn entries(&self) -> Result<Vec<LogEntry>> {
        let (versions, infos) = get_all_versions_from(Arc::clone(&self.store), 0)
            .await
            .map_err(self.fail())?;
        let entry = |(version, info): (u64, deltalake_core::kernel::CommitInfo)| {
            let own = info.info.get(COMMIT_ENTRY);
            let count = |name| own.and_then(|own| own.get(name)).and_then(Value::as_u64);
            LogEntry {
                version,
                timestamp: info.timestamp.and_then(DateTime::from_timestamp_millis),
                operation: info.operation.unwrap_or_default(),
                rows: count("rows"),
                files: count("files"),
            }
        };
        Ok(versions.into_iter().zip(infos).map(entry).collect())
    }
}
