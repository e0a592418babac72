//! Sites and groups against the truth: which establishments are said to be together, and are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::interval::Share;
use super::labels::read_table;
use crate::error::Result;
use crate::released::{Released, quoted, text};

/// Pairs of establishments that are together, of those of the release that the truth names.
#[derive(Debug, Clone, Serialize)]
pub struct TruthPairs {
    /// `site`, or the type of group.
    pub name: String,
    /// Pairs that the release puts together and the truth does too.
    pub precision: Share,
    /// Pairs of the truth that the release puts together.
    pub recall: Share,
}

/// Establishments by what they have in common.
type Together = BTreeMap<String, BTreeSet<String>>;

/// Measures sites against `sites.csv` (`uai`, `site`) and groups against `groupes.csv` (`uai`, `groupe`, `type`), as far as
/// these lie beside the truth of the links and the release has the tables. `named` are the establishments that the truth
/// speaks of.
pub(super) async fn pairs(
    released: &Released,
    links: &Path,
    named: &BTreeSet<&str>,
) -> Result<Vec<TruthPairs>> {
    let mut all = Vec::new();
    if !released.has("etablissements") {
        return Ok(all);
    }
    let listed = released.rows("select uai from etablissements").await?;
    let known: BTreeSet<&str> = listed
        .iter()
        .filter_map(|row| text(row, "uai"))
        .filter(|uai| named.contains(uai))
        .collect();
    let sites = links.with_file_name("sites.csv");
    if sites.exists() && released.has("etablissements_sites") {
        let table = read_table(&sites)?;
        table.need(&["uai", "site"])?;
        let rows = (0..table.len()).map(|row| (table.cell(row, "site"), table.cell(row, "uai")));
        let sql = "select uai, site_id as ensemble from etablissements_sites";
        let found = found(released, sql).await?;
        all.push(against("site", &together(rows), &found, &known));
    }
    let groups = links.with_file_name("groupes.csv");
    if groups.exists() && released.has("groupes") {
        let table = read_table(&groups)?;
        table.need(&["uai", "groupe", "type"])?;
        let all_rows = 0..table.len();
        let kinds: BTreeSet<&str> = all_rows
            .clone()
            .map(|row| table.cell(row, "type"))
            .collect();
        for kind in kinds {
            let rows = all_rows
                .clone()
                .filter(|row| table.cell(*row, "type") == kind);
            let rows = rows.map(|row| (table.cell(row, "groupe"), table.cell(row, "uai")));
            let of_kind = quoted(kind);
            let sql =
                format!("select uai, groupe_id as ensemble from groupes where type = {of_kind}");
            let found = found(released, &sql).await?;
            all.push(against(kind, &together(rows), &found, &known));
        }
    }
    Ok(all)
}

fn together<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> Together {
    let mut together = Together::new();
    for (of, uai) in rows {
        together
            .entry(of.to_owned())
            .or_default()
            .insert(uai.to_owned());
    }
    together
}

async fn found(released: &Released, sql: &str) -> Result<Together> {
    let rows = released.rows(sql).await?;
    let named = rows
        .iter()
        .filter_map(|row| Some((text(row, "ensemble")?, text(row, "uai")?)));
    Ok(together(named))
}

fn against(name: &str, truth: &Together, found: &Together, known: &BTreeSet<&str>) -> TruthPairs {
    let (truth, found) = (pairs_of(truth, known), pairs_of(found, known));
    let both = truth.intersection(&found).count() as u64;
    TruthPairs {
        name: name.to_owned(),
        precision: Share::of(both, found.len() as u64),
        recall: Share::of(both, truth.len() as u64),
    }
}

/// Pairs of known establishments, the lower UAI first.
fn pairs_of<'a>(together: &'a Together, known: &BTreeSet<&str>) -> BTreeSet<(&'a str, &'a str)> {
    let mut pairs = BTreeSet::new();
    for members in together.values() {
        let members: Vec<&str> = members
            .iter()
            .map(String::as_str)
            .filter(|uai| known.contains(uai))
            .collect();
        for (at, one) in members.iter().enumerate() {
            pairs.extend(members[at + 1..].iter().map(|other| (*one, *other)));
        }
    }
    pairs
}
