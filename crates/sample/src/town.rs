//! A town: a grid of streets, and blocks of houses as dense as real ones.
//!
//! A block is 96 m by 56 m between 10 m streets. Near the middle of the town its two long sides are rows of
//! terraced houses that share their walls around a courtyard; further out, detached houses with yards. Blocks are
//! made one at a time, each from its own random numbers.

use crate::campus::{self, Campus};
use crate::change;
use crate::draw::{Draw, Topic};
use crate::geometry::{Frame, Point};

/// Size of a block along its streets and across, metres.
pub(crate) const BLOCK: [f64; 2] = [96.0, 56.0];
const STREET: f64 = 10.0;
/// No block has more buildings in edition 1: this is what makes room for the schools certain.
pub(crate) const MOST_PER_BLOCK: u64 = 44;
/// No more sheds in a block that has so many buildings.
const FULL: usize = 20;
/// Buildings of an average block, to guess how far the town reaches.
const MEAN_PER_BLOCK: u64 = 19;

/// Where a building stands in the numbering of all buildings: the same in all editions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) town: u32,
    pub(crate) block: u32,
    pub(crate) slot: u8,
    /// 0 as first built; above when a merge, a split or a new building made it.
    pub(crate) generation: u8,
}

/// One building.
#[derive(Clone, Debug)]
pub(crate) struct Building {
    pub(crate) key: Key,
    /// Footprint, EPSG:2154, without its closing point.
    pub(crate) ring: Vec<Point>,
    /// A point inside the footprint.
    pub(crate) inside: Point,
    pub(crate) address: Option<Address>,
    /// Which part of a school it is; none for the other buildings.
    pub(crate) school: Option<campus::Share>,
}

/// A number in a street of the town.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) street: u32,
    pub(crate) number: u32,
}

/// A town of the territory.
pub(crate) struct Town {
    pub(crate) index: u32,
    pub(crate) seed: u64,
    /// Buildings of edition 1, exactly.
    pub(crate) buildings: u64,
    pub(crate) frame: Frame,
    /// Blocks that are schools: block index, what stands there, the site's index in the plan; by block.
    pub(crate) campuses: Vec<(u32, Campus, usize)>,
}

impl Town {
    pub(crate) fn new(seed: u64, index: u32, centre: Point, buildings: u64) -> Self {
        let turn = Draw::new(seed, Topic::Town, 1, u64::from(index)).between(-0.2, 0.2);
        Self {
            index,
            seed,
            buildings,
            frame: Frame::new(centre, turn),
            campuses: Vec::new(),
        }
    }

    /// Metres from side to side of a town of so many buildings.
    pub(crate) fn width(buildings: u64) -> f64 {
        (Self::half_side(buildings) as f64 * 2.0 + 1.0) * (BLOCK[0] + STREET)
    }

    /// Blocks from the middle to the edge of the grid.
    fn half_side(buildings: u64) -> u64 {
        let blocks = buildings / MEAN_PER_BLOCK + 1;
        (blocks as f64).sqrt().ceil() as u64 / 2 + 1
    }

    /// Block by block, the buildings of an edition.
    pub(crate) fn blocks(&self, edition: u8) -> impl Iterator<Item = Vec<Building>> + '_ {
        let mut left = self.buildings;
        (0..).map_while(move |block| {
            if left == 0 {
                return None;
            }
            let mut buildings = self.first_state(block);
            buildings.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            left -= buildings.len() as u64;
            Some(self.in_edition(block, buildings, edition))
        })
    }

    /// One block in an edition; for a school's block, which is never cut short.
    pub(crate) fn block(&self, block: u32, edition: u8) -> Vec<Building> {
        self.in_edition(block, self.first_state(block), edition)
    }

    fn in_edition(&self, block: u32, buildings: Vec<Building>, edition: u8) -> Vec<Building> {
        if edition < 2 {
            return buildings;
        }
        change::next_year(self.seed, buildings, self.frame_of(block))
    }

    pub(crate) fn frame_of(&self, block: u32) -> Frame {
        let [i, j] = spiral(block);
        let (i, j) = (f64::from(i) - 0.5, f64::from(j) - 0.5);
        self.frame
            .moved([i * (BLOCK[0] + STREET), j * (BLOCK[1] + STREET)])
    }

    fn first_state(&self, block: u32) -> Vec<Building> {
        let campus = self
            .campuses
            .binary_search_by_key(&block, |(block, ..)| *block)
            .ok();
        let campus = campus.map(|at| self.campuses[at].1);
        let [i, j] = spiral(block);
        let half = Self::half_side(self.buildings) as i32;
        let mut rows = Rows {
            draw: Draw::new(
                self.seed,
                Topic::Block,
                u64::from(self.index),
                u64::from(block),
            ),
            frame: self.frame_of(block),
            key: Key {
                town: self.index,
                block,
                slot: 0,
                generation: 0,
            },
            street: (j + half).max(0) as u32,
            metres_before: f64::from((i + half).max(0)) * (BLOCK[0] + STREET),
            buildings: Vec::new(),
        };
        let from = campus.map_or(0.0, |campus| rows.school(campus));
        let dense = u64::from(block) * MEAN_PER_BLOCK * 2 < self.buildings;
        if dense || campus.is_some() {
            rows.terraces(from);
        } else {
            rows.detached();
        }
        rows.buildings
    }
}

