//! Boarders and half-boarders: `fr-en-mode-hebergement-eleves-etablissements-2d` (DOMAIN B5). Of the real file's modes,
//! those that the pipelines read are here.

use crate::draw::{Draw, Topic};
use crate::enrolments::open_in;
use crate::kind::Kind;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::Dataset;
use crate::{Error, Options, calendar, pupils};

const FIELDS: [&str; 11] = [
    "rentree",
    "academie",
    "code_departement",
    "departement",
    "uai",
    "type_d_etablissement",
    "secteur",
    "nombre_d_eleves_dans_une_formation_du_second_degre",
    "nombre_d_eleves_2d_demi_pensionnaires",
    "nombre_d_eleves_2d_internes",
    "nombre_d_eleves_dans_une_formation_du_superieur",
];

/// Writes the dataset; says how many rows it has.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let kind = |name: &str| {
        if name.starts_with("nombre") || name == "rentree" {
            "int"
        } else {
            "text"
        }
    };
    let dataset = Dataset {
        id: "fr-en-mode-hebergement-eleves-etablissements-2d",
        title: "Le mode d'hébergement des élèves dans les établissements du second degré",
        frequency: "ANNUAL",
        modified: "2025-12-05",
        processed: calendar::register_day(options.edition),
        geometry: None,
        fields: FIELDS.map(|name| (name, kind(name))).to_vec(),
    };
    let mut export = dataset.csv(out)?;
    for autumn in calendar::school_years(options.edition) {
        for establishment in plan.establishments.iter().filter(|e| open_in(e, autumn)) {
            let Some((label, second_degree, higher)) = counts(options.seed, establishment, autumn)
            else {
                continue;
            };
            let mut row = export.row();
            let academie = ACADEMIES[plan.declared_academie(establishment, options.edition)].1;
            row.set("rentree", autumn);
            row.set("academie", academie.to_uppercase());
            row.set("code_departement", names::DEPARTEMENT);
            row.set("departement", capitals(names::DEPARTEMENT_NAME));
            row.set("uai", establishment.uai());
            row.set("type_d_etablissement", label);
            row.set(
                "secteur",
                if establishment.private {
                    "PRIVE"
                } else {
                    "PUBLIC"
                },
            );
            let mut draw = Draw::new(
                options.seed,
                Topic::Boarding,
                establishment.serial.into(),
                autumn.into(),
            );
            let share = |part: f64| (f64::from(second_degree) * part) as u32;
            let boards = establishment.kind.is_lycee();
            let boarders = if boards {
                share(draw.between(0.0, 0.25))
            } else {
                0
            };
            row.set(
                "nombre_d_eleves_dans_une_formation_du_second_degre",
                second_degree,
            );
            row.set(
                "nombre_d_eleves_2d_demi_pensionnaires",
                share(draw.between(0.4, 0.7)),
            );
            row.set("nombre_d_eleves_2d_internes", boarders);
            row.set("nombre_d_eleves_dans_une_formation_du_superieur", higher);
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

/// Label of the type, pupils of the second degree, students; none for who is not in the file.
fn counts(
    seed: u64,
    establishment: &Establishment,
    autumn: u16,
) -> Option<(&'static str, u32, u32)> {
    let label = match establishment.kind {
        Kind::College => "COLLEGE",
        Kind::GeneralLycee | Kind::MixedLycee => "LYCEE",
        Kind::VocationalLycee => "LP",
        _ => return None,
    };
    if establishment.kind == Kind::College {
        let (levels, ulis) = pupils::of_college(seed, establishment, autumn);
        return Some((label, levels.iter().sum::<u32>() + ulis, 0));
    }
    let lycee = pupils::of_lycee(seed, establishment, autumn);
    Some((label, lycee.gt + lycee.pro, lycee.post_bac))
}
