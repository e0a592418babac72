//! Redon: the schools of the directory on the buildings of OpenStreetMap, whose schools bear `ref:UAI`.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{BinaryArray, Float64Array};
use datafusion::prelude::{DataFrame, SessionContext};
use edulac_geo::measure::distance_m;
use edulac_geo::wkb;
use edulac_link::{LinkInputs, LinkOptions, link_step};
use geo::{Coord, Geometry, LineString, Point, Polygon};

use crate::support::{print, real_data, records, strings, table, texts};

/// A closed way: its identifier, its tags, its outline.
struct Way {
    id: String,
    tags: BTreeMap<String, String>,
    outline: Polygon<f64>,
}

/// The value of an attribute of a line of XML.
fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// The closed ways of a file, whose nodes may come after them.
fn ways(text: &str) -> Vec<Way> {
    let mut nodes: BTreeMap<&str, Coord<f64>> = BTreeMap::new();
    for line in text
        .lines()
        .filter(|line| line.trim_start().starts_with("<node "))
    {
        let number = |name| attribute(line, name).unwrap().parse().unwrap();
        nodes.insert(
            attribute(line, "id").unwrap(),
            Coord {
                x: number("lon"),
                y: number("lat"),
            },
        );
    }
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if !line.trim_start().starts_with("<way ") {
            continue;
        }
        let (mut tags, mut ring) = (BTreeMap::new(), Vec::new());
        for line in lines.by_ref() {
            if line.contains("</way>") {
                break;
            }
            if let Some(node) = attribute(line, "ref") {
                ring.extend(nodes.get(node));
            } else if let (Some(key), Some(value)) = (attribute(line, "k"), attribute(line, "v")) {
                tags.insert(key.to_owned(), value.to_owned());
            }
        }
        if ring.len() > 3 && ring.first() == ring.last() {
            let id = attribute(line, "id").unwrap().to_owned();
            let outline = Polygon::new(LineString(ring), Vec::new());
            found.push(Way { id, tags, outline });
        }
    }
    found
}

fn buildings(ctx: &SessionContext, ways: &[Way]) -> DataFrame {
    let all: Vec<&Way> = ways
        .iter()
        .filter(|way| way.tags.contains_key("building"))
        .collect();
    assert!(all.len() > 1_000, "{}", all.len());
    let shapes: BinaryArray = all
        .iter()
        .map(|way| Some(wkb::write(&Geometry::Polygon(way.outline.clone()))))
        .collect();
    let ids: Vec<&str> = all.iter().map(|way| way.id.as_str()).collect();
    let columns = [
        ("source", texts(&vec!["osm"; ids.len()])),
        ("id_source", texts(&ids)),
        ("geometry", Arc::new(shapes) as _),
    ];
    table(ctx, &columns)
}

/// UAI, position and what is said of it of the schools of Redon.
fn schools() -> Option<Vec<(String, Point<f64>, String)>> {
    let path = real_data("annuaire/ille-et-vilaine_2023-06/fr-en-annuaire-education.csv")?;
    let columns = [
        "Identifiant_de_l_etablissement",
        "Code_commune",
        "longitude",
        "latitude",
        "precision_localisation",
    ];
    let rows = records(path, columns).into_iter();
    Some(
        rows.filter(|[_, commune, ..]| commune == "35236")
            .filter_map(|[uai, _, lon, lat, precision]| {
                let point = Point::new(lon.parse().ok()?, lat.parse().ok()?);
                Some((uai, point, precision))
            })
            .collect(),
    )
}

#[tokio::test]
async fn positions_of_redon_against_the_schools_that_openstreetmap_names() {
    let Some(osm) = real_data("osm/redon.osm") else {
        return;
    };
    let Some(schools) = schools() else { return };
    let text = std::fs::read_to_string(osm).unwrap();
    let ways = ways(&text);
    let mut named: BTreeMap<&str, Geometry<f64>> = BTreeMap::new();
    for way in &ways {
        if let Some(uai) = way.tags.get("ref:UAI") {
            named.insert(uai, Geometry::Polygon(way.outline.clone()));
        }
    }
    let ctx = SessionContext::new();
    let shapes: BinaryArray = schools
        .iter()
        .map(|(_, point, _)| Some(wkb::write_point(point.x(), point.y())))
        .collect();
    let uncertainties: Float64Array = schools
        .iter()
        .map(|(.., precision)| {
            Some(if precision == "Numéro de rue" {
                20.0
            } else {
                200.0
            })
        })
        .collect();
    let qualities: Vec<&str> = schools
        .iter()
        .map(|(.., precision)| match precision.as_str() {
            "Numéro de rue" | "BATIMENT" | "PARFAITE" => "precise",
            "Ville" => "commune",
            _ => "rue",
        })
        .collect();
    let uais: Vec<&str> = schools.iter().map(|(uai, ..)| uai.as_str()).collect();
    let establishments = table(
        &ctx,
        &[
            ("uai", texts(&uais)),
            ("geometry", Arc::new(shapes)),
            ("position_qualite", texts(&qualities)),
            ("position_incertitude_m", Arc::new(uncertainties)),
        ],
    );
    let options = LinkOptions {
        max_distance_m: 100.0,
    };
    let inputs = LinkInputs::new(establishments, buildings(&ctx, &ways));
    let links = link_step(&ctx, &inputs, &options).await.unwrap();
    println!(
        "{}",
        print(
            links
                .clone()
                .select_columns(&["uai", "id_source", "statut", "explication"])
                .unwrap()
        )
        .await
    );
    let rows = links.collect().await.unwrap();
    let (ids, statuses) = (strings(&rows, "id_source"), strings(&rows, "statut"));
    let mut compared = 0;
    for (row, uai) in strings(&rows, "uai").iter().enumerate() {
        let Some(ground) = named.get(uai.as_str()) else {
            continue;
        };
        if statuses[row] != "accepte" {
            continue;
        }
        compared += 1;
        let building = ways.iter().find(|way| way.id == ids[row]).unwrap();
        let metres = distance_m(&Geometry::Polygon(building.outline.clone()), ground).unwrap();
        println!(
            "{uai}: its accepted building is {metres:.1} m from the ground that bears its code"
        );
    }
    let mut distances: Vec<f64> = schools
        .iter()
        .filter_map(|(uai, point, _)| {
            distance_m(&Geometry::Point(*point), named.get(uai.as_str())?)
        })
        .collect();
    distances.sort_by(f64::total_cmp);
    println!(
        "positions to the grounds of their code, m: {distances:?}; {compared} accepted links compared"
    );
    // Three codes are on a closed way of the file and in the directory; others are on points, or not in the directory.
    assert_eq!(distances.len(), 3);
}
