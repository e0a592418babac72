//! The site of a lake, as files and as a browser shows it; and the page on which links are labelled.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::outside::{browser, reads};
use crate::project::Project;

/// The whole sample, published, and its site.
fn with_site() -> Project {
    let (project, _) = Project::whole_published();
    project.edulac(&["site"]).with_code(0);
    project
}

/// Files below a folder, by path.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// The one number of a query.
fn number(project: &Project, sql: &str) -> Value {
    let rows = project.query(sql, None);
    rows[0]
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap()
        .clone()
}

#[test]
fn a_site_is_made_again_byte_for_byte_and_asks_nobody_for_anything() {
    let project = with_site();
    let again = project.edulac(&["site"]).with_code(0).stdout;
    assert!(again.contains(", 0 of them written"), "{again}");
    let in_lake = files(&project.path("lake/site"));
    let made = project.edulac(&["site", "--out", "public", "--format", "json"]);
    let made = made.with_code(0).json();
    assert_eq!(made["files"], in_lake.len());
    assert!(
        files(&project.path("public")) == in_lake,
        "two makings differ"
    );
    let list: Vec<&String> = in_lake.keys().collect();
    let said: Vec<&str> = in_lake["fichiers.txt"].lines().collect();
    assert_eq!(said, list);

    let tables = project.lake().manifest(&project.lake().releases()[0])["tables"].clone();
    for table in tables.as_object().unwrap().keys() {
        assert!(
            in_lake.contains_key(&format!("tables/{table}.html")),
            "{table}"
        );
    }
    for (name, text) in &in_lake {
        for asking in [
            "src=\"http",
            "href=\"http",
            "src=\"//",
            "href=\"//",
            "@import",
            "url(",
            "fetch(",
            "XMLHttpRequest",
        ] {
            assert!(!text.contains(asking), "{name} has {asking}");
        }
    }
    for notice in [
        "L'IPS décrit le milieu social",
        "Un classement des établissements par IPS n'a pas de sens",
    ] {
        assert!(in_lake["donnees/carte.js"].contains(notice), "{notice}");
        assert!(in_lake["tables/ips.html"].contains(notice), "{notice}");
    }

    // A release writes its catalogue anew and leaves the site.
    project
        .edulac(&["run", "--quiet", "--set", "edition=2"])
        .with_code(0);
    assert!(files(&project.path("lake/site")) == in_lake);
    project.edulac(&["site"]).with_code(0);
    let [first, second] = &project.lake().releases()[..] else {
        panic!("two releases");
    };
    let releases = project.read("lake/site/versions.html");
    assert!(
        releases.contains(first) && releases.contains(second),
        "{releases}"
    );
}

#[test]
fn contacts_never_enter_a_site() {
    let project = with_site();
    let contacts = project.query(
        "select telephone as said from etablissements where telephone is not null
         union select mail from etablissements where mail is not null",
        None,
    );
    assert!(contacts.len() > 100, "{} contacts", contacts.len());
    let all = files(&project.path("lake/site"));
    for contact in &contacts {
        let said = contact["said"].as_str().unwrap();
        let digits = said.replace(' ', "");
        for (name, text) in &all {
            assert!(
                !text.contains(said) && !text.contains(&digits),
                "{name} has {said}"
            );
        }
    }
    for (name, text) in all.iter().filter(|(name, _)| name.starts_with("donnees/")) {
        assert!(!text.contains('@'), "{name} has an address of mail");
    }
}

