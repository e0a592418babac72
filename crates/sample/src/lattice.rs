//! Lines of the map: jittered corners, wavy edges shared by neighbours, the border from coast to coast.

use crate::draw::{Draw, Topic};
use crate::geometry::{Point, middle};

/// Middle of the island, EPSG:2154: in the ocean, west of the Vendée, inside Lambert-93's area.
const MIDDLE: Point = [157_000.0, 6_603_000.0];
/// Halvings of an edge: 8 segments.
const HALVINGS: u32 = 3;
/// Column, in each five, whose town the border of the académies cuts in two.
const BORDER_TOWN: usize = 2;

/// The corners, edges and borders of the communes.
pub(crate) struct Lattice {
    pub(crate) seed: u64,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Size of a commune, metres.
    pub(crate) cell: f64,
}

impl Lattice {
    fn vertex(&self, row: usize, column: usize) -> Point {
        let mut draw = Draw::new(self.seed, Topic::Lattice, row as u64, column as u64);
        let mut axis = |index: usize, count: usize, middle: f64| {
            let offset = index as f64 - count as f64 / 2.0;
            middle + (offset + draw.between(-0.12, 0.12)) * self.cell
        };
        [
            axis(column, self.columns, MIDDLE[0]),
            axis(row, self.rows, MIDDLE[1]),
        ]
    }

    /// Where the town of a commune is.
    pub(crate) fn centre(&self, row: usize, column: usize) -> Point {
        let south = middle(self.vertex(row, column), self.vertex(row, column + 1));
        let north = middle(
            self.vertex(row + 1, column),
            self.vertex(row + 1, column + 1),
        );
        middle(south, north)
    }

    /// From a vertex eastwards, its last point left out.
    fn eastwards(&self, row: usize, column: usize) -> Vec<Point> {
        let mut draw = Draw::new(self.seed, Topic::Edge, row as u64, 2 * column as u64);
        wavy(
            self.vertex(row, column),
            self.vertex(row, column + 1),
            HALVINGS,
            &mut draw,
        )
    }

    /// From a vertex northwards, its last point left out.
    fn northwards(&self, row: usize, column: usize) -> Vec<Point> {
        let mut draw = Draw::new(self.seed, Topic::Edge, row as u64, 2 * column as u64 + 1);
        wavy(
            self.vertex(row, column),
            self.vertex(row + 1, column),
            HALVINGS,
            &mut draw,
        )
    }

    /// The border of a commune, counter-clockwise, without its closing point.
    pub(crate) fn ring(&self, row: usize, column: usize) -> Vec<Point> {
        let mut ring = self.eastwards(row, column);
        ring.extend(self.northwards(row, column + 1));
        ring.extend(reversed(
            self.eastwards(row + 1, column),
            self.vertex(row + 1, column + 1),
        ));
        ring.extend(reversed(
            self.northwards(row, column),
            self.vertex(row + 1, column),
        ));
        ring
    }

    /// From the west coast to the east coast along a row of communes.
    pub(crate) fn border(&self, row: usize) -> Vec<Point> {
        let mut stops = vec![coast_middle(&self.northwards(row, 0))];
        stops.extend((0..self.columns).map(|column| {
            let [x, y] = self.centre(row, column);
            // Straight through one town in five, clear of the others, now on one side and now on the other.
            let clear = match column % 5 {
                BORDER_TOWN => 0.0,
                even if even % 2 == 0 => 0.25 * self.cell,
                _ => -0.25 * self.cell,
            };
            [x, y + clear]
        }));
        stops.push(coast_middle(&self.northwards(row, self.columns)));
        let mut border = Vec::new();
        for (i, pair) in stops.windows(2).enumerate() {
            let mut draw = Draw::new(self.seed, Topic::Border, i as u64, 0);
            border.extend(wavy(pair[0], pair[1], HALVINGS + 1, &mut draw));
        }
        border.extend(stops.last());
        border
    }

    /// The areas north and south of the border.
    pub(crate) fn academies(&self, row: usize, border: &[Point]) -> [Vec<Point>; 2] {
        let west: Vec<Point> = (0..self.rows)
            .flat_map(|row| self.northwards(row, 0))
            .collect();
        let east: Vec<Point> = (0..self.rows)
            .flat_map(|row| self.northwards(row, self.columns))
            .collect();
        let coast = |row| (0..self.columns).flat_map(move |column| self.eastwards(row, column));
        let per_edge = 1 << HALVINGS;
        let cut = row * per_edge + per_edge / 2;
        let corner = |row, column| self.vertex(row, column);

        let mut north = border.to_vec();
        north.extend(&east[cut + 1..]);
        north.push(corner(self.rows, self.columns));
        north.extend(coast(self.rows).collect::<Vec<_>>().iter().rev());
        north.extend(west[cut + 1..].iter().rev());

        let mut south: Vec<Point> = coast(0).collect();
        south.extend(&east[..cut]);
        south.extend(border.iter().rev());
        south.extend(west[1..cut].iter().rev());
        [north, south]
    }
}

fn coast_middle(edge: &[Point]) -> Point {
    edge[edge.len() / 2]
}

/// An edge walked backwards: from `last`, which the edge left out, to its second point.
fn reversed(edge: Vec<Point>, last: Point) -> impl Iterator<Item = Point> {
    std::iter::once(last).chain(edge.into_iter().skip(1).rev())
}

/// A line from `a` to `b`, its middle pushed aside at each halving; `b` left out.
fn wavy(a: Point, b: Point, halvings: u32, draw: &mut Draw) -> Vec<Point> {
    if halvings == 0 {
        return vec![a];
    }
    let push = draw.between(-0.07, 0.07);
    let centre = middle(a, b);
    let aside = [
        centre[0] - push * (b[1] - a[1]),
        centre[1] + push * (b[0] - a[0]),
    ];
    let mut line = wavy(a, aside, halvings - 1, draw);
    line.extend(wavy(aside, b, halvings - 1, draw));
    line
}
