//! Metres and square metres from degrees of CRS84.

use geo::line_measures::Distance as _;
use geo::orient::Direction;
use geo::{
    BoundingRect, Coord, Geodesic, GeodesicArea, Geometry, Intersects, Line, LineString,
    MultiPolygon, Orient, Point, Polygon,
};

const SEMI_MAJOR_AXIS_M: f64 = 6_378_137.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_32;

/// A flat metric around one latitude: metres per degree eastwards and northwards on the WGS 84
/// ellipsoid.
///
/// Against the geodesic it errs by less than 0.01 % up to 1 km, 0.1 % up to 10 km, 1.5 % up to 100 km at French
/// latitudes (Saint-Pierre-et-Miquelon and the metropole being the worst); it is not valid across the
/// antimeridian nor at the poles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalMetric {
    /// Metres in one degree of longitude.
    pub metres_per_lon: f64,
    /// Metres in one degree of latitude.
    pub metres_per_lat: f64,
}

impl LocalMetric {
    /// The metric around `lat`, in degrees.
    #[must_use]
    pub fn at(lat: f64) -> Self {
        let phi = lat.clamp(-89.9, 89.9).to_radians();
        let w = 1.0 - ECCENTRICITY_SQUARED * phi.sin().powi(2);
        let meridian_radius = SEMI_MAJOR_AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / w.powf(1.5);
        let normal_radius = SEMI_MAJOR_AXIS_M / w.sqrt();
        Self {
            metres_per_lon: (normal_radius * phi.cos()).to_radians(),
            metres_per_lat: meridian_radius.to_radians(),
        }
    }

    /// Metres between two points.
    #[must_use]
    pub fn distance(&self, a: Coord<f64>, b: Coord<f64>) -> f64 {
        let d = self.offset(a, b);
        d.x.hypot(d.y)
    }

