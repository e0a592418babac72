//! Establishments that share a ground: which buildings are whose.
//!
//! A zone of the BD TOPO names its establishments, not their buildings. A building that one of them is seen to use (its
//! position, its address, a declaration) is not given to another one that is seen to use other buildings there, has another
//! address, or may use the others. Those that nobody is seen to use (canteen, hall) stay everybody's where somebody is seen
//! elsewhere on the ground, and so does the only building of a ground.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{Link, Status};
use super::establishments::Establishments;
use super::position::NEAR_M;
use super::reason::Reason;

/// Takes back from the accepted links of a ground those that another establishment's use contradicts.
pub(super) fn compare(establishments: &Establishments, links: &mut [Link]) {
    let uai = |link: &Link| establishments.rows[link.establishment].uai.clone();
    let accepted: Vec<usize> = (0..links.len())
        .filter(|&at| links[at].status == Status::Accepted)
        .collect();
    let users: BTreeSet<usize> = nearest_used(establishments, links, &accepted);
    let mut by_building: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    let mut with_own: BTreeSet<String> = BTreeSet::new();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for &at in &accepted {
        let link = &links[at];
        let building = (link.source.as_str(), link.candidate.id_source.as_str());
        by_building.entry(building).or_default().push(at);
        *count.entry(uai(link)).or_default() += 1;
        if users.contains(&at) {
            with_own.insert(uai(link));
        }
    }
    let mut questioned: Vec<(usize, Reason)> = Vec::new();
    for sharing in by_building.values().filter(|sharing| sharing.len() > 1) {
        let used = sharing.iter().any(|at| users.contains(at));
        // Somebody is seen on the ground, here or in another of its buildings.
        let seen = sharing
            .iter()
            .any(|&at| with_own.contains(&uai(&links[at])));
        for &at in sharing {
            let link = &links[at];
            if seen && !used || link.reason != Reason::OnGround || users.contains(&at) {
                continue;
            }
            if with_own.contains(&uai(link)) || has_other_address(establishments, link) {
                questioned.push((at, Reason::OfAnother));
            } else if count[&uai(link)] > 1 {
                questioned.push((at, Reason::SharedGround));
            }
        }
    }
    for (at, reason) in questioned {
        links[at].status = Status::Ambiguous;
        links[at].computed = Status::Ambiguous;
        links[at].reason = reason;
    }
}

/// The building has addresses, and the establishment another one.
fn has_other_address(establishments: &Establishments, link: &Link) -> bool {
    let has_one = establishments.rows[link.establishment].address.is_some();
    has_one && link.candidate.has_address && link.candidate.tie.address.is_none()
}

/// The accepted links whose establishment is seen to use the building: by a declaration, by its address, or because its
/// position is in it or nearest to it.
fn nearest_used(
    establishments: &Establishments,
    links: &[Link],
    accepted: &[usize],
) -> BTreeSet<usize> {
    let mut nearest: BTreeMap<usize, f64> = BTreeMap::new();
    for &at in accepted {
        let metres = links[at].candidate.metres();
        let known = nearest.entry(links[at].establishment).or_insert(metres);
        *known = known.min(metres);
    }
    let uses = |&at: &usize| {
        let (link, tie) = (&links[at], &links[at].candidate.tie);
        let by_position = establishments.rows[link.establishment].is_trusted()
            && (tie.inside || link.candidate.metres() <= NEAR_M.min(nearest[&link.establishment]));
        tie.declared || tie.address.is_some() || by_position
    };
    accepted.iter().copied().filter(|at| uses(at)).collect()
}
