//! The one who writes: tables first, then the release that binds them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::artefacts;
use crate::data_file::DataFile;
use crate::delta::{Cause, Content, Snapshot, check_evolution};
use crate::error::{Error, Result};
use crate::lake::{Lake, table_path};
use crate::layout::TableLayout;
use crate::lock::LakeLock;
use crate::release::{Release, ReleaseDraft};
use crate::release_log;
use crate::stage::Staged;
use crate::storage::{self, Age};

/// The right to change a lake, from one release to the next.
///
/// ```text
/// open: lock, put right what a dead run left ─▶ commit each table ─▶ publish
/// ```
///
/// Everything is tied to what was read at `open`: a table committed, or a release published, by someone
/// else since then is a conflict. Dropping it without publishing leaves a lake whose readers still see
/// the last release; the next `open` puts the Delta tables back to it.
///
/// An object store has no lock, so an `open` may take a slow publisher for a dead one and put its tables
/// back. Should that one publish after all, its release is right, for it names its files; its Delta
/// tables follow at the next `open`.
#[derive(Debug)]
pub struct Publisher {
    lake: Lake,
    parent: Option<Release>,
    heads: BTreeMap<String, u64>,
    reconciled: Vec<Reconciled>,
    lock: LakeLock,
}

/// A table that a run had committed and not published, put back to its released content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// The table.
    pub table: String,
    /// The version found.
    pub found: u64,
    /// The version that the last release names; none: the table was never released and is emptied.
    pub released: Option<u64>,
    /// The new version, whose content is the released one.
    pub restored_as: u64,
}

/// What a commit did to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The table's version now.
    pub version: u64,
    /// Whether there was anything to commit; otherwise nothing was written.
    pub changed: bool,
    /// Files that came in.
    pub added: usize,
    /// Files that went out. They stay in the lake for the releases that name them.
    pub removed: usize,
    /// Files that stayed.
    pub unchanged: usize,
}

impl Publisher {
    /// Takes the lake's lock, brings `latest.json` and every Delta table back to the last release, and
    /// reads what later commits are tied to. `now`: the time that a restoring commit bears.
    ///
    /// # Errors
    /// [`crate::Error::Locked`] when another run publishes to the same folder;
    /// [`crate::Error::Conflict`] when one does to the same bucket; those of reading.
    pub async fn open(lake: &Lake, now: DateTime<Utc>) -> Result<Self> {
        let lock = LakeLock::acquire(lake.location())?;
        let mut publisher = Self {
            lake: lake.clone(),
            parent: None,
            heads: BTreeMap::new(),
            reconciled: Vec::new(),
            lock,
        };
        if let Some(entry) = release_log::newest(lake.store()).await? {
            release_log::point_to(lake.store(), &entry, publisher.is_local()).await?;
            publisher.parent = Some(lake.manifest(&entry).await?);
        }
        for table in lake.tables().await? {
            publisher.reconcile(&table, now).await?;
        }
        Ok(publisher)
    }

    /// The release that the next one follows.
    #[must_use]
    pub fn parent(&self) -> Option<&Release> {
        self.parent.as_ref()
    }

    /// What `open` had to put back.
    #[must_use]
    pub fn reconciled(&self) -> &[Reconciled] {
        &self.reconciled
    }

    fn is_local(&self) -> bool {
        self.lake.location().local_path().is_some()
    }

    /// A head with the released content is left alone, whatever its version. Any other is what a run
    /// committed before it died: its files stay (the same rows will find them again), its content goes.
    async fn reconcile(&mut self, table: &str, now: DateTime<Utc>) -> Result<()> {
        let log = self.lake.log(table)?;
        let Some(head) = log.head().await? else {
            return Ok(());
        };
        let found = head.version();
        self.heads.insert(table.to_owned(), found);
        let released = self
            .parent
            .as_ref()
            .and_then(|release| release.tables.get(table));
        let released = released.map(|table| table.delta_version);
        if released == Some(found) {
            return Ok(());
        }
        if let Some(restored_as) = self.restore(table, released, now).await? {
            tracing::warn!(
                table,
                found,
                released,
                "unpublished content of an interrupted run taken back"
            );
            self.reconciled.push(Reconciled {
                table: table.to_owned(),
                found,
                released,
                restored_as,
            });
        }
        Ok(())
    }

