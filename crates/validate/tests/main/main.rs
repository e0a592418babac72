//! The crate through its public door, on typed batches.
#![cfg(test)]

mod columns;
mod guards;
mod rows;
mod tables;

use std::sync::{Arc, LazyLock};

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array,
    ListBuilder, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use edulac_contract::{Checks, Contract};
use edulac_geo::wkb;
use edulac_yaml::{DEFAULT_WIDTH, Source, render};

/// The checks of the contract beside this file: every type, every kind of rule.
fn checks() -> Checks {
    static CHECKS: LazyLock<Checks> = LazyLock::new(|| {
        let source = Source::new("ecoles.yaml", include_str!("ecoles.yaml"));
        let contract = Contract::read(&source);
        contract
            .unwrap_or_else(|found| panic!("{}", render(&found, DEFAULT_WIDTH, false)))
            .checks()
            .clone()
    });
    CHECKS.clone()
}

/// One row of the input, good unless a test says otherwise.
#[derive(Debug, Clone)]
struct Row {
    uai: Option<&'static str>,
    rentree: Option<i32>,
    eleves: Option<i64>,
    ips: Option<f64>,
    voie: Option<&'static str>,
    niveau: Option<i64>,
    ouvert: Option<bool>,
    vu_le: Option<i32>,
    lu_le: Option<i64>,
    langues: Option<Vec<&'static str>>,
    mail: Option<&'static str>,
    geometry: Option<Vec<u8>>,
    problemes: Option<&'static str>,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            uai: Some("0350852K"),
            rentree: Some(2024),
            eleves: Some(120),
            ips: Some(101.5),
            voie: Some("GT"),
            niveau: Some(1),
            ouvert: Some(true),
            vu_le: Some(20_000),
            lu_le: Some(1_700_000_000_000_000),
            langues: Some(vec!["fr", "br"]),
            mail: Some("ce.0350852k@example.fr"),
            geometry: Some(wkb::write_point(-1.68, 48.11).to_vec()),
            problemes: None,
        }
    }
}

/// The rows as an input batch: the contract's columns in another order, one more, and the service columns.
fn batch(rows: &[Row]) -> RecordBatch {
    let mut langues = ListBuilder::new(StringBuilder::new());
    for row in rows {
        langues.append_option(
            row.langues
                .as_ref()
                .map(|items| items.iter().copied().map(Some)),
        );
    }
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "_source",
            Arc::new(StringArray::from(vec!["annuaire"; rows.len()])),
        ),
        (
            "_extrait",
            Arc::new(StringArray::from(vec!["2026-11-23"; rows.len()])),
        ),
        (
            "_ligne",
            Arc::new(Int64Array::from_iter_values(1..=rows.len() as i64)),
        ),
        (
            "_problemes",
            Arc::new(
                rows.iter()
                    .map(|row| row.problemes)
                    .collect::<StringArray>(),
            ),
        ),
        (
            "geometry",
            Arc::new(
                rows.iter()
                    .map(|row| row.geometry.as_deref())
                    .collect::<BinaryArray>(),
            ),
        ),
        (
            "en_trop",
            Arc::new(StringArray::from(vec!["x"; rows.len()])),
        ),
        (
            "rentree",
            Arc::new(rows.iter().map(|row| row.rentree).collect::<Int32Array>()),
        ),
        (
            "uai",
            Arc::new(rows.iter().map(|row| row.uai).collect::<StringArray>()),
        ),
        (
            "eleves",
            Arc::new(rows.iter().map(|row| row.eleves).collect::<Int64Array>()),
        ),
        (
            "ips",
            Arc::new(rows.iter().map(|row| row.ips).collect::<Float64Array>()),
        ),
        (
            "voie",
            Arc::new(rows.iter().map(|row| row.voie).collect::<StringArray>()),
        ),
        (
            "niveau",
            Arc::new(rows.iter().map(|row| row.niveau).collect::<Int64Array>()),
        ),
        (
            "ouvert",
            Arc::new(rows.iter().map(|row| row.ouvert).collect::<BooleanArray>()),
        ),
        (
            "vu_le",
            Arc::new(rows.iter().map(|row| row.vu_le).collect::<Date32Array>()),
        ),
        (
            "lu_le",
            Arc::new(
                rows.iter()
                    .map(|row| row.lu_le)
                    .collect::<TimestampMicrosecondArray>()
                    .with_timezone("+02:00"),
            ),
        ),
        ("langues", Arc::new(langues.finish())),
        (
            "mail",
            Arc::new(rows.iter().map(|row| row.mail).collect::<StringArray>()),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}
