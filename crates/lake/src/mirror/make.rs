//! Files that are made here: rows that come along with a subset, and its whole tables.

use std::collections::BTreeMap;

use object_store::ObjectStoreExt;
use object_store::path::Path;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::Work;
use super::fetch::Want;
use super::layout::layout_of;
use super::select::Selected;
use crate::artefacts::{WHOLE_TABLE_BYTES, union};
use crate::data_file::{DataFile, FileWriter};
use crate::error::{Error, Result};
use crate::lake::table_path;
use crate::layout::TableLayout;
use crate::release::{Release, ReleasedTable, WholeFile, folder};
use crate::storage;

impl Work<'_> {
    /// Files made here get their place beside those that were fetched; gives the table as the mirror will release it.
    pub(super) async fn land(
        &self,
        name: &str,
        selected: Selected,
    ) -> Result<(TableLayout, ReleasedTable)> {
        let Selected { mut files, along } = selected;
        let released = &self.release.tables[name];
        let mirror = self.courier.mirror;
        for (staged, file) in along
            .iter()
            .flat_map(|staged| staged.files.iter().map(move |file| (staged, file)))
        {
            let path = format!("{}/{}", table_path(name), file.path);
            self.courier
                .land(&staged.local_path(file), &path, file.bytes)
                .await?;
            self.courier.tell(|told| told.made += 1);
            files.push(file.clone());
        }
        // In the order of the rows: by partition, the unknown one last.
        files.sort_by_cached_key(|file| {
            let value = |column| file.partition.get(column).cloned().flatten();
            let values = released.partition_by.iter().map(value);
            values
                .map(|value| (value.is_none(), value))
                .collect::<Vec<_>>()
        });
        let is_cut = !released.same_content(&files);
        let table = ReleasedTable {
            rows: files.iter().map(|file| file.rows).sum(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            bbox: files.iter().filter_map(|file| file.bbox).reduce(union),
            // What changed was counted over all rows.
            changes: released.changes.filter(|_| !is_cut),
            whole: released.whole.clone().filter(|_| !is_cut),
            files,
            ..released.clone()
        };
        let layout = layout_of(mirror, name, &table).await?;
        Ok((layout, table))
    }
}

/// Brings the whole tables of the release to its folder here, and makes those of tables that were cut.
pub(super) async fn wholes(
    work: &Work<'_>,
    id: &str,
    parent: Option<&Release>,
    tables: &mut BTreeMap<String, ReleasedTable>,
    layouts: &BTreeMap<String, TableLayout>,
) -> Result<()> {
    let known = known(parent, tables);
    let mut wants = Vec::new();
    for (name, table) in tables {
        let to = format!("{}/{name}.parquet", folder(id));
        let before = parent.and_then(|parent| parent.tables.get(name));
        let before = before.filter(|before| before.same_content(&table.files));
        let before = before.and_then(|before| before.whole.as_ref());
        let is_cut = !work.release.tables[name].same_content(&table.files);
        let (bytes, sha256) = match (&table.whole, before, table.files.as_slice()) {
            (Some(whole), ..) | (None, Some(whole), _) => (whole.bytes, whole.sha256.clone()),
            (None, None, _) if !is_cut || table.bytes > WHOLE_TABLE_BYTES => continue,
            (None, None, [only]) => (only.bytes, only.sha256.clone()),
            (None, None, _) => made(work, table, &layouts[name], &to).await?,
        };
        match (known.get(&sha256), &table.whole) {
            (Some(here), _) => copy(work, here, &to, bytes).await?,
            (None, Some(there)) => wants.push(Want::new(&there.path, &to, bytes, &sha256)),
            // It was made just now.
            (None, None) => {}
        }
        table.whole = Some(WholeFile {
            path: to,
            bytes,
            sha256,
        });
    }
    work.courier.fetch(wants).await
}

/// Files here by their SHA-256.
fn known(
    parent: Option<&Release>,
    tables: &BTreeMap<String, ReleasedTable>,
) -> BTreeMap<String, String> {
    let before = parent.iter().flat_map(|parent| parent.tables.values());
    let wholes = before.filter_map(|table| table.whole.clone());
    let wholes = wholes.map(|whole| (whole.sha256, whole.path));
    let files = tables.values().flat_map(|table| {
        let path = |file: &DataFile| format!("{}/{}", table.path, file.path);
        table
            .files
            .iter()
            .map(move |file| (file.sha256.clone(), path(file)))
    });
    wholes.chain(files).collect()
}

async fn copy(work: &Work<'_>, from: &str, to: &str, bytes: u64) -> Result<()> {
    let store = work.courier.mirror.store();
    let (source, target) = (Path::from(from), Path::from(to));
    if store
        .head(&target)
        .await
        .is_ok_and(|there| there.size == bytes)
    {
        return Ok(());
    }
    store
        .copy(&source, &target)
        .await
        .map_err(|e| Error::storage(from, e))
}

/// The rows of all files in their order, in one file of the same writer; gives its size and SHA-256.
async fn made(
    work: &Work<'_>,
    table: &ReleasedTable,
    layout: &TableLayout,
    to: &str,
) -> Result<(u64, String)> {
    let columns = layout.schema.fields().len();
    let local = work.courier.dir().join(format!("{}.whole", layout.name));
    let mut writer = FileWriter::create(layout, &local)?;
    for file in &table.files {
        let path = format!("{}/{}", table.path, file.path);
        let bytes = storage::get(work.courier.mirror.store(), &path).await?;
        let fail = |e| Error::parquet(&path, e);
        let bytes = bytes.unwrap_or_default();
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(fail)?;
        for batch in reader.build().map_err(fail)? {
            let batch = batch.map_err(|e| Error::rows(&layout.name, e))?;
            writer.write(&batch.columns()[..columns])?;
        }
    }
    let written = writer.finish()?;
    work.courier.land(&written.path, to, written.bytes).await?;
    work.courier.tell(|told| told.made += 1);
    Ok((written.bytes, written.sha256))
}
