//! Counts of pupils: `fr-en-ecoles-effectifs-nb_classes` and `fr-en-college-effectifs-niveau-sexe-lv` (DOMAIN B5).

use std::collections::BTreeSet;

use crate::draw::{Draw, Topic};
use crate::kind::Kind;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::{Dataset, Row};
use crate::pupils::{self, SchoolPupils};
use crate::{Error, Options, calendar};

const SCHOOL_FIELDS: [(&str, &str); 24] = [
    ("rentree_scolaire", "year"),
    ("region_academique", "text"),
    ("academie", "text"),
    ("code_departement", "text"),
    ("departement", "text"),
    ("code_commune_insee", "text"),
    ("commune", "text"),
    ("numero_ecole", "text"),
    ("denomination_principale", "text"),
    ("patronyme", "text"),
    ("secteur", "text"),
    ("rep", "text"),
    ("rep_plus", "text"),
    ("nombre_total_classes", "int"),
    ("nombre_total_eleves", "int"),
    ("nombre_eleves_preelementaire_hors_ulis", "int"),
    ("nombre_eleves_elementaire_hors_ulis", "int"),
    ("nombre_eleves_ulis", "int"),
    ("nombre_eleves_cp_hors_ulis", "int"),
    ("nombre_eleves_ce1_hors_ulis", "int"),
    ("nombre_eleves_ce2_hors_ulis", "int"),
    ("nombre_eleves_cm1_hors_ulis", "int"),
    ("nombre_eleves_cm2_hors_ulis", "int"),
    ("tri", "text"),
];
const COLLEGE_FIELDS: [(&str, &str); 21] = [
    ("num_ligne", "int"),
    ("rentree_scolaire", "year"),
    ("code_region_academique", "text"),
    ("code_region_insee", "text"),
    ("region_academique", "text"),
    ("code_aca", "text"),
    ("academie", "text"),
    ("code_dept", "text"),
    ("departement", "text"),
    ("code_commune", "text"),
    ("commune", "text"),
    ("numero_college", "text"),
    ("denomination_principale", "text"),
    ("patronyme", "text"),
    ("secteur", "text"),
    ("rep", "int"),
    ("rep0", "int"),
    ("nombre_eleves_total", "int"),
    ("nombre_d_eleves_total_hors_segpa_hors_ulis", "int"),
    ("nombre_d_eleves_total_segpa", "int"),
    ("nombre_d_eleves_total_ulis", "int"),
];
/// Names of a level's columns as the source spells them: `6eme_filles` beside `6emes_garcons`.
macro_rules! level_fields {
    ($($level:literal),*) => {
        [$([
            concat!("nombre_total_de_", $level, "emes"),
            concat!("nombre_de_", $level, "emes_hors_segpa_hors_ulis"),
            concat!("nombre_de_", $level, "emes_segpa"),
            concat!("nombre_de_", $level, "emes_ulis"),
            concat!($level, "eme_filles"),
            concat!($level, "emes_garcons"),
            concat!("nombre_de_", $level, "emes_lv1_allemand"),
            concat!("nombre_de_", $level, "emes_lv1_anglais"),
            concat!("nombre_de_", $level, "emes_lv1_espagnol"),
            concat!("nombre_de_", $level, "emes_lv1_autres_langues"),
            concat!("nombre_de_", $level, "emes_lv2_allemand"),
            concat!("nombre_de_", $level, "emes_lv2_anglais"),
            concat!("nombre_de_", $level, "emes_lv2_espagnol"),
            concat!("nombre_de_", $level, "emes_lv2_italien"),
            concat!("nombre_de_", $level, "emes_lv2_autres_langues"),
        ]),*]
    };
}
const LEVEL_FIELDS: [[&str; 15]; 4] = level_fields!["6", "5", "4", "3"];
/// Writes both datasets; says how many rows they have.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<[u64; 2], Error> {
    Ok([
        write_schools(out, options, plan)?,
        write_colleges(out, options, plan)?,
    ])
}

/// Whether an establishment was open at an autumn: what opens with edition 2 was not before.
pub(crate) fn open_in(establishment: &Establishment, autumn: u16) -> bool {
    establishment.exists(if autumn >= 2026 { 2 } else { 1 })
}

