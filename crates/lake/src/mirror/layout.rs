//! What a released table's files say of themselves: the layout they were written under, and statistics for the log.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::path::Path as FsPath;
use std::sync::Arc;

use arrow::datatypes::{Fields, Schema};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryFutureExt, TryStreamExt, stream};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::async_reader::MetadataFetch;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;

use crate::error::{Error, Result};
use crate::geometry::BBOX;
use crate::lake::Lake;
use crate::layout::TableLayout;
use crate::release::ReleasedTable;
use crate::release_log::missing;
use crate::stats;
use crate::storage::Store;

/// Prefix of what a file says beside its `geo` key.
const OWN_KEYS: &str = "edulac.";

/// Bytes asked for first: most footers fit.
const FOOTER_BYTES: usize = 64 << 10;

/// Footers read at once.
const PARALLEL_READS: usize = 8;

/// Keys that follow from the rest of a layout.
const DERIVED: [&str; 4] = ["table", "description", "contract", "columns"];

/// The footer of a file of a lake.
async fn footer(lake: &Lake, path: &str, bytes: u64) -> Result<ArrowReaderMetadata> {
    let fail = |e| Error::parquet(path, e);
    let fetch = Ranges {
        store: lake.store(),
        path: Path::from(path),
    };
    let reader = ParquetMetaDataReader::new().with_prefetch_hint(Some(FOOTER_BYTES));
    let metadata = reader.load_and_finish(fetch, bytes).await.map_err(fail)?;
    ArrowReaderMetadata::try_new(Arc::new(metadata), ArrowReaderOptions::default()).map_err(fail)
}

/// Parts of an object.
struct Ranges<'a> {
    store: &'a Store,
    path: Path,
}

impl MetadataFetch for Ranges<'_> {
    fn fetch(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        let part = async move { self.store.get_range(&self.path, range).await };
        part.map_err(|e| ParquetError::External(e.into())).boxed()
    }
}

/// The layout of a table of a lake: what its release says, and the footer of its first file. A table without rows has a
/// file too.
pub(super) async fn layout_of(
    lake: &Lake,
    name: &str,
    table: &ReleasedTable,
) -> Result<TableLayout> {
    let file = table
        .files
        .first()
        .ok_or_else(|| missing(&table.path, "manifest.json"))?;
    let footer = footer(lake, &format!("{}/{}", table.path, file.path), file.bytes).await?;
    Ok(layout(name, table, &footer))
}

/// The same by a file on the local disk.
pub(super) fn layout_of_file(
    name: &str,
    table: &ReleasedTable,
    file: &FsPath,
) -> Result<TableLayout> {
    let opened = File::open(file).map_err(|e| Error::io(file, e))?;
    let footer = ArrowReaderMetadata::load(&opened, ArrowReaderOptions::default());
    let footer = footer.map_err(|e| Error::parquet(file.display(), e))?;
    Ok(layout(name, table, &footer))
}

fn layout(name: &str, table: &ReleasedTable, footer: &ArrowReaderMetadata) -> TableLayout {
    let fields = footer.schema().fields().iter();
    let rows = fields.filter(|field| table.geometry.is_none() || field.name() != BBOX);
    let described = table.columns.iter().filter(|column| column.name != BBOX);
    let described = described.filter_map(|c| Some((c.name.clone(), c.description.clone()?)));
    let keys = footer.metadata().file_metadata().key_value_metadata();
    let own = keys.into_iter().flatten().filter_map(|pair| {
        let key = pair.key.strip_prefix(OWN_KEYS)?;
        let value = pair.value.clone()?;
        (!DERIVED.contains(&key)).then(|| (key.to_owned(), value))
    });
    TableLayout {
        name: name.to_owned(),
        contract: table.contract.clone(),
        description: table.description.clone(),
        schema: Arc::new(Schema::new(rows.cloned().collect::<Fields>())),
        geometry: table.geometry.clone(),
        partition_by: table.partition_by.clone(),
        key: table.key.clone(),
        column_descriptions: described.collect::<BTreeMap<_, _>>(),
        properties: own.collect(),
    }
}

/// Gives the files that the Delta table does not hold yet the statistics that its log will say.
pub(super) async fn add_statistics(
    lake: &Lake,
    layout: &TableLayout,
    table: &mut ReleasedTable,
) -> Result<()> {
    let head = lake.head(&layout.name).await?;
    let schema = layout.file_schema();
    let folder = &table.path;
    let files = std::mem::take(&mut table.files);
    let described = stream::iter(files).map(|mut file| {
        let held = head
            .as_ref()
            .is_some_and(|head| head.files.contains_key(&file.path));
        let path = format!("{folder}/{}", file.path);
        let schema = &schema;
        async move {
            if !held && file.stats.is_none() {
                let footer = footer(lake, &path, file.bytes).await?;
                let stats = stats::delta_stats(schema, footer.metadata());
                file.stats = Some(stats.map_err(|e| Error::parquet(path, e))?);
            }
            Ok(file)
        }
    });
    table.files = described.buffered(PARALLEL_READS).try_collect().await?;
    Ok(())
}
