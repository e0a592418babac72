//! Many areas made one: académies from their communes.

use geo::orient::Direction;
use geo::{
    Area, Euclidean, Geometry, Length, LineString, MultiPolygon, Orient, Polygon, unary_union,
};

use crate::overlay::{OverlayFault, overlay};
use crate::repair::{RepairError, make_valid};
use crate::wkb;

/// Mean width under which a hole or a part is a sliver, in units of the coordinates: 0.1 m in degrees. Neighbours whose
/// common border is drawn twice, a little apart, leave such slivers between them.
const SLIVER_WIDTH: f64 = 1e-6;

/// Why areas cannot be dissolved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DissolveError {
    /// A point or a line among the areas.
    #[error("a {kind} is no area and cannot be dissolved")]
    NotAnArea {
        /// The type of the geometry.
        kind: &'static str,
    },
    /// An area that is broken beyond repair.
    #[error(transparent)]
    Repair(#[from] RepairError),
    /// The union could not be computed.
    #[error("the union of {parts} polygons could not be computed")]
    Union {
        /// How many polygons there were.
        parts: usize,
    },
}

/// The polygons of an area; none of an empty one.
///
/// # Errors
/// [`DissolveError::NotAnArea`].
pub fn parts(geometry: Geometry<f64>) -> Result<Vec<Polygon<f64>>, DissolveError> {
    let kind = match geometry {
        Geometry::Polygon(polygon) => return Ok(vec![polygon]),
        Geometry::MultiPolygon(multi) => return Ok(multi.0),
        Geometry::Point(_) | Geometry::MultiPoint(_) => "point",
        Geometry::GeometryCollection(_) => "geometry collection",
        _ => "line",
    };
    Err(DissolveError::NotAnArea { kind })
}

/// The union of polygons: common borders disappear, and slivers with them. The order of the polygons does not matter,
/// to the last bit: the same areas always give the same bytes. Broken polygons are repaired first ([`make_valid`]).
/// Positions move by less than a billionth of the extent of the whole (a centimetre for France).
///
/// # Errors
/// A polygon beyond repair, or a union that the library cannot compute; never seen on real data.
pub fn dissolve(polygons: Vec<Polygon<f64>>) -> Result<MultiPolygon<f64>, DissolveError> {
    let mut whole = Vec::new();
    for polygon in polygons {
        for part in parts(make_valid(polygon.into())?.geometry)? {
            whole.push(part.orient(Direction::Default));
        }
    }
    // Rounding depends on the order of what is added up.
    whole.sort_by_cached_key(|part| wkb::write(&part.clone().into()));
    let union = overlay(&whole, |parts| unary_union(parts));
    let union = union.map_err(|fault| match fault {
        OverlayFault::Invalid(reason) => RepairError::StillInvalid { reason }.into(),
        OverlayFault::GaveUp => DissolveError::Union { parts: whole.len() },
    })?;
    Ok(MultiPolygon(union.into_iter().filter_map(solid).collect()))
}

/// A polygon without its slivers; `None` when it is one itself.
fn solid(polygon: Polygon<f64>) -> Option<Polygon<f64>> {
    let (exterior, mut holes) = polygon.into_inner();
    holes.retain(|hole| !is_sliver(hole));
    (!is_sliver(&exterior)).then(|| Polygon::new(exterior, holes))
}

fn is_sliver(ring: &LineString<f64>) -> bool {
    let area = Polygon::new(ring.clone(), Vec::new()).unsigned_area();
    2.0 * area < SLIVER_WIDTH * Euclidean.length(ring)
}

#[cfg(test)]
mod tests {
    use geo::{BooleanOps, Validation, polygon};
    use proptest::prelude::*;

    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
        polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]
    }

    #[test]
    fn neighbours_become_one_without_their_border_and_islands_stay_apart() {
        let one = dissolve(vec![
            square(0.0, 0.0, 1.0),
            square(1.0, 0.0, 1.0),
            square(5.0, 5.0, 1.0),
        ])
        .unwrap();
        assert_eq!(one.0.len(), 2);
        assert!((one.unsigned_area() - 3.0).abs() < 1e-6);
        assert!(one.iter().all(|part| part.interiors().is_empty()));
    }

    #[test]
    fn a_gap_of_a_finger_is_closed_and_a_lake_is_kept() {
        let finger = 1e-8;
        // Eight squares around a lake; the last one stands a finger's width away from its neighbours.
        let mut around: Vec<Polygon<f64>> = Vec::new();
        for (x, y) in [(0, 0), (1, 0), (2, 0), (0, 1), (2, 1), (0, 2), (1, 2)] {
            around.push(square(f64::from(x), f64::from(y), 1.0));
        }
        around.push(square(2.0 + finger, 2.0, 1.0));
        around
            .push(polygon![(x: 2.0, y: 2.9), (x: 3.0, y: 2.9), (x: 3.0, y: 3.0), (x: 2.0, y: 3.0)]);
        let one = dissolve(around).unwrap();
        assert_eq!(one.0.len(), 1, "{one:?}");
        assert_eq!(one.0[0].interiors().len(), 1, "{one:?}");
        assert!((one.unsigned_area() - 8.0).abs() < 1e-6);
    }

    #[test]
    fn rings_of_any_direction_are_areas_and_nothing_is_nothing() {
        let clockwise = Polygon::new(
            square(1.0, 0.0, 1.0)
                .exterior()
                .clone()
                .into_iter()
                .rev()
                .collect(),
            vec![],
        );
        let one = dissolve(vec![square(0.0, 0.0, 1.0), clockwise]).unwrap();
        assert!((one.unsigned_area() - 2.0).abs() < 1e-6);
        assert!(dissolve(Vec::new()).unwrap().0.is_empty());
    }

    #[test]
    fn what_is_no_area_is_refused() {
        let error = parts(geo::Point::new(1.0, 2.0).into()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a point is no area and cannot be dissolved"
        );
    }

    proptest! {
        /// Broken rings on a small grid, where edges overlap, touch or vanish, in any order.
        #[test]
        fn anything_is_dissolved_the_same_way_whatever_its_order(
            rings in proptest::collection::vec(proptest::collection::vec((0u8..6, 0u8..6), 0..8), 1..6),
            turn in 0usize..6,
        ) {
            let ring = |points: &Vec<(u8, u8)>| points.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
            let all: Vec<Polygon<f64>> = rings.iter().map(|points| Polygon::new(ring(points), vec![])).collect();
            let mut other = all.clone();
            other.rotate_left(turn % all.len());
            let one = dissolve(all.clone()).unwrap();
            prop_assert!(one.is_valid());
            prop_assert_eq!(&one, &dissolve(other).unwrap());
            let mut area = MultiPolygon(vec![]);
            for polygon in all {
                let valid = MultiPolygon(parts(make_valid(polygon.into()).unwrap().geometry).unwrap());
                area = area.union(&valid);
            }
            prop_assert!((one.unsigned_area() - area.unsigned_area()).abs() < 1e-3);
        }
    }
}
