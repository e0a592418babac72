//! Establishments by académie: what draws, filters and lists them in one file, the rest of their cards in another.

use std::collections::{BTreeMap, BTreeSet};

use edulac_engine::Row;
use serde_json::{Value, json};

use crate::error::Result;
use crate::map::fields::FIELDS;
use crate::map::indicator::Indicator;
use crate::map::{Map, Shown};
use crate::script::{self, Column};

/// The académie of those whose own is not known.
const UNKNOWN: &str = "ZZ";

/// The files of one académie while its rows come.
#[derive(Default)]
struct Academy {
    code: String,
    count: u64,
    points: BTreeMap<&'static str, Column>,
    cards: BTreeMap<&'static str, Column>,
    /// West, south, east, north, in hundred-thousandths of a degree.
    bbox: Option<[i64; 4]>,
}

/// Writes the files of all académies; returns what the page is told of them, and the types of establishments.
pub(crate) async fn write(
    map: &mut Map,
    shown: &Shown<'_>,
    indicators: &[Indicator],
) -> Result<(Vec<Value>, Vec<String>)> {
    let names = names(shown).await?;
    let types = types(shown).await?;
    let mut told = Vec::new();
    let mut academy = Academy::default();
    shown
        .released
        .each_row(&sql(shown, indicators), |row| {
            let code = text(row, "academie").unwrap_or(UNKNOWN);
            if academy.code != code {
                let done = std::mem::take(&mut academy);
                told.extend(done.close(map, &names));
                code.clone_into(&mut academy.code);
            }
            map.establishments += 1;
            map.without_position += u64::from(row["x"].is_null());
            academy.add(row, indicators, &types);
        })
        .await?;
    told.extend(academy.close(map, &names));
    Ok((told, types))
}

impl Academy {
    fn add(&mut self, row: &Row, indicators: &[Indicator], types: &[String]) {
        self.count += 1;
        let mut point = |name, value: &Value| self.points.entry(name).or_default().push(value);
        for name in ["uai", "nom", "x", "y", "eleves"] {
            point(name, &row[name]);
        }
        let kind = text(row, "type").and_then(|kind| types.iter().position(|t| t == kind));
        point("type", &json!(kind));
        for indicator in indicators {
            let state = text(row, &format!("{}_etat", indicator.key));
            point(indicator.key, &indicator.coded(&row[indicator.key], state));
        }
        for field in &FIELDS {
            let value = &row[&*format!("c_{}", field.key)];
            self.cards.entry(field.key).or_default().push(value);
        }
        if let (Some(x), Some(y)) = (row["x"].as_i64(), row["y"].as_i64()) {
            let [w, s, e, n] = self.bbox.unwrap_or([x, y, x, y]);
            self.bbox = Some([w.min(x), s.min(y), e.max(x), n.max(y)]);
        }
    }

    /// Puts its files; tells what the page must know of it before they are read. None without rows.
    fn close(self, map: &mut Map, names: &BTreeMap<String, String>) -> Option<Value> {
        if self.count == 0 {
            return None;
        }
        for (folder, columns) in [("points", &self.points), ("fiches", &self.cards)] {
            let name = format!("{folder}/{}", self.code);
            let body = script::object(columns.iter().map(|(name, column)| (*name, column)));
            map.files
                .insert(script::path(&name), script::deliver(&name, &body));
        }
        let unknown = (self.code == UNKNOWN).then(|| "Académie inconnue".to_owned());
        let name = names.get(&self.code).cloned().or(unknown);
        Some(json!({
            "code": self.code,
            "nom": name.unwrap_or_else(|| format!("Académie {}", self.code)),
            "etablissements": self.count,
            "boite": self.bbox,
        }))
    }
}

/// One row for each establishment, by académie and UAI; coordinates in hundred-thousandths of a degree, about a metre.
fn sql(shown: &Shown<'_>, indicators: &[Indicator]) -> String {
    let directory = |column, kind| shown.column("e", "etablissements", column, kind);
    let located = shown.has("etablissements", "geometry");
    let coordinate = |axis: &str| match located {
        true => format!("cast(round(st_{axis}(e.geometry) * 100000) as bigint)"),
        false => "cast(null as bigint)".to_owned(),
    };
    let mut columns = vec![
        format!("{} as academie", directory("code_academie", "varchar")),
        "e.uai as uai".to_owned(),
        format!("{} as nom", directory("nom", "varchar")),
        format!("{} as type", directory("type_etablissement", "varchar")),
        format!("{} as x", coordinate("x")),
        format!("{} as y", coordinate("y")),
        format!(
            "{} as eleves",
            shown.column("f", PUPILS, "eleves", "bigint")
        ),
    ];
    for Indicator { key, read, .. } in indicators {
        columns.push(format!("{} as {key}", read.value));
        columns.push(format!("{} as {key}_etat", read.state));
    }
    for field in &FIELDS {
        columns.push(format!("{} as c_{}", field.sql(shown), field.key));
    }
    let mut joins = Vec::new();
    if ["uai", "rentree"].iter().all(|c| shown.has(PUPILS, c)) {
        joins.push(format!(
            "left join (select p.* from {PUPILS} p join (select uai, max(rentree) as rentree from {PUPILS} group by uai) d
               on d.uai = p.uai and d.rentree = p.rentree) f on f.uai = e.uai"
        ));
    }
    if shown.has("sites", "site_id") && shown.has("etablissements_sites", "principal") {
        joins.push(
            "left join (select distinct uai, site_id from etablissements_sites where principal) m on m.uai = e.uai
             left join sites s on s.site_id = m.site_id"
                .to_owned(),
        );
    }
    if shown.has("etablissements_batiments", "statut") {
        joins.push(
            "left join (select uai, count(case when statut = 'accepte' then 1 end) as acceptes,
               count(case when statut = 'ambigu' then 1 end) as ambigus
               from etablissements_batiments group by uai) liens on liens.uai = e.uai"
                .to_owned(),
        );
    }
    joins.extend(
        indicators
            .iter()
            .map(|indicator| indicator.read.join.clone()),
    );
    format!(
        "select {} from etablissements e {} order by academie, uai",
        columns.join(", "),
        joins.join("\n")
    )
}

/// Pupils of an establishment, all levels.
const PUPILS: &str = "effectifs_etablissements";

/// The types that establishments have, in order.
async fn types(shown: &Shown<'_>) -> Result<Vec<String>> {
    let column = shown.column("e", "etablissements", "type_etablissement", "varchar");
    let sql = format!("select distinct {column} as type from etablissements e order by type");
    let rows = shown.released.rows(&sql).await?;
    let found: BTreeSet<String> = rows
        .iter()
        .filter_map(|row| Some(text(row, "type")?.to_owned()))
        .collect();
    Ok(found.into_iter().collect())
}

/// Names of académies, by code.
async fn names(shown: &Shown<'_>) -> Result<BTreeMap<String, String>> {
    if !["code", "nom"].iter().all(|c| shown.has("academies", c)) {
        return Ok(BTreeMap::new());
    }
    let rows = shown
        .released
        .rows("select code, nom from academies order by code")
        .await?;
    let pair = |row: &Row| Some((text(row, "code")?.to_owned(), text(row, "nom")?.to_owned()));
    Ok(rows.iter().filter_map(pair).collect())
}

fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    row.get(column)?.as_str()
}
