//! Which places are one site.

use std::collections::BTreeMap;

use edulac_geo::measure::LocalMetric;
use geo::{Rect, coord};

use super::places::{Place, by_uai};

/// Two establishments of one cité scolaire, or a section and its host, stand on one site when they are no farther apart.
const NEIGHBOURS_M: f64 = 300.0;

/// What buildings and grounds make one site of spans no more, from corner to corner of the box of its positions. The widest of the
/// 118 shared sites of the real Ille-et-Vilaine and Pays de la Loire spans 137 m.
const WIDEST_M: f64 = 500.0;

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
    let mut sets = Sets::new(places);
    let principal = |uai: &String| {
        of_uai
            .get(uai.as_str())
            .and_then(|all| all.first())
            .copied()
    };

    let mut same: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (at, place) in places.iter().enumerate() {
        // The centre of a commune, or "Le Bourg", is no place: each establishment keeps its own.
        let owner = if place.is_told() { "" } else { &place.uai };
        sets.join(*same.entry((&place.hash, owner)).or_insert(at), at);
    }
    for (at, place) in places.iter().enumerate() {
        let host = place.host.as_ref().and_then(principal);
        if let Some(host) = host
            && place.rank == 1
            && metres(place, &places[host]).is_none_or(|apart| apart <= NEIGHBOURS_M)
        {
            sets.join(host, at);
        }
    }
    for uais in ties.cities.values() {
        let members: Vec<usize> = uais.iter().filter_map(principal).collect();
        for (i, &one) in members.iter().enumerate() {
            for &other in &members[i + 1..] {
                let apart = metres(&places[one], &places[other]);
                if apart.is_some_and(|apart| apart <= NEIGHBOURS_M) {
                    sets.join(one, other);
                }
            }
        }
    }
    for sharing in ties.buildings.values() {
        let found = sharing.iter().filter_map(|(uai, hash)| {
            let all = of_uai.get(uai.as_str())?;
            let exact = all.iter().find(|&&at| places[at].hash == *hash);
            exact.or(all.first()).copied()
        });
        sets.join_near(found.collect());
    }
    for uais in ties.grounds.values() {
        sets.join_near(uais.iter().filter_map(principal).collect());
    }
    (0..places.len()).map(|at| sets.first(at)).collect()
}

/// How far apart two places are, when both positions are good enough to say so.
fn metres(one: &Place, other: &Place) -> Option<f64> {
    let (a, b) = (one.position?, other.position?);
    (one.fine && other.fine).then(|| LocalMetric::at(a.y).distance(a, b))
}

/// Disjoint sets, each named by its smallest member.
struct Sets {
    first: Vec<usize>,
    /// By name of the set: the box of its good positions.
    boxes: Vec<Option<Rect<f64>>>,
}

impl Sets {
    fn new(places: &[Place]) -> Self {
        let good = |place: &Place| place.position.filter(|_| place.fine);
        let boxes = places
            .iter()
            .map(|place| good(place).map(|at| Rect::new(at, at)));
        Self {
            first: (0..places.len()).collect(),
            boxes: boxes.collect(),
        }
    }

    fn first(&mut self, mut at: usize) -> usize {
        while self.first[at] != at {
            self.first[at] = self.first[self.first[at]];
            at = self.first[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        let (low, high) = (one.min(other), one.max(other));
        self.boxes[low] = around(self.boxes[low], self.boxes[high]);
        self.first[high] = low;
    }

    /// Joins each member to those before it that it stays near to, whatever the order in which they come.
    fn join_near(&mut self, mut members: Vec<usize>) {
        members.sort_unstable();
        for at in 1..members.len() {
            for &before in &members[..at] {
                let (one, other) = (self.first(before), self.first(members[at]));
                let whole = around(self.boxes[one], self.boxes[other]);
                if whole.is_none_or(|whole| diagonal(whole) <= WIDEST_M) {
                    self.join(one, other);
                }
            }
        }
    }
}

fn around(one: Option<Rect<f64>>, other: Option<Rect<f64>>) -> Option<Rect<f64>> {
    let (Some(a), Some(b)) = (one, other) else {
        return one.or(other);
    };
    let min = coord! {x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y)};
    let max = coord! {x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y)};
    Some(Rect::new(min, max))
}

