//! Contours that stand behind the points: académies, and communes by département, with fewer corners than in the lake.

use std::collections::BTreeMap;

use arrow::array::AsArray;
use edulac_geo::wkb;
use futures::TryStreamExt;
use geo::{BoundingRect, Geometry};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::map::rings::{rings, simplified};
use crate::map::{Map, Shown};
use crate::script;

/// Name of the contours of all académies.
pub(crate) const ACADEMIES: &str = "contours/academies";

/// Degrees by which a contour may be off: some 200 and 40 metres.
const ACADEMY_TOLERANCE: f64 = 0.002;
const COMMUNE_TOLERANCE: f64 = 0.0004;
/// Units of coordinates in a degree: about ten metres.
const SCALE: f64 = 1e4;

/// A row with a geometry.
pub(crate) struct Outline<'a> {
    pub(crate) code: &'a str,
    pub(crate) name: &'a str,
    pub(crate) wkb: &'a [u8],
    pub(crate) geometry: Geometry<f64>,
}

/// Writes the contours; returns those of communes as the page is told of them: place of the file and its west, south, east and
/// north in degrees.
pub(crate) async fn write(map: &mut Map, shown: &Shown<'_>) -> Result<Vec<Value>> {
    if shown.has("academies", "geometry") && shown.has("academies", "code") {
        let mut body = String::from("[\n");
        let sql =
            "select code, nom, geometry from academies where geometry is not null order by code";
        each_outline(shown, "academies", sql, |outline| {
            let contour = rings(&simplified(outline.geometry, ACADEMY_TOLERANCE), SCALE);
            body += &entry(outline.code, outline.name, &contour);
        })
        .await?;
        body.push(']');
        map.files
            .insert(script::path(ACADEMIES), script::deliver(ACADEMIES, &body));
    }
    if !["code", "nom", "type", "geometry"]
        .iter()
        .all(|c| shown.has("communes", c))
    {
        return Ok(Vec::new());
    }
    let mut departements: BTreeMap<String, (String, [f64; 4])> = BTreeMap::new();
    let sql = "select code, nom, geometry from communes
      where type in ('COM', 'ARM') and geometry is not null order by code, type, millesime";
    each_outline(shown, "communes", sql, |outline| {
        let Some(rect) = outline.geometry.bounding_rect() else {
            return;
        };
        let found = departements.entry(departement(outline.code).to_owned());
        let none = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        let (body, [w, s, e, n]) = found.or_insert_with(|| (String::from("[\n"), none));
        let contour = rings(&simplified(outline.geometry, COMMUNE_TOLERANCE), SCALE);
        *body += &entry(outline.code, outline.name, &contour);
        (*w, *s) = (w.min(rect.min().x), s.min(rect.min().y));
        (*e, *n) = (e.max(rect.max().x), n.max(rect.max().y));
    })
    .await?;
    let mut told = Vec::new();
    for (code, (mut body, bbox)) in departements {
        body.push(']');
        let name = format!("contours/communes-{code}");
        let bbox = bbox.map(|degrees| (degrees * SCALE).round() / SCALE);
        told.push(json!({"fichier": name, "boite": bbox}));
        map.files
            .insert(script::path(&name), script::deliver(&name, &body));
    }
    Ok(told)
}

fn entry(code: &str, name: &str, contour: &str) -> String {
    format!(
        "[{}, {}, {contour}],\n",
        Value::from(code),
        Value::from(name)
    )
}

/// The département in the code of a commune: three characters overseas.
fn departement(commune: &str) -> &str {
    let length = match commune.get(..2) {
        Some("97" | "98") => 3,
        _ => 2,
    };
    commune.get(..length).unwrap_or(commune)
}

/// Gives the rows of a query of `code`, `nom` and `geometry` to `each`, in their order.
pub(crate) async fn each_outline(
    shown: &Shown<'_>,
    table: &'static str,
    sql: &str,
    mut each: impl FnMut(Outline<'_>),
) -> Result<()> {
    let mut batches = shown.released.batches(sql).await?;
    let failed = |error| Error::Engine(edulac_engine::Error::Query(Box::new(error)));
    while let Some(batch) = batches.try_next().await.map_err(failed)? {
        let wrong = |column| Error::Column { table, column };
        let text = |at: usize, column| batch.column(at).as_string_opt::<i32>().ok_or(wrong(column));
        let (codes, names) = (text(0, "code")?, text(1, "nom")?);
        let shapes = batch
            .column(2)
            .as_binary_opt::<i32>()
            .ok_or(wrong("geometry"))?;
        for row in 0..batch.num_rows() {
            let wkb = shapes.value(row);
            let geometry = wkb::read(wkb).map_err(|source| Error::Geometry { table, source })?;
            each(Outline {
                code: codes.value(row),
                name: names.value(row),
                wkb,
                geometry,
            });
        }
    }
    Ok(())
}