    /// Whether a table may be committed in this form, before anything is: a change that breaks its readers needs a new
    /// major version of its contract.
    ///
    /// # Errors
    /// [`crate::Error::SchemaBreak`], [`crate::Error::Layout`]; those of reading.
    pub async fn check(&self, layout: &TableLayout) -> Result<()> {
        layout.check()?;
        match self.heads.get(&layout.name) {
            Some(version) => {
                check_evolution(&self.lake.log(&layout.name)?.at(*version).await?, layout)
            }
            None => Ok(()),
        }
    }

    /// Makes a table hold exactly the staged rows: uploads the files that are not there yet, then one
    /// Delta commit. Without any change nothing is written. The table is published by
    /// [`Self::publish`] only.
    ///
    /// # Errors
    /// [`crate::Error::Conflict`] when someone committed since `open`; [`crate::Error::SchemaBreak`];
    /// those of writing.
    pub async fn commit(
        &mut self,
        layout: &TableLayout,
        staged: &Staged,
        now: DateTime<Utc>,
    ) -> Result<Commit> {
        let base = self.base(&layout.name).await?;
        if let Some(base) = &base {
            check_evolution(base, layout)?;
        }
        let released = self.parent.as_ref();
        let released = released.and_then(|release| release.tables.get(&layout.name));
        for file in &staged.files {
            let path = format!("{}/{}", table_path(&layout.name), file.path);
            let is_released = released
                .is_some_and(|table| table.files.iter().any(|other| other.path == file.path));
            let age = match is_released {
                true => Age::Any,
                false => Age::Young,
            };
            let local = staged.local_path(file);
            storage::upload(self.lake.store(), &path, &local, file.bytes, age).await?;
        }
        self.replace(layout, &staged.files, base, now).await
    }

    /// Makes a table hold exactly these files, which are in the lake. Those that it does not hold yet have their
    /// statistics.
    pub(crate) async fn commit_files(
        &mut self,
        layout: &TableLayout,
        files: &[DataFile],
        now: DateTime<Utc>,
    ) -> Result<Commit> {
        let base = self.base(&layout.name).await?;
        self.replace(layout, files, base, now).await
    }

    /// Makes a table hold nothing.
    pub(crate) async fn empty(&mut self, table: &str, now: DateTime<Utc>) -> Result<()> {
        self.restore(table, None, now).await.map(drop)
    }

    async fn base(&self, table: &str) -> Result<Option<Snapshot>> {
        match self.heads.get(table) {
            Some(version) => self.lake.log(table)?.at(*version).await.map(Some),
            None => Ok(None),
        }
    }

    async fn replace(
        &mut self,
        layout: &TableLayout,
        files: &[DataFile],
        base: Option<Snapshot>,
        now: DateTime<Utc>,
    ) -> Result<Commit> {
        let log = self.lake.log(&layout.name)?;
        let content = Content::staged(layout, files, now)?;
        let replaced = log.replace(base.as_ref(), content, Cause::Run, now).await?;
        let version = match (&replaced, &base) {
            (Some(replaced), _) => replaced.version,
            (None, Some(base)) => base.version(),
            (None, None) => 0,
        };
        self.heads.insert(layout.name.clone(), version);
        let (added, removed) = replaced.as_ref().map_or((0, 0), |r| (r.added, r.removed));
        Ok(Commit {
            version,
            changed: replaced.is_some(),
            added,
            removed,
            unchanged: files.len() - added,
        })
    }

