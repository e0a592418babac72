//! Released tables for DataFusion: explicit lists of Parquet files, which any worker can read.

use std::sync::Arc;

use datafusion::datasource::TableProvider;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::prelude::SessionContext;
use url::Url;

use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::release::Release;

impl Lake {
    /// A released table for DataFusion, with the exact types of its contract; `bbox` is a column, the
    /// geometry is `Binary` (WKB).
    ///
    /// # Errors
    /// [`Error::UnknownTable`], and [`Error::Rows`] when its first file cannot be read.
    pub async fn table_provider(
        &self,
        ctx: &SessionContext,
        release: &Release,
        table: &str,
    ) -> Result<Arc<dyn TableProvider>> {
        self.location().register(&ctx.runtime_env());
        file_list(ctx, table, &self.files_of(release, table)?).await
    }

    /// Registers every table of a release under its name.
    ///
    /// # Errors
    /// As [`Self::table_provider`]; [`Error::Gone`] when its files are gone; [`Error::Rows`] when a name is taken.
    pub async fn register_release(&self, ctx: &SessionContext, release: &Release) -> Result<()> {
        self.check_there(&release.id).await?;
        for table in release.tables.keys() {
            let provider = self.table_provider(ctx, release, table).await?;
            ctx.register_table(table.as_str(), provider)
                .map_err(|e| Error::rows(table, e))?;
        }
        Ok(())
    }
}

/// Files of one table, all of the schema of the first.
pub(crate) async fn file_list(
    ctx: &SessionContext,
    table: &str,
    files: &[Url],
) -> Result<Arc<dyn TableProvider>> {
    let fail = |e| Error::rows(table, e);
    let urls: Vec<ListingTableUrl> = files
        .iter()
        .map(|url| ListingTableUrl::try_new(url.clone(), None))
        .collect::<Result<_, _>>()
        .map_err(fail)?;
    let format = ParquetFormat::default().with_force_view_types(false);
    let options = ListingOptions::new(Arc::new(format));
    let config = ListingTableConfig::new_with_multi_paths(urls);
    let Some(first) = config.table_paths.first() else {
        let none = datafusion::error::DataFusionError::Plan("a table without files".to_owned());
        return Err(fail(none));
    };
    let schema = options
        .infer_schema(&ctx.state(), first)
        .await
        .map_err(fail)?;
    let config = config.with_listing_options(options).with_schema(schema);
    Ok(Arc::new(ListingTable::try_new(config).map_err(fail)?))
}
