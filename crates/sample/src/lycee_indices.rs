//! Social position index of lycées, by voie: `fr-en-ips-lycees-ap2023` and `fr-en-ips-lycees-ap2022` (DOMAIN B4).

use crate::enrolments::open_in;
use crate::indices::{Means, describe, title};
use crate::indices_2022::{OLD_EDITION, PLACE_2022, dataset};
use crate::kind::Kind;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::Row;
use crate::{Error, Options, calendar, pupils};

const PLACE_2023: [&str; 13] = [
    "num_ligne",
    "rentree_scolaire",
    "code_region",
    "region_academique",
    "code_academie",
    "academie",
    "code_du_departement",
    "departement",
    "code_insee_de_la_commune",
    "nom_de_la_commune",
    "uai",
    "nom_de_l_etablissement",
    "secteur",
];
const LYCEE_VALUES: [&str; 8] = [
    "type_de_lycee",
    "ips_voie_gt",
    "ips_voie_pro",
    "ips_post_bac",
    "ips_etab",
    "ecart_type_voie_gt",
    "ecart_type_voie_pro",
    "ecart_type_etablissement",
];
/// The means of a type of lycée: of everyone, of private ones, of public ones, by territory.
macro_rules! means_of {
    ($($kind:literal),*) => {
        [$([
            [concat!("ips_national_", $kind), concat!("ips_academique_", $kind), concat!("ips_departemental_", $kind)],
            [concat!("ips_national_", $kind, "_prive"), concat!("ips_academique_", $kind, "_prive"), concat!("ips_departemental_", $kind, "_prive")],
            [concat!("ips_national_", $kind, "_public"), concat!("ips_academique_", $kind, "_public"), concat!("ips_departemental_", $kind, "_public")],
        ]),*]
    };
}
const LYCEE_MEANS: [[[&str; 3]; 3]; 3] = means_of!["legt", "lpo", "lp"];
const SECTORS: [Option<bool>; 3] = [None, Some(true), Some(false)];
const LYCEE_VALUES_2022: [&str; 9] = [
    "type_de_lycee",
    "effectifs_voie_gt",
    "effectifs_voie_pro",
    "effectifs_ensemble_gt_pro",
    "ips_voie_gt",
    "ips_voie_pro",
    "ips_ensemble_gt_pro",
    "ecart_type_de_l_ips_voie_gt",
    "ecart_type_de_l_ips_voie_pro",
];
/// Pupils under which the values of a lycée are not published.
const FEW_PUPILS: u32 = 340;
/// Writes the datasets; says how many rows they have together.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    Ok(write_lycees_2022(out, options, plan)? + write_lycees(out, options, plan)?)
}

/// Lycées with a ground of their own: type in the files, voies that they have.
fn lycees(plan: &Plan, autumn: u16) -> impl Iterator<Item = (&Establishment, Voies)> {
    let open = move |e: &&Establishment| open_in(e, autumn);
    plan.establishments
        .iter()
        .filter(open)
        .filter_map(|e| Some((e, Voies::of(e.kind)?)))
}

/// Type of a lycée, by rank in the names of its means, and whether it has the voies GT and pro.
#[derive(Clone, Copy)]
pub(crate) struct Voies {
    pub(crate) rank: usize,
    pub(crate) gt: bool,
    pub(crate) pro: bool,
}

