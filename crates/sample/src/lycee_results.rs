//! Results of lycées at the baccalauréat (IVAL): `fr-en-indicateurs-de-resultat-des-lycees-gt_v2` and `-pro_v2`
//! (DOMAIN B6).

use crate::draw::{Draw, Topic};
use crate::enrolments::open_in;
use crate::lycee_indices::Voies;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::{Dataset, Row};
use crate::{Error, Options, calendar, pupils};

const PLACE: [&str; 12] = [
    "num_ligne",
    "annee",
    "uai",
    "libelle_uai",
    "code_region",
    "libelle_region",
    "libelle_academie",
    "code_departement",
    "libelle_departement",
    "code_commune",
    "libelle_commune",
    "secteur",
];
/// Indicators of all the series together, and of access from each year to the exam.
const WHOLE: [&str; 14] = [
    "presents_total",
    "taux_reu_total",
    "va_reu_total",
    "taux_men_total",
    "va_men_total",
    "taux_acces_2nde",
    "taux_acces_1ere",
    "taux_acces_term",
    "va_acces_2nde",
    "va_acces_1ere",
    "va_acces_term",
    "eff_2nde",
    "eff_1ere",
    "eff_term",
];
/// The columns of each series.
macro_rules! series {
    ($($name:literal),*) => {
        [$([
            concat!("presents_", $name),
            concat!("taux_reu_", $name),
            concat!("va_reu_", $name),
            concat!("taux_men_", $name),
            concat!("va_men_", $name),
        ]),*]
    };
}
/// General series first; `l`, `es` and `s` have been empty since the session of 2021.
const GT_SERIES: [[&str; 5]; 11] = series![
    "gnle", "stmg", "sti2d", "l", "es", "s", "std2a", "stl", "st2s", "s2tmd", "sthr"
];
const PRO_SERIES: [[&str; 5]; 12] = series![
    "production",
    "services",
    "pluri_techno",
    "transfo",
    "genie_civil",
    "mat_souples",
    "meca_elec",
    "pluri_services",
    "echanges",
    "communication",
    "serv_personnes",
    "serv_collec"
];
const GT_HONOURS: [[&str; 4]; 2] = [
    [
        "nb_mentions_tb_avecf_g",
        "nb_mentions_tb_sansf_g",
        "nb_mentions_b_g",
        "nb_mentions_ab_g",
    ],
    [
        "nb_mentions_tb_avecf_t",
        "nb_mentions_tb_sansf_t",
        "nb_mentions_b_t",
        "nb_mentions_ab_t",
    ],
];

/// Writes both datasets; says how many rows they have together.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let gt = Voie {
        id: "fr-en-indicateurs-de-resultat-des-lycees-gt_v2",
        title: "Indicateurs de valeur ajoutée des lycées d'enseignement général et technologique",
        series: &GT_SERIES,
        honours: &GT_HONOURS,
        pupils: &|lycee, autumn| pupils::of_lycee(options.seed, lycee, autumn).gt,
    };
    let pro = Voie {
        id: "fr-en-indicateurs-de-resultat-des-lycees-pro_v2",
        title: "Indicateurs de valeur ajoutée des lycées d'enseignement professionnel",
        series: &PRO_SERIES,
        honours: &[],
        pupils: &|lycee, autumn| pupils::of_lycee(options.seed, lycee, autumn).pro,
    };
    Ok(write_voie(out, options, plan, &gt)? + write_voie(out, options, plan, &pro)?)
}

/// One of the two files.
struct Voie<'a> {
    id: &'static str,
    title: &'static str,
    series: &'static [[&'static str; 5]],
    honours: &'static [[&'static str; 4]],
    pupils: &'a dyn Fn(&Establishment, u16) -> u32,
}