    /// Publishes: writes the release's folder, creates the next entry of the log, moves `latest.json`.
    /// The entry is the moment of publication: before it, readers see the release before.
    ///
    /// # Errors
    /// [`crate::Error::Conflict`] when another run published since `open`: this run's tables are put
    /// back, and nothing of it is visible; those of writing.
    pub async fn publish(self, draft: ReleaseDraft) -> Result<Release> {
        let now = draft.created;
        let prepared = artefacts::prepare(self.parent.as_ref(), draft)?;
        self.release(prepared, now).await
    }

    /// Takes the last release back: a new one follows it, with the tables of the last release before it that was not
    /// taken back itself, and says why. The withdrawn one stays, for those who hold its id.
    ///
    /// # Errors
    /// [`crate::Error::NothingToWithdraw`] when `id` is not the last release, or is the first; those of
    /// [`Self::publish`].
    pub async fn withdraw(mut self, id: &str, reason: &str, now: DateTime<Utc>) -> Result<Release> {
        let refused = |latest: Option<&Release>, first: bool| crate::Error::NothingToWithdraw {
            id: id.to_owned(),
            latest: latest.map(|latest| latest.id.clone()),
            first,
        };
        let Some(bad) = self.parent.clone().filter(|release| release.id == id) else {
            return Err(refused(self.parent.as_ref(), false));
        };
        let entries = self.lake.releases().await?;
        let last = entries.iter().find(|entry| entry.id == bad.id);
        let earlier = last.and_then(|last| release_log::to_go_back_to(&entries, last));
        let Some(earlier) = earlier else {
            return Err(refused(Some(&bad), true));
        };
        let earlier = self.lake.manifest(earlier).await?;
        self.lake.check_there(&earlier.id).await?;
        let mut versions = BTreeMap::new();
        for (table, released) in &bad.tables {
            let wanted = earlier.tables.get(table);
            if wanted.is_some_and(|wanted| wanted.same_content(&released.files)) {
                continue;
            }
            let version = wanted.map(|wanted| wanted.delta_version);
            if let Some(restored) = self.restore(table, version, now).await? {
                versions.insert(table.clone(), restored);
            }
        }
        let prepared = artefacts::prepare_return(&bad, &earlier, &versions, reason, now);
        self.release(prepared, now).await
    }

    /// Puts a table back to one of its versions, or empties it; gives the new version, none when nothing had to be done.
    async fn restore(
        &mut self,
        table: &str,
        version: Option<u64>,
        now: DateTime<Utc>,
    ) -> Result<Option<u64>> {
        let log = self.lake.log(table)?;
        let Some(head) = log.head().await? else {
            return Ok(None);
        };
        let content = match version {
            Some(version) => Content::earlier(Some(&log.at(version).await?), &head)?,
            None => Content::earlier(None, &head)?,
        };
        let restored = log
            .replace(Some(&head), content, Cause::Restore(version), now)
            .await?;
        if let Some(restored) = &restored {
            self.heads.insert(table.to_owned(), restored.version);
        }
        Ok(restored.map(|restored| restored.version))
    }

    async fn release(self, prepared: artefacts::Prepared, now: DateTime<Utc>) -> Result<Release> {
        let (release, manifest_sha256) = artefacts::write(&self.lake, &prepared).await?;
        self.announce(release, manifest_sha256, now).await
    }

    /// Publishes a release whose folder is written.
    pub(crate) async fn announce(
        self,
        release: Release,
        manifest_sha256: String,
        now: DateTime<Utc>,
    ) -> Result<Release> {
        let store = self.lake.store();
        let entry = release.entry(manifest_sha256);
        match release_log::append(store, &entry).await {
            Ok(()) => {}
            Err(conflict @ Error::Conflict { .. }) => {
                artefacts::remove(&self.lake, &release).await;
                let Self { lake, lock, .. } = self;
                drop(lock);
                if let Err(error) = Self::open(&lake, now).await {
                    tracing::warn!(%error, "the tables of this run stay unpublished; the next run puts them back");
                }
                return Err(conflict);
            }
            // The entry may be there, or come to be: its folder stays. The next `open` puts the tables right.
            Err(error) => return Err(error),
        }
        release_log::point_to(store, &entry, self.is_local()).await?;
        Ok(release)
    }
}