impl Voies {
    const TYPES: [&'static str; 3] = ["LEGT", "LPO", "LP"];

    pub(crate) fn of(kind: Kind) -> Option<Self> {
        let (rank, gt, pro) = match kind {
            Kind::GeneralLycee => (0, true, false),
            Kind::MixedLycee => (1, true, true),
            Kind::VocationalLycee => (2, false, true),
            _ => return None,
        };
        Some(Self { rank, gt, pro })
    }
}

/// Indices and standard deviations of a lycée: voie GT, voie pro, the whole.
fn lycee_index(seed: u64, lycee: &Establishment, voies: Voies, autumn: u16) -> [(f64, f64); 3] {
    let (index, spread) = pupils::social_index(seed, lycee, autumn);
    let gt = (index + if voies.pro { 9.0 } else { 12.0 }, spread);
    let pro = (index - if voies.gt { 11.0 } else { 14.0 }, spread - 6.0);
    let whole = match (voies.gt, voies.pro) {
        (true, true) => ((3.0 * gt.0 + 2.0 * pro.0) / 5.0, spread),
        (true, false) => gt,
        _ => pro,
    };
    [gt, pro, whole]
}

fn write_lycees_2022(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let dataset = dataset(
        "fr-en-ips-lycees-ap2022",
        "Indices de position sociale dans les lycées (rentrée 2022)",
        "2023-02-14",
        PLACE_2022.into_iter().chain(LYCEE_VALUES_2022),
    );
    let mut export = dataset.csv(out)?;
    for (lycee, voies) in lycees(plan, 2022) {
        let mut row = export.row();
        describe(&mut row, plan, OLD_EDITION, lycee, 2022);
        row.set("nom_de_l_etablissment", title(lycee, OLD_EDITION));
        row.set("type_de_lycee", Voies::TYPES[voies.rank]);
        let [gt, pro, whole] = lycee_index(options.seed, lycee, voies, 2022);
        let pupils = pupils::of_lycee(options.seed, lycee, 2022);
        row.set(
            "effectifs_ensemble_gt_pro",
            format!("{}.0", pupils.gt + pupils.pro),
        );
        row.set("ips_ensemble_gt_pro", format!("{:.1}", whole.0));
        if voies.gt {
            row.set("effectifs_voie_gt", format!("{}.0", pupils.gt));
            row.set("ips_voie_gt", format!("{:.1}", gt.0));
            row.set("ecart_type_de_l_ips_voie_gt", format!("{:.1}", gt.1));
        }
        if voies.pro {
            row.set("effectifs_voie_pro", format!("{}.0", pupils.pro));
            row.set("ips_voie_pro", format!("{:.1}", pro.0));
            row.set("ecart_type_de_l_ips_voie_pro", format!("{:.1}", pro.1));
        }
        export.write(&row)?;
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn write_lycees(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let means = LYCEE_MEANS.into_iter().flatten().flatten();
    let dataset = dataset(
        "fr-en-ips-lycees-ap2023",
        "Indices de position sociale dans les lycées (à partir de 2023)",
        calendar::index_day(options.edition),
        PLACE_2023.into_iter().chain(LYCEE_VALUES).chain(means),
    );
    let mut export = dataset.csv(out)?;
    let mut line = 0;
    for autumn in calendar::school_years(options.edition) {
        let mut means: [Means; 3] = Default::default();
        for (lycee, voies) in lycees(plan, autumn) {
            let academie = plan.declared_academie(lycee, options.edition);
            let whole = lycee_index(options.seed, lycee, voies, autumn)[2].0;
            means[voies.rank].add(academie, lycee.private, whole);
        }
        for (lycee, voies) in lycees(plan, autumn) {
            line += 1;
            let mut row = export.row();
            row.set("num_ligne", line);
            describe(&mut row, plan, options.edition, lycee, autumn);
            describe_2023(&mut row, plan, options.edition, lycee);
            row.set("type_de_lycee", Voies::TYPES[voies.rank]);
            // Where pupils are few, the values are not significant.
            let pupils = pupils::of_lycee(options.seed, lycee, autumn);
            let known = pupils.gt + pupils.pro >= FEW_PUPILS;
            value_lycee(&mut row, options.seed, lycee, voies, autumn, known);
            let academie = plan.declared_academie(lycee, options.edition);
            for (names, of_type) in LYCEE_MEANS.iter().zip(&means) {
                for ([national, academique, departemental], sector) in names.iter().zip(SECTORS) {
                    let all = of_type.of(None, sector);
                    row.set(national, &all);
                    row.set(departemental, &all);
                    row.set(academique, of_type.of(Some(academie), sector));
                }
            }
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

/// The columns that the files from 2023 on have beside those of 2022.
fn describe_2023(row: &mut Row, plan: &Plan, edition: u8, establishment: &Establishment) {
    row.set("code_region", names::REGION);
    row.set("region_academique", capitals(names::REGION_NAME));
    let academie = plan.declared_academie(establishment, edition);
    row.set("code_academie", ACADEMIES[academie].0);
    row.set("code_du_departement", names::DEPARTEMENT_INSEE);
    row.set("nom_de_l_etablissement", title(establishment, edition));
}

fn value_lycee(
    row: &mut Row,
    seed: u64,
    lycee: &Establishment,
    voies: Voies,
    autumn: u16,
    known: bool,
) {
    let [gt, pro, whole] = lycee_index(seed, lycee, voies, autumn);
    let text = |value: f64| {
        if known {
            format!("{value:.1}")
        } else {
            "NS".to_owned()
        }
    };
    if voies.gt {
        row.set("ips_voie_gt", text(gt.0));
        row.set("ecart_type_voie_gt", text(gt.1));
    }
    if voies.pro {
        row.set("ips_voie_pro", text(pro.0));
        row.set("ecart_type_voie_pro", text(pro.1));
    }
    if pupils::of_lycee(seed, lycee, autumn).post_bac > 0 {
        row.set("ips_post_bac", text(whole.0 + 12.0));
    }
    row.set("ips_etab", text(whole.0));
    row.set("ecart_type_etablissement", text(whole.1));
}
