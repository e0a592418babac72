//! The data of the map: establishments by académie, linked buildings by tile, contours.

mod buildings;
mod establishments;
mod fields;
mod indicator;
mod indicators;
mod outlines;
mod rings;

use std::collections::BTreeMap;

use edulac_contract::{Classification, Contract};
use edulac_engine::Released;
use serde_json::json;

use crate::error::Result;
use crate::script;

/// The map, before its page.
#[derive(Debug, Default)]
pub(crate) struct Map {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) establishments: u64,
    pub(crate) without_position: u64,
    pub(crate) buildings: u64,
}

/// What columns may be shown: those that the release has, and that their contract calls public.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) released: &'a Released,
    pub(crate) contracts: &'a BTreeMap<String, Contract>,
}

impl Shown<'_> {
    /// Whether values of the column may be on the site. Without a contract nothing is known, and nothing is shown.
    pub(crate) fn has(&self, table: &str, column: &str) -> bool {
        let contract = self.contracts.get(table);
        let agreed = contract.and_then(|c| c.columns().iter().find(|c| c.name == column));
        let is_public = agreed.is_some_and(|c| c.classification == Classification::Public);
        is_public && self.released.has_column(table, column)
    }

    /// The column as SQL, null when it may not be shown.
    pub(crate) fn column(&self, alias: &str, table: &str, column: &str, kind: &str) -> String {
        match self.has(table, column) {
            true => format!("{alias}.{column}"),
            false => format!("cast(null as {kind})"),
        }
    }
}

/// Reads the map from a release; empty when the release has no establishments.
pub(crate) async fn map(
    released: &Released,
    contracts: &BTreeMap<String, Contract>,
) -> Result<Map> {
    let shown = Shown {
        released,
        contracts,
    };
    let mut map = Map::default();
    if !shown.has("etablissements", "uai") {
        return Ok(map);
    }
    let indicators = indicators::indicators(&shown).await?;
    let (academies, types) = establishments::write(&mut map, &shown, &indicators).await?;
    let tiles = buildings::write(&mut map, &shown).await?;
    let communes = outlines::write(&mut map, &shown).await?;
    let manifest = json!({
        "version": released.release.id,
        "academies": academies,
        "types": types,
        "indicateurs": indicators.iter().map(|i| i.said(contracts)).collect::<Vec<_>>(),
        "champs": fields::said(contracts),
        "tuiles": tiles,
        "communes": communes,
        "contours": map.files.contains_key(&script::path(outlines::ACADEMIES)),
    });
    let text = script::deliver("carte", &manifest.to_string());
    map.files.insert(script::path("carte"), text);
    Ok(map)
}
