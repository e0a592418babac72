//! The island: its communes on a wavy lattice, and the border of its two académies.
//!
//! Neighbours share their edges point for point: the areas neither overlap nor leave gaps. The académie
//! border crosses the island from coast to coast along one row of communes and cuts some of their towns in two.

use crate::draw::{Draw, Topic};
use crate::geometry::{Point, centroid, contains, distance_to};
use crate::lattice::Lattice;
use crate::names;

/// Neighbours share a postal code, as in life.
const COMMUNES_PER_POSTAL_CODE: usize = 3;

/// One commune. Its town is in the middle of it.
pub(crate) struct Commune {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) postal_code: String,
    /// Border, without its closing point, counter-clockwise.
    pub(crate) ring: Vec<Point>,
    pub(crate) centre: Point,
    /// Parts of it that have codes of their own.
    pub(crate) parts: Vec<Part>,
}

/// What the parts of a commune are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Municipal arrondissement: the directory uses its code instead of the commune's.
    Arrondissement,
    /// Delegated commune: no source of the education uses its code.
    Delegated,
}

/// A sector of a commune.
pub(crate) struct Part {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) level: Level,
    pub(crate) ring: Vec<Point>,
}

/// The whole island.
pub(crate) struct Territory {
    pub(crate) communes: Vec<Commune>,
    /// Areas of the two académies, in the order of [`names::ACADEMIES`].
    pub(crate) academies: [Vec<Point>; 2],
    border: Vec<Point>,
}

/// Rows and columns of the lattice for a number of establishments.
fn shape(establishments: u32) -> (usize, usize) {
    let communes = (f64::from(establishments) / 7.5).clamp(12.0, 870.0);
    let rows = (communes / 1.5).sqrt().round().max(3.0);
    (rows as usize, (communes / rows).round() as usize)
}

/// The share of each commune: one city, one town of two, the rest between a village and a burgh.
pub(crate) fn weights(seed: u64, establishments: u32) -> Vec<f64> {
    let (rows, columns) = shape(establishments);
    let mut draw = Draw::new(seed, Topic::Town, 0, 0);
    let mut weights: Vec<f64> = (0..rows * columns)
        .map(|_| draw.between(0.5, 1.4))
        .collect();
    weights[city(rows, columns)] = 2.6;
    weights
}

/// Not on the row of the académie border.
fn city(rows: usize, columns: usize) -> usize {
    (rows / 2 + 1).min(rows - 1) * columns + columns / 2
}

impl Territory {
    /// `cell` is the size of a commune in metres, large enough for the largest town.
    pub(crate) fn new(seed: u64, establishments: u32, cell: f64) -> Self {
        let (rows, columns) = shape(establishments);
        let lattice = Lattice {
            seed,
            rows,
            columns,
            cell,
        };
        let border_row = rows / 2;
        let city = city(rows, columns);
        let communes: Vec<Commune> = (0..rows * columns)
            .map(|n| {
                let (row, column) = (n / columns, n % columns);
                let ring = lattice.ring(row, column);
                let centre = lattice.centre(row, column);
                let name = names::commune(n);
                let parts = match n {
                    n if n == city => arrondissements(&name, &ring, centre),
                    1 => delegated(n, "99951", &name, &ring, centre),
                    n if n + 2 == rows * columns => delegated(n, "99952", &name, &ring, centre),
                    _ => Vec::new(),
                };
                Commune {
                    code: format!("99{:03}", n + 1),
                    name,
                    postal_code: format!("99{:02}0", n / COMMUNES_PER_POSTAL_CODE % 100),
                    ring,
                    centre,
                    parts,
                }
            })
            .collect();
        let border = lattice.border(border_row);
        let academies = lattice.academies(border_row, &border);
        Self {
            communes,
            academies,
            border,
        }
    }

    /// Which of the two académies a position is in (index in [`names::ACADEMIES`]).
    pub(crate) fn academie(&self, p: Point) -> usize {
        usize::from(!contains(&self.academies[0], p))
    }

    /// Metres from a position to the border between the two académies.
    pub(crate) fn metres_to_border(&self, p: Point) -> f64 {
        self.border
            .windows(2)
            .map(|pair| distance_to(pair, p))
            .fold(f64::INFINITY, f64::min)
    }
}

impl Commune {
    /// The arrondissement a position of this commune is in, where it has some.
    pub(crate) fn arrondissement(&self, p: Point) -> Option<&Part> {
        self.parts
            .iter()
            .find(|part| part.level == Level::Arrondissement && contains(&part.ring, p))
    }

    pub(crate) fn centroid(&self) -> Point {
        centroid(&self.ring)
    }
}

fn arrondissements(name: &str, ring: &[Point], centre: Point) -> Vec<Part> {
    sectors(ring, centre, 3)
        .enumerate()
        .map(|(i, ring)| Part {
            code: format!("99{}", 981 + i),
            // Two spaces, as in the directory.
            name: format!("{name} {}e  Arrondissement", i + 1),
            level: Level::Arrondissement,
            ring,
        })
        .collect()
}

/// The chief delegated commune keeps the code of the whole, as in the official geographic code.
fn delegated(n: usize, second: &str, name: &str, ring: &[Point], centre: Point) -> Vec<Part> {
    sectors(ring, centre, 2)
        .enumerate()
        .map(|(i, ring)| Part {
            code: if i == 0 {
                format!("99{:03}", n + 1)
            } else {
                second.to_owned()
            },
            name: if i == 0 {
                name.to_owned()
            } else {
                format!("{name}-l'Ancien")
            },
            level: Level::Delegated,
            ring,
        })
        .collect()
}

/// Cuts a ring into sectors around a point that sees the whole of it.
fn sectors(ring: &[Point], centre: Point, count: usize) -> impl Iterator<Item = Vec<Point>> {
    let step = ring.len() / count;
    (0..count).map(move |i| {
        let end = if i + 1 == count {
            ring.len()
        } else {
            (i + 1) * step
        };
        let outer = (i * step..=end).map(|k| ring[k % ring.len()]);
        std::iter::once(centre).chain(outer).collect()
    })
}
