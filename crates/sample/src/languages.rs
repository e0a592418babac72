//! Languages taught: `fr-en-offre-langues-2d` (DOMAIN B8): a row per establishment, kind of teaching and language.

use crate::draw::{Draw, Topic};
use crate::enrolments::open_in;
use crate::kind::Kind;
use crate::names::{self, ACADEMIES};
use crate::output::Output;
use crate::plan::Plan;
use crate::portal::Dataset;
use crate::{Error, Options, calendar};

const FIELDS: [&str; 15] = [
    "uai",
    "libelle",
    "adresse",
    "enseignements",
    "langues",
    "code_departement",
    "departement",
    "code_region",
    "region",
    "code_academie",
    "academie",
    "commune",
    "type_d_etablissement",
    "position",
    "secteur_de_l_etablissement",
];

/// Writes the dataset; says how many rows it has.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let dataset = Dataset {
        id: "fr-en-offre-langues-2d",
        title: "Offre de langues dans les collèges et lycées",
        frequency: "ANNUAL",
        modified: "2026-01-31",
        processed: calendar::register_day(options.edition),
        geometry: None,
        fields: FIELDS.map(|name| (name, "text")).to_vec(),
    };
    let autumn = *calendar::school_years(options.edition).end();
    let mut export = dataset.csv(out)?;
    let taught = |kind: Kind| kind == Kind::College || (kind.is_lycee() && kind != Kind::Sep);
    for school in plan
        .establishments
        .iter()
        .filter(|e| taught(e.kind) && open_in(e, autumn))
    {
        let mut draw = Draw::new(options.seed, Topic::Languages, school.serial.into(), 0);
        let mut offer = vec![("LV1", "Anglais"), ("LV2", "Espagnol")];
        let others = [
            ("LV1", "Allemand"),
            ("LV2", "Allemand"),
            ("LV2", "Italien"),
            ("LV3", "Chinois"),
        ];
        offer.extend(others.into_iter().filter(|_| draw.chance(0.4)));
        let (academie, academie_name) = ACADEMIES[plan.declared_academie(school, options.edition)];
        let commune = &plan.territory.communes[plan.sites[school.sites(options.edition)[0]].town];
        for (teaching, language) in offer {
            let mut row = export.row();
            row.set("uai", school.uai());
            row.set(
                "libelle",
                format!(
                    "{} {}",
                    school.kind.title(),
                    school.given_name(options.edition)
                ),
            );
            row.set("enseignements", teaching);
            row.set("langues", language);
            row.set("code_departement", names::DEPARTEMENT);
            row.set("departement", names::DEPARTEMENT_NAME);
            row.set("code_region", names::REGION);
            row.set("region", names::REGION_NAME);
            row.set("code_academie", academie);
            row.set("academie", academie_name);
            row.set("commune", &commune.name);
            row.set("type_d_etablissement", school.kind.type_label());
            row.set(
                "secteur_de_l_etablissement",
                if school.private { "Privé" } else { "Public" },
            );
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}
