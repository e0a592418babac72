use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use geo::{MapCoords, Validation, coord, polygon};
use proptest::prelude::*;

use super::*;

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]
}

fn with_hole(outer: &Polygon<f64>, hole: &Polygon<f64>) -> Polygon<f64> {
    Polygon::new(outer.exterior().clone(), vec![hole.exterior().clone()])
}

/// The answer, which is that of the library too.
fn valid(polygons: &[Polygon<f64>]) -> bool {
    let multi = MultiPolygon(polygons.to_vec());
    let answer = is_valid(&multi.clone().into());
    assert_eq!(answer, multi.is_valid(), "{multi:?}");
    assert_eq!(answer, broken_rule(&multi).is_none());
    answer
}

#[test]
fn rings_that_meet_nowhere_are_judged_by_who_is_inside_whom() {
    let (field, pond) = (square(0.0, 0.0, 10.0), square(4.0, 4.0, 2.0));
    let ring = with_hole(&field, &pond);
    assert!(valid(std::slice::from_ref(&ring)));
    // An island in the hole, another beside; one that the ground covers.
    assert!(valid(&[
        ring.clone(),
        square(4.5, 4.5, 1.0),
        square(20.0, 0.0, 1.0)
    ]));
    assert!(valid(&[square(4.5, 4.5, 1.0), ring.clone()]));
    assert!(!valid(&[ring, square(1.0, 1.0, 1.0)]));
    // Holes out of the exterior, and in each other.
    assert!(!valid(&[with_hole(&field, &square(20.0, 0.0, 1.0))]));
    let nested = vec![
        pond.exterior().clone(),
        square(4.5, 4.5, 1.0).exterior().clone(),
    ];
    assert!(!valid(&[Polygon::new(field.exterior().clone(), nested)]));
}

#[test]
fn rings_may_touch_in_points_and_not_along_lines() {
    let (one, corner, side) = (
        square(0.0, 0.0, 1.0),
        square(1.0, 1.0, 1.0),
        square(1.0, 0.5, 1.0),
    );
    assert!(valid(&[one.clone(), corner]));
    assert!(!valid(&[one.clone(), side]));
    assert!(!valid(&[one.clone(), one.clone()]));
    let diamond = polygon![(x: 0.0, y: 5.0), (x: 5.0, y: 2.0), (x: 9.0, y: 5.0), (x: 5.0, y: 8.0)];
    assert!(valid(&[with_hole(&square(0.0, 0.0, 10.0), &diamond)]));
    assert!(!valid(&[with_hole(
        &square(0.0, 0.0, 10.0),
        &square(0.0, 4.0, 2.0)
    )]));
}

#[test]
fn what_is_no_ring_is_invalid_and_what_is_empty_is_valid() {
    assert!(valid(&[]));
    assert!(valid(&[Polygon::new(LineString::new(vec![]), vec![])]));
    assert!(!valid(&[polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)]]));
    let nowhere = polygon![(x: 0.0, y: 0.0), (x: f64::NAN, y: 1.0), (x: 1.0, y: 0.0)];
    assert!(!is_valid(&nowhere.into()));
    let spike = polygon![(x: 0., y: 0.), (x: 4., y: 0.), (x: 4., y: 4.), (x: 2., y: 4.), (x: 2., y: 6.), (x: 2., y: 4.), (x: 0., y: 4.)];
    assert!(!valid(&[spike]));
    let line: Geometry<f64> = LineString::from(vec![(0.0, 0.0), (1.0, 1.0)]).into();
    assert!(is_valid(&line));
    let two = geo::GeometryCollection(vec![line, square(0.0, 0.0, 1.0).into()]);
    assert!(is_valid(&Geometry::GeometryCollection(two)));
}

