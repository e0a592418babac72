//! What stands around each link of a sample: its building, the position, the zone of the establishment, the buildings near
//! by and what the release says of them.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{AsArray, RecordBatch};
use edulac_geo::index::PointIndex;
use edulac_geo::{geojson, wkb};
use futures::TryStreamExt;
use serde::Serialize;
use serde_json::{Value, json};

use super::LINKS;
use crate::error::{Error, Result};
use crate::released::{Released, Row, quoted, text};

/// How far around a building its neighbours are drawn, in metres.
const AROUND_M: f64 = 90.0;

/// Decimals of coordinates: a tenth of a metre.
const DECIMALS: i32 = 6;

/// A place, drawn; geometries are GeoJSON, rounded.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Scene {
    /// Longitude and latitude of the middle of the building; null: the release does not have its geometry.
    pub(super) centre: Option<[f64; 2]>,
    /// The building; null: the release does not have its geometry.
    pub(super) batiment: Option<Value>,
    /// The position of the establishment; null: unknown.
    pub(super) position: Option<Value>,
    /// Its zones; empty: none is known.
    pub(super) perimetres: Vec<Value>,
    /// The buildings around.
    pub(super) voisins: Vec<Neighbour>,
}

/// A building near another one.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Neighbour {
    id: String,
    /// Status of its link with the same establishment; null: no candidate.
    statut: Option<String>,
    geometrie: Value,
}

/// Register and id of a building.
type Building = (String, String);

/// The scene of each link, in their order.
pub(super) async fn scenes(released: &Released, links: &[Row]) -> Result<Vec<Scene>> {
    let mut scenes: Vec<Scene> = links.iter().map(|_| Scene::default()).collect();
    if links.is_empty() {
        return Ok(scenes);
    }
    let uais: BTreeSet<String> = links
        .iter()
        .filter_map(|link| text(link, "uai"))
        .map(quoted)
        .collect();
    let uais = uais.into_iter().collect::<Vec<_>>().join(", ");
    let positions = geometries(released, "etablissements", &uais).await?;
    let zones = geometries(released, "perimetres", &uais).await?;
    for (scene, link) in scenes.iter_mut().zip(links) {
        let of = |all: &BTreeMap<String, Vec<Vec<u8>>>| {
            let bytes = all.get(text(link, "uai").unwrap_or_default());
            bytes
                .into_iter()
                .flatten()
                .filter_map(|bytes| drawn(bytes))
                .collect::<Vec<_>>()
        };
        scene.position = of(&positions).into_iter().next();
        scene.perimetres = of(&zones);
    }
    if released.has("batiments") {
        buildings(released, links, &uais, &mut scenes).await?;
    }
    Ok(scenes)
}

/// Two passes over the buildings, which are never held: first those of the links, then those near them.
async fn buildings(
    released: &Released,
    links: &[Row],
    uais: &str,
    scenes: &mut [Scene],
) -> Result<()> {
    let mut wanted: BTreeMap<Building, Vec<usize>> = BTreeMap::new();
    for (at, link) in links.iter().enumerate() {
        wanted.entry(building(link)).or_default().push(at);
    }
    let mut centres = Vec::new();
    pass(released, |building, bytes| {
        let Some(of) = wanted.get(&building) else {
            return;
        };
        let centre = wkb::bbox(bytes)
            .ok()
            .flatten()
            .map(|b| ((b.xmin + b.xmax) / 2.0, (b.ymin + b.ymax) / 2.0));
        for at in of {
            scenes[*at].batiment = drawn(bytes);
            scenes[*at].centre = centre.map(|(x, y)| [rounded(x), rounded(y)]);
            centres.extend(centre.map(|(x, y)| (*at, (x, y))));
        }
    })
    .await?;
    centres.sort_by_key(|(at, _)| *at);
    let index = PointIndex::new(centres.iter().map(|(_, centre)| (*centre).into()).collect());
    let statuses = statuses(released, uais).await?;
    pass(released, |building, bytes| {
        for near in index.within_of_wkb(bytes, AROUND_M).unwrap_or_default() {
            let (at, _) = centres[near.point as usize];
            if wanted.get(&building).is_some_and(|of| of.contains(&at)) {
                continue;
            }
            let uai = text(&links[at], "uai").unwrap_or_default().to_owned();
            let (source, id) = building.clone();
            if let Some(geometrie) = drawn(bytes) {
                scenes[at].voisins.push(Neighbour {
                    statut: statuses.get(&(uai, source, id.clone())).cloned(),
                    id,
                    geometrie,
                });
            }
        }
    })
    .await?;
    // Partitions come in any order.
    for scene in scenes {
        scene.voisins.sort_by(|a, b| a.id.cmp(&b.id));
    }
    Ok(())
}

