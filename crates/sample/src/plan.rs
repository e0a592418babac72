//! Which establishments there are, where, with whom, and what happens to them between the editions.

use crate::campus::{Campus, Share};
use crate::draw::{Draw, Topic};
use crate::fault::{self, Fault};
use crate::geometry::Point;
use crate::groups::{self, Group, few};
use crate::kind::Kind;
use crate::names;
use crate::territory::Territory;
use crate::town::{Building, Town};
use crate::{Error, Options};

/// What the second edition brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Unchanged,
    Opens,
    Closes,
    Renamed,
    /// To its second site.
    Moves,
}

/// One UAI.
pub(crate) struct Establishment {
    pub(crate) serial: u32,
    pub(crate) kind: Kind,
    pub(crate) private: bool,
    pub(crate) name: usize,
    pub(crate) life: Life,
    /// Index of the establishment whose section it is.
    pub(crate) host: Option<usize>,
    pub(crate) share: Share,
    /// Sites, most often one. Two: an annexe (a row each), or a move.
    pub(crate) sites: Vec<usize>,
    /// Number of its dispersed school group, and whether it has the elder pupils of it.
    pub(crate) rpi: Option<(u32, bool)>,
    /// 1 REP, 2 REP+.
    pub(crate) priority: u8,
    pub(crate) fault: Fault,
}

impl Establishment {
    pub(crate) fn uai(&self) -> String {
        names::uai(self.serial)
    }

    pub(crate) fn exists(&self, edition: u8) -> bool {
        match self.life {
            Life::Opens => edition >= 2,
            Life::Closes => edition < 2,
            _ => true,
        }
    }

    /// The sites it is on, the main one first: one row of the directory each.
    pub(crate) fn sites(&self, edition: u8) -> &[usize] {
        match (self.life, self.sites.len()) {
            (Life::Moves, 2) if edition < 2 => &self.sites[..1],
            (Life::Moves, 2) => &self.sites[1..],
            _ => &self.sites,
        }
    }

    pub(crate) fn is_public(&self) -> bool {
        !self.private
    }

    /// The name given to it, by edition.
    pub(crate) fn given_name(&self, edition: u8) -> &'static str {
        names::school(
            self.name + usize::from(self.life == Life::Renamed && edition >= 2),
            self.private,
        )
    }
}

/// The ground of one or two establishments and of their sections.
pub(crate) struct Site {
    pub(crate) town: usize,
    pub(crate) block: u32,
}

/// All that is known before any file is written.
pub(crate) struct Plan {
    pub(crate) territory: Territory,
    pub(crate) towns: Vec<Town>,
    pub(crate) sites: Vec<Site>,
    pub(crate) establishments: Vec<Establishment>,
    /// Serial of the establishment that the directory writes with a wrong check letter.
    pub(crate) wrong_letter: Option<u32>,
}

impl Plan {
    pub(crate) fn new(options: &Options) -> Result<Self, Error> {
        options.check()?;
        let groups = groups::groups(options);
        let weights = crate::territory::weights(options.seed, options.establishments);
        let site_towns = groups::deal(&groups, &weights);
        let populations = groups::populations(options.buildings, &weights, &site_towns);
        let largest = populations.iter().copied().max().unwrap_or(0);
        let cell = (2.6 * Town::width(largest)).max(2_500.0);
        let territory = Territory::new(options.seed, options.establishments, cell);
        let mut towns: Vec<Town> = (0..)
            .zip(&territory.communes)
            .zip(&populations)
            .map(|((i, commune), buildings)| Town::new(options.seed, i, commune.centre, *buildings))
            .collect();
        let sites = groups::place(options.seed, &groups, &site_towns, &mut towns);
        let establishments = establishments(options, groups);
        let wrong_letter = establishments
            .iter()
            .find(|e| e.kind == Kind::Primary && e.life == Life::Unchanged && e.rpi.is_none())
            .map(|e| e.serial);
        Ok(Self {
            territory,
            towns,
            sites,
            establishments,
            wrong_letter,
        })
    }

    /// The buildings of a site that an establishment uses, the main one first.
    pub(crate) fn buildings_of(
        &self,
        establishment: &Establishment,
        site: usize,
        edition: u8,
    ) -> Vec<Building> {
        let site = &self.sites[site];
        let mut buildings = self.towns[site.town].block(site.block, edition);
        buildings.retain(|building| uses(establishment.share, building.school));
        buildings.sort_by_key(|building| building.school != Some(establishment.share));
        buildings
    }