    /// Metres from a point to the nearest place of the segment `a`–`b`.
    #[must_use]
    pub fn distance_to_segment(&self, point: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
        let (from_a, along) = (self.offset(a, point), self.offset(a, b));
        let length_squared = along.x * along.x + along.y * along.y;
        let share = if length_squared > 0.0 {
            ((from_a.x * along.x + from_a.y * along.y) / length_squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (from_a.x - share * along.x).hypot(from_a.y - share * along.y)
    }

    /// Metres from a point to a box; zero inside.
    #[must_use]
    pub fn distance_to_box(&self, point: Coord<f64>, [xmin, ymin, xmax, ymax]: [f64; 4]) -> f64 {
        self.distance(
            point,
            Coord {
                x: point.x.clamp(xmin, xmax),
                y: point.y.clamp(ymin, ymax),
            },
        )
    }

    /// How many degrees of longitude and latitude `metres` span.
    #[must_use]
    pub fn degrees(&self, metres: f64) -> (f64, f64) {
        (metres / self.metres_per_lon, metres / self.metres_per_lat)
    }

    /// Metres between two edges that do not cross: an end of one is the nearest place.
    fn between_edges(&self, a: &Line<f64>, b: &Line<f64>) -> f64 {
        let from_a = [a.start, a.end].map(|end| self.distance_to_segment(end, b.start, b.end));
        let from_b = [b.start, b.end].map(|end| self.distance_to_segment(end, a.start, a.end));
        from_a
            .into_iter()
            .chain(from_b)
            .fold(f64::INFINITY, f64::min)
    }

    /// Metres between the boxes of two edges: never more than between the edges.
    fn between_boxes(&self, a: &Line<f64>, b: &Line<f64>) -> f64 {
        let gap = |a: (f64, f64), b: (f64, f64)| {
            (b.0.min(b.1) - a.0.max(a.1))
                .max(a.0.min(a.1) - b.0.max(b.1))
                .max(0.0)
        };
        let east = gap((a.start.x, a.end.x), (b.start.x, b.end.x)) * self.metres_per_lon;
        let north = gap((a.start.y, a.end.y), (b.start.y, b.end.y)) * self.metres_per_lat;
        east.hypot(north)
    }

    fn offset(&self, from: Coord<f64>, to: Coord<f64>) -> Coord<f64> {
        Coord {
            x: (to.x - from.x) * self.metres_per_lon,
            y: (to.y - from.y) * self.metres_per_lat,
        }
    }
}

/// Metres between two geometries of CRS84, zero when they meet; `None` when one is empty.
///
/// Between two points the geodesic; otherwise the local metric at the middle of the two, whose error is
/// said at [`LocalMetric`]. Costs the product of their numbers of edges, most of which are passed over by
/// their boxes.
#[must_use]
pub fn distance_m(a: &Geometry<f64>, b: &Geometry<f64>) -> Option<f64> {
    if let (Geometry::Point(a), Geometry::Point(b)) = (a, b) {
        return Some(geodesic_m(a.0, b.0));
    }
    let latitude = |geometry: &Geometry<f64>| geometry.bounding_rect().map(|rect| rect.center().y);
    let metric = LocalMetric::at(f64::midpoint(latitude(a)?, latitude(b)?));
    if a.intersects(b) {
        return Some(0.0);
    }
    let (edges_a, edges_b) = (edges(a), edges(b));
    let mut nearest = f64::INFINITY;
    for a in &edges_a {
        for b in &edges_b {
            if metric.between_boxes(a, b) < nearest {
                nearest = nearest.min(metric.between_edges(a, b));
            }
        }
    }
    nearest.is_finite().then_some(nearest)
}

/// Every edge of a geometry; a lone position is an edge without length.
pub(crate) fn edges(geometry: &Geometry<f64>) -> Vec<Line<f64>> {
    let of_line = |line: &LineString<f64>| -> Vec<Line<f64>> {
        match line.0.as_slice() {
            &[only] => vec![Line::new(only, only)],
            _ => line.lines().collect(),
        }
    };
    let of_polygon = |polygon: &Polygon<f64>| -> Vec<Line<f64>> {
        std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .flat_map(of_line)
            .collect()
    };
    match geometry {
        Geometry::Point(point) => vec![Line::new(point.0, point.0)],
        Geometry::MultiPoint(points) => points
            .iter()
            .map(|point| Line::new(point.0, point.0))
            .collect(),
        Geometry::Line(line) => vec![*line],
        Geometry::LineString(line) => of_line(line),
        Geometry::MultiLineString(lines) => lines.iter().flat_map(of_line).collect(),
        Geometry::Polygon(polygon) => of_polygon(polygon),
        Geometry::MultiPolygon(polygons) => polygons.iter().flat_map(of_polygon).collect(),
        Geometry::Rect(rect) => of_polygon(&rect.to_polygon()),
        Geometry::Triangle(triangle) => of_polygon(&triangle.to_polygon()),
        Geometry::GeometryCollection(members) => members.iter().flat_map(edges).collect(),
    }
}

/// Square metres of the areas in a geometry of CRS84, on the ellipsoid, holes taken out; zero for
/// points and lines. Meaningful for valid polygons only.
#[must_use]
pub fn area_m2(geometry: &Geometry<f64>) -> f64 {
    match geometry {
        Geometry::Polygon(polygon) => polygon_area(polygon),
        Geometry::MultiPolygon(MultiPolygon(polygons)) => polygons.iter().map(polygon_area).sum(),
        Geometry::GeometryCollection(members) => members.iter().map(area_m2).sum(),
        Geometry::Rect(rect) => polygon_area(&rect.to_polygon()),
        Geometry::Triangle(triangle) => polygon_area(&triangle.to_polygon()),
        Geometry::Point(_)
        | Geometry::Line(_)
        | Geometry::LineString(_)
        | Geometry::MultiPoint(_)
        | Geometry::MultiLineString(_) => 0.0,
    }
}

/// The sign of a ring tells its side, so a clockwise ring would be the rest of the world.
fn polygon_area(polygon: &Polygon<f64>) -> f64 {
    polygon
        .orient(Direction::Default)
        .geodesic_area_signed()
        .abs()
}

/// Metres along the geodesic between two points of CRS84.
#[must_use]
pub fn geodesic_m(a: Coord<f64>, b: Coord<f64>) -> f64 {
    Geodesic.distance(Point(a), Point(b))
}

#[cfg(test)]
mod tests {
    use geo::polygon;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_flat_metric_keeps_its_promised_error_at_french_latitudes() {
        for lat in [-21.0, -12.8, 5.0, 16.0, 43.0, 48.1, 51.0] {
            let metric = LocalMetric::at(lat);
            for (metres, tolerance) in [
                (100.0, 0.0001),
                (1_000.0, 0.0001),
                (10_000.0, 0.001),
                (100_000.0, 0.015),
            ] {
                let (dx, dy) = metric.degrees(metres / 2.0_f64.sqrt());
                for (sx, sy) in [(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0)] {
                    let (a, b) = (
                        Coord { x: 2.0, y: lat },
                        Coord {
                            x: 2.0 + sx * dx,
                            y: lat + sy * dy,
                        },
                    );
                    let (flat, exact) = (metric.distance(a, b), geodesic_m(a, b));
                    assert!(
                        (flat / exact - 1.0).abs() < tolerance,
                        "{lat} {metres}: {flat} {exact}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_area_of_a_square_of_100_metres_is_a_hectare_whatever_its_direction() {
        let (dx, dy) = LocalMetric::at(48.0).degrees(100.0);
        let ring = vec![
            (2.0, 48.0),
            (2.0 + dx, 48.0),
            (2.0 + dx, 48.0 + dy),
            (2.0, 48.0 + dy),
            (2.0, 48.0),
        ];
        let clockwise: Vec<_> = ring.iter().rev().copied().collect();
        for ring in [ring, clockwise] {
            let area = area_m2(&Polygon::new(ring.into(), vec![]).into());
            assert!((area - 10_000.0).abs() < 1.0, "{area}");
        }
    }

    #[test]
    fn a_hole_is_taken_out_of_the_area() {
        let outer =
            polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0)];
        let hole = polygon![(x: 1.0, y: 1.0), (x: 3.0, y: 1.0), (x: 3.0, y: 3.0), (x: 1.0, y: 3.0)];
        let holed = Polygon::new(outer.exterior().clone(), vec![hole.exterior().clone()]);
        let expected = area_m2(&outer.into()) - area_m2(&hole.into());
        assert!((area_m2(&holed.into()) / expected - 1.0).abs() < 1e-9);
    }

    #[test]
    fn distance_is_zero_inside_and_unknown_for_an_empty_geometry() {
        let square: Geometry<f64> =
            polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0)].into();
        assert_eq!(distance_m(&square, &Point::new(0.5, 0.5).into()), Some(0.0));
        assert_eq!(
            distance_m(&square, &geo::MultiPoint::<f64>(vec![]).into()),
            None
        );
    }

    proptest! {
        #[test]
        fn a_segment_is_never_farther_than_its_ends(
            px in -1.0..1.0f64, py in 47.0..48.0f64, ax in -1.0..1.0f64, ay in 47.0..48.0f64, bx in -1.0..1.0f64, by in 47.0..48.0f64
        ) {
            let (p, a, b) = (Coord { x: px, y: py }, Coord { x: ax, y: ay }, Coord { x: bx, y: by });
            let metric = LocalMetric::at(py);
            let nearest_end = metric.distance(p, a).min(metric.distance(p, b));
            let bbox = [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)];
            let to_segment = metric.distance_to_segment(p, a, b);
            prop_assert!(to_segment <= nearest_end + 1e-6);
            prop_assert!(metric.distance_to_box(p, bbox) <= to_segment + 1e-6);
        }
    }
}
