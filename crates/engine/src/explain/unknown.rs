//! A UAI that nothing names: where it was looked for, and which ones look like it.

use std::cmp::Reverse;

use super::reader::Reader;
use crate::error::{Error, Result};
use crate::released::text;

/// Near matches shown.
const NEAR: usize = 5;

/// Digits that may differ in a near match.
const DIFFERENT_DIGITS: usize = 2;

/// The error that says it.
pub(super) async fn error(reader: &Reader<'_>) -> Result<Error> {
    let release = &reader.released.release;
    let has_uai = |table: &&String| reader.released.has_column(table, "uai");
    let tables: Vec<String> = release.tables.keys().filter(has_uai).cloned().collect();
    let mut known = Vec::new();
    for table in ["etablissements", "etablissements_fermes"] {
        if reader.released.has_column(table, "nom") {
            let sql = format!("select uai, nom from {table} order by uai");
            known.extend(reader.released.rows(&sql).await?);
        }
    }
    let mut near: Vec<(usize, Reverse<bool>, String)> = known
        .iter()
        .filter_map(|row| {
            let (uai, name) = (text(row, "uai")?, text(row, "nom").unwrap_or_default());
            let asked = reader.uai.as_str();
            let digits = |text: &str| text.chars().take(7).collect::<Vec<_>>();
            let differing = std::iter::zip(digits(uai), digits(asked)).filter(|(a, b)| a != b);
            let differing = differing.count();
            let same_letter = uai.chars().last() == asked.chars().last();
            (differing <= DIFFERENT_DIGITS).then(|| {
                (
                    differing,
                    Reverse(same_letter),
                    format!("{uai} {name}").trim().to_owned(),
                )
            })
        })
        .collect();
    near.sort();
    near.dedup();
    near.truncate(NEAR);
    Ok(Error::UnknownUai {
        uai: reader.uai,
        release: release.id.clone(),
        tables,
        near: near.into_iter().map(|(.., shown)| shown).collect(),
    })
}
