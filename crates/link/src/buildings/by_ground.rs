//! Buildings on the ground of an establishment.

use super::candidates::Candidate;
use super::decide::{Decision, Place, Status};
use super::plots::shares_plot;
use super::reason::Reason;

/// So much of a building on a ground makes it a part of it (DOMAIN C6).
pub(super) const MOSTLY: f64 = 0.5;
/// So much of it, without more that speaks for it: a zone is drawn loosely and covers corners of the neighbours (the RNB asks
/// the same of a polygon that covers several buildings, `guess_bdg_new.py`, `partial_roof`).
const WHOLLY: f64 = 0.8;
/// So much of it makes it a question.
const PARTLY: f64 = 0.1;
/// Beside the main building, those below this share of it may be a neighbour's.
const SIDE_BUILDING: f64 = 0.25;
/// A house is smaller than the school beside it.
const HOUSE: f64 = 0.5;

/// Accepts the main building of the ground, those that more speaks for, and those that nothing speaks against.
pub(super) fn decide(place: &Place<'_>, decisions: &mut [Decision]) {
    let share = |at: usize| place.candidates[at].tie.on_ground.unwrap_or_default();
    let on_ground: Vec<usize> = (0..decisions.len())
        .filter(|&at| share(at) >= MOSTLY)
        .collect();
    let main = on_ground
        .iter()
        .copied()
        .max_by(|&a, &b| standing(&place.candidates[a]).total_cmp(&standing(&place.candidates[b])));
    for (at, decision) in decisions.iter_mut().enumerate() {
        if decision.0 == Status::Accepted {
            continue;
        }
        match main {
            Some(main) if share(at) >= MOSTLY => *decision = of(place, at, main),
            _ if share(at) >= PARTLY => *decision = (Status::Ambiguous, Reason::PartlyOnGround),
            _ => {}
        }
    }
}

/// Whether more than the ground speaks for a building.
fn named(candidate: &Candidate) -> bool {
    let tie = &candidate.tie;
    tie.declared || tie.address.is_some() || tie.inside
}

/// What makes a building the main one of a ground: being named, then its size.
fn standing(candidate: &Candidate) -> f64 {
    let tie = &candidate.tie;
    let named = [tie.declared, tie.address.is_some(), tie.inside];
    let worth = named.into_iter().zip([4.0, 2.0, 1.0]);
    let worth: f64 = worth
        .filter(|(holds, _)| *holds)
        .map(|(_, worth)| worth)
        .sum();
    worth * 1e9 + candidate.area_m2
}

fn of(place: &Place<'_>, at: usize, main: usize) -> Decision {
    let (candidate, main_building) = (&place.candidates[at], &place.candidates[main]);
    let tie = &candidate.tie;
    let plot = shares_plot(candidate, main_building);
    let spoken_for = at == main || tie.address.is_some() || tie.inside || plot == Some(true);
    let own_address = candidate.has_address
        && (place.establishment.address.is_some()
            || candidate.area_m2 < HOUSE * main_building.area_m2);
    let small = candidate.area_m2 < SIDE_BUILDING * main_building.area_m2;
    let wholly = tie.on_ground.unwrap_or_default() >= WHOLLY;
    if spoken_for && (wholly || at != main || !own_address || named(candidate)) {
        (Status::Accepted, Reason::OnGround)
    } else if !wholly {
        (Status::Ambiguous, Reason::PartlyOnGround)
    } else if own_address {
        (Status::Ambiguous, Reason::OtherAddressOnGround)
    } else if small && plot == Some(false) {
        (Status::Ambiguous, Reason::OtherPlotOnGround)
    } else {
        (Status::Accepted, Reason::OnGround)
    }
}
