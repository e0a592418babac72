//! The `locate` step.

use std::sync::Arc;

use arrow::array::Array;
use arrow::datatypes::{DataType, Field};
use datafusion::functions::core::expr_fn::nullif;
use datafusion::functions_nested::expr_fn::{array_has, string_to_array};
use datafusion::logical_expr::{Expr, cast, ident, lit};
use datafusion::prelude::{DataFrame, SessionContext};
use edulac_geo::wkb;

use super::areas::{Area, AreasIndex};
use super::function::{CODE, CONTAINING, DISTANCE, NEIGHBOURS, locate_udf};
use crate::columns::{self, Input};
use crate::{Error, Result};

/// What to locate points in, and what to report.
#[derive(Debug, Clone)]
pub struct LocateOptions {
    /// Each kind of area, which adds its own columns.
    pub within: Vec<Within>,
    /// Report the other areas whose border is within so many metres.
    pub straddling_m: Option<f64>,
}

/// One kind of area.
#[derive(Debug, Clone)]
pub struct Within {
    /// Begins the names of the columns added, as `commune` in `commune_situee`.
    pub name: String,
    /// One row per area or part of one: a code, perhaps a level, `geometry` (polygons).
    pub areas: DataFrame,
    /// The levels that count, preferred first, as `ARM` then `COM`; empty: all rows are of one level.
    pub levels: Vec<String>,
    /// Where a row of `areas` says its level; needed with `levels`.
    pub level_column: Option<String>,
    /// Where a row of `areas` says its code.
    pub code_column: String,
    /// Where a point says in which area it is thought to be; without it nothing is compared.
    pub declared_column: Option<String>,
}

/// Adds to `points` (a column `geometry`, WKB in CRS84), for each kind of area `<name>`:
///
/// - `<name>_situee` Utf8: code of the area the point is in; null in none or without position;
/// - `<name>_distance_limite_m` Float64: metres to that area's border, or to the nearest one for a point in no area
///   (null beyond [50 km](super::OUTSIDE_CAP_M));
/// - `<name>_concorde` Boolean: whether the point is in the declared area, at any of the levels (a commune or its arrondissement);
///   null when one is unknown;
/// - `<name>_voisines` Utf8: the other areas within `straddling_m`, codes sorted and separated by a space; null when none.
///
/// Every row stays, in no particular order.
///
/// # Errors
/// A missing column, areas without any geometry at the levels asked, an unreadable geometry.
pub async fn locate_step(
    _ctx: &SessionContext,
    points: DataFrame,
    options: &LocateOptions,
) -> Result<DataFrame> {
    let names: Vec<String> = points
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let input = Input {
        name: "points",
        frame: &points,
    };
    input.required("geometry", DataType::Binary)?;
    let mut structs = Vec::new();
    let mut with_structs: Vec<Expr> = names.iter().map(|name| ident(name.as_str())).collect();
    let mut flat = with_structs.clone();
    for within in &options.within {
        if let Some(declared) = &within.declared_column {
            input.required(declared, DataType::Utf8)?;
        }
        let areas = Arc::new(index(within).await?);
        let found = format!("__{}", within.name);
        let udf = locate_udf(&within.name, areas, options.straddling_m);
        with_structs.push(
            udf.call(vec![cast(ident("geometry"), DataType::Binary)])
                .alias(&found),
        );
        flat.extend(outputs(within, &found));
        structs.push(found);
    }
    // Unnesting a struct spreads its fields over columns. Taking them one by one instead would make the
    // optimiser evaluate the function once for each.
    let structs: Vec<&str> = structs.iter().map(String::as_str).collect();
    Ok(points
        .select(with_structs)?
        .unnest_columns(&structs)?
        .select(flat)?)
}

/// The columns that [`locate_step`] adds for areas called `name`, in their order.
#[must_use]
pub fn located_columns(name: &str) -> [Field; 4] {
    let column = |end: &str, kind| Field::new(format!("{name}_{end}"), kind, true);
    [
        column("situee", DataType::Utf8),
        column("distance_limite_m", DataType::Float64),
        column("concorde", DataType::Boolean),
        column("voisines", DataType::Utf8),
    ]
}

fn outputs(within: &Within, found: &str) -> Vec<Expr> {
    let field = |name: &str| ident(format!("{found}.{name}"));
    let agrees = match &within.declared_column {
        Some(declared) => {
            let declared = nullif(cast(ident(declared.as_str()), DataType::Utf8), lit(""));
            array_has(
                string_to_array(field(CONTAINING), lit(" "), lit("")),
                declared,
            )
        }
        None => cast(
            lit(datafusion::common::ScalarValue::Null),
            DataType::Boolean,
        ),
    };
    let values = [field(CODE), field(DISTANCE), agrees, field(NEIGHBOURS)];
    let columns = located_columns(&within.name);
    let named = values.into_iter().zip(&columns);
    named
        .map(|(value, column)| value.alias(column.name()))
        .collect()
}

/// The areas of the levels asked, read whole.
async fn index(within: &Within) -> Result<AreasIndex> {
    let label = format!("`{}`", within.name);
    let input = Input {
        name: &label,
        frame: &within.areas,
    };
    let level = match &within.level_column {
        _ if within.levels.is_empty() => lit("").alias("level"),
        Some(column) => input.required(column, DataType::Utf8)?,
        None => {
            return Err(Error::NoLevelColumn {
                within: within.name.clone(),
                levels: within.levels.clone(),
            });
        }
    };
    let selected = vec![
        input.required(&within.code_column, DataType::Utf8)?,
        level,
        input.required("geometry", DataType::Binary)?,
    ];
    let mut areas = Vec::new();
    for batch in within.areas.clone().select(selected)?.collect().await? {
        let (codes, levels, geometries) = (
            columns::text(&batch, 0)?,
            columns::text(&batch, 1)?,
            columns::wkb(&batch, 2)?,
        );
        for row in 0..batch.num_rows() {
            let rank = rank(within, columns::known(levels, row).as_deref());
            let (Some(rank), Some(code), true) =
                (rank, columns::known(codes, row), geometries.is_valid(row))
            else {
                continue;
            };
            let geometry = wkb::read(geometries.value(row)).map_err(|error| Error::Geometry {
                input: label.clone(),
                key: code.clone(),
                source: error.into(),
            })?;
            areas.push(Area {
                code,
                rank,
                geometry,
            });
        }
    }
    if areas.is_empty() {
        return Err(Error::NoAreas {
            within: within.name.clone(),
            levels: within.levels.clone(),
        });
    }
    Ok(AreasIndex::build(areas))
}

fn rank(within: &Within, level: Option<&str>) -> Option<usize> {
    if within.levels.is_empty() {
        return Some(0);
    }
    within
        .levels
        .iter()
        .position(|wanted| Some(wanted.as_str()) == level)
}
