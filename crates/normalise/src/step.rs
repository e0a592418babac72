//! The `normalise` step as a plan.

use datafusion::common::ScalarValue;
use datafusion::functions::core::expr_fn::{get_field, nullif};
use datafusion::functions::string::expr_fn::concat_ws;
use datafusion::logical_expr::{Expr, ident, lit};
use datafusion::prelude::DataFrame;
use edulac_spec::pipeline::{CrsOf, Geometry, Normalise, ValueRule};

use crate::{Error, codes, position, problems, shape, values};

/// The column that carries what could not be read on a row.
pub(crate) const PROBLEMS: &str = "_problemes";

/// The intermediate struct of a position or a shape; never leaves the step.
const PLACED: &str = "__position";

/// Plans the step over `input`: one row out for each row in, in no other order.
///
/// - each column of `codes` becomes its canonical text, each column of `values` its typed value (Float64, Int64, Date32,
///   Boolean), under the same name; what cannot be read is null;
/// - `geometry` becomes a column `geometry` (WKB, CRS84), with `position_source`, `position_methode`,
///   `position_qualite`, `position_incertitude_m` when it comes from coordinates;
/// - `_problemes` gets one line for each thing that could not be read, after those already there.
///
/// # Errors
/// [`Error::UnknownColumn`] with the pointer of the option that names it; a plan that the engine refuses.
pub fn normalise(input: DataFrame, step: &Normalise) -> Result<DataFrame, Error> {
    let columns = Columns::of(&input);
    columns.check(step)?;
    let placed = step.geometry.as_ref().map(placed).map(|e| e.alias(PLACED));
    let with_position = match placed {
        Some(expr) => {
            let mut all: Vec<Expr> = columns.names.iter().map(ident).collect();
            all.push(expr);
            input.select(all)?
        }
        None => input,
    };
    let mut out: Vec<Expr> = columns
        .names
        .iter()
        .filter(|name| *name != PROBLEMS && !(step.geometry.is_some() && *name == "geometry"))
        .map(|name| column(name, step))
        .collect();
    let new = step.values.iter().filter(|(name, _)| !columns.has(name));
    out.extend(new.map(|(name, rule)| value(name, rule)));
    if let Some(geometry) = &step.geometry {
        out.extend(position_columns(geometry));
    }
    out.push(all_problems(step, &columns).alias(PROBLEMS));
    Ok(with_position.select(out)?)
}

/// The columns of the input.
struct Columns {
    names: Vec<String>,
}

