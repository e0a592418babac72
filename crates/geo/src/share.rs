//! How much of one area lies in another.

use geo::{Geometry, InteriorPoint, Intersects, Relate};

use crate::combine::intersection;
use crate::measure::area_m2;

/// The share of `inner` (CRS84) that lies in `outer`, from 0 to 1, by area on the ellipsoid. A geometry without area
/// (a building known by a point) is in or out: 1 or 0. Geometries that no overlay can cut count by their middle.
#[must_use]
pub fn share_within(inner: &Geometry<f64>, outer: &Geometry<f64>) -> f64 {
    let middle = || {
        let within = inner
            .interior_point()
            .is_some_and(|point| outer.intersects(&point));
        if within { 1.0 } else { 0.0 }
    };
    let whole = area_m2(inner);
    if whole <= 0.0 {
        return middle();
    }
    if outer.relate(inner).is_contains() {
        return 1.0;
    }
    match intersection(inner, outer) {
        Ok(common) => (area_m2(&Geometry::MultiPolygon(common)) / whole).clamp(0.0, 1.0),
        Err(_) => middle(),
    }
}

#[cfg(test)]
mod tests {
    use geo::{Point, Rect, coord};
    use proptest::prelude::*;

    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Geometry<f64> {
        Rect::new(coord! {x: x, y: y}, coord! {x: x + side, y: y + side})
            .to_polygon()
            .into()
    }

    #[test]
    fn a_half_is_a_half_and_a_point_is_in_or_out() {
        let zone = square(2.0, 48.0, 0.01);
        assert!((share_within(&square(2.0095, 48.0, 0.001), &zone) - 0.5).abs() < 1e-3);
        assert!((share_within(&square(2.001, 48.001, 0.001), &zone) - 1.0).abs() < 1e-9);
        assert!(share_within(&square(3.0, 48.0, 0.001), &zone).abs() < 1e-9);
        assert!((share_within(&Point::new(2.001, 48.001).into(), &zone) - 1.0).abs() < 1e-9);
        assert!(share_within(&Point::new(3.0, 48.001).into(), &zone).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn it_is_a_share(x in 1.99..2.02f64, y in 47.99..48.02f64, side in 0.0001..0.02f64) {
            let (one, other) = (square(x, y, side), square(2.0, 48.0, 0.01));
            let share = share_within(&one, &other);
            prop_assert!((0.0..=1.0).contains(&share));
            let overlap = |from: f64, start: f64| ((from + side).min(start + 0.01) - from.max(start)).max(0.0);
            let expected = overlap(x, 2.0) * overlap(y, 48.0) / (side * side);
            prop_assert!((share - expected).abs() < 0.01, "{share} {expected}");
        }
    }
}
