//! What is true, for tests and measurements; no pipeline reads it.
//!
//! | file | one row per | columns |
//! |---|---|---|
//! | `liens.csv` | establishment and building of it | `uai`, `rnb_id` |
//! | `positions.csv` | row of the directory | `uai` (right letter), `site` (1, 2), `lon`, `lat` of a point in the main building (WGS84), `erreur_m` from the published position to the nearest of its buildings (0 inside, empty without position), `nature_erreur`, `rattachable` (`oui`: a link can be found from the position; in a trial, from a position within 8 m, an address or a ground) |
//! | `sites.csv` | establishment and ground that it is on | `uai`, `site` (a number: those of one number share the ground) |
//! | `groupes.csv` | establishment and group | `uai`, `groupe`, `type` (`cite_scolaire`, `rpi_disperse`; `mere_annexe`: a section and its host) |
//! | `territoires.csv` | establishment | `uai`, `commune`, `arrondissement` (empty outside the city), `academie` it is in, `academie_declaree`, `limite_m` to the border of the académies |

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufWriter;

use crate::annuaire::entries;
use crate::fault::{Fault, metres_off};
use crate::geometry::{Projection, rounded};
use crate::names::ACADEMIES;
use crate::output::{Output, Text};
use crate::plan::{Establishment, Plan, uses};
use crate::rnb_id::identifier;
use crate::town::Building;
use crate::{Error, Mix, Options};

/// In a trial a position so near to a building is good enough to find it.
const GOOD_M: f64 = 8.0;

/// The file of links, filled while the buildings pass.
pub(crate) struct Links {
    file: Text<BufWriter<File>>,
    /// Establishments of each site.
    of_site: Vec<Vec<usize>>,
    seed: u64,
    /// Links written.
    pub(crate) count: u64,
}

impl Links {
    pub(crate) fn create(out: &Output, options: &Options, plan: &Plan) -> Result<Self, Error> {
        let mut of_site = vec![Vec::new(); plan.sites.len()];
        for (index, establishment) in plan.establishments.iter().enumerate() {
            if establishment.exists(options.edition) {
                establishment
                    .sites(options.edition)
                    .iter()
                    .for_each(|site| of_site[*site].push(index));
            }
        }
        let mut file = out.text("truth/liens.csv")?;
        file.write("uai,rnb_id\n")?;
        Ok(Self {
            file,
            of_site,
            seed: options.seed,
            count: 0,
        })
    }

    /// A school's building: linked to each establishment of its site that uses it.
    pub(crate) fn add(
        &mut self,
        plan: &Plan,
        town: usize,
        building: &Building,
    ) -> Result<(), Error> {
        let campuses = &plan.towns[town].campuses;
        let Ok(at) = campuses.binary_search_by_key(&building.key.block, |(block, ..)| *block)
        else {
            return Ok(());
        };
        for index in &self.of_site[campuses[at].2] {
            let establishment = &plan.establishments[*index];
            if uses(establishment.share, building.school) {
                let id = identifier(self.seed, building.key);
                self.file
                    .write(&format!("{},{id}\n", establishment.uai()))?;
                self.count += 1;
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<u64, Error> {
        self.file.finish()?;
        Ok(self.count)
    }
}

/// Writes all but the links.
pub(crate) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<(), Error> {
    positions(out, options, plan, projection)?;
    sites(out, options, plan)?;
    groups(out, options, plan)?;
    territories(out, options, plan)
}

fn existing<'a>(
    options: &'a Options,
    plan: &'a Plan,
) -> impl Iterator<Item = &'a Establishment> + 'a {
    plan.establishments
        .iter()
        .filter(|establishment| establishment.exists(options.edition))
}

fn sites(out: &Output, options: &Options, plan: &Plan) -> Result<(), Error> {
    let mut file = out.text("truth/sites.csv")?;
    file.write("uai,site\n")?;
    for establishment in existing(options, plan) {
        for site in establishment.sites(options.edition) {
            file.write(&format!("{},{site}\n", establishment.uai()))?;
        }
    }
    file.finish()
}

fn groups(out: &Output, options: &Options, plan: &Plan) -> Result<(), Error> {
    let mut groups: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
    let mut join = |kind: &'static str, group: String, member: &Establishment| {
        groups
            .entry((kind, group))
            .or_default()
            .insert(member.uai());
    };
    for establishment in existing(options, plan) {
        if let Some((number, _)) = establishment.rpi {
            join("rpi_disperse", number.to_string(), establishment);
        }
        if let Some(host) = establishment.host {
            let host = &plan.establishments[host];
            join("mere_annexe", host.uai(), host);
            join("mere_annexe", host.uai(), establishment);
        }
        if establishment.kind.is_second_degree() && !establishment.kind.is_section() {
            let site = establishment.sites(options.edition)[0];
            join("cite_scolaire", site.to_string(), establishment);
        }
    }
    let mut file = out.text("truth/groupes.csv")?;
    file.write("uai,groupe,type\n")?;
    for ((kind, group), members) in groups.iter().filter(|(_, members)| members.len() > 1) {
        for uai in members {
            file.write(&format!("{uai},{group},{kind}\n"))?;
        }
    }
    file.finish()
}

fn positions(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<(), Error> {
    let mut file = out.text("truth/positions.csv")?;
    file.write("uai,site,lon,lat,erreur_m,nature_erreur,rattachable\n")?;
    for entry in entries(plan, options.edition) {
        let buildings = plan.buildings_of(entry.establishment, entry.site, options.edition);
        let Some(main) = buildings.first() else {
            continue;
        };
        let [lon, lat] = projection
            .wgs84(main.inside)?
            .map(|degrees| rounded(degrees, 7));
        let published = entry.published(plan, options.seed, options.edition);
        let published = published.map(|[x, y]| {
            if entry.fault() == Fault::Swapped {
                [y, x]
            } else {
                [x, y]
            }
        });
        let error =
            published.map_or_else(String::new, |p| format!("{:.1}", metres_off(&buildings, p)));
        let near = published.is_some_and(|p| metres_off(&buildings, p) <= GOOD_M);
        let by_other = crate::trial::has_address(options, entry.establishment)
            || crate::trial::has_ground(options, entry.site);
        let found = match options.mix {
            Mix::Island => entry.fault().linkable(),
            Mix::Trial => near || by_other,
        };
        let linkable = if found { "oui" } else { "non" };
        let (uai, label) = (entry.establishment.uai(), entry.fault().label());
        file.write(&format!(
            "{uai},{},{lon},{lat},{error},{label},{linkable}\n",
            entry.ordinal + 1
        ))?;
    }
    file.finish()
}

fn territories(out: &Output, options: &Options, plan: &Plan) -> Result<(), Error> {
    let mut file = out.text("truth/territoires.csv")?;
    file.write("uai,commune,arrondissement,academie,academie_declaree,limite_m\n")?;
    for establishment in existing(options, plan) {
        let place = plan.place_of(establishment, options.edition);
        let site = &plan.sites[establishment.sites(options.edition)[0]];
        let commune = &plan.territory.communes[site.town];
        let part = commune
            .arrondissement(place)
            .map_or("", |part| part.code.as_str());
        let located = ACADEMIES[plan.territory.academie(place)].0;
        let declared = ACADEMIES[plan.declared_academie(establishment, options.edition)].0;
        let metres = plan.territory.metres_to_border(place);
        let (uai, code) = (establishment.uai(), &commune.code);
        file.write(&format!(
            "{uai},{code},{part},{located},{declared},{metres:.0}\n"
        ))?;
    }
    file.finish()
}
