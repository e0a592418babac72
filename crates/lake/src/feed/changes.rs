//! The rows that two contents of a table do not share, paired by key.
//!
//! First the hashes of all rows are cancelled against each other, which is narrow and spills; then only the rows that are
//! left are read whole. Few of them are joined in memory, many by sorting, which spills.

use std::fs::File;
use std::path::Path;

use arrow::compute::can_cast_types;
use arrow::datatypes::Schema;
use datafusion::common::{Column, JoinType, ScalarValue};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, ExprFunctionExt, lit, try_cast};
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use parquet::arrow::ArrowWriter;
use url::Url;

use super::form::Form;
use crate::error::{Error, Result};
use crate::read::file_list;
use crate::row_hash::row_hash_udf;

/// Differing rows that may be held in memory while the tables are read past them: 16 bytes each, and their place.
const FEW_ROWS: u64 = 1_000_000;

/// The files of a table that only one of the two contents has.
pub(super) struct Sides<'a> {
    pub(super) table: &'a str,
    pub(super) old: Vec<Url>,
    pub(super) new: Vec<Url>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

impl Side {
    const BOTH: [Self; 2] = [Self::Old, Self::New];

    /// The name of a column of this side.
    fn name(self, column: impl std::fmt::Display) -> String {
        match self {
            Self::Old => format!("o{column}"),
            Self::New => format!("n{column}"),
        }
    }

    fn column(self, column: impl std::fmt::Display) -> Expr {
        named(&self.name(column))
    }
}

fn named(name: &str) -> Expr {
    Expr::Column(Column::from_name(name))
}

/// `h`: the hash of the row, `d`: its copies after less those before.
const HASH: &str = "h";
const SURPLUS: &str = "d";
/// Number of a row among those of the same hash, and among those of the same key.
const COPY: &str = "_copy";
const TURN: &str = "_turn";
const KEY: &str = "_key";

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
    let differing = differing(ctx, form, sides, &kept).await?;
    if differing == 0 {
        return Ok(None);
    }
    let mut config = ctx.copied_config();
    config.options_mut().optimizer.prefer_hash_join = differing <= FEW_ROWS;
    let ctx = SessionContext::new_with_config_rt(config, ctx.runtime_env());
    let mut rows = Vec::new();
    for side in Side::BOTH {
        if let Some(all) = side.rows(&ctx, form, sides).await? {
            rows.push((side, left(&ctx, form, sides.table, side, all, &kept).await?));
        }
    }
    let fail = |e| Error::rows(sides.table, e);
    let frame = paired(form, rows).map_err(fail)?;
    frame.execute_stream().await.map(Some).map_err(fail)
}

impl Side {
    /// The rows of one side in the form after, with their hash.
    async fn rows(
        self,
        ctx: &SessionContext,
        form: &Form,
        sides: &Sides<'_>,
    ) -> Result<Option<DataFrame>> {
        let files = match self {
            Self::Old => &sides.old,
            Self::New => &sides.new,
        };
        if files.is_empty() {
            return Ok(None);
        }
        let fail = |e| Error::rows(sides.table, e);
        let provider = file_list(ctx, sides.table, files).await?;
        let present = provider.schema();
        let columns = form.fields.iter().enumerate();
        let columns = columns.map(|(place, _)| {
            let value = in_form(&present, form, place)?;
            Ok(value.alias(self.name(place)))
        });
        let columns = columns.collect::<Result<Vec<_>, DataFusionError>>();
        let all = (0..form.fields.len()).map(|place| self.column(place));
        let frame = ctx.read_table(provider).map_err(fail)?;
        let frame = frame.select(columns.map_err(fail)?).map_err(fail)?;
        let hash = row_hash_udf().call(all.collect());
        let frame = frame.with_column(&self.name(HASH), hash);
        frame.map(Some).map_err(fail)
    }
}

/// A column of files, as the form has it.
fn in_form(present: &Schema, form: &Form, place: usize) -> Result<Expr, DataFusionError> {
    let field = &form.fields[place];
    match present.field_with_name(field.name()) {
        Ok(found) if found.data_type() == field.data_type() => Ok(named(field.name())),
        Ok(found) if can_cast_types(found.data_type(), field.data_type()) => {
            Ok(try_cast(named(field.name()), field.data_type().clone()))
        }
        _ => null(form, place),
    }
}