/// A column that its contract calls a contact is shown nowhere, whatever the page wants of it.
#[test]
fn what_a_contract_does_not_call_public_is_left_out() {
    let project = Project::new();
    project.edit(
        "data-contracts/etablissements.yaml",
        "        description: 'Adresse du site principal.'\n        classification: public",
        "        description: 'Adresse du site principal.'\n        classification: contact",
    );
    project.edulac(&["run", "--quiet"]).with_code(0);
    project.edulac(&["site"]).with_code(0);
    let addresses = project.query(
        "select distinct adresse from etablissements where length(adresse) > 8",
        None,
    );
    let all = files(&project.path("lake/site"));
    assert!(addresses.len() > 50);
    for address in &addresses {
        let said = address["adresse"].as_str().unwrap();
        let found = all.iter().find(|(_, text)| text.contains(said));
        assert!(found.is_none(), "{} has {said}", found.unwrap().0);
    }
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let (project, _) = Project::published();
    project.write("photos/chat.txt", "miaou");
    let refused = project.edulac(&["site", "--out", "photos"]);
    assert_snapshot!(refused.picture());

    // Of an earlier site what is not made any more goes, and nothing else, whatever its list says.
    project.edulac(&["site", "--out", "public"]).with_code(0);
    project.write("public/tables/perdue.html", "");
    project.write("public/a_moi.txt", "");
    let list = project.read("public/fichiers.txt");
    project.write(
        "public/fichiers.txt",
        format!("{list}tables/perdue.html\n../photos/chat.txt\n"),
    );
    project.edulac(&["site", "--out", "public"]).with_code(0);
    assert!(!project.path("public/tables/perdue.html").exists());
    assert!(project.path("public/a_moi.txt").exists());
    assert!(project.path("photos/chat.txt").exists());
    assert_eq!(project.read("public/fichiers.txt"), list);
}

#[test]
fn a_lake_without_establishments_has_a_site_without_a_map() {
    let project = Project::whole();
    project.keep_pipelines(&["cog", "territoires"]);
    project.edulac(&["run", "--quiet"]).with_code(0);
    let made = project
        .edulac(&["site", "--format", "json"])
        .with_code(0)
        .json();
    assert_eq!(made["establishments"], 0);
    let map = project.read("lake/site/carte.html");
    assert!(
        map.contains("n'a pas de table etablissements") && !map.contains("carte.js"),
        "{map}"
    );
}

#[test]
fn the_queries_that_a_site_offers_give_rows() {
    let project = with_site();
    let lake = project.path("lake");
    let Some(found) = reads("site_queries.py", lake.to_str().unwrap(), &[]) else {
        return;
    };
    let found: Value = serde_json::from_str(&found).unwrap();
    let listed = project.edulac(&["tables", "--format", "json"]).json();
    for table in listed["tables"].as_array().unwrap() {
        let name = table["table"].as_str().unwrap();
        let rows = table["rows"].as_u64().unwrap().min(10);
        let mut expected = json!({"duckdb": rows, "polars": rows, "python": rows});
        if found["communes"].get("spark").is_some() {
            expected["spark"] = json!(rows);
        }
        assert_eq!(found[name], expected, "{name}");
    }
}

