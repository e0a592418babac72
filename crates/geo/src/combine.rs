//! Two areas combined: what they have in common, what one has without the other.

use geo::{BooleanOps, Geometry, MultiPolygon, Polygon};

use crate::dissolve::{DissolveError, parts};
use crate::overlay::{OverlayFault, overlay};
use crate::repair::{RepairError, make_valid};

/// What two areas have in common; empty when they have nothing.
///
/// # Errors
/// A geometry that is no area, polygons beyond repair, an overlay that the library cannot compute.
pub fn intersection(
    a: &Geometry<f64>,
    b: &Geometry<f64>,
) -> Result<MultiPolygon<f64>, DissolveError> {
    combine(a, b, MultiPolygon::intersection)
}

/// What `a` has without `b`; empty when nothing is left.
///
/// # Errors
/// As [`intersection`].
pub fn difference(
    a: &Geometry<f64>,
    b: &Geometry<f64>,
) -> Result<MultiPolygon<f64>, DissolveError> {
    combine(a, b, MultiPolygon::difference)
}

fn combine(
    a: &Geometry<f64>,
    b: &Geometry<f64>,
    operation: fn(&MultiPolygon<f64>, &MultiPolygon<f64>) -> MultiPolygon<f64>,
) -> Result<MultiPolygon<f64>, DissolveError> {
    let valid = |geometry: &Geometry<f64>| parts(make_valid(geometry.clone())?.geometry);
    let mut both: Vec<Polygon<f64>> = valid(a)?;
    let first = both.len();
    both.extend(valid(b)?);
    overlay(&both, |polygons| {
        let (a, b) = polygons.split_at(first);
        operation(&MultiPolygon(a.to_vec()), &MultiPolygon(b.to_vec()))
    })
    .map_err(|fault| match fault {
        OverlayFault::Invalid(reason) => RepairError::StillInvalid { reason }.into(),
        OverlayFault::GaveUp => DissolveError::Union { parts: both.len() },
    })
}

#[cfg(test)]
mod tests {
    use geo::{Rect, coord};
    use proptest::prelude::*;

    use super::*;
    use crate::measure::area_m2;

    fn square(x: f64, y: f64, side: f64) -> Geometry<f64> {
        Rect::new(coord! {x: x, y: y}, coord! {x: x + side, y: y + side})
            .to_polygon()
            .into()
    }

    proptest! {
        #[test]
        fn what_is_common_and_what_is_left_make_the_whole(x in 1.99..2.02f64, y in 47.99..48.02f64, side in 0.0005..0.02f64) {
            let (a, b) = (square(2.0, 48.0, 0.01), square(x, y, side));
            let common = area_m2(&intersection(&a, &b).unwrap().into());
            let left = area_m2(&difference(&a, &b).unwrap().into());
            let whole = area_m2(&a);
            prop_assert!((common + left - whole).abs() < 1e-3 * whole, "{common} + {left} = {whole}");
            let overlap = |from: f64, start: f64| ((from + side).min(start + 0.01) - from.max(start)).max(0.0);
            let expected = whole * overlap(x, 2.0) * overlap(y, 48.0) / (0.01 * 0.01);
            prop_assert!((common - expected).abs() < 2e-3 * whole);
        }
    }

    #[test]
    fn a_point_is_no_area() {
        let point = Geometry::Point(geo::Point::new(2.0, 48.0));
        assert!(intersection(&point, &square(2.0, 48.0, 1.0)).is_err());
    }
}
