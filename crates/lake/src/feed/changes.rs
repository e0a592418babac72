//! The rows that two contents of a table do not share, paired by key.
//!
//! First the hashes of all rows are cancelled against each other, which is narrow and spills; then only the rows that are
//! left are read whole. Few of them are joined in memory, many by sorting, which spills.

use std::path::Path;

use arrow::datatypes::DataType;
use datafusion::common::{JoinType, ScalarValue};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, ExprFunctionExt, cast, lit};
use datafusion::prelude::SessionContext;

use super::form::Form;
use super::side::{HASH, Side, Sides, named, null};
use super::surplus::{Differing, SURPLUS, differing, written};
use crate::error::{Error, Result};
use crate::row_hash::row_hash_udf;

/// Differing rows that may be held whole in memory while the others are read past them.
const FEW_ROWS: u64 = 100_000;

/// The hash of the key of a row; its number among the rows of that key, and among those of the same hash.
const KEY: &str = "_key";
const TURN: &str = "_turn";
const COPY: &str = "_copy";

/// The columns of the row before, its hash, the same after; the hash is null where there is no row. By the order of the
/// key. None: nothing differs.
pub(super) async fn changes(
    ctx: &SessionContext,
    form: &Form,
    sides: &Sides<'_>,
    work: &Path,
) -> Result<Option<SendableRecordBatchStream>> {
    if sides.old.is_empty() && sides.new.is_empty() {
        return Ok(None);
    }
    let kept = work.join(format!("{}.parquet", sides.table));
    let Differing { rows, repeats } = differing(ctx, form, sides, &kept).await?;
    if rows == 0 {
        return Ok(None);
    }
    let mut config = ctx.copied_config();
    if rows > FEW_ROWS {
        let options = config.options_mut();
        options.optimizer.prefer_hash_join = false;
        // A plan of one partition joins in memory whatever it prefers.
        options.execution.target_partitions = options.execution.target_partitions.max(2);
    }
    let ctx = SessionContext::new_with_config_rt(config, ctx.runtime_env());
    let fail = |e| Error::rows(sides.table, e);
    let mut frames = Vec::new();
    for side in Side::BOTH {
        if let Some(rows) = side.rows(&ctx, form, sides).await? {
            let surplus = written(&ctx, sides.table, &kept).await?;
            let left = left(form, side, rows, surplus, repeats).map_err(fail)?;
            frames.push((side, left));
        }
    }
    let frame = paired(form, frames, repeats).map_err(fail)?;
    frame.execute_stream().await.map(Some).map_err(fail)
}

/// Of the rows of one side, those that the other lacks, as many copies as it lacks; each with its key and, where keys
/// repeat, its turn among the rows of its key.
fn left(
    form: &Form,
    side: Side,
    rows: DataFrame,
    surplus: DataFrame,
    repeats: bool,
) -> Result<DataFrame, DataFusionError> {
    let hash = side.name(HASH);
    let key = match form.key.as_slice() {
        // Without a key no row is the same as another.
        [] => vec![lit(side.name("")), side.column(HASH)],
        _ => side.key(form),
    };
    let (wanted, copies) = match side {
        Side::Old => (named(SURPLUS).lt(lit(0i64)), lit(0i64) - named(SURPLUS)),
        Side::New => (named(SURPLUS).gt(lit(0i64)), named(SURPLUS)),
    };
    let surplus = surplus
        .filter(wanted)?
        .select(vec![named(HASH), copies.alias(SURPLUS)])?;
    let mut frame = rows.join(surplus, JoinType::Inner, &[&hash], &[HASH], None)?;
    if repeats {
        let copy = row_number().partition_by(vec![named(&hash)]).build()?;
        let number = cast(named(COPY), DataType::Int64);
        frame = frame.window(vec![copy.alias(COPY)])?;
        frame = frame.filter(number.lt_eq(named(SURPLUS)))?;
    }
    frame = frame.with_column(&side.name(KEY), row_hash_udf().call(key))?;
    if repeats {
        let turn = row_number()
            .partition_by(vec![side.column(KEY)])
            .order_by(vec![named(&hash).sort(true, true)])
            .build()?;
        frame = frame.window(vec![turn.alias(side.name(TURN))])?;
    }
    frame.drop_columns(&[HASH, SURPLUS, COPY])
}

/// The rows before beside those after, by key and turn.
fn paired(
    form: &Form,
    rows: Vec<(Side, DataFrame)>,
    repeats: bool,
) -> Result<DataFrame, DataFusionError> {
    let there: Vec<Side> = rows.iter().map(|(side, _)| *side).collect();
    let keys = Side::BOTH.map(|side| match repeats {
        true => vec![side.name(KEY), side.name(TURN)],
        false => vec![side.name(KEY)],
    });
    let [old, new] = keys
        .each_ref()
        .map(|keys| keys.iter().map(String::as_str).collect::<Vec<_>>());
    let mut frames = rows.into_iter().map(|(_, frame)| frame);
    let frame = match (frames.next(), frames.next()) {
        (Some(before), Some(after)) => before.join(after, JoinType::Full, &old, &new, None)?,
        (Some(one), None) => one,
        _ => {
            return Err(DataFusionError::Internal("no rows to pair".to_owned()));
        }
    };
    let mut columns = Vec::new();
    for side in Side::BOTH {
        let is_there = there.contains(&side);
        for place in 0..form.fields.len() {
            let value = match is_there {
                true => side.column(place),
                false => null(form, place)?,
            };
            columns.push(value.alias(side.name(place)));
        }
        let hash = match is_there {
            true => side.column(HASH),
            false => Expr::Literal(ScalarValue::Binary(None), None),
        };
        columns.push(hash.alias(side.name(HASH)));
    }
    let of_either = |column: String| {
        let either = Side::BOTH.map(|side| side.column(&column)).to_vec();
        coalesce(either).sort(true, true)
    };
    let mut order: Vec<_> = form
        .key
        .iter()
        .map(|place| of_either(place.to_string()))
        .collect();
    order.push(of_either(HASH.to_owned()));
    frame.select(columns)?.sort(order)
}
