//! Measures that need all rows at once, as plans of the engine.

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use datafusion::common::{Column, JoinType};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::prelude::{Expr, lit};
use edulac_contract::{Checks, TableRule};

use super::Measured;
use crate::error::{Error, Result};
use crate::key;

/// Examples that a message shows.
const EXAMPLES: usize = 3;
const TIMES: &str = "_fois";
const EXTRA: &str = "_en_trop";

/// Rows beyond the first of each group that shares its values, rows with a null among them left out.
pub(super) async fn duplicates(
    checks: &Checks,
    rule: &TableRule,
    table: DataFrame,
    columns: &[String],
) -> Result<Measured> {
    let measure = async {
        let groups = complete(table, columns)?
            .aggregate(exprs(columns), vec![count(lit(1)).alias(TIMES)])?
            .filter(column(TIMES).gt(lit(1)))?;
        let extra = groups
            .clone()
            .aggregate(vec![], vec![sum(column(TIMES) - lit(1)).alias(EXTRA)])?;
        let rows = number(&extra.collect().await?);
        if rows == 0 {
            return Ok(Measured {
                rows,
                examples: Vec::new(),
            });
        }
        let mut order = vec![column(TIMES).sort(false, false)];
        order.extend(
            exprs(columns)
                .into_iter()
                .map(|column| column.sort(true, false)),
        );
        let worst = groups
            .sort(order)?
            .limit(0, Some(EXAMPLES))?
            .collect()
            .await?;
        let examples = keyed(&worst, columns.len(), |batch, row, key| {
            let times = batch
                .column(columns.len())
                .as_primitive::<Int64Type>()
                .value(row);
            format!("({key}) {times} times")
        });
        Ok(Measured { rows, examples })
    };
    measure.await.map_err(|source| failed(checks, rule, source))
}

/// Rows whose values, none of them null, are in no row of the other table.
pub(super) async fn orphans(
    checks: &Checks,
    rule: &TableRule,
    table: DataFrame,
    columns: &[String],
    other: DataFrame,
    target: &[String],
) -> Result<Measured> {
    let measure = async {
        // Other names on the right, so that a table can refer to itself.
        let known_names: Vec<String> = (0..target.len())
            .map(|index| format!("_cible_{index}"))
            .collect();
        let renamed = target
            .iter()
            .zip(&known_names)
            .map(|(name, alias)| column(name).alias(alias));
        let known = other.select(renamed.collect::<Vec<_>>())?.distinct()?;
        let left: Vec<&str> = columns.iter().map(String::as_str).collect();
        let right: Vec<&str> = known_names.iter().map(String::as_str).collect();
        let lost = complete(table, columns)?
            .select(exprs(columns))?
            .join(known, JoinType::LeftAnti, &left, &right, None)?
            .aggregate(exprs(columns), vec![count(lit(1)).alias(TIMES)])?;
        let total = lost
            .clone()
            .aggregate(vec![], vec![sum(column(TIMES)).alias(EXTRA)])?;
        let rows = number(&total.collect().await?);
        if rows == 0 {
            return Ok(Measured {
                rows,
                examples: Vec::new(),
            });
        }
        let order = exprs(columns)
            .into_iter()
            .map(|column| column.sort(true, false))
            .collect();
        let first = lost
            .sort(order)?
            .limit(0, Some(EXAMPLES))?
            .collect()
            .await?;
        Ok(Measured {
            rows,
            examples: keyed(&first, columns.len(), |_, _, key| format!("({key})")),
        })
    };
    measure.await.map_err(|source| failed(checks, rule, source))
}

/// Rows that have a value in each of the columns.
fn complete(table: DataFrame, columns: &[String]) -> Result<DataFrame, DataFusionError> {
    let all = columns
        .iter()
        .map(|name| column(name).is_not_null())
        .reduce(Expr::and);
    match all {
        Some(all) => table.filter(all),
        None => Ok(table),
    }
}

/// A column by its exact name: no case folding, no `table.column` reading.
fn column(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

fn exprs(columns: &[String]) -> Vec<Expr> {
    columns.iter().map(|name| column(name)).collect()
}

/// The only number of the only row; null, the sum of nothing, is 0.
fn number(batches: &[RecordBatch]) -> u64 {
    let sum = |batch: &RecordBatch| -> i64 {
        batch
            .column(0)
            .as_primitive::<Int64Type>()
            .iter()
            .flatten()
            .sum()
    };
    u64::try_from(batches.iter().map(sum).sum::<i64>()).unwrap_or_default()
}

/// Each row as text, from its first `width` columns.
fn keyed(
    batches: &[RecordBatch],
    width: usize,
    shown: impl Fn(&RecordBatch, usize, &str) -> String,
) -> Vec<String> {
    let mut all = Vec::new();
    for batch in batches {
        let columns: Vec<&ArrayRef> = batch.columns().iter().take(width).collect();
        all.extend((0..batch.num_rows()).map(|row| shown(batch, row, &key::text(&columns, row))));
    }
    all
}

fn failed(checks: &Checks, rule: &TableRule, source: DataFusionError) -> Error {
    Error::Query {
        table: checks.table.clone(),
        rule: rule.id.clone(),
        source: Box::new(source),
    }
}
