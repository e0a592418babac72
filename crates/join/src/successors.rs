//! Closed establishments followed to those that took over, as `etablissements_fermes` infers them.

use std::collections::{BTreeMap, BTreeSet};

use edulac_engine::Released;

use crate::error::Result;
use crate::sql;

/// The view `uai, successeur`.
pub(crate) const VIEW: &str = "_successeurs";

/// Makes the view: each closed UAI with the last of its successors. Says how many there are; none when the release has
/// no table of closed establishments.
pub(crate) async fn register(released: &Released) -> Result<Option<usize>> {
    if !released.has_column("etablissements_fermes", "successeur_infere") {
        return Ok(None);
    }
    let rows = released
        .rows("select uai, successeur_infere as s from etablissements_fermes where successeur_infere is not null")
        .await?;
    let next: BTreeMap<&str, &str> = rows
        .iter()
        .filter_map(|row| Some((row["uai"].as_str()?, row["s"].as_str()?)))
        .collect();
    let last: Vec<(&str, &str)> = next
        .iter()
        .map(|(uai, first)| (*uai, end(&next, uai, first)))
        .collect();
    let pairs = last.iter().map(|(uai, last)| (*uai, Some(*last)));
    sql::pairs(&released.ctx, VIEW, ["uai", "successeur"], pairs)?;
    Ok(Some(last.len()))
}

/// The last of a chain; of a circle, the one before it closes.
fn end<'a>(next: &BTreeMap<&'a str, &'a str>, from: &'a str, first: &'a str) -> &'a str {
    let mut seen = BTreeSet::from([from, first]);
    let mut at = first;
    while let Some(after) = next.get(at) {
        if !seen.insert(after) {
            break;
        }
        at = after;
    }
    at
}