fn write_schools(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let dataset = Dataset {
        id: "fr-en-ecoles-effectifs-nb_classes",
        title: "Effectifs d'élèves par niveau et nombre de classes par école",
        frequency: "ANNUAL",
        modified: "2025-09-30",
        processed: calendar::enrolment_day(options.edition),
        geometry: None,
        fields: SCHOOL_FIELDS.to_vec(),
    };
    let mut export = dataset.csv(out)?;
    for autumn in calendar::school_years(options.edition) {
        for school in plan
            .establishments
            .iter()
            .filter(|e| e.kind.is_school() && open_in(e, autumn))
        {
            let mut row = export.row();
            let pupils = pupils::of_school(options.seed, school, autumn);
            describe_school(
                &mut row,
                plan,
                options.edition,
                school,
                &school.uai(),
                autumn,
            );
            count_school(&mut row, &pupils);
            export.write(&row)?;
        }
        // It closed before edition 1: its counts are there, the directory does not know it.
        let model = plan.establishments.iter().find(|e| e.kind == Kind::Nursery);
        if let Some(model) = model.filter(|_| autumn < 2025) {
            let mut row = export.row();
            describe_school(
                &mut row,
                plan,
                options.edition,
                model,
                &names::forgotten_uai(),
                autumn,
            );
            count_school(
                &mut row,
                &SchoolPupils {
                    nursery: 41,
                    levels: [0; 5],
                    ulis: 0,
                },
            );
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn describe_school(
    row: &mut Row,
    plan: &Plan,
    edition: u8,
    school: &Establishment,
    uai: &str,
    autumn: u16,
) {
    let commune = &plan.territory.communes[plan.sites[school.sites(edition)[0]].town];
    let academie = ACADEMIES[plan.declared_academie(school, edition)]
        .1
        .to_uppercase();
    let region = capitals(names::REGION_NAME);
    let departement = capitals(names::DEPARTEMENT_NAME);
    let sector = if school.private { "PRIVEE" } else { "PUBLIQUE" };
    let name = capitals(&commune.name);
    row.set(
        "tri",
        format!("{autumn}-{region}-{academie}-{departement}-{name}-{uai}"),
    );
    row.set("rentree_scolaire", autumn);
    row.set("region_academique", region);
    row.set("academie", academie);
    row.set("code_departement", names::DEPARTEMENT);
    row.set("departement", departement);
    // The column says INSEE and holds the postal code, in the source too.
    row.set("code_commune_insee", &commune.postal_code);
    row.set("commune", name);
    row.set("numero_ecole", uai);
    row.set(
        "denomination_principale",
        format!("{} {sector}", capitals(school.kind.title())),
    );
    row.set("patronyme", capitals(school.given_name(edition)));
    row.set("secteur", if school.private { "PRIVE" } else { "PUBLIC" });
    row.set("rep", u8::from(school.priority == 1));
    row.set("rep_plus", u8::from(school.priority == 2));
}

fn count_school(row: &mut Row, pupils: &SchoolPupils) {
    row.set("nombre_total_classes", pupils.total().div_ceil(24).max(1));
    row.set("nombre_total_eleves", pupils.total());
    row.set("nombre_eleves_preelementaire_hors_ulis", pupils.nursery);
    row.set("nombre_eleves_elementaire_hors_ulis", pupils.elementary());
    row.set("nombre_eleves_ulis", pupils.ulis);
    for (level, count) in ["cp", "ce1", "ce2", "cm1", "cm2"].iter().zip(pupils.levels) {
        row.set(&format!("nombre_eleves_{level}_hors_ulis"), count);
    }
}

fn write_colleges(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let levels = LEVEL_FIELDS.iter().flatten().map(|name| (*name, "int"));
    let dataset = Dataset {
        id: "fr-en-college-effectifs-niveau-sexe-lv",
        title: "Effectifs d'élèves par niveau, sexe et langues vivantes par collège",
        frequency: "ANNUAL",
        modified: "2025-09-30",
        processed: calendar::enrolment_day(options.edition),
        geometry: None,
        fields: COLLEGE_FIELDS.into_iter().chain(levels).collect(),
    };
    let sections = plan.establishments.iter().filter(|e| e.kind == Kind::Segpa);
    let with_segpa: BTreeSet<usize> = sections.filter_map(|section| section.host).collect();
    let mut export = dataset.csv(out)?;
    let mut line = 0;
    for autumn in calendar::school_years(options.edition) {
        let present = plan.establishments.iter().enumerate();
        for (index, college) in
            present.filter(|(_, e)| e.kind == Kind::College && open_in(e, autumn))
        {
            line += 1;
            let mut row = export.row();
            row.set("num_ligne", line);
            describe_college(&mut row, plan, options.edition, college, autumn);
            let segpa_per_level = if with_segpa.contains(&index) { 14 } else { 0 };
            count_college(&mut row, options.seed, college, segpa_per_level, autumn);
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn describe_college(row: &mut Row, plan: &Plan, edition: u8, college: &Establishment, autumn: u16) {
    let commune = &plan.territory.communes[plan.sites[college.sites(edition)[0]].town];
    let part = commune.arrondissement(plan.place_of(college, edition));
    let (academie, academie_name) = ACADEMIES[plan.declared_academie(college, edition)];
    row.set("rentree_scolaire", autumn);
    row.set("code_region_academique", names::REGION);
    row.set("code_region_insee", names::REGION);
    row.set("region_academique", capitals(names::REGION_NAME));
    row.set("code_aca", academie);
    row.set("academie", academie_name.to_uppercase());
    row.set("code_dept", names::DEPARTEMENT_INSEE);
    row.set("departement", capitals(names::DEPARTEMENT_NAME));
    row.set(
        "code_commune",
        part.map_or(&commune.code, |part| &part.code),
    );
    row.set("commune", commune.name.to_uppercase());
    row.set("numero_college", college.uai());
    row.set(
        "denomination_principale",
        if college.private {
            "COLLEGE PRIVE"
        } else {
            "COLLEGE"
        },
    );
    row.set("patronyme", capitals(college.given_name(edition)));
    row.set("secteur", if college.private { "PRIVE" } else { "PUBLIC" });
    row.set("rep", u8::from(college.priority == 1));
    // `rep0` is the source's name for REP+.
    row.set("rep0", u8::from(college.priority == 2));
}

fn count_college(
    row: &mut Row,
    seed: u64,
    college: &Establishment,
    segpa_per_level: u32,
    autumn: u16,
) {
    let (levels, ulis) = pupils::of_college(seed, college, autumn);
    let mut draw = Draw::new(
        seed,
        Topic::Pupils,
        college.serial.into(),
        20_000 + u64::from(autumn),
    );
    let ordinary: u32 = levels.iter().sum();
    row.set("nombre_eleves_total", ordinary + 4 * segpa_per_level + ulis);
    row.set("nombre_d_eleves_total_hors_segpa_hors_ulis", ordinary);
    row.set("nombre_d_eleves_total_segpa", 4 * segpa_per_level);
    row.set("nombre_d_eleves_total_ulis", ulis);
    for (i, (names, pupils)) in LEVEL_FIELDS.iter().zip(levels).enumerate() {
        let in_ulis = ulis / 4 + u32::from(i < (ulis % 4) as usize);
        let share = |part: f64| (f64::from(pupils) * part).round() as u32;
        let girls = share(draw.between(0.45, 0.55));
        let german_first = share(draw.between(0.0, 0.06));
        // The second language begins in the second year.
        let second = if i == 0 { 0 } else { pupils };
        let german = share(draw.between(0.1, 0.2)).min(second);
        let italian = share(draw.between(0.0, 0.08)).min(second - german);
        let counts = [
            pupils + segpa_per_level + in_ulis,
            pupils,
            segpa_per_level,
            in_ulis,
            girls,
            pupils - girls,
            german_first,
            pupils - german_first,
            0,
            0,
            german,
            0,
            second - german - italian,
            italian,
            0,
        ];
        names
            .iter()
            .zip(counts)
            .for_each(|(name, count)| row.set(name, count));
    }
}
