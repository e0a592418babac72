//! Polygons made valid.

use geo::algorithm::bool_ops::{FillRule, OpType};
use geo::{Area, BooleanOps, Geometry, MultiPolygon, Polygon};

use crate::overlay::{OverlayFault, overlay};
use crate::validity;

/// Why a geometry stays invalid.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RepairError {
    /// The repaired polygon still breaks a rule of simple features.
    #[error("the geometry is still invalid after repair: {reason}")]
    StillInvalid {
        /// The rule it breaks.
        reason: String,
    },
    /// The library that untangles rings gave up on these.
    #[error("the {rings} rings of the geometry are too tangled to be repaired")]
    GaveUp {
        /// How many rings there are.
        rings: usize,
    },
}

/// A geometry after repair.
#[derive(Debug, Clone, PartialEq)]
pub struct Repaired {
    /// The valid geometry.
    pub geometry: Geometry<f64>,
    /// Whether anything had to change.
    pub changed: bool,
    /// Flat area before, in square units of the coordinates. Loops that turn the other way count
    /// negative, so that of a badly broken polygon may be far from what it looks like.
    pub area_before: f64,
    /// Flat area after, in the same units.
    pub area_after: f64,
}

/// Makes polygons and multipolygons valid by the even-odd rule: what is inside an odd number of times is
/// inside. Parts of a multipolygon that overlap are merged. Other types are returned as they are. An
/// area that vanishes gives an empty multipolygon.
///
/// # Errors
/// [`RepairError`], never seen on real data.
pub fn make_valid(geometry: Geometry<f64>) -> Result<Repaired, RepairError> {
    let area_before = geometry.unsigned_area();
    let parts = match &geometry {
        Geometry::Polygon(polygon) if !validity::is_valid(&geometry) => {
            std::slice::from_ref(polygon)
        }
        Geometry::MultiPolygon(multi) if !validity::is_valid(&geometry) => multi.0.as_slice(),
        _ => {
            return Ok(Repaired {
                geometry,
                changed: false,
                area_before,
                area_after: area_before,
            });
        }
    };
    let repaired = overlay(parts, resolved).map_err(|fault| match fault {
        OverlayFault::Invalid(reason) => RepairError::StillInvalid { reason },
        OverlayFault::GaveUp => RepairError::GaveUp {
            rings: parts.iter().map(|part| 1 + part.interiors().len()).sum(),
        },
    })?;
    let area_after = repaired.unsigned_area();
    let geometry = match <[Polygon<f64>; 1]>::try_from(repaired.0) {
        Ok([only]) => only.into(),
        Err(parts) => MultiPolygon(parts).into(),
    };
    Ok(Repaired {
        geometry,
        changed: true,
        area_before,
        area_after,
    })
}

/// All parts as one area, their loops and holes resolved.
fn resolved(parts: &[Polygon<f64>]) -> MultiPolygon<f64> {
    let repaired = solid(parts.iter().map(untangle));
    if validity::broken_rule(&repaired).is_none() {
        return repaired;
    }
    // Rounding has put a hole across its own border: cut the holes out again.
    solid(repaired.iter().map(cut_again))
}

/// All parts as one area, without those that vanish.
fn solid(parts: impl Iterator<Item = MultiPolygon<f64>>) -> MultiPolygon<f64> {
    let all = parts.reduce(|all, part| all.union(&part));
    let mut all = all.unwrap_or_else(|| MultiPolygon(Vec::new()));
    all.0.retain(|part| part.unsigned_area() > 0.0);
    all
}

/// A polygon whose holes are taken out of its exterior one by one.
fn cut_again(polygon: &Polygon<f64>) -> MultiPolygon<f64> {
    let filled = |ring: &geo::LineString<f64>| untangle(&Polygon::new(ring.clone(), Vec::new()));
    let holes = polygon.interiors().iter().map(filled);
    holes.fold(filled(polygon.exterior()), |area, hole| {
        area.difference(&hole)
    })
}

/// One polygon, its loops and holes resolved.
fn untangle(polygon: &Polygon<f64>) -> MultiPolygon<f64> {
    polygon.boolean_op_with_fill_rule(&MultiPolygon(Vec::new()), OpType::Union, FillRule::EvenOdd)
}

#[cfg(test)]
mod tests {
    use geo::{Centroid, InteriorPoint, Intersects, Validation, polygon};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bowtie_becomes_two_triangles() {
        let bowtie = polygon![(x: 0.0, y: 0.0), (x: 0.0, y: 10.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 0.0)];
        let repaired = make_valid(bowtie.into()).unwrap();
        assert!(repaired.changed);
        assert!((repaired.area_after - 50.0).abs() < 1e-6);
        assert!(
            matches!(repaired.geometry, Geometry::MultiPolygon(ref parts) if parts.0.len() == 2)
        );
    }

