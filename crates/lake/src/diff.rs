//! How many rows changed between the released content of a table and a staged one.

use std::collections::BTreeSet;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Column, ScalarValue};
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::expr_fn::{max, min, sum};
use datafusion::logical_expr::{Expr, case, cast, lit};
use datafusion::prelude::SessionContext;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::data_file::DataFile;
use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::layout::TableLayout;
use crate::read::file_list;
use crate::release::ReleasedTable;
use crate::row_hash::row_hash_udf;
use crate::stage::Staged;

/// Rows by what happened to them. Without a key a changed row is one removed and one added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCounts {
    /// Rows whose key was not there before.
    pub added: u64,
    /// Rows whose key is there no more.
    pub removed: u64,
    /// Rows of the same key with another value in some column.
    pub changed: u64,
}

impl Lake {
    /// Compares a staged table with its released content, by key. Files that both have are not read. A
    /// column that the released files lack counts as null in them. Memory: what the session allows (the
    /// comparison is an aggregation, which spills).
    ///
    /// # Errors
    /// [`Error::Rows`] when a file cannot be read.
    pub async fn change_counts(
        &self,
        ctx: &SessionContext,
        released: &ReleasedTable,
        layout: &TableLayout,
        staged: &Staged,
    ) -> Result<ChangeCounts> {
        self.location().register(&ctx.runtime_env());
        let paths = |files: &[DataFile]| {
            files
                .iter()
                .map(|f| f.path.clone())
                .collect::<BTreeSet<_>>()
        };
        let (old, new) = (paths(&released.files), paths(&staged.files));
        let old_urls: Vec<Url> = self
            .urls(released)?
            .into_iter()
            .zip(&released.files)
            .filter(|(_, file)| !new.contains(&file.path))
            .map(|(url, _)| url)
            .collect();
        let mut new_urls = Vec::new();
        for file in staged.files.iter().filter(|file| !old.contains(&file.path)) {
            let path = std::path::absolute(staged.local_path(file))
                .map_err(|e| Error::io(staged.local_path(file), e))?;
            new_urls.extend(Url::from_file_path(path));
        }
        let old = side(ctx, layout, &old_urls, Side::Old).await?;
        let new = side(ctx, layout, &new_urls, Side::New).await?;
        let rows = match (old, new) {
            (None, None) => return Ok(ChangeCounts::default()),
            (Some(one), None) | (None, Some(one)) => one,
            (Some(old), Some(new)) => old.union(new).map_err(|e| Error::rows(&layout.name, e))?,
        };
        count(layout, rows).await
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

const HASH: &str = "_row_hash";
const OLD: &str = "_old";
const NEW: &str = "_new";

/// One row per row: its key columns, its hash, and 1 on the side it is of.
async fn side(
    ctx: &SessionContext,
    layout: &TableLayout,
    files: &[Url],
    side: Side,
) -> Result<Option<DataFrame>> {
    if files.is_empty() {
        return Ok(None);
    }
    let fail = |e| Error::rows(&layout.name, e);
    let provider = file_list(ctx, &layout.name, files).await?;
    let present = provider.schema();
    let column = |name: &String, data_type: &DataType| -> Result<Expr> {
        if present.field_with_name(name).is_ok() {
            return Ok(Expr::Column(Column::from_name(name)));
        }
        Ok(Expr::Literal(
            ScalarValue::try_from(data_type).map_err(fail)?,
            None,
        ))
    };
    let all = layout
        .schema
        .fields()
        .iter()
        .map(|f| column(f.name(), f.data_type()));
    let hash = row_hash_udf().call(all.collect::<Result<_>>()?);
    let mut columns = Vec::new();
    for name in &layout.key {
        let field = layout
            .schema
            .field_with_name(name)
            .map_err(|e| Error::rows(&layout.name, e))?;
        columns.push(cast(column(name, field.data_type())?, field.data_type().clone()).alias(name));
    }
    columns.push(hash.alias(HASH));
    columns.push(lit(i64::from(side == Side::Old)).alias(OLD));
    columns.push(lit(i64::from(side == Side::New)).alias(NEW));
    let frame = ctx.read_table(provider).map_err(fail)?;
    frame.select(columns).map(Some).map_err(fail)
}

/// Per key: `o` rows before, `n` rows after. The surplus was added or removed; where hashes differ, the
/// rest was changed.
async fn count(layout: &TableLayout, rows: DataFrame) -> Result<ChangeCounts> {
    let fail = |e| Error::rows(&layout.name, e);
    let named = |name: &str| Expr::Column(Column::from_name(name));
    let by: Vec<Expr> = match layout.key.as_slice() {
        [] => vec![named(HASH)],
        key => key.iter().map(|name| named(name)).collect(),
    };
    let per_key = rows
        .aggregate(
            by,
            vec![
                sum(named(OLD)).alias("o"),
                sum(named(NEW)).alias("n"),
                min(named(HASH)).alias("least"),
                max(named(HASH)).alias("greatest"),
            ],
        )
        .map_err(fail)?;
    let (o, n) = (named("o"), named("n"));
    let surplus = |a: &Expr, b: &Expr| {
        case(a.clone().gt(b.clone()))
            .when(lit(true), a.clone() - b.clone())
            .otherwise(lit(0i64))
    };
    let common = case(o.clone().lt(n.clone()))
        .when(lit(true), o.clone())
        .otherwise(n.clone())
        .map_err(fail)?;
    let changed = case(named("least").eq(named("greatest")))
        .when(lit(true), lit(0i64))
        .otherwise(common);
    let totals = per_key
        .aggregate(
            vec![],
            vec![
                sum(surplus(&n, &o).map_err(fail)?).alias("added"),
                sum(surplus(&o, &n).map_err(fail)?).alias("removed"),
                sum(changed.map_err(fail)?).alias("changed"),
            ],
        )
        .map_err(fail)?;
    let batches = totals.collect().await.map_err(fail)?;
    let total = |column: usize| {
        let sums = batches
            .iter()
            .map(|b| b.column(column).as_primitive::<Int64Type>());
        sums.flat_map(|values| values.iter().flatten())
            .sum::<i64>()
            .unsigned_abs()
    };
    Ok(ChangeCounts {
        added: total(0),
        removed: total(1),
        changed: total(2),
    })
}
