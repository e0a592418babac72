//! The statistics beside those of schools and colleges: their quirks, and that they agree with the rest of the island.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::{self, Row, edition};

const LYCEES_INDEX: &str = "fr-en-ips-lycees-ap2023";
const GT_COUNTS: &str = "fr-en-lycee_gt-effectifs-niveau-sexe-lv";
const PRO_COUNTS: &str = "fr-en-lycee_pro-effectifs-niveau-sexe-lv";
const IVAC: &str = "fr-en-indicateurs-valeur-ajoutee-colleges";
const DNB: &str = "fr-en-dnb-par-etablissement";
const IVAL_GT: &str = "fr-en-indicateurs-de-resultat-des-lycees-gt_v2";
const PRIORITY: &str = "fr-en-etablissements-ep";
const SECTORS: &str = "fr-en-carte-scolaire-colleges-publics";

fn rows(number: u8, id: &str) -> Vec<Row> {
    files::dataset(edition(number), id)
}

fn number(row: &Row, column: &str) -> f64 {
    row[column]
        .trim_end_matches('%')
        .replace(',', ".")
        .parse()
        .unwrap()
}

#[test]
fn every_establishment_of_the_statistics_is_of_the_island() {
    let known: BTreeSet<String> = [1, 2]
        .iter()
        .flat_map(|n| files::truth(edition(*n), "territoires"))
        .map(|row| row["uai"].clone())
        .collect();
    for (id, column) in [
        (LYCEES_INDEX, "uai"),
        ("fr-en-ips-lycees-ap2022", "uai"),
        ("fr-en-ips-colleges-ap2022", "uai"),
        ("fr-en-ips-erea-ap2022", "uai"),
        (GT_COUNTS, "numero_lycee"),
        (PRO_COUNTS, "numero_lycee"),
        (IVAC, "uai"),
        (DNB, "numero_d_etablissement"),
        (IVAL_GT, "uai"),
        ("fr-en-indicateurs-de-resultat-des-lycees-pro_v2", "uai"),
        (PRIORITY, "uai"),
        ("fr-en-mode-hebergement-eleves-etablissements-2d", "uai"),
        ("fr-en-offre-langues-2d", "uai"),
        ("fr-en-sections-internationales", "uai"),
        ("fr-en-sections-sportives-scolaires", "uai"),
    ] {
        let rows = rows(1, id);
        assert!(!rows.is_empty(), "{id}");
        for row in rows {
            assert!(known.contains(&row[column]), "{id}: {}", row[column]);
        }
    }
}

#[test]
fn a_lycee_with_both_voies_is_in_both_files_and_has_both_indices() {
    let of_2025 = |id: &str| -> BTreeSet<String> {
        let rows = rows(1, id);
        let open = rows.iter().filter(|row| row["rentree_scolaire"] == "2025");
        open.map(|row| row["numero_lycee"].clone()).collect()
    };
    let (gt, pro) = (of_2025(GT_COUNTS), of_2025(PRO_COUNTS));
    let index = rows(1, LYCEES_INDEX);
    let mixed: Vec<&Row> = index
        .iter()
        .filter(|row| row["type_de_lycee"] == "LPO" && row["rentree_scolaire"] == "2025-2026")
        .collect();
    assert!(!mixed.is_empty());
    for row in mixed {
        assert!(gt.contains(&row["uai"]) && pro.contains(&row["uai"]));
        let [gt, whole, pro] =
            ["ips_voie_gt", "ips_etab", "ips_voie_pro"].map(|name| number(row, name));
        assert!(pro < whole && whole < gt, "{pro} {whole} {gt}");
    }
    let count = |test: &dyn Fn(&Row) -> bool| index.iter().filter(|row| test(row)).count();
    assert!(count(&|row| row["ips_etab"] == "NS") > 0);
    assert!(count(&|row| !row["ips_post_bac"].is_empty()) > 0);
    assert!(count(&|row| row["ips_voie_gt"].is_empty()) > 0);
}

#[test]
fn a_session_is_a_year_in_edition_1_and_a_date_in_edition_2_with_the_same_results() {
    let by_key = |number: u8| -> BTreeMap<(String, String), Row> {
        let rows = rows(number, IVAC).into_iter();
        rows.map(|mut row| {
            let session = row.remove("session").unwrap();
            assert_eq!(session.len(), if number == 1 { 4 } else { 25 }, "{session}");
            ((session[..4].to_owned(), row["uai"].clone()), row)
        })
        .collect()
    };
    let (before, after) = (by_key(1), by_key(2));
    assert!(before.len() < after.len());
    for (key, row) in before {
        assert_eq!(after[&key], row, "{key:?}");
    }
}

#[test]
fn rates_follow_from_the_counts_and_are_written_as_in_the_source() {
    let results = rows(1, DNB);
    for row in &results {
        let rate = &row["taux_de_reussite"];
        assert!(rate.ends_with('%') && rate.contains(','), "{rate}");
        let [present, admitted] = ["presents", "admis"].map(|name| number(row, name));
        let difference = number(row, "taux_de_reussite") - 100.0 * admitted / present;
        assert!(difference.abs() <= 0.051, "{difference}");
    }
    let unknown = rows(1, IVAL_GT);
    assert!(unknown.iter().any(|row| row["va_acces_term"] == "ND"));
    assert!(unknown.iter().all(|row| row["presents_l"].is_empty()));
}

#[test]
fn the_list_of_priority_education_repeats_rows_and_cites_others() {
    let list = rows(1, PRIORITY);
    let distinct: BTreeSet<&Row> = list.iter().collect();
    assert!(distinct.len() < list.len());
    for label in ["REP", "REP+", "HORS REP"] {
        assert!(
            list.iter().any(|row| row["ep_2022_2023"] == label),
            "{label}"
        );
    }
    let uais: BTreeSet<&String> = list.iter().map(|row| &row["uai"]).collect();
    assert_eq!(
        uais.len(),
        distinct.len(),
        "a row of a UAI differs from another of it"
    );
}

#[test]
fn the_sectors_have_open_ends_holes_and_mistakes() {
    let sectors = rows(1, SECTORS);
    let count = |test: &dyn Fn(&Row) -> bool| sectors.iter().filter(|row| test(row)).count();
    let range = |row: &Row| {
        Some((
            row["n_de_voie_debut"].parse().ok()?,
            row["n_de_voie_fin"].parse().ok()?,
        ))
    };
    assert!(count(&|row| row["secteur_unique"] == "O") > 0);
    assert!(count(&|row| row["n_de_voie_fin"] == "9999") > 0);
    assert!(count(&|row| row["parite"] == "P") > 0);
    let backwards = count(&|row| range(row).is_some_and(|(first, last): (u32, u32)| first > last));
    assert_eq!(backwards, 1);
    assert_eq!(count(&|row| row.values().all(String::is_empty)), 1);
    assert_eq!(
        count(&|row| row["code_rne"].is_empty() && !row["code_insee"].is_empty()),
        1
    );
    let sectored: BTreeSet<&String> = sectors.iter().map(|row| &row["code_insee"]).collect();
    let communes = files::directory(edition(1));
    let communes: BTreeSet<&String> = communes.iter().map(|row| &row["code_commune"]).collect();
    assert!(communes.iter().any(|code| !sectored.contains(code)));
}
