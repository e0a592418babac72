//! Every quirk is there, and how often.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::{self, Row, edition};

fn check_letter(uai: &str) -> char {
    let digits: usize = uai[..7].parse().unwrap();
    "ABCDEFGHJKLMNPRSTUVWXYZ".chars().nth(digits % 23).unwrap()
}

/// One line per quirk and its number of rows.
fn census(number: u8) -> String {
    let folder = edition(number);
    let directory = files::directory(folder);
    let schools = files::dataset(folder, "fr-en-ecoles-effectifs-nb_classes");
    let colleges = files::dataset(folder, "fr-en-college-effectifs-niveau-sexe-lv");
    let school_index = files::dataset(folder, "fr-en-ips-ecoles-ap2022");
    let college_index = files::dataset(folder, "fr-en-ips-colleges-ap2023");
    let buildings = files::buildings(folder);
    let territories = files::truth(folder, "territoires");
    let links = files::truth(folder, "liens");

    let mut lines = Vec::new();
    let mut line = |name: &str, count: usize| lines.push(format!("{count:>6}  {name}"));
    let count = |rows: &[Row], column: &str, test: &dyn Fn(&str) -> bool| {
        rows.iter().filter(|row| test(&row[column])).count()
    };
    let is = |value: &'static str| move |cell: &str| cell == value;

    line("directory: rows", directory.len());
    let uais: BTreeSet<&String> = directory
        .iter()
        .map(|row| &row["identifiant_de_l_etablissement"])
        .collect();
    line("directory: distinct UAI", uais.len());
    line(
        "directory: rows of a UAI on several sites",
        count(&directory, "multi_uai", &is("1")),
    );
    let wrong = |uai: &str| !uai.ends_with(check_letter(uai));
    line(
        "directory: wrong check letter",
        count(&directory, "identifiant_de_l_etablissement", &wrong),
    );
    line(
        "directory: statut_public_prive empty",
        count(&directory, "statut_public_prive", &is("")),
    );
    line(
        "directory: type_etablissement empty",
        count(&directory, "type_etablissement", &is("")),
    );
    line(
        "directory: SEGPA or SEP",
        directory
            .iter()
            .filter(|row| ["390", "334"].contains(&row["code_nature"].as_str()))
            .count(),
    );
    line(
        "directory: member of an RPI",
        count(&directory, "rpi_disperse", &|cell| !cell.is_empty()),
    );
    line(
        "directory: arrondissement code",
        count(&directory, "code_commune", &|cell| cell.starts_with("9998")),
    );
    line(
        "directory: C0NTRAT with a zero",
        count(&directory, "type_contrat_prive", &|cell| {
            cell.starts_with("C0NTRAT")
        }),
    );
    line(
        "directory: A FERMER",
        count(&directory, "etat", &is("A FERMER")),
    );
    line(
        "directory: dates of date_maj_ligne",
        directory
            .iter()
            .map(|row| &row["date_maj_ligne"])
            .collect::<BTreeSet<_>>()
            .len(),
    );
    let mut faults: BTreeMap<String, usize> = BTreeMap::new();
    files::truth(folder, "positions")
        .iter()
        .for_each(|row| *faults.entry(row["nature_erreur"].clone()).or_default() += 1);
    faults
        .iter()
        .for_each(|(fault, rows)| line(&format!("directory: position {fault}"), *rows));
    let mut precisions: BTreeMap<&str, usize> = BTreeMap::new();
    directory.iter().for_each(|row| {
        *precisions
            .entry(&row["precision_localisation"])
            .or_default() += 1;
    });
    precisions
        .iter()
        .for_each(|(precision, rows)| line(&format!("directory: precision `{precision}`"), *rows));

    let near = |metres: &str| metres.parse::<u32>().unwrap() < 200;
    line(
        "truth: establishments within 200 m of the académie border",
        count(&territories, "limite_m", &near),
    );
    let disagree = territories
        .iter()
        .filter(|row| row["academie"] != row["academie_declaree"])
        .count();
    line("truth: declared académie is not the located one", disagree);
    line("truth: links", links.len());
    let mut users: BTreeMap<&str, usize> = BTreeMap::new();
    links
        .iter()
        .for_each(|link| *users.entry(&link["rnb_id"]).or_default() += 1);
    line("truth: school buildings", users.len());
    line(
        "truth: buildings of several establishments",
        users.values().filter(|users| **users > 1).count(),
    );

    let known: BTreeSet<&String> = territories.iter().map(|row| &row["uai"]).collect();
    line("counts of schools: rows", schools.len());
    line(
        "counts of schools: UAI unknown to the directory",
        schools
            .iter()
            .filter(|row| !known.contains(&row["numero_ecole"]))
            .count(),
    );
    line(
        "counts of schools: postal code as INSEE code",
        schools
            .iter()
            .filter(|row| row["code_commune_insee"].ends_with('0'))
            .count(),
    );
    line("counts of colleges: rows", colleges.len());
    line(
        "counts of colleges: rep0 (REP+)",
        count(&colleges, "rep0", &is("1")),
    );
    line("index of schools: rows", school_index.len());
    line(
        "index of schools: NS",
        count(&school_index, "ips", &is("NS")),
    );
    line("index of colleges: rows", college_index.len());
    line(
        "index of colleges: no value",
        count(&college_index, "ips", &is("")),
    );

    line("RNB: rows", buildings.len());
    line(
        "RNB: notUsable",
        count(&buildings, "status", &is("notUsable")),
    );
    line(
        "RNB: demolished",
        count(&buildings, "status", &is("demolished")),
    );
    for form in ["POLYGON", "MULTIPOLYGON", "POINT"] {
        line(
            &format!("RNB: {form} shapes"),
            count(&buildings, "shape", &|cell| {
                cell.starts_with(&format!("SRID=4326;{form}("))
            }),
        );
    }
    line("RNB: ext_ids null", count(&buildings, "ext_ids", &is("")));
    line("RNB: ext_ids []", count(&buildings, "ext_ids", &is("[]")));
    line(
        "RNB: several ext_ids",
        count(&buildings, "ext_ids", &|cell| {
            cell.contains("bdnb-bc-") && cell.contains("BATIMENT")
        }),
    );
    line("RNB: no address", count(&buildings, "addresses", &is("[]")));
    line(
        "RNB: street_rep null",
        count(&buildings, "addresses", &|cell| {
            cell.contains("\"street_rep\" : null")
        }),
    );
    line("RNB: plots null", count(&buildings, "plots", &is("")));
    line(
        "RNB: validated by someone",
        count(&buildings, "validated_by", &|cell| {
            cell.contains("username")
        }),
    );
    lines.join("\n")
}

