//! Which areas a point is in, and how far their borders are.

#[cfg(test)]
mod tests;

use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Coord, Geometry, LinesIter, MultiPolygon};
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{NeighborsOptions, RTree, RTreeBuilder, RTreeIndex};

use crate::measure::LocalMetric;

/// One piece of a border.
#[derive(Debug, Clone, Copy)]
struct Segment {
    start: Coord<f64>,
    end: Coord<f64>,
    area: u32,
}

/// Areas, numbered in the order of their insertion.
#[derive(Debug, Default)]
pub struct AreaIndexBuilder {
    segments: Vec<Segment>,
    boxes: Vec<[f64; 4]>,
}

impl AreaIndexBuilder {
    /// Adds the polygons of a geometry as one area and returns its number. Points and lines have no
    /// inside: such an area contains nothing.
    pub fn add(&mut self, geometry: &Geometry<f64>) -> u32 {
        let area = self.boxes.len() as u32;
        self.boxes.push(NOWHERE);
        self.add_polygons(geometry, area);
        area
    }

    fn add_polygons(&mut self, geometry: &Geometry<f64>, area: u32) {
        match geometry {
            Geometry::Polygon(polygon) => self.add_lines(polygon.lines_iter(), area),
            Geometry::MultiPolygon(polygons) => self.add_lines(polygons.lines_iter(), area),
            Geometry::GeometryCollection(members) => {
                members
                    .iter()
                    .for_each(|member| self.add_polygons(member, area));
            }
            Geometry::Rect(rect) => {
                self.add_lines(MultiPolygon::from(rect.to_polygon()).lines_iter(), area);
            }
            Geometry::Triangle(triangle) => {
                self.add_lines(MultiPolygon::from(triangle.to_polygon()).lines_iter(), area);
            }
            Geometry::Point(_)
            | Geometry::Line(_)
            | Geometry::LineString(_)
            | Geometry::MultiPoint(_)
            | Geometry::MultiLineString(_) => {}
        }
    }

    fn add_lines(&mut self, lines: impl Iterator<Item = geo::Line<f64>>, area: u32) {
        for line in lines {
            let segment = Segment {
                start: line.start,
                end: line.end,
                area,
            };
            let ([west, south, east, north], [xmin, ymin, xmax, ymax]) =
                (self.boxes[area as usize], segment.bbox());
            self.boxes[area as usize] = [
                west.min(xmin),
                south.min(ymin),
                east.max(xmax),
                north.max(ymax),
            ];
            self.segments.push(segment);
        }
    }

    /// The index of all areas added.
    #[must_use]
    pub fn finish(self) -> AreaIndex {
        let borders = tree(self.segments.iter().map(Segment::bbox));
        // Areas without inside get a box that no search meets.
        let boxes = tree(self.boxes.iter().copied());
        AreaIndex {
            east: self.boxes.iter().map(|bbox| bbox[2]).collect(),
            borders,
            boxes,
            segments: self.segments,
        }
    }
}

/// The box of an area without inside: as far as can be from anything.
const NOWHERE: [f64; 4] = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];

fn tree(boxes: impl ExactSizeIterator<Item = [f64; 4]>) -> RTree<f64> {
    let mut builder = RTreeBuilder::new(boxes.len() as u32);
    for [xmin, ymin, xmax, ymax] in boxes {
        builder.add(xmin, ymin, xmax, ymax);
    }
    builder.finish::<HilbertSort>()
}

/// An index of areas by their boxes and by the segments of their borders. A query costs the logarithm of the number of
/// segments, and the border pieces it meets.
#[derive(Debug)]
pub struct AreaIndex {
    /// Easternmost longitude of each area.
    east: Vec<f64>,
    boxes: RTree<f64>,
    borders: RTree<f64>,
    segments: Vec<Segment>,
}