    #[test]
    fn a_valid_polygon_is_left_untouched() {
        let square: Geometry<f64> =
            polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 0.0)].into();
        let repaired = make_valid(square.clone()).unwrap();
        assert!(!repaired.changed);
        assert_eq!(repaired.geometry, square);
        assert_eq!(
            repaired.area_before.to_bits(),
            repaired.area_after.to_bits()
        );
    }

    #[test]
    fn overlapping_parts_are_merged() {
        let a = polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 0.0), (x: 2.0, y: 2.0), (x: 0.0, y: 2.0)];
        let b = polygon![(x: 1.0, y: 0.0), (x: 3.0, y: 0.0), (x: 3.0, y: 2.0), (x: 1.0, y: 2.0)];
        let repaired = make_valid(MultiPolygon(vec![a, b]).into()).unwrap();
        assert!((repaired.area_after - 6.0).abs() < 1e-6);
    }

    #[test]
    fn an_area_that_vanishes_is_empty_and_not_an_error() {
        let line = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 0.0)];
        let repaired = make_valid(line.into()).unwrap();
        assert_eq!(repaired.geometry, MultiPolygon(vec![]).into());
    }

    /// A ring and a hole on which the library below panics.
    #[test]
    fn rings_on_which_the_overlay_gives_up_are_repaired_after_a_turn() {
        let ring = [(2.0, 0.0), (1.0, 1.0), (0.0, 5.0), (4.0, 1.0)];
        let hole = [(1.0, 2.0), (1.0, 3.0), (3.0, 2.0), (0.0, 0.0), (4.0, 2.0)];
        let broken = Polygon::new(ring.into_iter().collect(), vec![hole.into_iter().collect()]);
        let repaired = make_valid(broken.into()).unwrap();
        assert!(repaired.changed);
        assert!(repaired.geometry.is_valid());
        assert!(repaired.area_after > 0.0);
    }

    proptest! {
        /// On a small grid, where edges often overlap, touch or vanish.
        #[test]
        fn any_ring_is_repaired_and_measured_without_panic(
            ring in proptest::collection::vec((0u8..6, 0u8..6), 0..14),
            hole in proptest::collection::vec((0u8..6, 0u8..6), 0..6),
        ) {
            let line = |points: &[(u8, u8)]| points.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
            let polygon = Polygon::new(line(&ring), vec![line(&hole)]);
            let multi = MultiPolygon(vec![polygon.clone(), Polygon::new(line(&hole), vec![])]);
            for broken in [Geometry::from(polygon), multi.into()] {
                let repaired = make_valid(broken.clone()).unwrap();
                prop_assert!(repaired.geometry.is_valid());
                let _ = broken.intersects(&repaired.geometry);
                let contained = crate::predicate::contains(&broken, &repaired.geometry);
                prop_assert!(contained.is_ok());
                let _ = (broken.centroid(), broken.interior_point());
                let _ = (crate::measure::area_m2(&broken), crate::measure::distance_m(&broken, &repaired.geometry));
            }
        }
    }

    /// The sectors of the collèges of Paris, as published.
    #[test]
    fn the_invalid_sectors_of_paris_become_valid_and_keep_their_area() {
        let root = std::env::var_os("EDULAC_REAL_DATA").map_or_else(
            || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
            std::path::PathBuf::from,
        );
        let Ok(text) =
            std::fs::read_to_string(root.join("schoolmaps/paris_secteurs_colleges.geojson"))
        else {
            println!(
                "SKIPPED: no real data at {}; set EDULAC_REAL_DATA to its folder",
                root.display()
            );
            return;
        };
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        let (mut invalid, mut worst) = (0, 0.0_f64);
        for feature in file["features"].as_array().unwrap() {
            let repaired =
                make_valid(crate::geojson::read_value(feature["geometry"].clone()).unwrap())
                    .unwrap();
            assert!(repaired.geometry.is_valid());
            invalid += u32::from(repaired.changed);
            if repaired.area_before > 0.0 {
                worst = worst.max((repaired.area_after / repaired.area_before - 1.0).abs());
            }
        }
        println!(
            "{invalid} invalid sectors, area changed by at most {:.4} %",
            100.0 * worst
        );
        assert_eq!(invalid, 56);
        assert!(worst < 0.05);
    }
}