/// All buildings that have a geometry, as they come.
async fn pass(released: &Released, mut each: impl FnMut(Building, &[u8])) -> Result<()> {
    let sql = "select source, id_source, geometry from batiments where geometry is not null";
    let frame = released.ctx.sql(sql).await.map_err(Error::query)?;
    let mut batches = frame.execute_stream().await.map_err(Error::query)?;
    while let Some(batch) = batches.try_next().await.map_err(Error::query)? {
        let (source, id, geometry) = (
            column(&batch, 0),
            column(&batch, 1),
            batch.column(2).as_binary::<i32>(),
        );
        for row in 0..batch.num_rows() {
            each(
                (source.value(row).to_owned(), id.value(row).to_owned()),
                geometry.value(row),
            );
        }
    }
    Ok(())
}

fn column(batch: &RecordBatch, at: usize) -> &arrow::array::StringArray {
    batch.column(at).as_string::<i32>()
}

/// The geometries of some establishments in a table, by UAI, in the order of its key; none without such a table.
async fn geometries(
    released: &Released,
    table: &str,
    uais: &str,
) -> Result<BTreeMap<String, Vec<Vec<u8>>>> {
    let mut found: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    if !released.has_column(table, "geometry") || !released.has_column(table, "uai") {
        return Ok(found);
    }
    let sql =
        format!("select uai, geometry from {table} where geometry is not null and uai in ({uais})");
    let frame = released.ctx.sql(&sql).await.map_err(Error::query)?;
    for batch in frame.collect().await.map_err(Error::query)? {
        let (uai, geometry) = (column(&batch, 0), batch.column(1).as_binary::<i32>());
        for row in 0..batch.num_rows() {
            let of = found.entry(uai.value(row).to_owned()).or_default();
            of.push(geometry.value(row).to_vec());
        }
    }
    found.values_mut().for_each(|of| of.sort());
    Ok(found)
}

/// Status of each link of some establishments.
async fn statuses(
    released: &Released,
    uais: &str,
) -> Result<BTreeMap<(String, String, String), String>> {
    let sql = format!("select uai, source, id_source, statut from {LINKS} where uai in ({uais})");
    let rows = released.rows(&sql).await?;
    let cell = |row: &Row, column| text(row, column).unwrap_or_default().to_owned();
    let of = |row: &Row| {
        let (source, id) = building(row);
        ((cell(row, "uai"), source, id), cell(row, "statut"))
    };
    Ok(rows.iter().map(of).collect())
}

fn building(row: &Row) -> Building {
    let cell = |column| text(row, column).unwrap_or_default().to_owned();
    (cell("source"), cell("id_source"))
}

/// A geometry as GeoJSON, rounded; none where the bytes are no geometry.
fn drawn(bytes: &[u8]) -> Option<Value> {
    let mut geometry = geojson::write(&wkb::read(bytes).ok()?);
    round(geometry.get_mut("coordinates")?);
    Some(geometry)
}

fn round(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Number(number) => {
            *value = json!(number.as_f64().map(rounded));
        }
        _ => {}
    }
}

fn rounded(degrees: f64) -> f64 {
    let scale = 10_f64.powi(DECIMALS);
    (degrees * scale).round() / scale
}
