//! The official geographic code of the island goes with its communes.

use std::collections::BTreeSet;

use crate::files::{content, edition, json, truth};

const PACKAGE: &str = "unpkg.com/@etalab/decoupage-administratif@4.0.0/data";
const MOVEMENTS: &str = "www.insee.fr/fr/statistiques/fichier/7766585/v_mvt_commune_2024.csv";

/// The codes of the communes of a type.
fn codes(number: u8, kind: &str) -> BTreeSet<String> {
    let all = json(&edition(number).join(format!("{PACKAGE}/communes.json")));
    let all = all.as_array().into_iter().flatten();
    all.filter(|commune| commune["type"] == kind)
        .filter_map(|commune| commune["code"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn schools_lie_in_communes_and_arrondissements_of_the_list() {
    for number in [1, 2] {
        let communes = codes(number, "commune-actuelle");
        let parts = codes(number, "arrondissement-municipal");
        assert_eq!(parts.len(), 3);
        for row in truth(edition(number), "territoires") {
            assert!(communes.contains(&row["commune"]), "{row:?}");
            let part = &row["arrondissement"];
            assert!(part.is_empty() || parts.contains(part), "{row:?}");
        }
    }
}

#[test]
fn each_commune_but_one_is_in_one_epci() {
    let epci = json(&edition(1).join(format!("{PACKAGE}/epci.json")));
    let epci = epci.as_array().unwrap().iter();
    let members: Vec<String> = epci
        .flat_map(|one| one["membres"].as_array().unwrap())
        .map(|member| member["code"].as_str().unwrap().to_owned())
        .collect();
    let distinct: BTreeSet<String> = members.iter().cloned().collect();
    assert_eq!(members.len(), distinct.len());
    let communes = codes(1, "commune-actuelle");
    let alone: Vec<&String> = communes.difference(&distinct).collect();
    assert_eq!(alone, ["99001"]);
    assert!(distinct.is_subset(&communes));
}

/// As in the real file: whoever goes on is paired with itself, and whoever is there after the last movement is in the list.
#[test]
fn movements_lead_to_the_communes_of_the_list() {
    let bytes = content(&edition(1).join(MOVEMENTS));
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.lines().count() > 1 && text.matches("\r\n").count() == text.lines().count());
    let communes = codes(1, "commune-actuelle");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for record in reader.records() {
        let record = record.unwrap();
        if &record[2] == "COM" && &record[8] == "COM" {
            before.insert(record[3].to_owned());
            after.insert(record[9].to_owned());
        }
    }
    assert!(after.is_subset(&communes));
    let gone: Vec<&String> = before.difference(&communes).collect();
    assert_eq!(gone, ["99951", "99952", "99960"]);
}
