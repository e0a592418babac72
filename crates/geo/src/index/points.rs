//! Which points are in or near a geometry.

use geo::{BoundingRect, Coord, Geometry, Intersects, Line, Point};
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex};

use crate::measure::{self, LocalMetric};
use crate::wkb::{self, BBox, WkbError};

/// A point near a geometry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The point's number, in the order of the list it came in.
    pub point: u32,
    /// Metres from the point to the geometry; zero when it is inside.
    pub distance_m: f64,
    /// Whether it is inside an area of the geometry or on its border.
    pub inside: bool,
}

/// An index of points.
#[derive(Debug)]
pub struct PointIndex {
    tree: RTree<f64>,
    points: Vec<Coord<f64>>,
}

impl PointIndex {
    /// Indexes points, which keep the numbers of their order.
    #[must_use]
    pub fn new(points: Vec<Coord<f64>>) -> Self {
        let mut tree = RTreeBuilder::new(points.len() as u32);
        for point in &points {
            tree.add(point.x, point.y, point.x, point.y);
        }
        Self {
            tree: tree.finish::<HilbertSort>(),
            points,
        }
    }

    /// The point of a number.
    #[must_use]
    pub fn point(&self, number: u32) -> Option<Coord<f64>> {
        self.points.get(number as usize).copied()
    }

    /// The points within `max_m` metres of a geometry given as WKB, in the order of their numbers. The geometry is only built when
    /// a point lies near its box, so a stream of mostly distant geometries costs little.
    ///
    /// # Errors
    /// Unreadable WKB.
    pub fn within_of_wkb(&self, wkb: &[u8], max_m: f64) -> Result<Vec<Near>, WkbError> {
        let Some(bbox) = wkb::bbox(wkb)? else {
            return Ok(Vec::new());
        };
        let candidates = self.candidates(bbox, max_m);
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.measured(candidates, &wkb::read(wkb)?, max_m))
    }

    /// The points within `max_m` metres of a geometry, in the order of their numbers.
    #[must_use]
    pub fn within(&self, geometry: &Geometry<f64>, max_m: f64) -> Vec<Near> {
        let Some(rect) = geometry.bounding_rect() else {
            return Vec::new();
        };
        let (min, max) = (rect.min(), rect.max());
        let bbox = BBox {
            xmin: min.x,
            ymin: min.y,
            xmax: max.x,
            ymax: max.y,
        };
        self.measured(self.candidates(bbox, max_m), geometry, max_m)
    }

    /// Degrees are taken at the edge nearest to a pole, where a metre spans most of them.
    fn candidates(&self, bbox: BBox, max_m: f64) -> Vec<u32> {
        let margin_lat = LocalMetric::at(0.0).degrees(max_m).1;
        let (south, north) = (bbox.ymin - margin_lat, bbox.ymax + margin_lat);
        let margin_lon = LocalMetric::at(south.abs().max(north.abs()))
            .degrees(max_m)
            .0;
        self.tree
            .search(bbox.xmin - margin_lon, south, bbox.xmax + margin_lon, north)
    }

    fn measured(
        &self,
        mut candidates: Vec<u32>,
        geometry: &Geometry<f64>,
        max_m: f64,
    ) -> Vec<Near> {
        candidates.sort_unstable();
        let near = candidates.into_iter().filter_map(|number| {
            let point = self.point(number)?;
            let inside = has_area(geometry) && geometry.intersects(&Point(point));
            let distance_m = if inside {
                0.0
            } else {
                distance(geometry, point)
            };
            (distance_m <= max_m).then_some(Near {
                point: number,
                distance_m,
                inside,
            })
        });
        near.collect()
    }
}

fn has_area(geometry: &Geometry<f64>) -> bool {
    !matches!(
        geometry,
        Geometry::Point(_)
            | Geometry::MultiPoint(_)
            | Geometry::Line(_)
            | Geometry::LineString(_)
            | Geometry::MultiLineString(_)
    )
}

/// Metres from a point to the edges of a geometry, measured around the point; infinite when it has none.
fn distance(geometry: &Geometry<f64>, point: Coord<f64>) -> f64 {
    let metric = LocalMetric::at(point.y);
    let to_edge = |edge: &Line<f64>| metric.distance_to_segment(point, edge.start, edge.end);
    measure::edges(geometry)
        .iter()
        .map(to_edge)
        .fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use geo::{MultiPoint, coord, polygon};
    use proptest::prelude::*;

    use super::*;

    fn building() -> Geometry<f64> {
        polygon![(x: 2.0, y: 48.0), (x: 2.001, y: 48.0), (x: 2.001, y: 48.001), (x: 2.0, y: 48.001)]
            .into()
    }

    #[test]
    fn points_are_found_inside_near_and_not_far() {
        let points = vec![
            coord! { x: 2.0005, y: 48.0005 },
            coord! { x: 2.0011, y: 48.0005 },
            coord! { x: 2.01, y: 48.0 },
        ];
        let index = PointIndex::new(points);
        let near = index.within(&building(), 100.0);
        assert_eq!(near.len(), 2);
        assert_eq!(
            near[0],
            Near {
                point: 0,
                distance_m: 0.0,
                inside: true
            }
        );
        assert!(
            !near[1].inside && (near[1].distance_m - 7.45).abs() < 0.1,
            "{near:?}"
        );
        assert_eq!(
            index
                .within_of_wkb(&wkb::write(&building()), 100.0)
                .unwrap(),
            near
        );
        assert!(index.within_of_wkb(b"x", 100.0).is_err());
    }

    #[test]
    fn a_building_that_is_a_point_has_no_inside() {
        let index = PointIndex::new(vec![coord! { x: 2.0, y: 48.0 }]);
        let near = index.within(&Point::new(2.0, 48.0).into(), 10.0);
        assert_eq!(
            near,
            [Near {
                point: 0,
                distance_m: 0.0,
                inside: false
            }]
        );
        assert!(
            index
                .within(&MultiPoint::<f64>(vec![]).into(), 10.0)
                .is_empty()
        );
        assert!(PointIndex::new(vec![]).within(&building(), 10.0).is_empty());
    }

    proptest! {
        #[test]
        fn the_search_agrees_with_an_exhaustive_one(
            points in proptest::collection::vec((1.99..2.011f64, 47.99..48.011f64), 0..60),
            max_m in 0.0..900.0f64,
        ) {
            let coords: Vec<_> = points.iter().map(|&(x, y)| coord! { x: x, y: y }).collect();
            let found: Vec<_> = PointIndex::new(coords.clone()).within(&building(), max_m).iter().map(|n| n.point).collect();
            let expected: Vec<_> = (0..).zip(&coords).filter(|(_, c)| {
                building().intersects(&Point(**c)) || distance(&building(), **c) <= max_m
            }).map(|(n, _)| n).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
