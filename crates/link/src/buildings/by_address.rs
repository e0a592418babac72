//! Buildings under the address of an establishment.

use super::by_ground::MOSTLY;
use super::decide::{Decision, Place, Status};
use super::plots::shares_plot;
use super::position::NEAR_M;
use super::reason::Reason;

/// A position and an address that are farther apart than this contradict each other (`guess_bdg_new.py`, `geocode_address`).
const SAME_ADDRESS_M: f64 = 100.0;
/// An address that agrees so well is believed without a position that confirms it, or against one.
const EXACT: f64 = 0.95;
/// More buildings than this under one address tell nothing of the school's.
const MANY: usize = 6;
/// Beside the main building under an address, those below this share of it are sheds, or the house behind.
const SIDE_BUILDING: f64 = 0.5;
/// Of several buildings under one address, one with this chance by the position is the main one.
const LIKELY: f64 = 0.5;
/// A building with this chance by the position, and no address that says otherwise, contests the address.
const CONTESTING: f64 = 0.9;

/// Accepts the main building under the address, and those that go with it.
pub(super) fn decide(place: &Place<'_>, decisions: &mut [Decision]) {
    let candidates = place.candidates;
    let likeness = |at: usize| candidates[at].tie.address.unwrap_or_default();
    let best = (0..candidates.len()).map(likeness).fold(0.0, f64::max);
    if best <= 0.0 {
        return;
    }
    let same: Vec<usize> = (0..candidates.len())
        .filter(|&at| likeness(at) >= best)
        .collect();
    let main = same.iter().copied().max_by(|&a, &b| {
        (candidates[a].tie.inside.cmp(&candidates[b].tie.inside))
            .then(likely(place, a).cmp(&likely(place, b)))
            .then(candidates[a].area_m2.total_cmp(&candidates[b].area_m2))
            .then_with(|| candidates[b].id_source.cmp(&candidates[a].id_source))
    });
    let Some(main) = main else { return };
    let trusted = place.establishment.is_trusted();
    let far = trusted && candidates[main].metres() > SAME_ADDRESS_M;
    let has_ground = candidates
        .iter()
        .any(|candidate| candidate.tie.on_ground.is_some_and(|share| share >= MOSTLY));
    let contested = contesting(place, &same);
    for (at, decision) in decisions.iter_mut().enumerate() {
        if candidates[at].tie.address.is_none() || decision.0 == Status::Accepted {
            continue;
        }
        let question = if !same.contains(&at) {
            Some(Reason::BetterAddress)
        } else if has_ground {
            Some(Reason::AddressOffGround)
        } else if same.len() > MANY {
            Some(Reason::ManyAtAddress)
        } else if far && best < EXACT {
            Some(Reason::AddressFar)
        } else if !trusted && best < EXACT {
            Some(Reason::AddressAlone)
        } else if contested {
            Some(Reason::AddressAgainstPosition)
        } else if !goes_with(place, at, main) {
            Some(Reason::SideBuilding)
        } else {
            None
        };
        *decision = match question {
            Some(reason) => (Status::Ambiguous, reason),
            None => (Status::Accepted, Reason::Address),
        };
    }
}

fn likely(place: &Place<'_>, at: usize) -> bool {
    place.chances[at] >= LIKELY
}

/// Whether a building belongs with the main one under the same address.
fn goes_with(place: &Place<'_>, at: usize, main: usize) -> bool {
    let (candidate, main_building) = (&place.candidates[at], &place.candidates[main]);
    let large = candidate.area_m2 >= SIDE_BUILDING * main_building.area_m2;
    match shares_plot(candidate, main_building) {
        _ if at == main || candidate.tie.inside => true,
        Some(same) => same,
        None => large && !likely(place, main),
    }
}

/// Whether the position designates another building, which no address rules out.
fn contesting(place: &Place<'_>, same: &[usize]) -> bool {
    place.candidates.iter().enumerate().any(|(at, candidate)| {
        !same.contains(&at)
            && !candidate.has_address
            && candidate.metres() <= NEAR_M
            && place.chances[at] >= CONTESTING
    })
}
