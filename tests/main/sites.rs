//! Sites, their grounds and their territories, from release to release.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::project::Project;
use crate::run::released;

const PIPELINES: [&str; 6] = [
    "territoires",
    "cog",
    "bdtopo",
    "ban",
    "etablissements",
    "registre_sites",
];

fn project() -> Project {
    let project = Project::whole();
    project.keep_pipelines(&PIPELINES);
    project
}

fn text(row: &Value, column: &str) -> String {
    row[column].as_str().unwrap_or_default().to_owned()
}

/// A column by another.
fn by(project: &Project, sql: &str, release: Option<&str>) -> BTreeMap<String, String> {
    let rows = project.query(sql, release);
    rows.iter()
        .map(|row| (text(row, "cle"), text(row, "valeur")))
        .collect()
}

#[test]
fn sites_keep_their_identifier_and_none_ends_without_a_reason() {
    let project = project();
    let first = released(&project.run(0, &[]));
    let second = released(&project.run(0, &["--set", "edition=2"]));
    let principal =
        "select uai as cle, site_id as valeur from etablissements_sites where principal";
    let before = by(&project, principal, Some(&first));
    let after = by(&project, principal, Some(&second));
    let kept = before.keys().filter(|uai| after.contains_key(*uai)).count();
    let moved: BTreeSet<&String> = before
        .iter()
        .filter(|(uai, site)| after.get(*uai).is_some_and(|now| now != *site))
        .map(|(uai, _)| uai)
        .collect();
    assert!(kept > 170, "{kept}");
    assert!(moved.is_empty(), "{moved:?}");

    let former: BTreeSet<String> = before.values().cloned().collect();
    let registre = project.query("select * from registre_sites", None);
    let known: BTreeSet<String> = registre.iter().map(|row| text(row, "site_id")).collect();
    assert!(former.is_subset(&known), "a site is forgotten");
    let ended: Vec<&Value> = registre
        .iter()
        .filter(|row| text(row, "statut") == "fini")
        .collect();
    assert!(!ended.is_empty(), "a school closes in edition 2");
    for row in ended {
        let cause = text(row, "cause_fin");
        let replaced = row["remplace_par"].is_string();
        assert!(row["fini_le"].is_string(), "{row}");
        assert!(
            cause == "disparition" && !replaced || cause == "fusion" && replaced,
            "{row}"
        );
    }
    // The same sources once more change nothing.
    let record = project.run(0, &["--set", "edition=2"]);
    assert_eq!(
        record["outcome"]["status"], "nothing_to_do",
        "{}",
        record["outcome"]
    );
}

#[test]
fn schools_of_one_ground_are_one_site_and_grounds_are_their_buildings_and_their_yard() {
    let project = project();
    project.run(0, &[]);
    let shared = project.query(
        "select count(*) as n from sites where etablissements > 1",
        None,
    );
    assert!(shared[0]["n"].as_u64().unwrap() >= 15, "{shared:?}");
    let wrong = project.query(
        "select site_id from sites where surface_cour_m2 is not null \
         and abs(surface_perimetre_m2 - surface_batie_m2 - surface_cour_m2) > 0.001 * surface_perimetre_m2 + 1",
        None,
    );
    assert!(wrong.is_empty(), "{wrong:?}");
    // A section is on the site of its host.
    let apart = project.query(
        "with hotes as (
             select m.groupe_id, h.site_id from groupes m join etablissements_sites h on h.uai = m.uai where m.role = 'mere'
         )
         select g.uai from groupes g
         join etablissements_sites s on s.uai = g.uai and s.principal
         left join hotes h on h.groupe_id = g.groupe_id and h.site_id = s.site_id
         where g.role = 'section' and h.site_id is null",
        None,
    );
    assert!(apart.is_empty(), "{apart:?}");
}

/// The truth lies beside the sample: who shares a ground, a cité scolaire, an RPI, who is a section of whom.
#[test]
fn sites_and_groups_bring_together_those_who_are_and_few_are_left_apart() {
    let project = project();
    project.run(0, &[]);
    let truth = "config/sample/edition-1/truth/liens.csv";
    let report = ["link", "report", "--truth", truth, "--format", "json"];
    let report = project.edulac(&report).with_code(0).json();
    let pairs = report["truth"]["pairs"].as_array().unwrap();
    let names: Vec<&str> = pairs
        .iter()
        .map(|of| of["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["site", "cite_scolaire", "mere_annexe", "rpi_disperse"]
    );
    for of in pairs {
        let share = |side: &str| {
            let count = |what: &str| of[side][what].as_u64().unwrap();
            assert!(count("of") > 3, "{of}");
            count("good") * 100 / count("of")
        };
        let least = match of["name"] == "site" {
            true => (97, 90),
            false => (100, 100),
        };
        assert!(
            share("precision") >= least.0 && share("recall") >= least.1,
            "{of}"
        );
    }
}

#[test]
fn whatever_the_territory_aggregates_add_up_to_the_whole() {
    let project = project();
    project.run(0, &[]);
    let number = |sql: &str| project.query(sql, None)[0]["n"].as_f64().unwrap();
    let all = number("select cast(count(*) as double) as n from etablissements");
    for column in [
        "code_academie",
        "academie_situee",
        "commune_situee",
        "region_academique_situee",
    ] {
        let sum = number(&format!(
            "select cast(sum(n) as double) as n from (select {column}, count(*) as n from etablissements group by {column})"
        ));
        assert!((sum - all).abs() < 1e-9, "{column}: {sum} of {all}");
    }
    let parts = project.query(
        "select objet, id, niveau, sum(part) as somme from chevauchements group by objet, id, niveau",
        None,
    );
    assert!(parts.len() > 40, "{}", parts.len());
    for row in &parts {
        assert!((row["somme"].as_f64().unwrap() - 1.0).abs() < 1e-6, "{row}");
    }
    // Establishments by académie, those near a border shared out, all of them once.
    let shared = number(
        "with parts as (select id, part from chevauchements where objet = 'etablissement' and niveau = 'academie') \
         select sum(coalesce(p.part, 1.0)) as n from etablissements e left join parts p on p.id = e.uai",
    );
    assert!((shared - all).abs() < 1e-6, "{shared} of {all}");
    let straddling = number(
        "select cast(count(*) as double) as n from chevauchements where part > 0.001 and part < 0.999",
    );
    assert!(straddling > 0.0, "some have buildings on both sides");
}
