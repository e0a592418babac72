//! What the values of a column of a release are like.

use edulac_contract::Classification;
use edulac_lake::ReleasedColumn;
use serde::Serialize;
use serde_json::Value;

use crate::Workspace;
use crate::error::{Error, Result};
use crate::released::{Released, Row};

/// Values shown one by one, when a column has no more of them.
const FEW: usize = 24;
/// The quantiles that are told, in percent.
const QUANTILES: [u32; 5] = [5, 25, 50, 75, 95];

/// What the values of a column are like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnValues {
    /// Rows of the table.
    pub rows: u64,
    /// Rows where the column is null.
    pub nulls: u64,
    /// Different values, null not counted. Null: they are not compared (geometries, lists, contacts).
    pub distinct: Option<u64>,
    /// The values with their rows, most frequent first; empty: too many, or not compared.
    pub frequent: Vec<ValueCount>,
    /// Least value; of texts, the first in the order of their letters' codes. Null: as `distinct`, or no value at all.
    pub min: Option<Value>,
    /// Largest value. Null: as `min`.
    pub max: Option<Value>,
    /// Values that so many percent of the rows do not exceed; empty: no number and no date.
    pub quantiles: Vec<Quantile>,
}

/// A value, and the rows that have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueCount {
    /// The value.
    pub value: Value,
    /// Its rows.
    pub rows: u64,
}

/// A value that so many percent of the rows do not exceed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quantile {
    /// Percent of the rows that have a value.
    pub percent: u32,
    /// The value.
    pub value: Value,
}

/// Looks at the values of a column of a release (the newest one when none is named). Values that may tell how to reach a
/// person are counted, and not told.
///
/// # Errors
/// [`Error::EmptyLake`], an unknown release; [`Error::Query`] when the rows cannot be read. [`Error::NoColumn`] for a table or
/// a column that the release does not have.
pub async fn column_values(
    workspace: &Workspace,
    table: &str,
    column: &str,
    release: Option<&str>,
) -> Result<ColumnValues> {
    let released = Released::open(workspace, release).await?;
    let found = released.release.tables.get(table);
    let found = found.and_then(|table| table.columns.iter().find(|c| c.name == column));
    let Some(found) = found else {
        return Err(Error::NoColumn {
            table: table.to_owned(),
            column: column.to_owned(),
            release: released.release.id,
        });
    };
    let agreed = workspace.contracts.get(table);
    let agreed = agreed.and_then(|c| c.columns().iter().find(|c| c.name == column));
    let told = agreed.is_none_or(|column| column.classification == Classification::Public);
    let name = format!("\"{column}\"");
    let compared = told && is_compared(found);
    let counts = format!("select count(*) as n, count({name}) as f from \"{table}\"");
    let counts = one(released.rows(&counts).await?);
    let (rows, filled) = (count(&counts, "n"), count(&counts, "f"));
    let mut values = ColumnValues {
        rows,
        nulls: rows - filled,
        distinct: None,
        frequent: Vec::new(),
        min: None,
        max: None,
        quantiles: Vec::new(),
    };
    if !compared || filled == 0 {
        values.distinct = compared.then_some(0);
        return Ok(values);
    }
    let ends = format!(
        "select count(distinct {name}) as d, min({name}) as a, max({name}) as z from \"{table}\""
    );
    let ends = one(released.rows(&ends).await?);
    let distinct = count(&ends, "d");
    values.distinct = Some(distinct);
    values.min = ends.get("a").cloned();
    values.max = ends.get("z").cloned();
    if distinct <= FEW as u64 {
        let each = format!(
            "select {name} as v, count(*) as n from \"{table}\" where {name} is not null group by 1 order by 2 desc, 1"
        );
        let each = released.rows(&each).await?.into_iter();
        let counted = each.map(|row| ValueCount {
            rows: count(&row, "n"),
            value: row.get("v").cloned().unwrap_or_default(),
        });
        values.frequent = counted.collect();
    } else if is_ordered(found) {
        values.quantiles = quantiles(&released, table, &name).await?;
    }
    Ok(values)
}

/// The values at these places of the sorted column: exact, and the same at every call.
async fn quantiles(released: &Released, table: &str, name: &str) -> Result<Vec<Quantile>> {
    let places: Vec<String> = QUANTILES
        .iter()
        .map(|percent| {
            format!("max(case when k = greatest(1, (n * {percent} + 99) / 100) then v end) as q{percent}")
        })
        .collect();
    let sql = format!(
        "with o as (select {name} as v, row_number() over (order by {name}) as k, count(*) over () as n \
         from \"{table}\" where {name} is not null) select {} from o",
        places.join(", ")
    );
    let row = one(released.rows(&sql).await?);
    let quantile = |percent: &u32| {
        let value = row.get(format!("q{percent}").as_str())?;
        Some(Quantile {
            percent: *percent,
            value: value.clone(),
        })
    };
    Ok(QUANTILES.iter().filter_map(quantile).collect())
}

fn is_compared(column: &ReleasedColumn) -> bool {
    let kinds = ["Binary", "List", "Struct"];
    !kinds.iter().any(|kind| column.data_type.starts_with(kind))
}

fn is_ordered(column: &ReleasedColumn) -> bool {
    let kinds = ["Int", "Float", "Date", "Timestamp"];
    kinds.iter().any(|kind| column.data_type.starts_with(kind))
}

/// An aggregate without groups has one row.
fn one(rows: Vec<Row>) -> Row {
    rows.into_iter().next().unwrap_or_default()
}

fn count(row: &Row, column: &str) -> u64 {
    row.get(column).and_then(Value::as_u64).unwrap_or(0)
}