impl Columns {
    fn of(input: &DataFrame) -> Self {
        let names = input.schema().fields().iter();
        Self {
            names: names.map(|field| field.name().clone()).collect(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Every column that the step names exists.
    fn check(&self, step: &Normalise) -> Result<(), Error> {
        let codes = step.codes.keys();
        let codes = codes.map(|name| (name.as_str(), format!("/codes/{name}")));
        let values = step.values.iter().map(|(name, rule)| {
            let option = rule.column.as_ref().map_or("", |_| "/column");
            (read_from(name, rule), format!("/values/{name}{option}"))
        });
        let geometry = step.geometry.iter().flat_map(geometry_columns);
        let geometry = geometry.map(|(option, name)| (name, format!("/geometry/{option}")));
        let named = codes.chain(values).chain(geometry);
        match named.into_iter().find(|(name, _)| !self.has(name)) {
            Some((name, pointer)) => Err(Error::UnknownColumn {
                column: name.to_owned(),
                known: self.names.clone(),
                pointer,
            }),
            None => Ok(()),
        }
    }
}

/// The column that a value is read from.
fn read_from<'a>(name: &'a str, rule: &'a ValueRule) -> &'a str {
    rule.column.as_deref().unwrap_or(name)
}

/// The columns that a geometry is read from, each after the option that names it.
fn geometry_columns<'a>(geometry: &'a Geometry) -> Vec<(&'static str, &'a str)> {
    match geometry {
        Geometry::Coordinates {
            projected,
            wgs84,
            precision_column,
            match_column,
        } => {
            let mut names = Vec::new();
            if let Some(projected) = projected {
                names.extend([("x", projected.x.as_str()), ("y", projected.y.as_str())]);
                if let CrsOf::Column(column) = &projected.crs {
                    names.push(("crs_column", column));
                }
            }
            if let Some(wgs84) = wgs84 {
                names.extend([("lon", wgs84.lon.as_str()), ("lat", wgs84.lat.as_str())]);
            }
            let named = |option, column: &'a Option<String>| Some((option, column.as_deref()?));
            names.extend(named("precision_column", precision_column));
            names.extend(named("match_column", match_column));
            names
        }
        Geometry::Wkt { column, .. } => vec![("wkt", column)],
        Geometry::Column { column, .. } => vec![("column", column)],
    }
}

/// The text of a value, null where it is one of the texts that mean that there is none.
fn value_text(name: &str, rule: &ValueRule) -> Expr {
    rule.nulls
        .iter()
        .fold(ident(read_from(name, rule)), |text, null| {
            nullif(text, lit(null.as_str()))
        })
}

/// A column of the input as it leaves the step.
fn column(name: &str, step: &Normalise) -> Expr {
    if let Some(rule) = step.codes.get(name) {
        return codes::clean(rule.kind).call(vec![ident(name)]).alias(name);
    }
    match step.values.get(name) {
        Some(rule) => value(name, rule),
        None => ident(name),
    }
}

fn value(name: &str, rule: &ValueRule) -> Expr {
    values::parse(rule.kind)
        .call(vec![value_text(name, rule)])
        .alias(name)
}

/// The position or shape of a row, as a struct.
fn placed(geometry: &Geometry) -> Expr {
    let or_null = |column: Option<&str>| column.map_or_else(null_text, ident);
    match geometry {
        Geometry::Coordinates {
            projected,
            wgs84,
            precision_column,
            ..
        } => {
            let crs = projected.as_ref().map(|projected| match &projected.crs {
                CrsOf::Constant(crs) => lit(crs.to_string()),
                CrsOf::Column(column) => ident(column),
            });
            let xy_columns = projected.as_ref().map(|projected| match &projected.crs {
                CrsOf::Constant(_) => format!("{}, {}", projected.x, projected.y),
                CrsOf::Column(crs) => format!("{}, {}, {crs}", projected.x, projected.y),
            });
            let lon_lat_columns = wgs84.as_ref().map(|p| format!("{}, {}", p.lon, p.lat));
            position::udf().call(vec![
                or_null(projected.as_ref().map(|p| p.x.as_str())),
                or_null(projected.as_ref().map(|p| p.y.as_str())),
                crs.unwrap_or_else(null_text),
                or_null(wgs84.as_ref().map(|p| p.lon.as_str())),
                or_null(wgs84.as_ref().map(|p| p.lat.as_str())),
                or_null(precision_column.as_deref()),
                xy_columns.map_or_else(null_text, lit),
                lon_lat_columns.map_or_else(null_text, lit),
            ])
        }
        Geometry::Wkt { column, crs } => {
            let no_bytes = lit(ScalarValue::Binary(None));
            shape::udf().call(vec![no_bytes, ident(column), lit(crs.to_string())])
        }
        Geometry::Column { column, crs } => {
            shape::udf().call(vec![ident(column), null_text(), lit(crs.to_string())])
        }
    }
}

fn null_text() -> Expr {
    lit(ScalarValue::Utf8(None))
}

/// The columns that a geometry gives.
fn position_columns(geometry: &Geometry) -> Vec<Expr> {
    let field = |name: &str| get_field(ident(PLACED), name);
    let mut columns = vec![field("geometry").alias("geometry")];
    if let Geometry::Coordinates { .. } = geometry {
        let named = ["source", "methode", "qualite", "incertitude_m"];
        columns.extend(named.map(|name| field(name).alias(format!("position_{name}"))));
    }
    columns
}

/// The problems already on the row, then those of this step; null when there are none.
fn all_problems(step: &Normalise, columns: &Columns) -> Expr {
    let mut watched = Vec::new();
    for (name, rule) in &step.codes {
        watched.extend([lit(name.as_str()), lit(rule.kind.name()), ident(name)]);
    }
    for (name, rule) in &step.values {
        let read = read_from(name, rule);
        watched.extend([lit(read), lit(rule.kind.name()), value_text(name, rule)]);
    }
    let mut parts = Vec::new();
    if columns.has(PROBLEMS) {
        parts.push(ident(PROBLEMS));
    }
    if step.geometry.is_some() {
        parts.push(get_field(ident(PLACED), "probleme"));
    }
    if !watched.is_empty() {
        parts.push(problems::udf().call(watched));
    }
    if parts.is_empty() {
        return null_text();
    }
    nullif(concat_ws(lit("\n"), parts), lit(""))
}
