//! Whether polygons keep the rules of simple features, at a cost that grows with their segments and not with the square.
//!
//! The rules, and the answers, are those of the `geo` library: rings of three positions or more that do not meet themselves;
//! holes inside the exterior and apart from each other; parts apart from each other; rings may touch in points. The library
//! tries each segment against each other and each part against each other. Here an index of segments finds those that can
//! meet. Where two rings meet, the library judges these two; where they do not, one position of each tells which is inside
//! which.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::{
    Coord, Geometry, Intersects, Line, LineString, MultiPolygon, Polygon, Relate,
    RemoveRepeatedPoints, Validation,
};
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex};

/// Whether a geometry keeps the rules of simple features. An empty one does.
#[must_use]
pub fn is_valid(geometry: &Geometry<f64>) -> bool {
    match geometry {
        Geometry::Polygon(polygon) => polygons_are_valid(std::slice::from_ref(polygon)),
        Geometry::MultiPolygon(multi) => polygons_are_valid(&multi.0),
        Geometry::GeometryCollection(members) => members.iter().all(is_valid),
        _ => geometry.is_valid(),
    }
}

/// The rule that parts of one area break; none when they are valid. The rule is only looked for when there is one.
pub(crate) fn broken_rule(area: &MultiPolygon<f64>) -> Option<String> {
    if polygons_are_valid(&area.0) {
        return None;
    }
    area.check_validation().err().map(|error| error.to_string())
}

fn polygons_are_valid(polygons: &[Polygon<f64>]) -> bool {
    let rings = rings(polygons);
    if rings.is_empty() {
        return true;
    }
    if !rings.iter().all(|ring| is_ring(ring.line)) {
        return false;
    }
    let segments = Segments::of(&rings);
    let Some(touching) = segments.touching() else {
        return false;
    };
    let inside = segments.inside(&rings);
    rings_are_apart(polygons, &rings, &touching, &inside)
        && parts_are_apart(polygons, &rings, &touching, &inside)
}

/// A ring, and whose it is.
struct Ring<'a> {
    line: &'a LineString<f64>,
    /// Number of its polygon.
    part: usize,
    is_hole: bool,
}

/// The rings that are not empty, of polygons that are not.
fn rings(polygons: &[Polygon<f64>]) -> Vec<Ring<'_>> {
    let mut rings = Vec::new();
    for (part, polygon) in polygons.iter().enumerate() {
        if polygon.exterior().0.is_empty() {
            continue;
        }
        let all = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        let all = all.enumerate().filter(|(_, line)| !line.0.is_empty());
        rings.extend(all.map(|(at, line)| Ring {
            line,
            part,
            is_hole: at > 0,
        }));
    }
    rings
}

/// Three positions or more, all finite, and back to the first.
fn is_ring(line: &LineString<f64>) -> bool {
    let finite = line.0.iter().all(|c| c.x.is_finite() && c.y.is_finite());
    finite && line.remove_repeated_points().0.len() >= 4
}

/// The segments of all rings, found by their boxes.
struct Segments {
    lines: Vec<Line<f64>>,
    /// The ring of each.
    of: Vec<usize>,
    tree: RTree<f64>,
    /// The easternmost position of all.
    east: f64,
}