/// A star around a place: a ring that never meets itself.
fn star(centre: (f64, f64), reach: &[f64]) -> LineString<f64> {
    let turn = std::f64::consts::TAU / reach.len() as f64;
    let corner = |(at, reach): (usize, &f64)| {
        let (sin, cos) = (turn * at as f64).sin_cos();
        coord! {x: centre.0 + reach * cos, y: centre.1 + reach * sin}
    };
    let mut ring = LineString::new(reach.iter().enumerate().map(corner).collect());
    ring.close();
    ring
}

/// What the library says of parts of any kind; none when it stumbles over an assertion of its own, as it may where a part is no ring.
fn library(multi: &MultiPolygon<f64>) -> Option<bool> {
    catch_unwind(AssertUnwindSafe(|| multi.is_valid())).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// On a small grid, where rings touch, overlap and vanish.
    #[test]
    fn any_rings_are_judged_as_the_library_judges_them(
        parts in proptest::collection::vec(
            proptest::collection::vec(proptest::collection::vec((0u8..7, 0u8..7), 0..7), 1..4),
            1..4,
        ),
    ) {
        let ring = |points: &Vec<(u8, u8)>| points.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
        let part = |rings: &Vec<Vec<(u8, u8)>>| Polygon::new(ring(&rings[0]), rings[1..].iter().map(ring).collect());
        let multi = MultiPolygon(parts.iter().map(part).collect());
        let ours = is_valid(&multi.clone().into());
        prop_assert_eq!(ours, library(&multi).unwrap_or(ours));
    }

    /// Rectangles on a small grid, each with some holes: many are valid.
    #[test]
    fn rectangles_and_their_holes_are_judged_as_the_library_judges_them(
        parts in proptest::collection::vec(
            proptest::collection::vec((0u8..9, 0u8..9, 1u8..9, 1u8..9), 1..4),
            1..5,
        ),
    ) {
        let rectangle = |&(x, y, w, h): &(u8, u8, u8, u8)| {
            let [x, y, w, h] = [x, y, w, h].map(f64::from);
            LineString::from(vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)])
        };
        let part = |rings: &Vec<(u8, u8, u8, u8)>| {
            Polygon::new(rectangle(&rings[0]), rings[1..].iter().map(rectangle).collect())
        };
        let multi = MultiPolygon(parts.iter().map(part).collect());
        prop_assert_eq!(is_valid(&multi.clone().into()), multi.is_valid());
    }

    /// Stars with a pond and an island in it, somewhere: most are valid.
    #[test]
    fn stars_are_judged_as_the_library_judges_them(
        stars in proptest::collection::vec(
            (0.0..8.0f64, 0.0..8.0f64, proptest::collection::vec(1.0..3.0f64, 3..30), 0.1..1.2f64, any::<bool>()),
            1..5,
        ),
    ) {
        let mut parts = Vec::new();
        for (x, y, reach, pond, island) in &stars {
            let around = |share: f64| star((*x, *y), &reach.iter().map(|reach| reach * share).collect::<Vec<_>>());
            parts.push(Polygon::new(around(1.0), vec![around(*pond)]));
            if *island {
                parts.push(Polygon::new(around(0.5 * pond), vec![]));
            }
        }
        let multi = MultiPolygon(parts);
        prop_assert_eq!(is_valid(&multi.clone().into()), multi.is_valid());
        let turned = multi.map_coords(|c| coord! {x: -c.y, y: c.x});
        prop_assert_eq!(is_valid(&turned.into()), multi.is_valid());
    }
}

#[test]
fn the_académies_of_france_are_judged_as_the_library_judges_them() {
    let root = std::env::var_os("EDULAC_REAL_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let file = root.join("boundaries/fr-en-contour-academies-2020.geojson");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("SKIPPED: no {}; set EDULAC_REAL_DATA", file.display());
        return;
    };
    let contours: serde_json::Value = serde_json::from_str(&text).unwrap();
    for feature in contours["features"].as_array().unwrap() {
        let geometry = crate::geojson::read_value(feature["geometry"].clone()).unwrap();
        assert_eq!(is_valid(&geometry), geometry.is_valid());
    }
}
