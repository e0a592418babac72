//! Linked buildings, grounds and yards, by tiles of a tenth of a degree.

use std::collections::BTreeMap;

use edulac_geo::wkb;
use serde_json::Value;

use crate::error::Result;
use crate::map::outlines::{Outline, each_outline};
use crate::map::rings::rings;
use crate::map::{Map, Shown};
use crate::script;

/// Tiles in a degree.
const TILES: f64 = 10.0;
/// Units of coordinates in a degree: about ten centimetres.
const SCALE: f64 = 1e6;

/// What a tile holds: kinds of shapes, each with its text so far.
#[derive(Default)]
struct Tile(BTreeMap<&'static str, String>);

/// Writes the tiles; returns their names, which begin with the place of their west and south sides.
pub(crate) async fn write(map: &mut Map, shown: &Shown<'_>) -> Result<Vec<String>> {
    let mut tiles: BTreeMap<[i64; 2], Tile> = BTreeMap::new();
    let mut put = |outline: &Outline<'_>, kind: &'static str| {
        let Ok(Some(bbox)) = wkb::bbox(outline.wkb) else {
            return false;
        };
        let (lon, lat) = bbox.center();
        #[expect(clippy::cast_possible_truncation, reason = "tenths of degrees fit")]
        let place = [lon, lat].map(|degrees| (degrees * TILES).floor() as i64);
        let text = tiles.entry(place).or_default().0.entry(kind).or_default();
        text.push_str(&rings(&outline.geometry, SCALE));
        text.push_str(",\n");
        true
    };
    let linked = ["source", "id_source", "statut"];
    if linked
        .iter()
        .all(|c| shown.has("etablissements_batiments", c))
        && shown.has("batiments", "geometry")
    {
        let mut buildings = 0;
        each_outline(shown, "batiments", LINKED, |outline| {
            let kind = match outline.code {
                "accepte" => "acceptes",
                _ => "ambigus",
            };
            buildings += u64::from(put(&outline, kind));
        })
        .await?;
        map.buildings = buildings;
    }
    for (table, kind) in [("terrains", "terrains"), ("cours", "cours")] {
        if shown.has(table, "geometry") && shown.has(table, "site_id") {
            let sql = format!(
                "select site_id as code, '' as nom, geometry from {table} where geometry is not null order by site_id"
            );
            each_outline(shown, table, &sql, |outline| {
                put(&outline, kind);
            })
            .await?;
        }
    }
    let mut names = Vec::new();
    for ([x, y], Tile(kinds)) in tiles {
        let place = format!("{x}_{y}");
        let name = format!("batiments/{place}");
        let shapes: Vec<String> = kinds
            .iter()
            .map(|(kind, text)| format!("{}: [\n{text}]", Value::from(*kind)))
            .collect();
        let body = format!("{{{}}}", shapes.join(",\n"));
        map.files
            .insert(script::path(&name), script::deliver(&name, &body));
        names.push(place);
    }
    Ok(names)
}

/// Buildings with a link that was not refused, each once, with the better status of its links.
const LINKED: &str = "select l.statut as code, '' as nom, b.geometry from
  (select source, id_source, min(statut) as statut from etablissements_batiments
   where statut in ('accepte', 'ambigu') group by source, id_source) l
  join batiments b on b.source = l.source and b.id_source = l.id_source
  where b.geometry is not null order by b.source, b.id_source";