impl Segments {
    fn of(rings: &[Ring<'_>]) -> Self {
        let (mut lines, mut of) = (Vec::new(), Vec::new());
        for (at, ring) in rings.iter().enumerate() {
            lines.extend(ring.line.lines());
            of.resize(lines.len(), at);
        }
        let mut tree = RTreeBuilder::new(lines.len() as u32);
        let mut east = f64::NEG_INFINITY;
        for Line { start, end } in &lines {
            let xmax = start.x.max(end.x);
            tree.add(
                start.x.min(end.x),
                start.y.min(end.y),
                xmax,
                start.y.max(end.y),
            );
            east = east.max(xmax);
        }
        Self {
            lines,
            of,
            tree: tree.finish::<HilbertSort>(),
            east,
        }
    }

    /// The pairs of rings that meet, the lower number first; none when a ring meets itself elsewhere than from one segment to
    /// the next.
    fn touching(&self) -> Option<BTreeSet<(usize, usize)>> {
        let mut pairs = BTreeSet::new();
        let meeting = self
            .tree
            .intersection_candidates_with_other_tree(&self.tree)
            .filter(|(one, other)| one < other)
            .map(|(one, other)| (one as usize, other as usize))
            .filter(|&(one, other)| self.lines[one].intersects(&self.lines[other]));
        for (one, other) in meeting {
            let (a, b) = (self.lines[one], self.lines[other]);
            if self.of[one] != self.of[other] {
                pairs.insert((self.of[one], self.of[other]));
            } else if a.start != b.end && a.end != b.start {
                return None;
            }
        }
        Some(pairs)
    }

    /// The pairs (inner, outer) of rings whose inner has its first position inside of the outer: a ray to the east crosses the outer
    /// an odd number of times. It says nothing of rings that meet.
    fn inside(&self, rings: &[Ring<'_>]) -> BTreeSet<(usize, usize)> {
        let mut pairs = BTreeSet::new();
        // A single ring is inside of nothing.
        for (inner, ring) in rings.iter().enumerate().filter(|_| rings.len() > 1) {
            let at = ring.line.0[0];
            for found in self.tree.search(at.x, at.y, self.east, at.y) {
                let outer = self.of[found as usize];
                if outer != inner && crosses(self.lines[found as usize], at) {
                    let pair = (inner, outer);
                    if !pairs.remove(&pair) {
                        pairs.insert(pair);
                    }
                }
            }
        }
        pairs
    }
}

/// Whether a ray from a position to the east crosses a segment, whose lower end counts and whose upper end does not.
fn crosses(line: Line<f64>, at: Coord<f64>) -> bool {
    let (low, high) = match line.start.y <= line.end.y {
        true => (line.start, line.end),
        false => (line.end, line.start),
    };
    low.y <= at.y && at.y < high.y && is_left_of(at, low, high)
}

/// Whether a position is left of the way from `low` up to `high`, to the last bit.
fn is_left_of(at: Coord<f64>, low: Coord<f64>, high: Coord<f64>) -> bool {
    use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
    RobustKernel::orient2d(low, high, at) == Orientation::CounterClockwise
}

/// Whether holes are inside of their exterior and apart from each other.
fn rings_are_apart(
    polygons: &[Polygon<f64>],
    rings: &[Ring<'_>],
    touching: &BTreeSet<(usize, usize)>,
    inside: &BTreeSet<(usize, usize)>,
) -> bool {
    let mut exterior = 0;
    let mut holes_of = vec![Vec::new(); polygons.len()];
    for (at, ring) in rings.iter().enumerate() {
        if !ring.is_hole {
            exterior = at;
            continue;
        }
        let is_within = match touching.contains(&(exterior, at)) {
            true => lies_within(ring.line, rings[exterior].line),
            false => inside.contains(&(at, exterior)),
        };
        if !is_within {
            return false;
        }
        holes_of[ring.part].push(at);
    }
    let same_part = |&(one, other): &(usize, usize)| rings[one].part == rings[other].part;
    let holes = |&(one, other): &(usize, usize)| rings[one].is_hole && rings[other].is_hole;
    let nested = inside.iter().filter(|pair| same_part(pair) && holes(pair));
    let nested = nested
        .map(|&(inner, outer)| (inner.min(outer), inner.max(outer)))
        .any(|pair| !touching.contains(&pair));
    let mut touching = touching
        .iter()
        .filter(|pair| same_part(pair) && holes(pair));
    !nested
        && touching
            .all(|&(one, other)| are_apart(&filled(rings[one].line), &filled(rings[other].line)))
}

/// Whether the parts are apart from each other.
fn parts_are_apart(
    polygons: &[Polygon<f64>],
    rings: &[Ring<'_>],
    touching: &BTreeSet<(usize, usize)>,
    inside: &BTreeSet<(usize, usize)>,
) -> bool {
    let ordered = |one: usize, other: usize| (one.min(other), one.max(other));
    let mut meeting = BTreeSet::new();
    for &(one, other) in touching {
        let (one, other) = (rings[one].part, rings[other].part);
        if one != other {
            meeting.insert(ordered(one, other));
        }
    }
    // An exterior in another part, and in none of its holes.
    let mut exteriors = BTreeSet::new();
    let mut in_holes = BTreeSet::new();
    for &(inner, outer) in inside {
        let (one, other) = (&rings[inner], &rings[outer]);
        if one.part == other.part || one.is_hole {
            continue;
        }
        match other.is_hole {
            true => in_holes.insert((one.part, other.part)),
            false => exteriors.insert((one.part, other.part)),
        };
    }
    let mut nested = exteriors.difference(&in_holes);
    !nested.any(|&(one, other)| !meeting.contains(&ordered(one, other)))
        && meeting
            .iter()
            .all(|&(one, other)| are_apart(&polygons[one], &polygons[other]))
}

fn filled(ring: &LineString<f64>) -> Polygon<f64> {
    Polygon::new(ring.clone(), Vec::new())
}

/// Whether a hole that touches its exterior is inside of it, and touches it in points only.
fn lies_within(hole: &LineString<f64>, exterior: &LineString<f64>) -> bool {
    let relation = filled(exterior).relate(&filled(hole));
    let borders = relation.get(CoordPos::OnBoundary, CoordPos::OnBoundary);
    relation.is_contains() && borders != Dimensions::OneDimensional
}

/// Whether two areas have no surface and no line in common.
fn are_apart(one: &Polygon<f64>, other: &Polygon<f64>) -> bool {
    let relation = one.relate(other);
    relation.get(CoordPos::Inside, CoordPos::Inside) != Dimensions::TwoDimensional
        && relation.get(CoordPos::OnBoundary, CoordPos::OnBoundary) != Dimensions::OneDimensional
}
