//! Boundaries: `fr-en-contour-academies-2020` on the portal, and a file of communes.

use serde_json::{Value, json};

use crate::Error;
use crate::geometry::{Point, Projection, centroid, rounded};
use crate::names::{self, ACADEMIES};
use crate::output::Output;
use crate::plan::Plan;
use crate::portal::Dataset;
use crate::territory::Level;

/// The year the boundaries are valid for.
const VINTAGE: &str = "2025";

/// Writes both files; says how many areas the communes file has.
pub(crate) fn write(out: &Output, plan: &Plan, projection: &Projection) -> Result<u64, Error> {
    academies(out, plan, projection)?;
    communes(out, plan, projection)
}

fn academies(out: &Output, plan: &Plan, projection: &Projection) -> Result<(), Error> {
    let dataset = Dataset {
        id: "fr-en-contour-academies-2020",
        title: "Contours géographiques des académies",
        frequency: "IRREG",
        modified: "2020-01-20",
        processed: "2020-01-20",
        geometry: Some("Polygon"),
        fields: vec![
            ("geo_point_2d", "geo_point_2d"),
            ("geo_shape", "geo_shape"),
            ("name", "text"),
            ("libelle_aca_majuscules", "text"),
            ("libelle_region_2016", "text"),
            ("code_academie", "text"),
            ("code_region_2016", "text"),
        ],
    };
    let mut features = Vec::new();
    for ((code, name), ring) in ACADEMIES.iter().zip(&plan.territory.academies) {
        let [lon, lat] = projection
            .wgs84(centroid(ring))?
            .map(|degrees| rounded(degrees, 7));
        features.push(json!({
            "type": "Feature",
            "geometry": polygon(ring, projection)?,
            "properties": {
                "name": name,
                "libelle_aca_majuscules": name.to_uppercase(),
                "libelle_region_2016": names::REGION_NAME,
                "code_academie": code,
                "code_region_2016": names::REGION,
                "geo_point_2d": {"lon": lon, "lat": lat}
            }
        }));
    }
    let count = features.len() as u64;
    collection(out, &dataset.path("exports/geojson.gz"), features)?;
    dataset.describe(out, count)
}

fn communes(out: &Output, plan: &Plan, projection: &Projection) -> Result<u64, Error> {
    let mut features = Vec::new();
    for commune in &plan.territory.communes {
        features.push(area(
            &commune.code,
            &commune.name,
            "COM",
            &commune.ring,
            projection,
        )?);
        for part in &commune.parts {
            let level = match part.level {
                Level::Arrondissement => "ARM",
                Level::Delegated => "COMD",
            };
            features.push(area(&part.code, &part.name, level, &part.ring, projection)?);
        }
    }
    let count = features.len() as u64;
    collection(out, "communes.geojson.gz", features)?;
    Ok(count)
}

fn area(
    code: &str,
    name: &str,
    level: &str,
    ring: &[Point],
    projection: &Projection,
) -> Result<Value, Error> {
    Ok(json!({
        "type": "Feature",
        "geometry": polygon(ring, projection)?,
        "properties": {
            "code": code,
            "nom": name,
            "type": level,
            "departement": names::DEPARTEMENT_INSEE,
            "millesime": VINTAGE
        }
    }))
}

/// Seven decimals: neighbours are rounded alike, so they still share their edges.
pub(crate) fn polygon(ring: &[Point], projection: &Projection) -> Result<Value, Error> {
    let closed = ring.iter().chain(ring.first());
    let ring: Vec<[f64; 2]> = closed
        .map(|p| Ok(projection.wgs84(*p)?.map(|degrees| rounded(degrees, 7))))
        .collect::<Result<_, Error>>()?;
    Ok(json!({"type": "Polygon", "coordinates": [ring]}))
}

fn collection(out: &Output, path: &str, features: Vec<Value>) -> Result<(), Error> {
    let mut file = out.gzip(path)?;
    file.write(&json!({"type": "FeatureCollection", "features": features}).to_string())?;
    file.finish()
}
