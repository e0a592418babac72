//! Ready-made extracts of communes and académies.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::project::Project;
use crate::run::{picture, undated};

fn published() -> Project {
    let (project, _) = Project::published();
    project
}

/// The rows of a CSV, by its titles.
fn csv(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn each_commune_has_its_establishments_for_maps_and_spreadsheets_and_a_notice() {
    let project = published();
    let ended = project
        .edulac(&["extracts", "--by", "commune"])
        .with_code(0);
    picture("extracts", &ended.picture());
    let count = "select code_commune, count(*) as n, count(geometry) as g from etablissements group by code_commune order by 1";
    let communes = project.query(count, None);
    let mut uais = 0;
    for commune in &communes {
        let code = commune["code_commune"].as_str().unwrap();
        let rows = csv(&project.read(&format!("extraits/communes/{code}/etablissements.csv")));
        assert_eq!(json!(rows.len()), commune["n"], "{code}");
        assert!(rows.iter().all(|row| row["code_commune"] == code), "{code}");
        uais += rows.len();
        let map = project.read(&format!("extraits/communes/{code}/etablissements.geojson"));
        let map: Value = serde_json::from_str(&map).unwrap();
        let features = map["features"].as_array().unwrap();
        let placed = features.iter().filter(|f| f["geometry"].is_object());
        assert_eq!(json!(placed.count()), commune["g"], "{code}");
        for name in ["telephone", "mail"] {
            assert!(!rows[0].contains_key(name) && features[0]["properties"].get(name).is_none());
        }
    }
    assert_eq!(uais, 180);
    picture(
        "extracts_notice",
        &undated(&project.read("extraits/communes/99001/notice.md")),
    );
    let list = project.read("extraits/communes/LISEZMOI.md");
    assert!(
        list.contains("| [99001](99001/notice.md) | Port-Exemple | 8 | 6 |"),
        "{list}"
    );
}

#[test]
fn indicators_are_those_of_the_last_rentree_or_none() {
    let project = published();
    project
        .edulac(&["extracts", "--by", "academie", "--to", "ac"])
        .with_code(0);
    let mut found = BTreeMap::new();
    for code in ["98", "99"] {
        for row in csv(&project.read(&format!("ac/{code}/etablissements.csv"))) {
            found.insert(row["uai"].clone(), row);
        }
    }
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    // Said otherwise than the extracts ask it.
    let pupils = "select uai, eleves, rentree from effectifs_etablissements a where rentree = \
         (select max(rentree) from effectifs_etablissements b where b.uai = a.uai) and rentree >= '2024-2025'";
    let pupils = project.query(pupils, None);
    assert!(pupils.len() > 150);
    let mut with = 0;
    for row in &pupils {
        if let Some(extract) = found.get(row["uai"].as_str().unwrap()) {
            assert_eq!(extract["eleves"], text(&row["eleves"]), "{row}");
            assert_eq!(extract["eleves_rentree"], text(&row["rentree"]), "{row}");
            with += 1;
        }
    }
    assert_eq!(
        found
            .values()
            .filter(|row| !row["eleves_rentree"].is_empty())
            .count(),
        with
    );
    let years = [
        ("ecole", "2024-2025"),
        ("college", "2025-2026"),
        ("lycee", "2025-2026"),
    ];
    for (level, year) in years {
        let of_level: Vec<_> = found
            .values()
            .filter(|row| row["ips_niveau"] == level)
            .collect();
        assert!(
            !of_level.is_empty() && of_level.iter().all(|row| row["ips_rentree"] == year),
            "{level}"
        );
        let ask = format!(
            "select uai, ips from ips where niveau = '{level}' and rentree = '{year}' and voie = 'ensemble'"
        );
        for row in project.query(&ask, None) {
            if let Some(extract) = found.get(row["uai"].as_str().unwrap()) {
                assert_eq!(extract["ips"].parse().ok(), row["ips"].as_f64(), "{row}");
            }
        }
    }
}

#[test]
fn what_is_gone_is_taken_away_and_what_is_not_ours_stays() {
    let project = published();
    let by = ["extracts", "--by", "commune", "--to", "carte"];
    project.edulac(&by).with_code(0);
    let first = fs::read(project.path("carte/99002/etablissements.geojson")).unwrap();
    // As if a commune had had a school.
    let index = project.read("carte/index.json");
    let gone = r#"{"code": "99999", "name": "Ancienne", "establishments": 1, "placed": 1},"#;
    project.write(
        "carte/index.json",
        index.replacen(
            "\"territories\": [",
            &format!("\"territories\": [{gone}"),
            1,
        ),
    );
    project.write("carte/99999/notice.md", "");
    project.write("carte/99999/dessin.svg", "");
    project.write("carte/a_moi.txt", "");
    project.edulac(&by).with_code(0);
    assert!(!project.path("carte/99999/notice.md").exists());
    assert!(
        project.path("carte/99999/dessin.svg").exists() && project.path("carte/a_moi.txt").exists()
    );
    assert_eq!(
        fs::read(project.path("carte/99002/etablissements.geojson")).unwrap(),
        first
    );
    assert_eq!(project.read("carte/index.json"), index, "the same again");

    let one = [&by[..], &["--only", "99002"]].concat();
    let told = project.edulac(&one).with_code(0).stdout;
    assert!(told.starts_with("1 commune of release "), "{told}");
    assert_eq!(
        project.read("carte/index.json"),
        index,
        "the others stay in the list"
    );
    let wrong = [&by[..], &["--only", "99002,00000"]].concat();
    picture(
        "extracts_unknown",
        &project.edulac(&wrong).with_code(2).picture(),
    );
}
