//! The folder of a release: `manifest.json`, `notes.md`, `duckdb.sql`, `files.txt` and whole tables.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path as FsPath, PathBuf};

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use object_store::ObjectStoreExt;
use object_store::path::Path;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::data_file::{DataFile, FileWriter, sha256};
use crate::diff::ChangeCounts;
use crate::error::{Error, Result};
use crate::lake::{Lake, table_path};
use crate::layout::TableLayout;
use crate::listings;
use crate::release::{
    FORMAT, Release, ReleaseDraft, ReleasedColumn, ReleasedTable, TableDraft, WholeFile,
    Withdrawal, folder, next_id,
};
use crate::return_notes::return_notes;
use crate::stage::Staged;
use crate::storage::{self, Created};

/// Tables above it are not offered as one file.
pub(crate) const WHOLE_TABLE_BYTES: u64 = 200_000_000;

/// A release that lacks only its id.
pub(crate) struct Prepared {
    parent: Option<Release>,
    draft: ReleaseDraft,
    withdraws: Option<Withdrawal>,
    tables: BTreeMap<String, ReleasedTable>,
    wholes: BTreeMap<String, WholeSource>,
}

/// Where a whole table comes from, with its size and SHA-256.
struct WholeSource {
    from: WholeFrom,
    bytes: u64,
    sha256: String,
}

enum WholeFrom {
    Local(PathBuf),
    /// An earlier release, below the lake.
    Lake(String),
}

/// Everything that can be made before the release has an id, on the local disk.
pub(crate) fn prepare(parent: Option<&Release>, mut draft: ReleaseDraft) -> Result<Prepared> {
    std::fs::create_dir_all(&draft.dir).map_err(|e| Error::io(&draft.dir, e))?;
    let mut tables = parent
        .map(|release| release.tables.clone())
        .unwrap_or_default();
    let mut wholes: BTreeMap<String, WholeSource> = BTreeMap::new();
    for table in &draft.tables {
        let name = table.layout.name.clone();
        let before = tables
            .remove(&name)
            .filter(|t| t.same_content(&table.staged.files));
        let released = released_table(table, before);
        if released.whole.is_none() && released.bytes <= WHOLE_TABLE_BYTES {
            wholes.insert(name.clone(), whole_table(table, &draft.dir)?);
        }
        tables.insert(name, released);
    }
    wholes.extend(released_wholes(&tables));
    if let Some(parent) = parent {
        for (source, receipt) in &parent.sources {
            draft
                .sources
                .entry(source.clone())
                .or_insert_with(|| receipt.clone());
        }
    }
    Ok(Prepared {
        parent: parent.cloned(),
        draft,
        withdraws: None,
        tables,
        wholes,
    })
}

/// The tables of an earlier release again, in place of those of `parent`, which is withdrawn. `versions` are those that
/// restoring the tables gave.
pub(crate) fn prepare_return(
    parent: &Release,
    earlier: &Release,
    versions: &BTreeMap<String, u64>,
    reason: &str,
    now: DateTime<Utc>,
) -> Prepared {
    let mut tables = earlier.tables.clone();
    for (name, table) in &mut tables {
        if let Some(version) = versions.get(name) {
            table.delta_version = *version;
            table.changed_in.clear();
            // What the withdrawn release changed, the other way round.
            let changes = parent.tables.get(name).and_then(|table| table.changes);
            table.changes = changes.map(|changes| ChangeCounts {
                added: changes.removed,
                removed: changes.added,
                ..changes
            });
        }
    }
    let notes = return_notes(parent, earlier, &tables, reason);
    Prepared {
        parent: Some(parent.clone()),
        wholes: released_wholes(&tables),
        withdraws: Some(Withdrawal {
            release: parent.id.clone(),
            reason: reason.to_owned(),
            returns_to: earlier.id.clone(),
        }),
        draft: ReleaseDraft {
            created: now,
            scope: earlier.scope.clone(),
            sources: earlier.sources.clone(),
            counts: earlier.counts.clone(),
            notes,
            tables: Vec::new(),
            dir: PathBuf::new(),
        },
        tables,
    }
}

/// The whole files that tables have in the release that they come from.
fn released_wholes(tables: &BTreeMap<String, ReleasedTable>) -> BTreeMap<String, WholeSource> {
    let wholes = tables.iter().filter_map(|(name, table)| {
        let whole = table.whole.as_ref()?;
        let source = WholeSource {
            from: WholeFrom::Lake(whole.path.clone()),
            bytes: whole.bytes,
            sha256: whole.sha256.clone(),
        };
        Some((name.clone(), source))
    });
    wholes.collect()
}

/// `before`: the same content in the release before. An empty `changed_in` stands for the release to come.
fn released_table(table: &TableDraft, before: Option<ReleasedTable>) -> ReleasedTable {
    let TableDraft { layout, staged, .. } = table;
    let column = |field: &arrow::datatypes::FieldRef| ReleasedColumn {
        name: field.name().clone(),
        data_type: field.data_type().to_string(),
        description: layout.describe(field.name()).map(str::to_owned),
    };
    let (changed_in, changes, whole) = match before {
        Some(before) => (before.changed_in, before.changes, before.whole),
        None => (String::new(), table.changes, None),
    };
    ReleasedTable {
        path: table_path(&layout.name),
        delta_version: table.version,
        contract: layout.contract.clone(),
        description: layout.description.clone(),
        columns: layout.file_schema().fields().iter().map(column).collect(),
        geometry: layout.geometry.clone(),
        key: layout.key.clone(),
        partition_by: layout.partition_by.clone(),
        fingerprint: table.fingerprint.clone(),
        rows: staged.rows,
        bytes: staged.files.iter().map(|f| f.bytes).sum(),
        bbox: staged.files.iter().filter_map(|f| f.bbox).reduce(union),
        vintages: staged.vintages(),
        changed_in,
        changes,
        whole,
        files: staged.files.iter().map(DataFile::released).collect(),
    }
}

