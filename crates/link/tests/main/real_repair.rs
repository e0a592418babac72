//! The sectors of the collèges of Paris: 56 of 110 polygons are invalid as published.

use edulac_geo::geojson;
use edulac_geo::measure::area_m2;
use edulac_geo::repair::make_valid;
use geo::{Geometry, Validation};

use crate::support::real_data;

#[test]
fn the_invalid_sectors_of_paris_are_repaired_and_none_is_lost() {
    let Some(path) = real_data("schoolmaps/paris_secteurs_colleges.geojson") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    let areas: Vec<Geometry<f64>> = file["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|feature| geojson::read_value(feature["geometry"].clone()).ok())
        .filter(|geometry| matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_)))
        .collect();
    assert_eq!(areas.len(), 110);
    let invalid: Vec<&Geometry<f64>> = areas.iter().filter(|area| !area.is_valid()).collect();
    assert_eq!(invalid.len(), 56);
    let (mut before, mut after, mut most) = (0.0, 0.0, 0.0_f64);
    for area in invalid {
        let repaired = make_valid(area.clone()).unwrap().geometry;
        assert!(repaired.is_valid());
        let (was, is) = (area_m2(area), area_m2(&repaired));
        assert!(is > 0.0, "a sector is lost");
        before += was;
        after += is;
        most = most.max((is - was).abs() / was);
    }
    println!(
        "56 sectors: {before:.0} m² before, {after:.0} m² after, {:.4} % at most",
        most * 100.0
    );
    assert!((before - after).abs() < 1e-3 * before, "{before} {after}");
    assert!(most < 0.02, "{most}");
}
