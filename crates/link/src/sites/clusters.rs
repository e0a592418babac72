//! Which places are one site.

use std::collections::BTreeMap;

use edulac_geo::measure::LocalMetric;

use super::places::{Place, by_uai};

/// Two establishments of one cité scolaire, or a section and its host, stand on one site when they are no farther apart.
const NEIGHBOURS_M: f64 = 300.0;

/// What ties places together beside their own words.
#[derive(Debug, Default)]
pub(super) struct Ties {
    /// Accepted buildings: the places (UAI and hash) in each.
    pub(super) buildings: BTreeMap<String, Vec<(String, String)>>,
    /// Grounds: the establishments of each.
    pub(super) grounds: BTreeMap<String, Vec<String>>,
    /// Cités scolaires: the establishments of each.
    pub(super) cities: BTreeMap<String, Vec<String>>,
}

/// The number of the site of each place. Numbers are those of the first place of each site.
pub(super) fn cluster(places: &[Place], ties: &Ties) -> Vec<usize> {
    let of_uai = by_uai(places);
    let mut sets = Sets::new(places.len());
    let principal = |uai: &String| {
        of_uai
            .get(uai.as_str())
            .and_then(|all| all.first())
            .copied()
    };

    let mut same: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (at, place) in places.iter().enumerate() {
        // The centre of a commune without an address is no place: each establishment keeps its own.
        let alone = !place.has_address && !place.fine;
        let key = (
            place.hash.as_str(),
            if alone { place.uai.as_str() } else { "" },
        );
        sets.join(*same.entry(key).or_insert(at), at);
    }
    for sharing in ties.buildings.values() {
        let found = sharing.iter().filter_map(|(uai, hash)| {
            let all = of_uai.get(uai.as_str())?;
            let exact = all.iter().find(|&&at| places[at].hash == *hash);
            exact.or(all.first()).copied()
        });
        sets.join_all(found);
    }
    for uais in ties.grounds.values() {
        sets.join_all(uais.iter().filter_map(principal));
    }
    for uais in ties.cities.values() {
        let members: Vec<usize> = uais.iter().filter_map(principal).collect();
        for (i, &one) in members.iter().enumerate() {
            for &other in &members[i + 1..] {
                if near(&places[one], &places[other]) {
                    sets.join(one, other);
                }
            }
        }
    }
    for (at, place) in places.iter().enumerate() {
        let host = place.host.as_ref().and_then(principal);
        if let Some(host) = host.filter(|&host| {
            let unknown = place.position.is_none() || places[host].position.is_none();
            place.rank == 1 && (unknown || near(place, &places[host]))
        }) {
            sets.join(host, at);
        }
    }
    (0..places.len()).map(|at| sets.first(at)).collect()
}

/// Both positions are fine enough to say so.
fn near(one: &Place, other: &Place) -> bool {
    match (one.position, other.position) {
        (Some(a), Some(b)) if one.fine && other.fine => {
            LocalMetric::at(a.y).distance(a, b) <= NEIGHBOURS_M
        }
        _ => false,
    }
}

/// Disjoint sets, each named by its smallest member.
struct Sets(Vec<usize>);

impl Sets {
    fn new(size: usize) -> Self {
        Self((0..size).collect())
    }

    fn first(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        let (low, high) = (one.min(other), one.max(other));
        self.0[high] = low;
    }

    fn join_all(&mut self, members: impl IntoIterator<Item = usize>) {
        let mut members = members.into_iter();
        if let Some(first) = members.next() {
            members.for_each(|other| self.join(first, other));
        }
    }
}
