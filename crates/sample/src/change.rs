//! What a year does to a block: merged, split, demolished, created anew and new buildings.
//!
//! A merge or a split gives new RNB ids and the old ones leave the export, as in the register's life cycle (DOMAIN C4). A
//! demolished building leaves it without a successor; one that is created anew stands where it stood under an identifier that
//! nothing ties to the old one.

use crate::campus::Share;
use crate::draw::{Draw, Topic};
use crate::geometry::{Frame, Point, middle};
use crate::rnb_id::{mix, ordinal};
use crate::town::{BLOCK, Building, Key};

const MERGED: f64 = 0.003;
const SPLIT: f64 = 0.003;
/// School buildings are few: a larger share of them is split, so that each edition shows some.
const SCHOOL_SPLIT: f64 = 0.015;
/// New buildings per block of houses: about 1 % of its buildings. A school builds less often.
const NEW_IN_COURTYARD: f64 = 0.22;
const NEW_IN_YARD: f64 = 0.05;
/// Of ten thousand buildings, those demolished, created anew, taken out by mistake and put back; of houses, then of schools.
const FATES: [[u64; 3]; 2] = [[20, 10, 10], [150, 150, 150]];
/// Slots of new buildings start here: above those of any first state.
const NEW_SLOT: u8 = 200;
/// Added to the slot of a building that is created anew.
const ANEW_SLOT: u8 = 100;

/// What a year does to a building that it neither merges nor splits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Kept,
    Demolished,
    /// The same building under another identifier.
    CreatedAnew,
    /// Deactivated and reactivated between the two editions: the exports say nothing of it.
    Restored,
}

impl Fate {
    pub(crate) fn of(seed: u64, building: &Building) -> Self {
        let [demolished, anew, restored] = FATES[usize::from(building.school.is_some())];
        match mix(ordinal(building.key) ^ seed.rotate_left(29)) % 10_000 {
            n if n < demolished => Self::Demolished,
            n if n < demolished + anew => Self::CreatedAnew,
            n if n < demolished + anew + restored => Self::Restored,
            _ => Self::Kept,
        }
    }
}

/// The buildings of a block one year later.
pub(crate) fn next_year(seed: u64, before: Vec<Building>, block: Frame) -> Vec<Building> {
    let Some(first) = before.first() else {
        return before;
    };
    let key = first.key;
    let room = match before
        .iter()
        .filter(|building| building.school.is_some())
        .count()
    {
        0 => Room::Courtyard,
        n if n == before.len() => Room::Yard([62.0, 24.0]),
        _ => Room::Yard([13.0, 30.5]),
    };
    let mut draw = Draw::new(seed, Topic::Change, key.town.into(), key.block.into());
    let mut after: Vec<Building> = Vec::with_capacity(before.len() + 1);
    for building in before {
        let (merges, splits) = (draw.chance(MERGED), draw.between(0.0, 1.0));
        let split_rate = if building.school.is_some() {
            SCHOOL_SPLIT
        } else {
            SPLIT
        };
        match after.last_mut() {
            Some(last) if merges && shares_a_wall(last, &building) => merge(last, &building),
            _ if splits < split_rate && building.ring.len() == 4 => after.extend(halves(&building)),
            _ => match Fate::of(seed, &building) {
                Fate::Demolished if can_go(&after, &building) => {}
                Fate::CreatedAnew => after.push(anew(building)),
                _ => after.push(building),
            },
        }
    }
    let rate = match room {
        Room::Courtyard => NEW_IN_COURTYARD,
        Room::Yard(_) => NEW_IN_YARD,
    };
    if draw.chance(rate) {
        after.push(new_building(&mut draw, key, block, room));
    }
    after
}

/// A school keeps the first building of each of its parts: its position is there.
fn can_go(before_it: &[Building], building: &Building) -> bool {
    building.school.is_none()
        || before_it
            .iter()
            .any(|other| other.school == building.school)
}

fn anew(building: Building) -> Building {
    let key = Key {
        slot: building.key.slot + ANEW_SLOT,
        ..building.key
    };
    Building { key, ..building }
}

/// Neighbours of one row of houses: the second begins where the first ends.
fn shares_a_wall(first: &Building, second: &Building) -> bool {
    let plain = |b: &Building| {
        let as_built = b.key.generation == 0 && b.key.slot < ANEW_SLOT;
        b.school.is_none() && b.ring.len() == 4 && as_built && b.address.is_some()
    };
    let on_south = |a: Point, b: Point| (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6;
    plain(first) && plain(second) && on_south(first.ring[1], second.ring[0])
}

/// Two houses whose south corners meet become one of six corners.
fn merge(first: &mut Building, second: &Building) {
    let (a, b) = (&first.ring, &second.ring);
    first.ring = vec![a[0], b[1], b[2], b[3], a[2], a[3]];
    first.key.generation = 1;
}

/// The two halves of a four-cornered building, cut across its first side.
fn halves(building: &Building) -> [Building; 2] {
    let [a, b, c, d] = [0, 1, 2, 3].map(|i| building.ring[i]);
    let (front, rear) = (middle(a, b), middle(c, d));
    let half = |ring: [Point; 4], generation| Building {
        key: Key {
            generation,
            ..building.key
        },
        inside: middle(ring[0], ring[2]),
        ring: ring.to_vec(),
        ..building.clone()
    };
    [half([a, front, rear, d], 2), half([front, b, c, rear], 3)]
}

/// Where a block has room for one more building.
#[derive(Clone, Copy)]
enum Room {
    Courtyard,
    /// In a school's yard, at a place that its buildings leave free.
    Yard(Point),
}

/// A small building in the middle of the courtyard, or of the school's yard: one more classroom.
fn new_building(draw: &mut Draw, key: Key, block: Frame, room: Room) -> Building {
    let (length, depth) = (draw.between(4.0, 7.0), draw.between(4.0, 5.0));
    let ([u, v], school) = match room {
        Room::Courtyard => (
            [draw.between(4.0, BLOCK[0] - 12.0), (BLOCK[1] - depth) / 2.0],
            None,
        ),
        Room::Yard(place) => (place, Some(Share::Both)),
    };
    let outline = [
        [u, v],
        [u + length, v],
        [u + length, v + depth],
        [u, v + depth],
    ];
    Building {
        key: Key {
            slot: NEW_SLOT,
            generation: 0,
            ..key
        },
        ring: outline.map(|p| block.to_world(p)).to_vec(),
        inside: block.to_world([u + length / 2.0, v + depth / 2.0]),
        address: None,
        school,
    }
}
