//! Areas and footprints are valid, and lie where a real town would put them.

use std::path::Path;

use geo::{
    Area, BooleanOps, BoundingRect, Contains, Distance, Euclidean, LineString, MapCoords,
    MultiPolygon, Point, Polygon, Validation,
};

use crate::files::{self, edition};

/// Degrees to metres around the island: enough to measure areas and distances of a town.
fn metres(c: geo::Coord) -> geo::Coord {
    geo::Coord {
        x: (c.x + 4.06) * 76_990.0,
        y: (c.y - 46.3) * 111_150.0,
    }
}

/// The polygons of an EWKT cell; none when it is a point.
pub(crate) fn footprint(ewkt: &str) -> Option<MultiPolygon> {
    let text = ewkt.strip_prefix("SRID=4326;").expect("EWKT");
    if text.starts_with("POINT") {
        return None;
    }
    let ring = text
        .trim_start_matches(|c: char| c.is_ascii_uppercase() || c == '(')
        .trim_end_matches(')');
    let ring: LineString = ring
        .split(',')
        .map(|pair| {
            let (x, y) = pair.split_once(' ').unwrap();
            (x.parse::<f64>().unwrap(), y.parse::<f64>().unwrap())
        })
        .collect();
    assert!(ring.is_closed());
    Some(Polygon::new(ring, Vec::new()).into())
}

pub(crate) fn metres_between(shape: &MultiPolygon, p: Point) -> f64 {
    Euclidean.distance(&shape.map_coords(metres), &p.map_coords(metres))
}

/// `(type, code, area)` of each feature.
pub(crate) fn areas(path: &Path, code: &str) -> Vec<(String, String, Polygon)> {
    let collection = files::json(path);
    let features = collection["features"].as_array().unwrap().iter();
    features
        .map(|feature| {
            let ring: Vec<[f64; 2]> =
                serde_json::from_value(feature["geometry"]["coordinates"][0].clone()).unwrap();
            let text = |name: &str| {
                feature["properties"][name]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            (
                text("type"),
                text(code),
                Polygon::new(ring.into(), Vec::new()),
            )
        })
        .collect()
}

#[test]
fn footprints_are_valid_at_least_5_m2_and_do_not_overlap() {
    let mut shapes: Vec<(geo::Rect, MultiPolygon)> = files::buildings(edition(2))
        .iter()
        .filter_map(|row| footprint(&row["shape"]))
        .map(|shape| shape.map_coords(metres))
        .map(|shape| (shape.bounding_rect().unwrap(), shape))
        .collect();
    assert!(shapes.len() > 12_000);
    shapes.sort_by(|(a, _), (b, _)| a.min().x.total_cmp(&b.min().x));
    let mut walls = 0;
    for (i, (a, shape)) in shapes.iter().enumerate() {
        assert!(shape.is_valid(), "{shape:?}");
        assert!(shape.unsigned_area() >= 5.0, "{shape:?}");
        let ahead = shapes[i + 1..]
            .iter()
            .take_while(|(b, _)| b.min().x <= a.max().x);
        for (b, other) in ahead.filter(|(b, _)| b.min().y <= a.max().y && b.max().y >= a.min().y) {
            let common = shape.intersection(other).unsigned_area();
            assert!(common < 0.5, "{common} m² of {shape:?} in {other:?} {b:?}");
            walls += usize::from(Euclidean.distance(shape, other) < 0.05);
        }
    }
    assert!(walls > 4_000, "terraced houses share their walls: {walls}");
}

#[test]
fn buildings_are_in_the_commune_of_their_address() {
    let communes = areas(&edition(1).join("communes.geojson.gz"), "code");
    let mut seen = 0;
    for row in files::buildings(edition(1)) {
        let Some(code) = row["addresses"].split("\"cle_interop_ban\" : \"").nth(1) else {
            continue;
        };
        let point = row["point"]
            .trim_start_matches("SRID=4326;POINT(")
            .trim_end_matches(')');
        let (lon, lat) = point.split_once(' ').unwrap();
        let p = Point::new(lon.parse().unwrap(), lat.parse().unwrap());
        let (.., area) = communes
            .iter()
            .find(|(level, known, _)| *level != "COMD" && known == &code[..5])
            .unwrap();
        assert!(area.contains(&p), "{row:?}");
        seen += 1;
    }
    assert!(seen > 9_000);
}

#[test]
fn areas_are_valid_and_both_levels_cover_the_same_island_without_overlap() {
    let communes = areas(&edition(1).join("communes.geojson.gz"), "code");
    let path = format!(
        "{}/fr-en-contour-academies-2020/exports/geojson.gz",
        files::CATALOG
    );
    let academies = areas(&edition(1).join(path), "code_academie");
    assert!(
        communes
            .iter()
            .chain(&academies)
            .all(|(.., area)| area.is_valid())
    );
    let sum = |level: &str| -> f64 {
        communes
            .iter()
            .filter(|(known, ..)| known == level)
            .map(|(.., area)| area.unsigned_area())
            .sum()
    };
    let island: f64 = academies
        .iter()
        .map(|(.., area)| area.unsigned_area())
        .sum();
    assert!((sum("COM") / island - 1.0).abs() < 1e-9);
    assert!(academies[0].2.intersection(&academies[1].2).unsigned_area() < 1e-12);
    // Parts fill the communes that have some: one city, two merged communes.
    let whole = |codes: &[&str]| -> f64 {
        let here = communes
            .iter()
            .filter(|(level, code, _)| level == "COM" && codes.contains(&code.as_str()));
        here.map(|(.., area)| area.unsigned_area()).sum()
    };
    let merged: Vec<&str> = communes
        .iter()
        .filter(|(level, ..)| level == "COMD")
        .map(|(_, code, _)| code.as_str())
        .collect();
    assert_eq!(merged.len(), 4);
    assert!((sum("COMD") / whole(&merged) - 1.0).abs() < 1e-9);
    assert!(sum("ARM") > 0.0);
}
