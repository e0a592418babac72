//! Who has no building, and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, Float64Array, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use datafusion::prelude::{DataFrame, SessionContext};

use super::LinkOptions;
use super::establishments::{self, Establishment};
use crate::Result;
use crate::columns::{self, Input};

/// What the links say of one UAI.
#[derive(Default)]
struct Found {
    accepted: bool,
    possible: i32,
    nearest_m: Option<f64>,
}

/// One row per UAI of `establishments` that no row of `links` (the result of [`super::link_step`])
/// accepts, sorted by UAI: `uai`, `motif`, `batiments_possibles` Int32 (ambiguous links), `distance_m` (to the nearest
/// candidate; null without any), `position_qualite` and `code_academie`. A UAI with several positions has
/// one row, for its best one.
///
/// `motif` is one of, the first that holds: `sans position`; `position hors de la commune déclarée`; `position imprécise`
/// (quality `commune`); `aucun bâtiment à moins de N m`; `plusieurs bâtiments possibles`; `un bâtiment possible, sans certitude`;
/// `bâtiment le plus proche trop éloigné`.
///
/// # Errors
/// A missing column, an unreadable geometry, an engine failure.
pub async fn unlinked(
    ctx: &SessionContext,
    establishments: DataFrame,
    links: DataFrame,
    options: &LinkOptions,
) -> Result<DataFrame> {
    let establishments = establishments::read(&establishments).await?;
    let found = read_links(&links).await?;
    let mut best: BTreeMap<&str, &Establishment> = BTreeMap::new();
    for row in &establishments.rows {
        let kept = best.entry(&row.uai).or_insert(row);
        if (row.position.is_none(), row.quality) < (kept.position.is_none(), kept.quality) {
            *kept = row;
        }
    }
    let none = Found::default();
    let rows: Vec<(&Establishment, &Found)> = best
        .into_values()
        .map(|row| (row, found.get(&row.uai).unwrap_or(&none)))
        .filter(|(_, found)| !found.accepted)
        .collect();
    let uai: StringArray = rows.iter().map(|(row, _)| Some(&row.uai)).collect();
    let reason: StringArray = rows
        .iter()
        .map(|(row, found)| Some(reason(row, found, options.max_distance_m)))
        .collect();
    let possible: Int32Array = rows.iter().map(|(_, found)| Some(found.possible)).collect();
    let nearest: Float64Array = rows.iter().map(|(_, found)| found.nearest_m).collect();
    let quality: StringArray = rows
        .iter()
        .map(|(row, _)| Some(row.quality.name()))
        .collect();
    let academy: StringArray = rows
        .iter()
        .map(|(row, _)| row.code_academie.as_deref())
        .collect();
    Ok(ctx.read_batch(RecordBatch::try_from_iter_with_nullable([
        ("uai", Arc::new(uai) as _, false),
        ("motif", Arc::new(reason) as _, false),
        ("batiments_possibles", Arc::new(possible) as _, false),
        ("distance_m", Arc::new(nearest) as _, true),
        ("position_qualite", Arc::new(quality) as _, false),
        ("code_academie", Arc::new(academy) as _, true),
    ])?)?)
}

fn reason(row: &Establishment, found: &Found, max_distance_m: f64) -> String {
    if row.position.is_none() {
        "sans position".to_owned()
    } else if row.misplaced {
        "position hors de la commune déclarée".to_owned()
    } else if !row.is_trusted() {
        "position imprécise".to_owned()
    } else if found.nearest_m.is_none() {
        format!("aucun bâtiment à moins de {max_distance_m} m")
    } else if found.possible > 1 {
        "plusieurs bâtiments possibles".to_owned()
    } else if found.possible == 1 {
        "un bâtiment possible, sans certitude".to_owned()
    } else {
        "bâtiment le plus proche trop éloigné".to_owned()
    }
}

async fn read_links(links: &DataFrame) -> Result<BTreeMap<String, Found>> {
    let input = Input {
        name: "links",
        frame: links,
    };
    let selected = vec![
        input.required("uai", DataType::Utf8)?,
        input.required("statut", DataType::Utf8)?,
        input.required("distance_m", DataType::Float64)?,
    ];
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for batch in links.clone().select(selected)?.collect().await? {
        let (uais, statuses) = (columns::text(&batch, 0)?, columns::text(&batch, 1)?);
        let distances = columns::number(&batch, 2)?;
        for row in 0..batch.num_rows() {
            let Some(uai) = columns::known(uais, row) else {
                continue;
            };
            let of_uai = found.entry(uai).or_default();
            match statuses.value(row) {
                "accepte" => of_uai.accepted = true,
                "ambigu" => of_uai.possible += 1,
                _ => {}
            }
            if distances.is_valid(row) {
                let nearest = of_uai.nearest_m.map_or(distances.value(row), |known| {
                    known.min(distances.value(row))
                });
                of_uai.nearest_m = Some(nearest);
            }
        }
    }
    Ok(found)
}
