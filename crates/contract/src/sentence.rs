//! Rules in French sentences: they are printed in rejects, reports and dictionaries.

use std::fmt::Write as _;

use crate::checks::{Comparison, Limit, Measure, RowTest};
use crate::document::Scalar;
use crate::value::{GeometryKind, Unit};

/// What the test asks of a value of `column`.
pub(crate) fn row(column: &str, test: &RowTest) -> String {
    let asked = match test {
        RowTest::Required => "une valeur est obligatoire".to_owned(),
        RowTest::Pattern(pattern) => format!("la valeur doit suivre le motif {pattern}"),
        RowTest::MinLength(length) => {
            format!("la valeur doit compter au moins {length} caractères")
        }
        RowTest::MaxLength(length) => format!("la valeur doit compter au plus {length} caractères"),
        RowTest::Minimum(limit) => format!("la valeur doit être au moins {}", self::limit(*limit)),
        RowTest::Maximum(limit) => format!("la valeur doit être au plus {}", self::limit(*limit)),
        RowTest::ExclusiveMinimum(limit) => {
            format!("la valeur doit dépasser {}", self::limit(*limit))
        }
        RowTest::ExclusiveMaximum(limit) => {
            format!("la valeur doit rester sous {}", self::limit(*limit))
        }
        RowTest::OneOf(values) => format!("la valeur doit être l'une de : {}", list(values)),
        RowTest::GeometryType(GeometryKind::Geometry) => {
            "la géométrie doit être lisible et non vide".to_owned()
        }
        RowTest::GeometryType(kind) => {
            format!("la géométrie doit être de type {kind}, lisible et non vide")
        }
        RowTest::Bounds([xmin, ymin, xmax, ymax]) => format!(
            "la géométrie doit tenir entre les longitudes {xmin} et {xmax} et les latitudes {ymin} et {ymax}"
        ),
    };
    format!("{column} : {asked}")
}

/// What the rule asks of the table.
pub(crate) fn table(measure: &Measure, expected: Comparison, unit: Unit) -> String {
    let counted = match measure {
        Measure::RowCount => "le nombre de lignes".to_owned(),
        Measure::NullValues { column } => format!("le nombre de lignes sans valeur de {column}"),
        Measure::MissingValues { column, values } => {
            format!(
                "le nombre de lignes où {column} manque (nul ou : {})",
                list(values)
            )
        }
        Measure::InvalidValues { column, test } => {
            format!(
                "le nombre de lignes qui enfreignent « {} »",
                row(column, test)
            )
        }
        Measure::Duplicates { columns } => {
            format!("le nombre de doublons de ({})", columns.join(", "))
        }
        Measure::Orphans {
            columns,
            table,
            target,
        } => format!(
            "le nombre de lignes dont ({}) est absent de {table} ({})",
            columns.join(", "),
            target.join(", ")
        ),
    };
    format!("{counted} doit être {}", comparison(expected, unit))
}

/// `au plus 5 %`.
pub(crate) fn comparison(expected: Comparison, unit: Unit) -> String {
    let unit = match unit {
        Unit::Rows => "",
        Unit::Percent => " %",
    };
    match expected {
        Comparison::Equal(value) => format!("égal à {value}{unit}"),
        Comparison::NotEqual(value) => format!("différent de {value}{unit}"),
        Comparison::GreaterThan(value) => format!("supérieur à {value}{unit}"),
        Comparison::AtLeast(value) => format!("au moins {value}{unit}"),
        Comparison::LessThan(value) => format!("inférieur à {value}{unit}"),
        Comparison::AtMost(value) => format!("au plus {value}{unit}"),
        Comparison::Between(low, high) => format!("strictement entre {low} et {high}{unit}"),
        Comparison::NotBetween(low, high) => format!("hors de l'intervalle {low} à {high}{unit}"),
    }
}

fn limit(limit: Limit) -> String {
    match limit {
        Limit::Integer(value) => value.to_string(),
        Limit::Number(value) => value.to_string(),
        Limit::Date(value) => value.to_string(),
        Limit::Timestamp(value) => value.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

/// At most twelve values: a sentence is read by people.
fn list(values: &[Scalar]) -> String {
    const SHOWN: usize = 12;
    let mut text = values
        .iter()
        .take(SHOWN)
        .map(named)
        .collect::<Vec<_>>()
        .join(", ");
    if values.len() > SHOWN {
        let _ = write!(text, "… ({} valeurs)", values.len());
    }
    text
}

/// An empty text would not be seen in a list.
fn named(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) if text.trim().is_empty() => "texte vide".to_owned(),
        value => value.to_string(),
    }
}