pub(crate) fn union(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [
        a[0].min(b[0]),
        a[1].min(b[1]),
        a[2].max(b[2]),
        a[3].max(b[3]),
    ]
}

/// The table as one file, from its staged files.
fn whole_table(table: &TableDraft, dir: &FsPath) -> Result<WholeSource> {
    let (path, bytes, sha256) = whole_file(&table.layout, &table.staged, dir)?;
    Ok(WholeSource {
        from: WholeFrom::Local(path),
        bytes,
        sha256,
    })
}

/// The SHA-256 (hexadecimal) of the whole table that a release offers of staged files; none: they are too large for one. The
/// file is written to `dir` where there are several.
///
/// # Errors
/// [`Error::Io`], [`Error::Rows`], when a staged file cannot be read or the whole one written.
pub fn whole_sha256(layout: &TableLayout, staged: &Staged, dir: &FsPath) -> Result<Option<String>> {
    let bytes: u64 = staged.files.iter().map(|file| file.bytes).sum();
    if bytes > WHOLE_TABLE_BYTES {
        return Ok(None);
    }
    std::fs::create_dir_all(dir).map_err(|e| Error::io(dir, e))?;
    whole_file(layout, staged, dir).map(|(_, _, sha256)| Some(sha256))
}

/// The rows of all files in their order, in one file of the same writer: its place, its size, its SHA-256.
fn whole_file(
    layout: &TableLayout,
    staged: &Staged,
    dir: &FsPath,
) -> Result<(PathBuf, u64, String)> {
    if let [only] = staged.files.as_slice() {
        return Ok((staged.local_path(only), only.bytes, only.sha256.clone()));
    }
    let columns = layout.schema.fields().len();
    let mut writer = FileWriter::create(layout, &dir.join(format!("{}.parquet", layout.name)))?;
    for file in &staged.files {
        let path = staged.local_path(file);
        let fail = |e| Error::parquet(path.display(), e);
        let open = File::open(&path).map_err(|e| Error::io(&path, e))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(open).map_err(fail)?;
        for batch in reader.build().map_err(fail)? {
            let batch = batch.map_err(|e| Error::rows(&layout.name, e))?;
            writer.write(&batch.columns()[..columns])?;
        }
    }
    let written = writer.finish()?;
    Ok((written.path, written.bytes, written.sha256))
}

impl Prepared {
    fn release(&self, id: String) -> Release {
        let mut tables = self.tables.clone();
        for (name, table) in &mut tables {
            if table.changed_in.is_empty() {
                table.changed_in.clone_from(&id);
            }
            table.whole = self.wholes.get(name).map(|whole| WholeFile {
                path: format!("{}/{name}.parquet", folder(&id)),
                bytes: whole.bytes,
                sha256: whole.sha256.clone(),
            });
        }
        Release {
            format: FORMAT,
            id,
            serial: self.parent.as_ref().map_or(1, |parent| parent.serial + 1),
            parent: self.parent.as_ref().map(|parent| parent.id.clone()),
            created: self.draft.created,
            scope: self.draft.scope.clone(),
            sources: self.draft.sources.clone(),
            counts: self.draft.counts.clone(),
            withdraws: self.withdraws.clone(),
            mirror_of: None,
            subset: None,
            tables,
        }
    }
}

/// Writes the folder; gives the release and the SHA-256 of its manifest. The manifest comes first and
/// is created, never replaced: it claims the id among runs that publish on the same day.
pub(crate) async fn write(lake: &Lake, prepared: &Prepared) -> Result<(Release, String)> {
    let parent = prepared.parent.as_ref().map(|parent| parent.id.as_str());
    let (day, mut number) = next_id(parent, prepared.draft.created.date_naive());
    let (release, manifest_sha256) = loop {
        let release = prepared.release(format!("{day}.{number}"));
        let path = format!("{}/manifest.json", release.folder());
        let body = storage::to_json(&path, &release)?;
        let hash = sha256(&body);
        match storage::create(lake.store(), &path, body.into()).await? {
            Created::Yes => break (release, hash),
            Created::No => number += 1,
        }
    };
    let folder = release.folder();
    for (name, whole) in &prepared.wholes {
        let to = Path::from(format!("{folder}/{name}.parquet"));
        match &whole.from {
            WholeFrom::Local(file) => storage::send(lake.store(), &to, file, whole.bytes).await?,
            WholeFrom::Lake(from) => {
                let copied = lake.store().copy(&Path::from(from.as_str()), &to).await;
                copied.map_err(|e| Error::storage(from, e))?;
            }
        }
    }
    let documents = [
        ("duckdb.sql", listings::duckdb_sql(lake, &release)?),
        ("files.txt", listings::files_txt(&release)),
        ("notes.md", prepared.draft.notes.clone()),
    ];
    for (name, text) in documents {
        storage::put(lake.store(), &format!("{folder}/{name}"), text.into()).await?;
    }
    Ok((release, manifest_sha256))
}

/// Takes away the folder of a release that lost. What cannot be removed is no release all the same.
pub(crate) async fn remove(lake: &Lake, release: &Release) {
    let folder = Path::from(release.folder());
    let paths = lake
        .store()
        .list(Some(&folder))
        .map_ok(|meta| meta.location);
    let removed = lake
        .store()
        .delete_stream(Box::pin(paths))
        .try_collect::<Vec<_>>()
        .await;
    if let Err(error) = removed {
        tracing::warn!(%error, release = release.id, "the folder of an unpublished release stays behind");
    }
}