fn write_voie(out: &Output, options: &Options, plan: &Plan, voie: &Voie<'_>) -> Result<u64, Error> {
    let series = voie.series.iter().flatten();
    let fields = PLACE.iter().chain(&WHOLE).chain(series);
    let fields = fields.chain(voie.honours.iter().flatten());
    let dataset = Dataset {
        id: voie.id,
        title: voie.title,
        frequency: "ANNUAL",
        modified: "2025-04-02",
        processed: calendar::results_day(options.edition),
        geometry: None,
        fields: fields.map(|name| (*name, "text")).collect(),
    };
    let mut export = dataset.csv(out)?;
    let mut line = 0;
    for session in calendar::sessions(options.edition) {
        for lycee in plan
            .establishments
            .iter()
            .filter(|e| open_in(e, session - 1))
        {
            let pupils = (voie.pupils)(lycee, session - 1);
            if pupils == 0 || Voies::of(lycee.kind).is_none() {
                continue;
            }
            line += 1;
            let mut row = export.row();
            row.set("num_ligne", line);
            describe(&mut row, plan, lycee, session);
            value(&mut row, voie, options.seed, lycee, pupils, session);
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn describe(row: &mut Row, plan: &Plan, lycee: &Establishment, session: u16) {
    let commune = &plan.territory.communes[plan.sites[lycee.sites(1)[0]].town];
    let name = format!("{} {}", lycee.kind.title(), lycee.given_name(1));
    row.set("annee", session);
    row.set("uai", lycee.uai());
    row.set("libelle_uai", capitals(&name));
    row.set("code_region", names::REGION);
    row.set("libelle_region", capitals(names::REGION_NAME));
    let academie = ACADEMIES[plan.declared_academie(lycee, 1)].1;
    row.set("libelle_academie", academie.to_uppercase());
    row.set("code_departement", names::DEPARTEMENT_INSEE);
    row.set("libelle_departement", capitals(names::DEPARTEMENT_NAME));
    row.set("code_commune", &commune.code);
    row.set("libelle_commune", capitals(&commune.name));
    row.set(
        "secteur",
        if lycee.private {
            "privé sous contrat"
        } else {
            "public"
        },
    );
}

fn value(
    row: &mut Row,
    voie: &Voie<'_>,
    seed: u64,
    lycee: &Establishment,
    pupils: u32,
    session: u16,
) {
    let mut draw = Draw::new(
        seed,
        Topic::Results,
        lycee.serial.into(),
        20_000 * voie.series.len() as u64 + u64::from(session),
    );
    let candidates = pupils / 3;
    let rate = draw.whole(82, 99);
    row.set("presents_total", candidates);
    row.set("taux_reu_total", format!("{rate}.0"));
    row.set("va_reu_total", format!("{}.0", i64::from(rate) - 92));
    row.set("taux_men_total", format!("{}.0", rate - 35));
    row.set(
        "va_men_total",
        format!("{}.0", i64::from(draw.whole(0, 12)) - 6),
    );
    row.set_all(&["eff_2nde", "eff_1ere", "eff_term"], candidates);
    row.set("taux_acces_2nde", format!("{}.0", rate - 10));
    row.set("taux_acces_1ere", rate - 4);
    row.set("taux_acces_term", rate);
    row.set("va_acces_2nde", "-3.0");
    // Not known for one lycée in eight.
    row.set_all(
        &["va_acces_1ere", "va_acces_term"],
        if lycee.serial % 8 == 3 { "ND" } else { "0" },
    );
    // The two first series of the file take two thirds and one third of the candidates.
    let shares = [candidates - candidates / 3, candidates / 3];
    for (names, present) in voie.series.iter().zip(shares) {
        let [presents, success, added, honours, honours_added] = names;
        row.set(presents, present);
        row.set(success, rate);
        row.set(added, i64::from(rate) - 92);
        row.set(honours, rate - 35);
        row.set(honours_added, "-2");
    }
    for (names, present) in voie.honours.iter().zip(shares) {
        let parts = [50, 8, 5, 3];
        names
            .iter()
            .zip(parts)
            .for_each(|(name, part)| row.set(name, present / part));
    }
}
