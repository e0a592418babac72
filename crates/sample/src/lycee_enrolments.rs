//! Counts of pupils of lycées: `fr-en-lycee_gt-effectifs-niveau-sexe-lv` and
//! `fr-en-lycee_pro-effectifs-niveau-sexe-lv` (DOMAIN B5).
//!
//! A lycée with both voies is in both files, with other pupils. Of the real files' columns by level, sex and language,
//! only those by level are here.

use crate::enrolments::open_in;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::{Dataset, Row};
use crate::{Error, Options, calendar, pupils};

const PLACE: [&str; 9] = [
    "rentree_scolaire",
    "region_academique",
    "academie",
    "departement",
    "commune",
    "numero_lycee",
    "denomination_principale",
    "patronyme",
    "secteur",
];
const GT_LEVELS: [&str; 7] = [
    "2ndes_gt",
    "1eres_g",
    "1eres_sti2d",
    "1eres_stmg",
    "terminales_g",
    "terminales_sti2d",
    "terminales_stmg",
];
const PRO_LEVELS: [&str; 5] = [
    "2ndes_pro",
    "cap_1ere_annee",
    "cap_2nde_annee",
    "1eres_pro",
    "terminales_pro",
];

/// Writes both datasets; says how many rows they have together.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let pupils = |lycee: &Establishment, autumn| pupils::of_lycee(options.seed, lycee, autumn);
    let gt = Voie {
        id: "fr-en-lycee_gt-effectifs-niveau-sexe-lv",
        title: "Effectifs d'élèves en lycée d'enseignement général et technologique",
        levels: &GT_LEVELS,
        pupils: &|lycee, autumn| pupils(lycee, autumn).gt,
    };
    let pro = Voie {
        id: "fr-en-lycee_pro-effectifs-niveau-sexe-lv",
        title: "Effectifs d'élèves en lycée professionnel",
        levels: &PRO_LEVELS,
        pupils: &|lycee, autumn| pupils(lycee, autumn).pro,
    };
    Ok(write_voie(out, options, plan, &gt)? + write_voie(out, options, plan, &pro)?)
}

/// One of the two files.
struct Voie<'a> {
    id: &'static str,
    title: &'static str,
    levels: &'static [&'static str],
    pupils: &'a dyn Fn(&Establishment, u16) -> u32,
}

fn write_voie(out: &Output, options: &Options, plan: &Plan, voie: &Voie<'_>) -> Result<u64, Error> {
    let levels = voie.levels;
    let counts = ["nombre_d_eleves"]
        .into_iter()
        .chain(levels.iter().copied());
    let kind = |name: &&'static str| if *name == PLACE[0] { "year" } else { "text" };
    let dataset = Dataset {
        id: voie.id,
        title: voie.title,
        frequency: "ANNUAL",
        modified: "2025-09-30",
        processed: calendar::enrolment_day(options.edition),
        geometry: None,
        fields: PLACE
            .iter()
            .map(|name| (*name, kind(name)))
            .chain(counts.map(|name| (name, "int")))
            .collect(),
    };
    let mut export = dataset.csv(out)?;
    for autumn in calendar::school_years(options.edition) {
        for lycee in plan.establishments.iter().filter(|e| open_in(e, autumn)) {
            let total = (voie.pupils)(lycee, autumn);
            if total == 0 {
                continue;
            }
            let mut row = export.row();
            describe(&mut row, plan, options.edition, lycee, autumn);
            row.set("nombre_d_eleves", total);
            // The first level takes the rest of the division.
            let share = total / levels.len() as u32;
            row.set_all(levels, share);
            row.set(levels[0], total - share * (levels.len() as u32 - 1));
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn describe(row: &mut Row, plan: &Plan, edition: u8, lycee: &Establishment, autumn: u16) {
    let commune = &plan.territory.communes[plan.sites[lycee.sites(edition)[0]].town];
    let academie = ACADEMIES[plan.declared_academie(lycee, edition)].1;
    row.set("rentree_scolaire", autumn);
    row.set("region_academique", capitals(names::REGION_NAME));
    row.set("academie", academie.to_uppercase());
    row.set("departement", capitals(names::DEPARTEMENT_NAME));
    row.set("commune", capitals(&commune.name));
    row.set("numero_lycee", lycee.uai());
    row.set("denomination_principale", capitals(lycee.kind.title()));
    row.set("patronyme", capitals(lycee.given_name(edition)));
    row.set("secteur", if lycee.private { "PRIVE" } else { "PUBLIC" });
}
