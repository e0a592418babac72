//! The truth agrees with the files beside it.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Contains, Point};

use crate::files::{self, Row, edition};
use crate::geometry::{areas, footprint, metres_between};

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn every_link_names_a_building_of_the_export_and_every_establishment_has_one() {
    for number in [1, 2] {
        let links = files::truth(edition(number), "liens");
        let buildings: BTreeSet<String> = files::buildings(edition(number))
            .into_iter()
            .map(|row| row["rnb_id"].clone())
            .collect();
        assert!(links.iter().all(|link| buildings.contains(&link["rnb_id"])));
        let linked: BTreeSet<&String> = links.iter().map(|link| &link["uai"]).collect();
        let territories = files::truth(edition(number), "territoires");
        assert_eq!(linked, territories.iter().map(|row| &row["uai"]).collect());
    }
}

#[test]
fn those_who_share_a_building_share_a_site_and_a_section_is_in_the_group_of_its_host() {
    for number in [1, 2] {
        let together = |name: &str, column: &str| -> BTreeMap<String, BTreeSet<String>> {
            let mut by_uai: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for row in files::truth(edition(number), name) {
                let of = by_uai.entry(row["uai"].clone()).or_default();
                of.insert(row[column].clone());
            }
            by_uai
        };
        let (sites, groups) = (together("sites", "site"), together("groupes", "groupe"));
        let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for link in files::truth(edition(number), "liens") {
            let of = users.entry(link["rnb_id"].clone()).or_default();
            of.insert(link["uai"].clone());
        }
        let mut shared = 0;
        for uais in users.values().filter(|uais| uais.len() > 1) {
            let mut common = uais.iter().map(|uai| sites[uai].clone());
            let first = common.next().unwrap_or_default();
            let all = common.fold(first, |all, of| &all & &of);
            assert!(!all.is_empty(), "{uais:?}");
            shared += 1;
        }
        assert!(shared > 20, "{shared}");
        let directory = files::directory(edition(number));
        let sections = directory
            .iter()
            .filter(|row| !row["etablissement_mere"].is_empty());
        for section in sections {
            let (host, uai) = (
                &section["etablissement_mere"],
                &section["identifiant_de_l_etablissement"],
            );
            assert!(!(&groups[host] & &groups[uai]).is_empty(), "{uai}");
            assert!(!(&sites[host] & &sites[uai]).is_empty(), "{uai}");
        }
    }
}

#[test]
fn positions_said_linkable_are_as_far_from_their_buildings_as_the_truth_says() {
    let folder = edition(2);
    let shapes: BTreeMap<String, geo::MultiPolygon> = files::buildings(folder)
        .iter()
        .filter_map(|row| Some((row["rnb_id"].clone(), footprint(&row["shape"])?)))
        .collect();
    let mut of_uai: BTreeMap<String, Vec<&geo::MultiPolygon>> = BTreeMap::new();
    for link in files::truth(folder, "liens") {
        of_uai
            .entry(link["uai"].clone())
            .or_default()
            .extend(shapes.get(&link["rnb_id"]));
    }
    let directory = files::directory(folder);
    let mut seen = 0;
    for truth in files::truth(folder, "positions")
        .iter()
        .filter(|row| row["rattachable"] == "oui")
    {
        let rows = directory
            .iter()
            .filter(|row| row["identifiant_de_l_etablissement"] == truth["uai"]);
        // A UAI on several sites: one of its rows is the one the truth speaks of.
        let off = rows.map(|row| {
            let p = Point::new(number(row, "longitude"), number(row, "latitude"));
            of_uai[&truth["uai"]]
                .iter()
                .map(|shape| metres_between(shape, p))
                .fold(f64::INFINITY, f64::min)
        });
        let nearest = off
            .map(|metres| (metres - number(truth, "erreur_m")).abs())
            .fold(f64::INFINITY, f64::min);
        // The one with a wrong check letter has no row under its right UAI.
        if nearest.is_finite() {
            assert!(nearest < 0.15, "{truth:?}: {nearest}");
            assert!(number(truth, "erreur_m") <= 60.0);
            seen += 1;
        }
    }
    assert!(seen > 140, "{seen}");
}

#[test]
fn every_establishment_is_in_the_areas_that_the_truth_says() {
    let folder = edition(1);
    let communes = areas(&folder.join("communes.geojson.gz"), "code");
    let academies = areas(
        &folder.join(format!(
            "{}/fr-en-contour-academies-2020/exports/geojson.gz",
            files::CATALOG
        )),
        "code_academie",
    );
    let positions: BTreeMap<String, Point> = files::truth(folder, "positions")
        .iter()
        .filter(|row| row["site"] == "1")
        .map(|row| {
            (
                row["uai"].clone(),
                Point::new(number(row, "lon"), number(row, "lat")),
            )
        })
        .collect();
    let within = |areas: &[(String, String, geo::Polygon)], level: &str, code: &str, p: &Point| {
        let area = areas
            .iter()
            .find(|(kind, known, _)| kind == level && known == code);
        area.unwrap_or_else(|| panic!("no {level} {code}"))
            .2
            .contains(p)
    };
    for row in files::truth(folder, "territoires") {
        let p = &positions[&row["uai"]];
        assert!(within(&communes, "COM", &row["commune"], p), "{row:?}");
        assert!(within(&academies, "", &row["academie"], p), "{row:?}");
        assert!(
            row["arrondissement"].is_empty() || within(&communes, "ARM", &row["arrondissement"], p),
            "{row:?}"
        );
    }
}

#[test]
fn sections_are_at_the_very_position_of_their_host() {
    let directory = files::directory(edition(1));
    let at: BTreeMap<&str, &str> = directory
        .iter()
        .map(|row| {
            (
                row["identifiant_de_l_etablissement"].as_str(),
                row["position"].as_str(),
            )
        })
        .collect();
    let sections: Vec<&Row> = directory
        .iter()
        .filter(|row| !row["etablissement_mere"].is_empty())
        .collect();
    assert!(sections.len() > 4);
    for section in sections {
        assert_eq!(
            section["position"],
            at[section["etablissement_mere"].as_str()],
            "{}",
            section["nom_etablissement"]
        );
    }
}
