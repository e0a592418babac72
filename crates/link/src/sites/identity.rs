//! Which identifier each site keeps or takes.

use std::collections::{BTreeMap, BTreeSet};

/// A site of an earlier release.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Former {
    pub(super) id: String,
    /// It gives its identifier to nobody, and nobody takes it again.
    pub(super) ended: bool,
    pub(super) uais: BTreeSet<String>,
    pub(super) buildings: BTreeSet<String>,
}

/// A site of today, before it has an identifier.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) uais: BTreeSet<String>,
    pub(super) buildings: BTreeSet<String>,
    /// The identifier that it takes when no former site gives it one: from its own content.
    pub(super) own: String,
}

/// A member says more of a site than a building: a building may be shared, cut in two or given anew by its register.
const MEMBER: usize = 3;

/// The identifier of each group: that of the former site with which it has most in common, each former site giving its own to
/// one group at most; else its own. The order of neither list matters.
pub(super) fn identify(groups: &[Group], former: &[Former]) -> Vec<String> {
    let mut by_uai: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_building: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let lasting = former.iter().enumerate().filter(|(_, site)| !site.ended);
    for (at, site) in lasting {
        site.uais
            .iter()
            .for_each(|uai| by_uai.entry(uai).or_default().push(at));
        site.buildings
            .iter()
            .for_each(|id| by_building.entry(id).or_default().push(at));
    }
    let mut pairs = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let mut common: BTreeMap<usize, usize> = BTreeMap::new();
        let found = group.uais.iter().filter_map(|uai| by_uai.get(uai.as_str()));
        for &site in found.flatten() {
            *common.entry(site).or_default() += MEMBER;
        }
        let found = group
            .buildings
            .iter()
            .filter_map(|id| by_building.get(id.as_str()));
        for &site in found.flatten() {
            *common.entry(site).or_default() += 1;
        }
        for (site, weight) in common {
            // Of two with as much in common, the one whose own content is unchanged.
            let unchanged = former[site].id == group.own;
            pairs.push((weight, unchanged, site, at));
        }
    }
    pairs.sort_by(|a, b| {
        (b.0.cmp(&a.0))
            .then(b.1.cmp(&a.1))
            .then_with(|| former[a.2].id.cmp(&former[b.2].id))
            .then_with(|| groups[a.3].own.cmp(&groups[b.3].own))
    });
    let mut ids: Vec<Option<String>> = vec![None; groups.len()];
    let mut given: BTreeSet<&str> = BTreeSet::new();
    for (_, _, site, at) in pairs {
        let id = former[site].id.as_str();
        if ids[at].is_none() && given.insert(id) {
            ids[at] = Some(id.to_owned());
        }
    }
    let ended = former.iter().filter(|site| site.ended);
    let ended = ended.map(|site| site.id.clone());
    let taken: BTreeSet<String> = ids.iter().flatten().cloned().chain(ended).collect();
    let own = |group: &Group| {
        // A content that another site was named after in its time: the next one of the same content.
        let mut id = group.own.clone();
        while taken.contains(&id) {
            id = hash(&id);
        }
        id
    };
    groups
        .iter()
        .zip(ids)
        .map(|(group, id)| id.unwrap_or_else(|| own(group)))
        .collect()
}

/// Sixteen hexadecimal digits of a text (FNV-1a, 64 bits): short, stable from version to version, and no secret.
pub(super) fn hash(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn group(uais: &[usize], buildings: &[usize]) -> Group {
        let names =
            |prefix: &str, of: &[usize]| of.iter().map(|n| format!("{prefix}{n}")).collect();
        let uais: BTreeSet<String> = names("u", uais);
        Group {
            own: hash(uais.first().map_or("", String::as_str)),
            uais,
            buildings: names("b", buildings),
        }
    }

    /// Groups of today from a dealing of establishments: no UAI in two groups.
    fn dealt(of: &[usize]) -> Vec<Group> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (uai, group) in of.iter().enumerate() {
            groups.entry(*group).or_default().push(uai);
        }
        groups.values().map(|uais| group(uais, uais)).collect()
    }

    fn former(groups: &[Group]) -> Vec<Former> {
        let ids = identify(groups, &[]);
        let sites = groups.iter().zip(ids);
        sites
            .map(|(group, id)| Former {
                id,
                ended: false,
                uais: group.uais.clone(),
                buildings: group.buildings.clone(),
            })
            .collect()
    }

    #[test]
    fn a_site_that_loses_a_school_or_gains_one_keeps_its_identifier() {
        let before = former(&[group(&[1, 2], &[10, 11]), group(&[3], &[12])]);
        let after = [group(&[2, 4], &[10]), group(&[3], &[13])];
        assert_eq!(
            identify(&after, &before),
            [before[0].id.clone(), before[1].id.clone()]
        );
    }

    #[test]
    fn two_that_become_one_keep_the_identifier_of_the_larger_and_a_part_takes_a_new_one() {
        let before = former(&[group(&[1, 2], &[10]), group(&[3], &[12])]);
        let merged = [group(&[1, 2, 3], &[10, 12])];
        assert_eq!(identify(&merged, &before), [before[0].id.clone()]);
        let split = [group(&[1], &[]), group(&[2], &[10]), group(&[3], &[12])];
        let ids = identify(&split, &before);
        assert_eq!(ids[1], before[0].id);
        assert_eq!(ids[2], before[1].id);
        assert_ne!(ids[0], before[0].id);
    }

    #[test]
    fn the_identifier_of_a_site_that_ended_is_never_taken_again() {
        let groups = [group(&[1], &[10])];
        let mut before = former(&groups);
        before[0].ended = true;
        let ids = identify(&groups, &before);
        assert_ne!(ids[0], before[0].id);
        assert_eq!(ids, identify(&groups, &before));
    }

    proptest! {
        #[test]
        fn identifiers_are_unique_kept_on_a_rerun_and_blind_to_order(
            before in proptest::collection::vec(0usize..8, 1..20),
            after in proptest::collection::vec(0usize..8, 1..20),
        ) {
            let old = former(&dealt(&before));
            prop_assert_eq!(identify(&dealt(&before), &old), old.iter().map(|site| site.id.clone()).collect::<Vec<_>>());
            let groups = dealt(&after);
            let ids = identify(&groups, &old);
            let unique: BTreeSet<&String> = ids.iter().collect();
            prop_assert_eq!(unique.len(), ids.len());
            for (group, id) in groups.iter().zip(&ids) {
                if let Some(site) = old.iter().find(|site| site.uais == group.uais && site.buildings == group.buildings) {
                    prop_assert_eq!(id, &site.id);
                }
            }
            let (mut other_groups, mut other_old) = (groups.clone(), old.clone());
            other_groups.reverse();
            other_old.reverse();
            let mut other = identify(&other_groups, &other_old);
            other.reverse();
            prop_assert_eq!(ids, other);
        }
    }
}
