//! Results of colleges at the brevet: `fr-en-indicateurs-valeur-ajoutee-colleges` (IVAC) and
//! `fr-en-dnb-par-etablissement` (DOMAIN B6).

use crate::draw::{Draw, Topic};
use crate::enrolments::open_in;
use crate::kind::Kind;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::{Dataset, Row};
use crate::{Error, Options, calendar, pupils};

const IVAC_FIELDS: [&str; 24] = [
    "session",
    "uai",
    "nom_de_l_etablissement",
    "commune",
    "departement",
    "academie",
    "secteur",
    "nb_candidats_g",
    "taux_de_reussite_g",
    "va_du_taux_de_reussite_g",
    "nb_candidats_p",
    "taux_de_reussite_p",
    "note_a_l_ecrit_g",
    "va_de_la_note_g",
    "note_a_l_ecrit_p",
    "taux_d_acces_6eme_3eme",
    "part_presents_3eme_ordinaire_total",
    "part_presents_3eme_ordinaire_g",
    "part_presents_3eme_ordinaire_p",
    "part_presents_3eme_segpa_total",
    "nb_mentions_ab_g",
    "nb_mentions_b_g",
    "nb_mentions_tb_g",
    "nb_mentions_global_g",
];
const DNB_FIELDS: [&str; 21] = [
    "session",
    "numero_d_etablissement",
    "type_d_etablissement",
    "patronyme",
    "secteur_d_enseignement",
    "commune",
    "libelle_commune",
    "code_departement",
    "libelle_departement",
    "code_academie",
    "libelle_academie",
    "code_region",
    "libelle_region",
    "inscrits",
    "presents",
    "admis",
    "admis_sans_mention",
    "nombre_d_admis_mention_ab",
    "admis_mention_bien",
    "admis_mention_tres_bien",
    "taux_de_reussite",
];

/// Writes both datasets; says how many rows they have together.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    Ok(write_ivac(out, options, plan)? + write_dnb(out, options, plan)?)
}

/// Colleges that were open in the school year that the session closes.
fn colleges(plan: &Plan, session: u16) -> impl Iterator<Item = &Establishment> {
    plan.establishments
        .iter()
        .filter(move |e| e.kind == Kind::College && open_in(e, session - 1))
}

/// What a college obtained at a session: the same in both files.
struct Brevet {
    enrolled: u32,
    present: u32,
    admitted: u32,
    /// AB, B, TB.
    honours: [u32; 3],
    /// Success observed less what its pupils' milieu lets expect, points.
    added: f64,
}

impl Brevet {
    fn of(seed: u64, college: &Establishment, session: u16) -> Self {
        let (levels, _) = pupils::of_college(seed, college, session - 1);
        let (index, _) = pupils::social_index(seed, college, session - 1);
        let mut draw = Draw::new(seed, Topic::Results, college.serial.into(), session.into());
        let added = draw.between(-6.0, 6.0);
        let success = (0.86 + (index - 103.0) / 250.0 + added / 100.0).clamp(0.5, 1.0);
        let enrolled = levels[3];
        let present = enrolled - (f64::from(enrolled) * draw.between(0.0, 0.03)) as u32;
        let admitted = (f64::from(present) * success).round() as u32;
        let honours = [0.25, 0.24, 0.22].map(|part| (f64::from(admitted) * part) as u32);
        Self {
            enrolled,
            present,
            admitted,
            honours,
            added,
        }
    }

    /// Percent of those present.
    fn rate(&self) -> f64 {
        100.0 * f64::from(self.admitted) / f64::from(self.present.max(1))
    }
}