fn diagonal(area: Rect<f64>) -> f64 {
    LocalMetric::at(area.center().y).distance(area.min(), area.max())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A place so many metres east of the first meridian.
    fn place(uai: &str, metres: f64) -> Place {
        let metric = LocalMetric::at(46.0);
        Place {
            uai: uai.to_owned(),
            rank: 1,
            hash: uai.to_owned(),
            position: Some(coord! {x: metres / metric.metres_per_lon, y: 46.0}),
            fine: true,
            central: false,
            numbered: true,
            host: None,
        }
    }

    fn sharing(buildings: &[&[&str]]) -> Ties {
        let named = buildings.iter().enumerate().map(|(at, uais)| {
            let uais = uais
                .iter()
                .map(|uai| ((*uai).to_owned(), (*uai).to_owned()));
            (format!("b{at:03}"), uais.collect())
        });
        Ties {
            buildings: named.collect(),
            ..Ties::default()
        }
    }

    #[test]
    fn buildings_and_grounds_chain_no_farther_than_a_site_is_wide() {
        let places = [
            place("a", 0.0),
            place("b", 300.0),
            place("c", 600.0),
            place("d", 700.0),
        ];
        let ties = sharing(&[&["a", "b"], &["b", "c"], &["c", "d"]]);
        assert_eq!(cluster(&places, &ties), [0, 0, 2, 2]);
        let grounds = Ties {
            grounds: BTreeMap::from([(
                "z".to_owned(),
                ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            )]),
            ..Ties::default()
        };
        assert_eq!(cluster(&places, &grounds), [0, 0, 2, 2]);
    }

    #[test]
    fn a_section_is_with_its_host_unless_good_positions_say_otherwise() {
        let mut section = place("s", 5_000.0);
        section.host = Some("h".to_owned());
        let apart = [place("h", 0.0), section.clone()];
        assert_eq!(cluster(&apart, &Ties::default()), [0, 1]);
        section.fine = false;
        let at_the_centre = [place("h", 0.0), section];
        assert_eq!(cluster(&at_the_centre, &Ties::default()), [0, 0]);
    }

    #[test]
    fn strangers_share_a_numbered_address_but_no_village() {
        let stranger = |uai: &str, central: bool, numbered: bool| Place {
            hash: "one".to_owned(),
            fine: false,
            central,
            numbered,
            ..place(uai, 0.0)
        };
        for (central, numbered, together) in [(true, false, 1), (true, true, 0), (false, false, 0)]
        {
            let places = [
                stranger("a", central, numbered),
                stranger("b", central, numbered),
            ];
            assert_eq!(cluster(&places, &Ties::default()), [0, together]);
        }
    }

    proptest! {
        #[test]
        fn no_site_of_buildings_is_wider_than_the_limit_and_the_order_of_links_does_not_matter(
            metres in proptest::collection::vec(0.0..3_000.0f64, 2..12),
            pairs in proptest::collection::vec((0usize..12, 0usize..12), 1..20),
        ) {
            let names: Vec<String> = (0..metres.len()).map(|at| format!("u{at:02}")).collect();
            let places: Vec<Place> = names.iter().zip(&metres).map(|(uai, metres)| place(uai, *metres)).collect();
            let of = |(a, b): &(usize, usize)| [names[a % names.len()].as_str(), names[b % names.len()].as_str()];
            let shared: Vec<[&str; 2]> = pairs.iter().map(of).collect();
            let slices: Vec<&[&str]> = shared.iter().map(<[&str; 2]>::as_slice).collect();
            let found = cluster(&places, &sharing(&slices));
            for (one, a) in found.iter().zip(&metres) {
                for (other, b) in found.iter().zip(&metres) {
                    prop_assert!(one != other || (a - b).abs() <= WIDEST_M + 1.0);
                }
            }
            let reversed: Vec<Vec<&str>> = shared.iter().map(|[a, b]| vec![*b, *a]).collect();
            let slices: Vec<&[&str]> = reversed.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(found, cluster(&places, &sharing(&slices)));
        }
    }
}
