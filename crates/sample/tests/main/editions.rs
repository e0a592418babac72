//! The committed editions, determinism, and what a year changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use edulac_sample::{Options, generate};
use sha1::{Digest, Sha1};

use crate::files::{self, CATALOG, RNB, Row, content, edition};

const RESOURCES: &str = "www.data.gouv.fr/api/1/datasets/65a5568dfc88169d0a5416ca/index.json";

#[test]
fn the_committed_editions_are_what_the_generator_makes() {
    for number in [1, 2] {
        let (committed, made) = (files::committed(number), edition(number));
        assert_eq!(
            files::files(&committed),
            files::files(made),
            "edition {number}"
        );
        for file in files::files(made) {
            // The size and digest of the archive belong to the compressor's version: checked below.
            if file != RESOURCES {
                let same = content(&committed.join(&file)) == content(&made.join(&file));
                assert!(
                    same,
                    "{file} of edition {number} is not what the generator makes: run the `generate` example"
                );
            }
        }
    }
}

#[test]
fn size_and_digest_of_the_archive_are_those_announced() {
    for folder in [
        files::committed(1),
        files::committed(2),
        edition(1).to_owned(),
        edition(2).to_owned(),
    ] {
        let archive = fs::read(folder.join(RNB)).unwrap();
        let resource = &files::json(&folder.join(RESOURCES))["resources"][0];
        let digest: String = Sha1::digest(&archive)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(resource["title"], "Export Départemental 99");
        assert_eq!(resource["filesize"], archive.len());
        assert_eq!(resource["checksum"]["value"], digest);
    }
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_another_island() {
    let options = Options {
        establishments: 120,
        buildings: 7_200,
        edition: 2,
        seed: 5,
        ..Options::default()
    };
    let make = |options: &Options| {
        let folder = tempfile::tempdir().unwrap();
        generate(options, folder.path()).unwrap();
        folder
    };
    let (first, second) = (make(&options), make(&options));
    for file in files::files(first.path()) {
        let same = fs::read(first.path().join(&file)).unwrap()
            == fs::read(second.path().join(&file)).unwrap();
        assert!(same, "{file}");
    }
    let other = make(&Options { seed: 6, ..options });
    assert_ne!(
        content(&first.path().join(RNB)),
        content(&other.path().join(RNB))
    );
}

#[test]
fn metadata_count_the_records_and_move_with_the_edition() {
    for folder in fs::read_dir(edition(1).join(CATALOG)).unwrap() {
        let id = folder.unwrap().file_name().into_string().unwrap();
        let [before, after] =
            [1, 2].map(|n| files::json(&edition(n).join(format!("{CATALOG}/{id}/index.json"))));
        let processed = |metadata: &serde_json::Value| {
            metadata["metas"]["default"]["data_processed"].to_string()
        };
        match id.as_str() {
            // Not kept up any more.
            "fr-en-contour-academies-2020"
            | "fr-en-ips-ecoles-ap2022"
            | "fr-en-ips-colleges-ap2022"
            | "fr-en-ips-lycees-ap2022"
            | "fr-en-etablissements-ep" => {
                assert_eq!(before, after, "{id}");
            }
            _ => assert!(processed(&before) < processed(&after), "{id}"),
        }
        if id != "fr-en-contour-academies-2020" {
            let rows = files::dataset(edition(1), &id);
            assert_eq!(
                before["metas"]["default"]["records_count"],
                rows.len(),
                "{id}"
            );
            let fields = before["fields"].as_array().unwrap().iter();
            let named: BTreeSet<&str> = fields
                .map(|field| field["name"].as_str().unwrap())
                .collect();
            assert_eq!(named, rows[0].keys().map(String::as_str).collect(), "{id}");
        }
    }
}

/// Rows by UAI and address, without the column that changes for all of them.
fn stable_rows(number: u8) -> BTreeMap<(String, String), Row> {
    let rows = files::directory(edition(number))
        .into_iter()
        .map(|mut row| {
            row.remove("date_maj_ligne");
            (
                (
                    row["identifiant_de_l_etablissement"].clone(),
                    row["nom_etablissement"].clone(),
                ),
                row,
            )
        });
    rows.collect()
}

#[test]
fn a_year_opens_closes_renames_and_moves_a_few_and_leaves_the_others_alone() {
    let (before, after) = (stable_rows(1), stable_rows(2));
    let uais = |rows: &BTreeMap<(String, String), Row>| {
        rows.keys()
            .map(|(uai, _)| uai.clone())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(uais(&before).difference(&uais(&after)).count(), 2, "closed");
    assert_eq!(uais(&after).difference(&uais(&before)).count(), 2, "opened");
    let same_name: Vec<_> = before
        .iter()
        .filter_map(|(key, row)| Some((row, after.get(key)?)))
        .collect();
    assert_eq!(before.len() - same_name.len(), 4, "closed or renamed");
    let moved = same_name
        .iter()
        .filter(|(before, after)| before["adresse_1"] != after["adresse_1"])
        .count();
    assert_eq!(moved, 2, "moved");
    assert_eq!(
        same_name
            .iter()
            .filter(|(before, after)| before == after)
            .count(),
        before.len() - 4 - 2
    );
}

#[test]
fn the_directory_comes_in_another_order_each_year() {
    let order = |n| {
        files::directory(edition(n))
            .into_iter()
            .map(|row| row["identifiant_de_l_etablissement"].clone())
    };
    assert_ne!(
        order(1).take(20).collect::<Vec<_>>(),
        order(2).take(20).collect::<Vec<_>>()
    );
}

#[test]
fn a_year_changes_about_one_building_in_a_hundred() {
    let lines = |n| -> BTreeMap<String, Row> {
        files::buildings(edition(n))
            .into_iter()
            .map(|row| (row["rnb_id"].clone(), row))
            .collect()
    };
    let (before, after) = (lines(1), lines(2));
    assert_eq!(
        before.len(),
        12_000,
        "identifiers are unique and the count is the one asked"
    );
    let gone = before.keys().filter(|id| !after.contains_key(*id)).count();
    let come = after.keys().filter(|id| !before.contains_key(*id)).count();
    assert!((40..160).contains(&gone), "{gone} gone");
    assert!((120..360).contains(&come), "{come} come");
    let changed = before
        .iter()
        .filter(|(id, row)| after.get(*id).is_some_and(|after| after != *row))
        .count();
    assert_eq!(changed, 0, "what stays is unchanged");
}

#[test]
fn a_year_adds_one_autumn_to_the_counts_and_keeps_the_earlier_ones() {
    let autumns = |n| -> BTreeMap<String, usize> {
        let rows = files::dataset(edition(n), "fr-en-ecoles-effectifs-nb_classes");
        rows.iter().fold(BTreeMap::new(), |mut counts, row| {
            *counts.entry(row["rentree_scolaire"].clone()).or_default() += 1;
            counts
        })
    };
    let (before, mut after) = (autumns(1), autumns(2));
    assert_eq!(before.keys().collect::<Vec<_>>(), ["2023", "2024", "2025"]);
    assert!(after.remove("2026").is_some());
    assert_eq!(before, after);
}
