//! Contours as whole numbers: the first corner of each ring, then the steps from corner to corner.

use std::fmt::Write;

use geo::{Coord, Geometry, LineString, Polygon, Simplify};

/// Writes the rings of a geometry, `[[x, y, dx, dy, …], …]`, in units of `1 / scale` degrees; a point is a ring of one corner.
/// Rings that shrink to less than a triangle are left out.
pub(crate) fn rings(geometry: &Geometry<f64>, scale: f64) -> String {
    let mut text = String::from("[");
    each_ring(geometry, &mut |ring, is_point| {
        let mut corners: Vec<[i64; 2]> = Vec::with_capacity(ring.len());
        for corner in ring {
            let corner = rounded(*corner, scale);
            if corners.last() != Some(&corner) {
                corners.push(corner);
            }
        }
        if !is_point && corners.len() < 4 {
            return;
        }
        if text.len() > 1 {
            text.push(',');
        }
        let mut last = [0, 0];
        text.push('[');
        // The last corner of a ring is its first.
        let drawn = if is_point { 1 } else { corners.len() - 1 };
        for (place, corner) in corners.iter().take(drawn).enumerate() {
            let comma = if place > 0 { "," } else { "" };
            let _ = write!(
                text,
                "{comma}{},{}",
                corner[0] - last[0],
                corner[1] - last[1]
            );
            last = *corner;
        }
        text.push(']');
    });
    text.push(']');
    text
}

/// The geometry with fewer corners, none farther than `degrees` from where it was.
pub(crate) fn simplified(geometry: Geometry<f64>, degrees: f64) -> Geometry<f64> {
    match geometry {
        Geometry::Polygon(polygon) => Geometry::Polygon(polygon.simplify(degrees)),
        Geometry::MultiPolygon(polygons) => Geometry::MultiPolygon(polygons.simplify(degrees)),
        other => other,
    }
}

fn rounded(corner: Coord<f64>, scale: f64) -> [i64; 2] {
    // Degrees times a million fit.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "degrees times a million fit"
    )]
    [corner.x, corner.y].map(|degrees| (degrees * scale).round() as i64)
}

fn each_ring(geometry: &Geometry<f64>, each: &mut dyn FnMut(&[Coord<f64>], bool)) {
    let mut polygon = |polygon: &Polygon<f64>| {
        let all = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        all.for_each(|ring: &LineString<f64>| each(&ring.0, false));
    };
    match geometry {
        Geometry::Point(point) => each(&[point.0], true),
        Geometry::Polygon(one) => polygon(one),
        Geometry::MultiPolygon(many) => many.iter().for_each(polygon),
        Geometry::MultiPoint(points) => points.iter().for_each(|point| each(&[point.0], true)),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| each_ring(part, each)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> String {
        let wkb = edulac_geo::wkt::to_wkb(text).unwrap();
        rings(&edulac_geo::wkb::read(&wkb).unwrap(), 1e4)
    }

    #[test]
    fn a_ring_is_a_corner_and_steps_and_is_not_closed_twice() {
        let square = "POLYGON((2 48,2.001 48,2.001 48.001,2 48.001,2 48))";
        assert_eq!(drawn(square), "[[20000,480000,10,0,0,10,-10,0]]");
    }

    #[test]
    fn a_point_is_a_ring_of_one_corner_and_a_sliver_is_none() {
        assert_eq!(drawn("POINT(2 48)"), "[[20000,480000]]");
        let sliver = "POLYGON((2 48,2.001 48,2.001 48.000001,2 48))";
        assert_eq!(drawn(sliver), "[]");
    }
}