#[test]
fn every_quirk_is_there_in_edition_1() {
    insta::assert_snapshot!(census(1));
}

#[test]
fn every_quirk_is_there_in_edition_2() {
    insta::assert_snapshot!(census(2));
}

#[test]
fn the_directory_has_the_71_columns_of_2026_in_their_order() {
    let path = format!("{}/fr-en-annuaire-education/exports/csv.gz", files::CATALOG);
    let text = String::from_utf8(files::content(&edition(1).join(path))).unwrap();
    assert!(text.starts_with(
        "\u{feff}identifiant_de_l_etablissement;nom_etablissement;type_etablissement;"
    ));
    let header = text.lines().next().unwrap();
    assert_eq!(header.split(';').count(), 71);
    assert!(header.ends_with("code_bassin_formation;libelle_bassin_formation"));
    assert!(
        text.split_inclusive('\n')
            .all(|line| line.ends_with("\r\n"))
    );
}

#[test]
fn a_register_line_has_the_spacing_and_quoting_of_the_real_export() {
    let text = String::from_utf8(files::content(&edition(1).join(files::RNB))).unwrap();
    assert!(text.starts_with("rnb_id;point;shape;status;ext_ids;addresses;plots;validated_by\n"));
    assert!(!text.contains('\r'));
    let line = text
        .lines()
        .find(|line| line.contains("username") && line.contains("bdnb-bc"))
        .unwrap();
    insta::assert_snapshot!(line.replace(';', ";\n"));
}

#[test]
fn sirets_and_address_keys_have_the_form_that_readers_check() {
    let luhn = |digits: &str| -> u32 {
        let doubled = |(i, digit): (usize, char)| {
            digit.to_digit(10).unwrap() * if i % 2 == 1 { 2 } else { 1 }
        };
        digits
            .chars()
            .rev()
            .enumerate()
            .map(doubled)
            .map(|value| value / 10 + value % 10)
            .sum()
    };
    let directory = files::directory(edition(1));
    let sirets = directory
        .iter()
        .map(|row| &row["siren_siret"])
        .filter(|siret| !siret.is_empty());
    assert!(sirets.clone().count() > 80);
    for siret in sirets {
        assert_eq!(
            (siret.len(), luhn(siret) % 10, luhn(&siret[..9]) % 10),
            (14, 0, 0),
            "{siret}"
        );
    }
    let mut keys = BTreeSet::new();
    for row in files::buildings(edition(1)) {
        let Some(key) = row["addresses"].split('"').nth(3) else {
            continue;
        };
        let parts: Vec<&str> = key.split('_').collect();
        assert_eq!(
            (parts.len(), parts[0].len(), parts[2].len()),
            (3, 5, 5),
            "{key}"
        );
        assert!(matches!(parts[1].len(), 4 | 6), "{key}");
        keys.insert(key.to_owned());
    }
    assert!(
        keys.len() > 9_000,
        "addresses are not shared by neighbours: {}",
        keys.len()
    );
}
