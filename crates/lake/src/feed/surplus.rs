//! The hashes of the rows that two contents of a table do not share.

use std::fs::File;
use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::lit;
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use parquet::arrow::ArrowWriter;
use url::Url;

use super::form::Form;
use super::side::{HASH, Side, Sides, named};
use crate::error::{Error, Result};
use crate::read::file_list;
use crate::row_hash::row_hash_udf;

/// The hash of the key of a row.
const KEY: &str = "k";
/// Copies of a row after less those before, and of both.
pub(super) const SURPLUS: &str = "d";
const COPIES: &str = "n";

/// The rows that are not as often on both sides.
pub(super) struct Differing {
    /// Their number, each hash once.
    pub(super) rows: u64,
    /// Some of them are equal, or have the key of another of the same side.
    pub(super) repeats: bool,
}

/// Writes the hashes of the rows that are not as often on both sides.
pub(super) async fn differing(
    ctx: &SessionContext,
    form: &Form,
    sides: &Sides<'_>,
    path: &Path,
) -> Result<Differing> {
    let fail = |e: DataFusionError| Error::rows(sides.table, e);
    let mut found = Differing {
        rows: 0,
        repeats: false,
    };
    let mut both: Option<DataFrame> = None;
    for (side, one) in [(Side::Old, -1i64), (Side::New, 1)] {
        let Some(rows) = side.rows(ctx, form, sides).await? else {
            continue;
        };
        let key = match form.key.as_slice() {
            [] => side.column(HASH),
            _ => row_hash_udf().call(side.key(form)),
        };
        let hashes = vec![
            side.column(HASH).alias(HASH),
            key.alias(KEY),
            lit(one).alias(SURPLUS),
        ];
        let hashes = rows.select(hashes).map_err(fail)?;
        both = Some(match both {
            Some(old) => old.union(hashes).map_err(fail)?,
            None => hashes,
        });
    }
    let Some(both) = both else { return Ok(found) };
    let measures = vec![
        sum(named(SURPLUS)).alias(SURPLUS),
        count(named(SURPLUS)).alias(COPIES),
    ];
    let frame = both.aggregate(vec![named(HASH), named(KEY)], measures);
    let frame = frame.and_then(|frame| frame.filter(named(SURPLUS).not_eq(lit(0i64))));
    let mut stream = frame.map_err(fail)?.execute_stream().await.map_err(fail)?;
    let file = File::create(path).map_err(|e| Error::io(path, e))?;
    let failed = |e| Error::parquet(path.display(), e);
    let mut writer = ArrowWriter::try_new(file, stream.schema(), None).map_err(failed)?;
    while let Some(batch) = stream.try_next().await.map_err(fail)? {
        found.rows += batch.num_rows() as u64;
        let copies = batch.column(3).as_primitive::<Int64Type>();
        found.repeats |= copies.values().iter().any(|copies| *copies > 1);
        writer.write(&batch).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    if !found.repeats && found.rows > 0 {
        let side = named(SURPLUS).gt(lit(0i64)).alias(COPIES);
        let keys = written(ctx, sides.table, path).await?;
        let same = keys.aggregate(vec![named(KEY), side], vec![count(named(HASH)).alias(HASH)]);
        let same = same.and_then(|keys| keys.filter(named(HASH).gt(lit(1i64))));
        let same = same.and_then(|keys| keys.limit(0, Some(1)));
        let same = same.map_err(fail)?.count().await.map_err(fail)?;
        found.repeats = same > 0;
    }
    Ok(found)
}

/// What [`differing`] wrote.
pub(super) async fn written(ctx: &SessionContext, table: &str, path: &Path) -> Result<DataFrame> {
    let absolute = std::path::absolute(path).map_err(|e| Error::io(path, e))?;
    let urls: Vec<Url> = Url::from_file_path(absolute).into_iter().collect();
    let provider = file_list(ctx, table, &urls).await?;
    ctx.read_table(provider).map_err(|e| Error::rows(table, e))
}