/// The `n`-th place of a square spiral around (0, 0).
fn spiral(n: u32) -> [i32; 2] {
    if n == 0 {
        return [0, 0];
    }
    let ring = ((f64::from(n).sqrt() + 1.0) / 2.0).floor() as i32;
    let first = (2 * ring - 1) * (2 * ring - 1);
    let (side, step) = (
        (n as i32 - first) / (2 * ring),
        (n as i32 - first) % (2 * ring),
    );
    match side {
        0 => [ring, -ring + 1 + step],
        1 => [ring - 1 - step, ring],
        2 => [-ring, ring - 1 - step],
        _ => [-ring + 1 + step, -ring],
    }
}

/// Fills a block from its two long sides.
struct Rows {
    draw: Draw,
    frame: Frame,
    key: Key,
    street: u32,
    metres_before: f64,
    buildings: Vec<Building>,
}

impl Rows {
    /// Where the school ends along the street; the rest of the block is houses.
    fn school(&mut self, campus: Campus) -> f64 {
        for part in campus.parts(&mut self.draw) {
            let [u, v] = part.outline[0];
            let address = part
                .on_street
                .then(|| self.address(u + 10.0, v > BLOCK[1] / 2.0));
            self.push(&part.outline, part.inside, address, Some(part.share));
        }
        campus.width()
    }

    fn terraces(&mut self, from: f64) {
        for back in [false, true] {
            // Sometimes the first house leans on the school, sometimes an alley passes between them.
            let mut u = from + if self.draw.chance(0.5) { 0.0 } else { 2.0 };
            while u + 5.0 <= BLOCK[0] {
                let mut width = self.draw.between(5.5, 10.5).min(BLOCK[0] - u);
                if BLOCK[0] - u - width < 5.0 {
                    width = BLOCK[0] - u;
                }
                let depth = self.draw.between(9.0, 12.5);
                self.house([u, 0.0], [width, depth], back, true);
                if self.draw.chance(0.12) && self.buildings.len() < FULL {
                    let shed = self.draw.between(2.5, (width - 1.0).min(5.0));
                    self.house([u + 0.5, depth + 3.0], [shed, 3.5], back, false);
                }
                u += width;
            }
        }
    }

    fn detached(&mut self) {
        for back in [false, true] {
            let mut u = 0.0;
            while u + 13.0 <= BLOCK[0] {
                let plot = self.draw.between(13.0, 21.0);
                let width = self.draw.between(8.0, 10.5);
                let (depth, setback) = (self.draw.between(7.5, 11.5), self.draw.between(2.5, 6.0));
                self.house([u + 1.0, setback], [width, depth], back, true);
                if self.draw.chance(0.25) {
                    self.house([u + 1.0, setback + depth + 1.5], [3.2, 5.5], back, false);
                }
                u += plot;
            }
        }
    }

    /// A rectangle, its corner counted from the street it belongs to.
    fn house(&mut self, [u, v]: Point, [width, depth]: [f64; 2], back: bool, has_address: bool) {
        let (low, high) = if back {
            (BLOCK[1] - v - depth, BLOCK[1] - v)
        } else {
            (v, v + depth)
        };
        let outline = [[u, low], [u + width, low], [u + width, high], [u, high]];
        let address = has_address.then(|| self.address(u, back));
        self.push(
            &outline,
            [u + width / 2.0, (low + high) / 2.0],
            address,
            None,
        );
    }

    /// Odd numbers on the north side of a street, even ones on the south side; one number per 5 m.
    fn address(&self, u: f64, back: bool) -> Address {
        let place = ((self.metres_before + u) / 5.0).floor() as u32;
        Address {
            street: self.street + u32::from(back),
            number: 2 * place + if back { 2 } else { 1 },
        }
    }

    fn push(
        &mut self,
        outline: &[Point],
        inside: Point,
        address: Option<Address>,
        school: Option<campus::Share>,
    ) {
        self.buildings.push(Building {
            key: self.key,
            ring: outline.iter().map(|p| self.frame.to_world(*p)).collect(),
            inside: self.frame.to_world(inside),
            address,
            school,
        });
        self.key.slot += 1;
    }
}