#[test]
fn a_browser_shows_the_map_its_cards_and_every_page() {
    let project = with_site();
    let Some(environment) = browser() else {
        return;
    };
    let near = &project.query(
        "select e.uai, e.nom, s.batiments from etablissements e join etablissements_sites m using (uai)
         join sites s using (site_id) where m.principal and s.surface_cour_m2 > 0 and s.batiments > 1 order by 1 limit 1",
        None,
    )[0];
    let site = project.path("lake/site");
    let arguments = [site.to_str().unwrap(), near["uai"].as_str().unwrap()];
    let seen = browser_sees("site.py", &arguments, &environment);
    assert_eq!(seen["wrong"], json!([]));

    let count = |filter: &str| {
        number(
            &project,
            &format!("select count(*) n from etablissements where {filter}"),
        )
    };
    let filters = &seen["filters"];
    assert_eq!(filters["all"], count("true"));
    assert_eq!(filters["drawn"], count("geometry is not null"));
    let colleges = "type_etablissement = 'Collège'";
    assert_eq!(filters["colleges"], count(colleges));
    assert_eq!(
        filters["colleges_drawn"],
        count(&format!("{colleges} and geometry is not null"))
    );
    assert_eq!(
        filters["colleges_98"],
        count(&format!("{colleges} and code_academie = '98'"))
    );
    assert_eq!(
        filters["salines"],
        count(&format!("{colleges} and lower(nom) like '%salines%'"))
    );

    // Not significant and absent are told apart from low values, and counted.
    let ips = |state: &str| {
        let which = "niveau = 'ecole' and voie = 'ensemble'";
        number(&project, &format!(
            "select count(*) n from etablissements e join ips i using (uai) where {which} and {state}
             and rentree = (select max(rentree) from ips where {which})"
        ))
    };
    let legend = &seen["ips_ecole"];
    assert_eq!(legend["moins de 80"], ips("ips < 80"));
    assert_eq!(
        legend["non significatif (NS) : pas une valeur basse"],
        ips("ips_statut = 'ns'")
    );
    assert!(legend["non significatif (NS) : pas une valeur basse"].as_u64() > Some(0));
    assert_eq!(legend["de 95 à 110"], ips("ips >= 95 and ips < 110"));
    assert!(
        seen["ips_notice"]
            .as_str()
            .unwrap()
            .contains("pas la performance")
    );

    let click = &seen["click"];
    assert_eq!(click["aimed"], click["opened"]);
    let uai = click["opened"].as_str().unwrap();
    let row = &project.query(
        &format!("select nom, nom_commune from etablissements where uai = '{uai}'"),
        None,
    )[0];
    for said in [&row["nom"], &row["nom_commune"], &json!(uai)] {
        assert!(
            click["text"]
                .as_str()
                .unwrap()
                .contains(said.as_str().unwrap()),
            "{click}"
        );
    }

    let keyboard = &seen["keyboard"];
    assert_eq!(keyboard["moved"], true);
    assert_eq!(keyboard["chosen"], keyboard["opened"], "{keyboard}");
    assert_eq!(keyboard["back"], "dessin");
    assert_eq!(keyboard["listed"], keyboard["from_list"]);

    let close = &seen["close"];
    assert_eq!(
        (&close["requested_before"], &close["drawn_before"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(close["opened"], near["uai"]);
    assert!(
        close["requested"].as_u64() > Some(0) && close["yards"].as_u64() > Some(0),
        "{close}"
    );
    assert!(
        close["buildings"].as_u64() >= near["batiments"].as_u64(),
        "{close}"
    );

    assert_eq!(seen["search"], "ips.ecart_type");
    let pages = files(&site)
        .into_keys()
        .filter(|name| name.ends_with(".html"))
        .count();
    assert_eq!(seen["pages"], pages);
    assert_eq!(seen["requests"], true);
    if environment.iter().any(|(name, _)| *name == "EDULAC_AXE") {
        assert!(seen["judged"].as_u64() >= Some(20), "{}", seen["judged"]);
    }
}

#[test]
fn links_labelled_on_their_page_are_read_back() {
    let (project, _) = Project::published();
    let draw = ["link", "review", "--size", "20", "--out", "revue"];
    project.edulac(&draw).with_code(0);
    let Some(environment) = browser() else {
        return;
    };
    let folder = project.path("revue");
    let seen = browser_sees("review.py", &[folder.to_str().unwrap()], &environment);
    let cards = seen["cards"].as_u64().unwrap();
    assert_eq!(seen["told"], format!("4 vérifiés sur {cards}"));
    assert_eq!(seen["again"], seen["told"]);
    assert_eq!(seen["outside"], json!([]));
    assert_eq!(seen["complaints"], json!([]));
    assert!(
        seen["judged"].as_array().is_none_or(Vec::is_empty),
        "{}",
        seen["judged"]
    );

    let csv = format!("revue/telecharge/{}", seen["file"].as_str().unwrap());
    let labelled = project.read(&csv);
    let drawn = project.read("revue/liens.csv");
    assert_eq!(labelled.lines().count(), drawn.lines().count());
    assert!(
        labelled.contains("vrai,\"vu, \"\"sur place\"\" ; v\","),
        "{labelled}"
    );
    let read = ["link", "review", "--labels", &csv, "--format", "json"];
    let measure = project.edulac(&read).with_code(0).json();
    let said = ["vrai", "faux", "indecidable"].map(|verdict| measure[verdict].as_u64());
    assert_eq!(said, [Some(2), Some(1), Some(1)], "{measure}");
}

fn browser_sees(script: &str, arguments: &[&str], environment: &[(&str, String)]) -> Value {
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let found = crate::outside::told(script, arguments, &environment);
    serde_json::from_str(&found.expect("an interpreter, since there is a browser")).unwrap()
}