    /// A point inside the main building of an establishment's main site, as first built.
    pub(crate) fn place_of(&self, establishment: &Establishment, edition: u8) -> Point {
        let site = establishment.sites(edition)[0];
        let buildings = self.buildings_of(establishment, site, 1);
        buildings.first().map_or(
            self.territory.communes[self.sites[site].town].centre,
            |main| main.inside,
        )
    }

    /// The code of the académie that the sources declare: most often the one it is in, but every third
    /// establishment within 150 m of the border is run from the other side.
    pub(crate) fn declared_academie(&self, establishment: &Establishment, edition: u8) -> usize {
        let place = self.place_of(establishment, edition);
        let located = self.territory.academie(place);
        let run_from_afar = establishment.serial.is_multiple_of(3)
            && self.territory.metres_to_border(place) < 150.0;
        if run_from_afar { 1 - located } else { located }
    }
}

/// Whether an establishment with this share uses a building with that one.
pub(crate) fn uses(mine: Share, school: Option<Share>) -> bool {
    school.is_some_and(|share| mine == Share::Both || share == Share::Both || share == mine)
}

fn establishments(options: &Options, groups: Vec<Group>) -> Vec<Establishment> {
    let mut establishments: Vec<Establishment> = Vec::new();
    let mut first_of_group = Vec::new();
    for (site, group) in groups.into_iter().enumerate() {
        let first = establishments.len();
        first_of_group.push(first);
        if let Some(owner) = group.annexe_of {
            establishments[first_of_group[owner]].sites.push(site);
            continue;
        }
        let pair = matches!(group.campus, Campus::SmallPair | Campus::LargePair);
        let mut draw = Draw::new(options.seed, Topic::Establishment, site as u64, 0);
        let private = draw.chance(0.3);
        let name = draw.below(10_000);
        let priority = if private || draw.chance(0.92) {
            0
        } else {
            1 + u8::from(draw.chance(0.2))
        };
        for (i, kind) in group.kinds.into_iter().enumerate() {
            establishments.push(Establishment {
                serial: establishments.len() as u32 + 1,
                kind,
                private: private && kind != Kind::Guidance && kind != Kind::Erea,
                name,
                life: if group.opens {
                    Life::Opens
                } else {
                    Life::Unchanged
                },
                host: kind.is_section().then_some(first),
                share: match (pair, i) {
                    (false, _) => Share::Both,
                    (true, 0) => Share::First,
                    (true, _) => Share::Second,
                },
                sites: vec![site],
                rpi: None,
                priority,
                fault: Fault::Inside,
            });
        }
    }
    priority_colleges(&mut establishments);
    lives(options, &mut establishments);
    dispersed_groups(options, &mut establishments);
    fault::deal(options, &mut establishments);
    establishments
}

/// Draws may leave colleges out: one is in REP+ and one in REP in any case.
fn priority_colleges(establishments: &mut [Establishment]) {
    let colleges = establishments
        .iter_mut()
        .filter(|e| e.kind == Kind::College && e.is_public());
    colleges
        .zip([2, 1])
        .for_each(|(college, priority)| college.priority = priority);
}

/// Who closes, moves, is renamed.
fn lives(options: &Options, establishments: &mut [Establishment]) {
    for establishment in establishments
        .iter_mut()
        .filter(|e| e.sites.len() == 2 && e.kind == Kind::Primary)
    {
        establishment.life = Life::Moves;
    }
    let mut plain = establishments
        .iter_mut()
        .rev()
        .filter(|e| e.kind == Kind::Primary && e.sites.len() == 1 && e.life == Life::Unchanged);
    for life in [Life::Closes, Life::Renamed] {
        plain
            .by_ref()
            .take(few(options))
            .for_each(|e| e.life = life);
    }
}

/// Ties public primary schools two by two into dispersed groups: one has the younger pupils, one the elder.
fn dispersed_groups(options: &Options, establishments: &mut [Establishment]) {
    let members = establishments.iter_mut().filter(|e| {
        e.kind == Kind::Primary
            && e.is_public()
            && e.life == Life::Unchanged
            && e.share == Share::Both
    });
    for (i, member) in members
        .take(options.establishments as usize / 28 * 2)
        .enumerate()
    {
        member.rpi = Some((i as u32 / 2 + 1, i % 2 == 1));
    }
}