fn write_ivac(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let dataset = Dataset {
        id: "fr-en-indicateurs-valeur-ajoutee-colleges",
        title: "Indicateurs de valeur ajoutée des collèges",
        frequency: "ANNUAL",
        modified: "2025-04-02",
        processed: calendar::results_day(options.edition),
        geometry: None,
        fields: IVAC_FIELDS.map(|name| (name, "text")).to_vec(),
    };
    let mut export = dataset.csv(out)?;
    for session in calendar::sessions(options.edition) {
        for college in colleges(plan, session) {
            let brevet = Brevet::of(options.seed, college, session);
            let mut row = export.row();
            let commune = &plan.territory.communes[plan.sites[college.sites(1)[0]].town];
            // The portal turned the column from a text into a date between the editions.
            row.set(
                "session",
                if options.edition < 2 {
                    session.to_string()
                } else {
                    format!("{session}-01-01T00:00:00+00:00")
                },
            );
            row.set("uai", college.uai());
            row.set(
                "nom_de_l_etablissement",
                capitals(&format!("college {}", college.given_name(1))),
            );
            row.set("commune", capitals(&commune.name));
            row.set("departement", capitals(names::DEPARTEMENT_NAME));
            row.set(
                "academie",
                ACADEMIES[plan.declared_academie(college, 1)]
                    .1
                    .to_uppercase(),
            );
            row.set("secteur", if college.private { "PR" } else { "PU" });
            value_ivac(&mut row, college, &brevet, options.seed, session);
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn value_ivac(row: &mut Row, college: &Establishment, brevet: &Brevet, seed: u64, session: u16) {
    let mut draw = Draw::new(
        seed,
        Topic::Results,
        college.serial.into(),
        10_000 + u64::from(session),
    );
    // One college in four prepares the voie professionnelle of the brevet too.
    let pro = if college.serial % 4 == 1 {
        brevet.present / 8
    } else {
        0
    };
    row.set("nb_candidats_g", brevet.present - pro);
    row.set("taux_de_reussite_g", format!("{:.1}", brevet.rate()));
    row.set(
        "note_a_l_ecrit_g",
        format!("{:.1}", 11.0 + brevet.added / 4.0),
    );
    // Value added is not computed for a college in four dozens: too few pupils are followed.
    if college.serial % 48 != 5 {
        row.set("va_du_taux_de_reussite_g", format!("{:.1}", brevet.added));
        row.set("va_de_la_note_g", format!("{:.1}", brevet.added / 4.0));
    }
    if pro > 0 {
        row.set("nb_candidats_p", pro);
        row.set(
            "taux_de_reussite_p",
            format!("{:.1}", draw.between(70.0, 98.0)),
        );
        row.set(
            "note_a_l_ecrit_p",
            format!("{:.1}", draw.between(8.5, 12.0)),
        );
        row.set("part_presents_3eme_ordinaire_p", "88.0");
        row.set("part_presents_3eme_ordinaire_g", "97.0");
    }
    row.set(
        "taux_d_acces_6eme_3eme",
        format!("{:.1}", draw.between(84.0, 99.0)),
    );
    row.set("part_presents_3eme_ordinaire_total", "97.0");
    for (name, count) in ["nb_mentions_ab_g", "nb_mentions_b_g", "nb_mentions_tb_g"]
        .iter()
        .zip(brevet.honours)
    {
        row.set(name, count);
    }
    row.set("nb_mentions_global_g", brevet.honours.iter().sum::<u32>());
}

fn write_dnb(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let dataset = Dataset {
        id: "fr-en-dnb-par-etablissement",
        title: "Diplôme national du brevet par établissement",
        frequency: "ANNUAL",
        modified: "2025-01-26",
        processed: calendar::results_day(options.edition),
        geometry: None,
        fields: DNB_FIELDS.map(|name| (name, "text")).to_vec(),
    };
    let mut export = dataset.csv(out)?;
    for session in calendar::sessions(options.edition) {
        for college in colleges(plan, session) {
            let brevet = Brevet::of(options.seed, college, session);
            let mut row = export.row();
            let commune = &plan.territory.communes[plan.sites[college.sites(1)[0]].town];
            let (academie, academie_name) = ACADEMIES[plan.declared_academie(college, 1)];
            row.set("session", session);
            row.set("numero_d_etablissement", college.uai());
            row.set("type_d_etablissement", "COLLEGE");
            row.set("patronyme", capitals(college.given_name(1)));
            row.set(
                "secteur_d_enseignement",
                if college.private { "PRIVE" } else { "PUBLIC" },
            );
            row.set("commune", &commune.code);
            row.set("libelle_commune", commune.name.to_uppercase());
            row.set("code_departement", names::DEPARTEMENT);
            row.set("libelle_departement", capitals(names::DEPARTEMENT_NAME));
            row.set("code_academie", academie);
            row.set("libelle_academie", academie_name.to_uppercase());
            row.set("code_region", names::REGION);
            row.set("libelle_region", capitals(names::REGION_NAME));
            let [ab, b, tb] = brevet.honours;
            row.set("inscrits", brevet.enrolled);
            row.set("presents", brevet.present);
            row.set("admis", brevet.admitted);
            row.set("admis_sans_mention", brevet.admitted - ab - b - tb);
            row.set("nombre_d_admis_mention_ab", ab);
            row.set("admis_mention_bien", b);
            row.set("admis_mention_tres_bien", tb);
            let rate = format!("{:.1}%", brevet.rate()).replace('.', ",");
            row.set("taux_de_reussite", rate);
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}