impl AreaIndex {
    /// The number of areas.
    #[must_use]
    pub fn len(&self) -> usize {
        self.east.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The areas that contain a point, in the order of their numbers. A point on a border is in every area that has
    /// this border; the test is exact.
    #[must_use]
    pub fn containing(&self, point: Coord<f64>) -> Vec<u32> {
        let around: Vec<u32> = self.boxes.search(point.x, point.y, point.x, point.y);
        let east = around
            .iter()
            .map(|&area| self.east[area as usize])
            .fold(point.x, f64::max);
        // A ray to the east crosses the border of an area an odd number of times when it starts inside.
        let mut crossings: Vec<(u32, Crossing)> = Vec::new();
        for number in self.borders.search(point.x, point.y, east, point.y) {
            let segment = &self.segments[number as usize];
            if !around.contains(&segment.area) {
                continue;
            }
            if let Some(crossing) = segment.crossing(point) {
                crossings.push((segment.area, crossing));
            }
        }
        crossings.sort_unstable_by_key(|&(area, _)| area);
        crossings
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|of_area| {
                let on_border = of_area
                    .iter()
                    .any(|&(_, crossing)| crossing == Crossing::OnBorder);
                on_border || of_area.len() % 2 == 1
            })
            .filter_map(|of_area| of_area.first().map(|&(area, _)| area))
            .collect()
    }

    /// Metres from a point to the nearest border among those of the areas that `accept` takes, up to
    /// `max_m`, with the area it belongs to (the lowest number when several share it).
    #[must_use]
    pub fn nearest_border(
        &self,
        point: Coord<f64>,
        max_m: f64,
        accept: impl Fn(u32) -> bool,
    ) -> Option<(u32, f64)> {
        let options = NeighborsOptions::k(1)
            .max_distance(max_m)
            .include_tie_breakers(true);
        let found = self.neighbours(point, options, accept);
        found
            .into_iter()
            .map(|(segment, metres)| (self.segments[segment as usize].area, metres))
            .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
    }

    /// The areas that `accept` takes whose border is within `max_m` metres of a point, in the order of
    /// their numbers.
    #[must_use]
    pub fn borders_within(
        &self,
        point: Coord<f64>,
        max_m: f64,
        accept: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        let found = self.neighbours(point, NeighborsOptions::all().max_distance(max_m), accept);
        let mut areas: Vec<_> = found
            .into_iter()
            .map(|(segment, _)| self.segments[segment as usize].area)
            .collect();
        areas.sort_unstable();
        areas.dedup();
        areas
    }

    /// Border segments and their distances, nearest first.
    fn neighbours(
        &self,
        point: Coord<f64>,
        options: NeighborsOptions<f64>,
        accept: impl Fn(u32) -> bool,
    ) -> Vec<(u32, f64)> {
        let metric = LocalMetric::at(point.y);
        self.borders.neighbors_with_callbacks(
            options,
            |bbox| metric.distance_to_box(point, bbox),
            |number, _| {
                let segment = self.segments.get(number as usize)?;
                accept(segment.area)
                    .then(|| metric.distance_to_segment(point, segment.start, segment.end))
            },
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Crossing {
    East,
    OnBorder,
}

impl Segment {
    fn bbox(&self) -> [f64; 4] {
        let (a, b) = (self.start, self.end);
        [a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y)]
    }

    /// Whether a ray from `point` to the east crosses it. Each segment owns its lower end and not its
    /// upper one, so that a ray through a vertex counts once.
    fn crossing(&self, point: Coord<f64>) -> Option<Crossing> {
        let (low, high) = if self.start.y <= self.end.y {
            (self.start, self.end)
        } else {
            (self.end, self.start)
        };
        match RobustKernel::orient2d(low, high, point) {
            Orientation::Collinear => {
                let between = (low.x.min(high.x)..=low.x.max(high.x)).contains(&point.x);
                (between && (low.y..=high.y).contains(&point.y)).then_some(Crossing::OnBorder)
            }
            Orientation::CounterClockwise => {
                (low.y <= point.y && point.y < high.y).then_some(Crossing::East)
            }
            Orientation::Clockwise => None,
        }
    }
}