fn null(form: &Form, place: usize) -> Result<Expr, DataFusionError> {
    let null = ScalarValue::try_from(form.fields[place].data_type())?;
    Ok(Expr::Literal(null, None))
}

/// Writes the hashes of the rows that are not as often on both sides; gives their number.
async fn differing(
    ctx: &SessionContext,
    form: &Form,
    sides: &Sides<'_>,
    path: &Path,
) -> Result<u64> {
    let fail = |e: DataFusionError| Error::rows(sides.table, e);
    let mut both: Option<DataFrame> = None;
    for (side, one) in [(Side::Old, -1i64), (Side::New, 1)] {
        let Some(rows) = side.rows(ctx, form, sides).await? else {
            continue;
        };
        let hashes = vec![side.column(HASH).alias(HASH), lit(one).alias(SURPLUS)];
        let hashes = rows.select(hashes).map_err(fail)?;
        both = Some(match both {
            Some(old) => old.union(hashes).map_err(fail)?,
            None => hashes,
        });
    }
    let Some(both) = both else { return Ok(0) };
    let surplus = sum(named(SURPLUS)).alias(SURPLUS);
    let frame = both.aggregate(vec![named(HASH)], vec![surplus]);
    let frame = frame.and_then(|frame| frame.filter(named(SURPLUS).not_eq(lit(0i64))));
    let mut stream = frame.map_err(fail)?.execute_stream().await.map_err(fail)?;
    let file = File::create(path).map_err(|e| Error::io(path, e))?;
    let failed = |e| Error::parquet(path.display(), e);
    let mut writer = ArrowWriter::try_new(file, stream.schema(), None).map_err(failed)?;
    let mut rows = 0;
    while let Some(batch) = stream.try_next().await.map_err(fail)? {
        rows += batch.num_rows() as u64;
        writer.write(&batch).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(rows)
}

/// Of the rows of one side, those that the other lacks, as many copies as it lacks; each with its key and its turn among
/// the rows of that key.
async fn left(
    ctx: &SessionContext,
    form: &Form,
    table: &str,
    side: Side,
    rows: DataFrame,
    kept: &Path,
) -> Result<DataFrame> {
    let fail = |e: DataFusionError| Error::rows(table, e);
    let absolute = std::path::absolute(kept).map_err(|e| Error::io(kept, e))?;
    let urls: Vec<Url> = Url::from_file_path(absolute).into_iter().collect();
    let provider = file_list(ctx, table, &urls).await?;
    let surplus = ctx.read_table(provider).map_err(fail)?;
    let hash = side.name(HASH);
    let key = match form.key.as_slice() {
        // Without a key no row is the same as another.
        [] => vec![lit(side.name("")), side.column(HASH)],
        key => key.iter().map(|place| side.column(place)).collect(),
    };
    let frame = || {
        let (wanted, copies) = match side {
            Side::Old => (named(SURPLUS).lt(lit(0i64)), lit(0i64) - named(SURPLUS)),
            Side::New => (named(SURPLUS).gt(lit(0i64)), named(SURPLUS)),
        };
        let copy = row_number().partition_by(vec![named(&hash)]).build()?;
        let turn = row_number()
            .partition_by(vec![side.column(KEY)])
            .order_by(vec![named(&hash).sort(true, true)])
            .build()?;
        let number = |expr| datafusion::logical_expr::cast(expr, arrow::datatypes::DataType::Int64);
        rows.join(
            surplus.filter(wanted)?,
            JoinType::Inner,
            &[&hash],
            &[HASH],
            None,
        )?
        .window(vec![copy.alias(COPY)])?
        .filter(number(named(COPY)).lt_eq(copies))?
        .with_column(&side.name(KEY), row_hash_udf().call(key))?
        .window(vec![turn.alias(side.name(TURN))])?
        .drop_columns(&[HASH, SURPLUS, COPY])
    };
    frame().map_err(fail)
}

/// The rows before beside those after, by key and turn.
fn paired(form: &Form, rows: Vec<(Side, DataFrame)>) -> Result<DataFrame, DataFusionError> {
    let there: Vec<Side> = rows.iter().map(|(side, _)| *side).collect();
    let keys = Side::BOTH.map(|side| [side.name(KEY), side.name(TURN)]);
    let [old, new] = keys
        .each_ref()
        .map(|keys| [keys[0].as_str(), keys[1].as_str()]);
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
