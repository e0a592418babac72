//! The files of the register and of the regional portal go with the directory and the buildings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::files::{self, Row, edition};

const GEOLOCATION: &str = "fr-en-adresse-et-geolocalisation-etablissements-premier-et-second-degre";
const REGIONAL: &str = "data.occitanie.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-occitanie-carte-scolaire-des-colleges-lycees-publics";

/// The values of a column.
fn column(rows: &[Row], name: &str) -> BTreeSet<String> {
    rows.iter().map(|row| row[name].clone()).collect()
}

fn directory(number: u8) -> BTreeSet<String> {
    column(
        &files::directory(edition(number)),
        "identifiant_de_l_etablissement",
    )
}

fn in_state(rows: &[Row], state: &str) -> BTreeSet<String> {
    let rows = rows.iter();
    rows.filter(|row| row["etat_etablissement_libe"] == state)
        .map(|row| row["numero_uai"].clone())
        .collect()
}

#[test]
fn what_is_to_be_opened_is_not_in_the_directory_yet_and_will_be() {
    let rows = files::dataset(edition(1), GEOLOCATION);
    let announced = in_state(&rows, "A OUVRIR");
    assert!(!announced.is_empty());
    assert!(announced.is_disjoint(&directory(1)));
    assert!(announced.is_subset(&directory(2)));
    let open = in_state(&rows, "OUVERT");
    // The directory writes one of them with a wrong letter.
    assert_eq!(open.difference(&directory(1)).count(), 1);
}

#[test]
fn the_register_places_establishments_as_the_directory_does_but_for_some() {
    let directory: BTreeMap<String, String> = files::directory(edition(1))
        .into_iter()
        .rev()
        .map(|row| {
            (
                row["identifiant_de_l_etablissement"].clone(),
                row["position"].clone(),
            )
        })
        .collect();
    let (mut same, mut only_here, mut other) = (0, 0, 0);
    for row in files::dataset(edition(1), GEOLOCATION) {
        let Some(theirs) = directory.get(&row["numero_uai"]) else {
            continue;
        };
        match (theirs.as_str(), row["position"].as_str()) {
            ("", "") => {}
            ("", _) => only_here += 1,
            (_, "") => {}
            (theirs, ours) if theirs == ours => same += 1,
            _ => other += 1,
        }
    }
    assert!(same >= 140, "{same}");
    assert!(only_here >= 1, "{only_here}");
    assert!(other >= 2, "{other}");
}

#[test]
fn declared_buildings_are_buildings_of_edition_1_whatever_their_writing() {
    let known = column(&files::buildings(edition(1)), "rnb_id");
    for number in [1, 2] {
        let rows = files::dataset(edition(number), GEOLOCATION);
        let cells: Vec<&String> = rows.iter().map(|row| &row["rnb"]).collect();
        let words = cells.iter().filter(|cell| cell.as_str() == "NON RENSEIGNE");
        assert!(words.count() >= 1);
        let mut declared = 0;
        for cell in cells {
            if cell.is_empty() || cell == "NON RENSEIGNE" {
                continue;
            }
            for id in cell.split([',', '/']) {
                let id: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
                assert!(known.contains(&id), "{id}");
                declared += 1;
            }
        }
        assert!(declared >= 10, "{declared}");
    }
}

#[test]
fn what_closed_is_in_no_directory_any_more() {
    for number in [1, 2] {
        let closed = files::dataset(edition(number), "fr-en-etablissements-fermes");
        let uais = column(&closed, "numero_uai");
        assert_eq!(uais.len(), closed.len());
        assert!(uais.is_disjoint(&directory(number)));
        let counted = files::dataset(edition(number), "fr-en-ecoles-effectifs-nb_classes");
        assert!(!uais.is_disjoint(&column(&counted, "numero_ecole")));
    }
    let gone = &directory(1) - &directory(2);
    assert!(!gone.is_empty());
    let closed = files::dataset(edition(2), "fr-en-etablissements-fermes");
    assert!(gone.is_subset(&column(&closed, "numero_uai")));
}

#[test]
fn a_school_city_has_several_members_all_in_the_directory() {
    let members = files::dataset(edition(1), "fr-en-cites_scolaires");
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for member in &members {
        *sizes.entry(&member["code_cite_scolaire"]).or_default() += 1;
    }
    assert!(!sizes.is_empty());
    assert!(sizes.values().all(|members| *members >= 2), "{sizes:?}");
    assert!(column(&members, "uai").is_subset(&directory(1)));
}

fn regional(folder: &Path) -> Vec<Row> {
    let bytes = files::content(&folder.join(format!("{REGIONAL}/exports/csv.gz")));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn the_regional_portal_has_empty_records_and_the_shape_of_the_commune_in_a_cell() {
    let (empty, rows): (Vec<Row>, Vec<Row>) = regional(edition(1))
        .into_iter()
        .partition(|row| row.values().all(String::is_empty));
    assert!(!empty.is_empty());
    assert!(column(&rows, "code_rne").is_subset(&directory(1)));
    let mut shapes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in &rows {
        let shape: serde_json::Value = serde_json::from_str(&row["geo_shape"]).unwrap();
        assert_eq!(shape["type"], "Polygon");
        shapes
            .entry(row["code_insee"].clone())
            .or_default()
            .insert(row["geo_shape"].clone());
    }
    assert!(shapes.values().all(|of_commune| of_commune.len() == 1));
}
