//! Who shares a ground with whom, and in which town and block the ground is.

use crate::Options;
use crate::campus::Campus;
use crate::draw::{Draw, Topic};
use crate::kind::{Kind, SHARES};
use crate::plan::Site;
use crate::town::{MOST_PER_BLOCK, Town};

/// What will stand on one site.
pub(crate) struct Group {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) campus: Campus,
    pub(crate) opens: bool,
    /// Ground of the n-th establishment's second site; nobody else is there.
    pub(crate) annexe_of: Option<usize>,
}

impl Group {
    fn of(kinds: &[Kind]) -> Self {
        let second_degree = kinds[0].is_second_degree();
        let pair = kinds.iter().filter(|kind| !kind.is_section()).count() > 1;
        let campus = match (second_degree, pair) {
            (false, false) => Campus::Small,
            (false, true) => Campus::SmallPair,
            (true, false) => Campus::Large,
            (true, true) => Campus::LargePair,
        };
        Self {
            kinds: kinds.to_vec(),
            campus,
            opens: false,
            annexe_of: None,
        }
    }
}

/// Groups establishments by site: nursery with primary, college with lycée, sections with their host.
pub(crate) fn groups(options: &Options) -> Vec<Group> {
    let mut left: Vec<(Kind, u32)> = SHARES
        .iter()
        .map(|(kind, share)| {
            (
                *kind,
                (f64::from(options.establishments) * share).round().max(1.0) as u32,
            )
        })
        .collect();
    let others: u32 = left.iter().map(|(_, count)| count).sum();
    left.push((Kind::Primary, options.establishments - others));
    let mut take = |kinds: &[Kind]| {
        let enough = |kind: &Kind| left.iter().any(|(k, count)| k == kind && *count > 0);
        if !kinds.iter().all(enough) {
            return false;
        }
        left.iter_mut()
            .filter(|(kind, _)| kinds.contains(kind))
            .for_each(|(_, count)| *count -= 1);
        true
    };
    let mut groups = Vec::new();
    let mut repeat = |kinds: &[Kind], most: u32| {
        groups.extend(
            (0..most)
                .take_while(|_| take(kinds))
                .map(|_| Group::of(kinds)),
        );
    };
    let some = options.establishments / 60 + 1;
    repeat(&[Kind::College, Kind::GeneralLycee], some);
    repeat(&[Kind::MixedLycee, Kind::Sep], u32::MAX);
    repeat(&[Kind::GeneralLycee, Kind::Sep], u32::MAX);
    repeat(&[Kind::College, Kind::Segpa], u32::MAX);
    repeat(&[Kind::Nursery, Kind::Primary], options.establishments / 13);
    for (kind, _) in SHARES {
        repeat(&[kind], u32::MAX);
    }
    repeat(&[Kind::Primary], u32::MAX);
    Draw::new(options.seed, Topic::Groups, 0, 0).shuffle(&mut groups);
    groups.extend((0..few(options)).map(|_| Group {
        opens: true,
        ..Group::of(&[Kind::Primary])
    }));
    annexes(options, &mut groups);
    groups
}

/// Some establishments in a hundred, two at least.
pub(crate) fn few(options: &Options) -> usize {
    (options.establishments / 100).max(2) as usize
}

/// Adds the grounds of second sites: for the first colleges that stand alone (annexes) and the first
/// primary schools that do (moves).
fn annexes(options: &Options, groups: &mut Vec<Group>) {
    for kind in [Kind::College, Kind::Primary] {
        let owners: Vec<usize> = (0..groups.len())
            .filter(|i| groups[*i].kinds == [kind] && !groups[*i].opens)
            .take(few(options))
            .collect();
        groups.extend(owners.into_iter().map(|owner| Group {
            annexe_of: Some(owner),
            ..Group::of(&[kind])
        }));
    }
}

/// The town of each group: as many to each as its weight asks.
pub(crate) fn deal(groups: &[Group], weights: &[f64]) -> Vec<usize> {
    let total: f64 = weights.iter().sum();
    let mut dealt = vec![0_u32; weights.len()];
    let neediest = |dealt: &[u32]| {
        let need = |town: usize| (f64::from(dealt[town]) + 0.5) * total / weights[town];
        (0..weights.len())
            .min_by(|a, b| need(*a).total_cmp(&need(*b)))
            .unwrap_or(0)
    };
    (0..groups.len())
        .map(|_| {
            let town = neediest(&dealt);
            dealt[town] += 1;
            town
        })
        .collect()
}

/// Buildings of each town, summing to what was asked; room for its sites first.
pub(crate) fn populations(buildings: u64, weights: &[f64], site_towns: &[usize]) -> Vec<u64> {
    let mut populations = vec![0_u64; weights.len()];
    for town in site_towns {
        populations[*town] += MOST_PER_BLOCK;
    }
    let rest = buildings - populations.iter().sum::<u64>();
    let total: f64 = weights.iter().sum();
    let mut given = 0;
    for (population, weight) in populations.iter_mut().zip(weights) {
        let share = (rest as f64 * weight / total).floor() as u64;
        *population += share;
        given += share;
    }
    populations[0] += rest - given;
    populations
}

/// Spreads the sites of each town over its blocks, in random order.
pub(crate) fn place(
    seed: u64,
    groups: &[Group],
    site_towns: &[usize],
    towns: &mut [Town],
) -> Vec<Site> {
    let mut sites: Vec<Site> = site_towns
        .iter()
        .map(|town| Site {
            town: *town,
            block: 0,
        })
        .collect();
    for (index, town) in towns.iter_mut().enumerate() {
        let mut here: Vec<usize> = (0..sites.len())
            .filter(|site| sites[*site].town == index)
            .collect();
        let mut draw = Draw::new(seed, Topic::Groups, 1, index as u64);
        draw.shuffle(&mut here);
        let whole_blocks = (town.buildings / MOST_PER_BLOCK) as usize;
        let stride = whole_blocks / here.len().max(1);
        for (i, site) in here.into_iter().enumerate() {
            let block = (i * stride + draw.below(stride)) as u32;
            sites[site].block = block;
            town.campuses.push((block, groups[site].campus, site));
        }
    }
    sites
}
