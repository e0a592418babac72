//! What a position alone says: which of the buildings around it is the establishment's, weighed against the others.
//!
//! Two errors of a position are told apart: a good one falls in or at the door of its building, the others anywhere
//! within some tens of metres. What share is good depends on what the source says of it. Each building around is weighed by how
//! likely the position would be if it were the one, by its size beside its neighbours', and by its addresses; the weight of
//! one against those of all is its chance, as far as this model goes.

use super::candidates::Candidate;
use super::establishments::{Establishment, Quality};

/// Farther than this a building is not the establishment's by its position.
pub(super) const AROUND_M: f64 = 60.0;
/// The RNB accepts no building beyond (`guess_bdg_new.py`, `closest_from_point`).
pub(super) const NEAR_M: f64 = 8.0;
/// A good position falls so far from its building, on average.
const DOOR_M: f64 = 2.0;
/// A school is a large building: so much of it beside the median one around, at least and at most.
const SIZE: [f64; 2] = [0.2, 5.0];
/// Sheds and garages, which would make every house look large.
const SMALLEST_M2: f64 = 60.0;
/// A building with other addresses than the establishment's.
const OTHER_ADDRESS: f64 = 0.15;
/// The position is wrong altogether.
const ELSEWHERE: f64 = 0.01;

/// The chance of each candidate by the position alone, from 0 to 1; what is missing to 1 is the chance of none of them.
pub(super) fn chances(establishment: &Establishment, candidates: &[Candidate]) -> Vec<f64> {
    let good = share_of_good(establishment);
    let usual = usual_area(candidates);
    let weights: Vec<f64> = candidates
        .iter()
        .map(|candidate| {
            likelihood(good, candidate.metres())
                * size(candidate, usual)
                * address(establishment, candidate)
        })
        .collect();
    let all: f64 = weights.iter().sum::<f64>() + ELSEWHERE;
    // Several footprints that hold one position are one building given twice, or one on the other: they have one chance.
    let weighed = || candidates.iter().zip(&weights);
    let holding: f64 = weighed()
        .filter(|(candidate, _)| candidate.tie.inside)
        .map(|(_, weight)| weight)
        .sum();
    weighed()
        .map(|(candidate, &weight)| match candidate.tie.inside {
            true => holding / all,
            false => weight / all,
        })
        .collect()
}

/// The share of positions of this quality that are good to a few metres.
fn share_of_good(establishment: &Establishment) -> f64 {
    match (establishment.quality, establishment.uncertainty_m) {
        (Quality::Precise, Some(metres)) if metres <= 5.0 => 0.85,
        (Quality::Precise, Some(metres)) if metres <= 10.0 => 0.75,
        (Quality::Precise, _) => 0.65,
        (Quality::Inconnue, _) => 0.55,
        (Quality::Rue, metres) if metres.unwrap_or(200.0) <= 200.0 => 0.4,
        (Quality::Rue, _) => 0.05,
        (Quality::Commune, _) => 0.0,
    }
}

fn likelihood(good: f64, metres: f64) -> f64 {
    if metres > AROUND_M {
        return 0.0;
    }
    good * (-metres / DOOR_M).exp() / DOOR_M + (1.0 - good) / AROUND_M
}

fn usual_area(candidates: &[Candidate]) -> f64 {
    let mut areas: Vec<f64> = candidates
        .iter()
        .map(|candidate| candidate.area_m2)
        .filter(|area| *area > 0.0)
        .collect();
    areas.sort_by(f64::total_cmp);
    areas
        .get(areas.len() / 2)
        .copied()
        .unwrap_or_default()
        .max(SMALLEST_M2)
}

fn size(candidate: &Candidate, usual: f64) -> f64 {
    if candidate.area_m2 > 0.0 {
        (candidate.area_m2 / usual).clamp(SIZE[0], SIZE[1])
    } else {
        SIZE[0]
    }
}

fn address(establishment: &Establishment, candidate: &Candidate) -> f64 {
    let differs =
        establishment.address.is_some() && candidate.has_address && candidate.tie.address.is_none();
    if differs { OTHER_ADDRESS } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn placed(quality: Quality) -> Establishment {
        Establishment {
            quality,
            uncertainty_m: Some(20.0),
            ..Establishment::unplaced("0350001A")
        }
    }

    fn around(areas: &[(f64, f64)]) -> Vec<Candidate> {
        areas
            .iter()
            .enumerate()
            .map(|(id, &(metres, area_m2))| Candidate {
                area_m2,
                ..Candidate::near(&id.to_string(), metres, metres <= 0.0)
            })
            .collect()
    }

    #[test]
    fn the_large_building_at_the_door_is_likelier_than_the_house_at_the_door() {
        let houses = [
            (12.0, 90.0),
            (15.0, 100.0),
            (22.0, 95.0),
            (30.0, 90.0),
            (40.0, 90.0),
        ];
        let first = |area: f64, quality| {
            let mut all = vec![(0.0, area)];
            all.extend(houses);
            chances(&placed(quality), &around(&all))[0]
        };
        assert!(first(600.0, Quality::Precise) > 0.9);
        assert!(first(90.0, Quality::Precise) < first(600.0, Quality::Precise));
        assert!(first(600.0, Quality::Rue) < first(600.0, Quality::Precise));
        assert!(first(600.0, Quality::Commune) < 0.5);
    }

    proptest! {
        #[test]
        fn chances_of_buildings_apart_sum_to_no_more_than_one(around_it in proptest::collection::vec((0.0..90.0f64, 0.0..2000.0f64), 0..12)) {
            let chances = chances(&placed(Quality::Precise), &around(&around_it));
            prop_assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)));
            let apart = chances.iter().zip(&around_it).filter(|(_, (metres, _))| *metres > 0.0);
            prop_assert!(apart.map(|(chance, _)| chance).sum::<f64>() <= 1.0 + 1e-9);
        }
    }
}
