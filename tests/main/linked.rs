//! How good links are: the report, the sample to look at, the labels read back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use crate::edulac::edulac_with;
use crate::project::{Project, repository};

const NOW: &str = "2026-11-02T06:00:00Z";
const RELEASE: &str = "2026-11-02.0";

fn published() -> Project {
    let project = Project::new();
    let ended = edulac_with(&project.path("."), &[("EDULAC_NOW", NOW)], &["run"]);
    ended.with_code(0);
    project
}

/// The true links of the sample.
fn truth() -> BTreeSet<(String, String)> {
    let path = repository().join("config/sample/edition-1/truth/liens.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The lines of a sample, by column.
fn lines(csv: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(csv).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// Writes a sample back with its verdicts, as a spreadsheet of France does.
fn write(path: &Path, lines: &[BTreeMap<String, String>]) {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_path(path)
        .unwrap();
    writer.write_record(lines[0].keys()).unwrap();
    for line in lines {
        writer.write_record(line.values()).unwrap();
    }
    writer.flush().unwrap();
}

fn report(project: &Project, more: &[&str]) -> Value {
    let all = [&["link", "report", "--format", "json"], more].concat();
    project.edulac(&all).with_code(0).json()
}

#[test]
fn the_report_counts_what_is_there_and_measures_it_against_the_truth() {
    let project = published();
    let file = "config/sample/edition-1/truth/liens.csv";
    let report = report(&project, &["--truth", file]);
    let count = |sql: &str| project.query(sql, None)[0]["n"].as_u64().unwrap();
    let all = &report["coverage"][0];
    assert_eq!(
        all["establishments"],
        count("select count(*) as n from etablissements")
    );
    let accepted = "from etablissements_batiments where statut = 'accepte'";
    assert_eq!(
        all["linked"],
        count(&format!("select count(distinct uai) as n {accepted}"))
    );
    for by in ["type_etablissement", "code_academie", "position_qualite"] {
        let parts = report["coverage"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|part| part["by"] == by);
        let sum: u64 = parts.map(|part| part["linked"].as_u64().unwrap()).sum();
        assert_eq!(all["linked"], sum, "{by}");
    }
    let links = report["methods"].as_array().unwrap().iter();
    let links: u64 = links.map(|part| part["liens"].as_u64().unwrap()).sum();
    assert_eq!(
        links,
        count("select count(*) as n from etablissements_batiments")
    );
    let unlinked = report["unlinked"].as_object().unwrap().values();
    let unlinked: u64 = unlinked.map(|count| count.as_u64().unwrap()).sum();
    let left = all["establishments"].as_u64().unwrap() - all["linked"].as_u64().unwrap();
    assert_eq!(unlinked + report["not_looked_for"].as_u64().unwrap(), left);
    // What this lake cannot know, since no pipeline made it.
    let of = |name: &str| {
        let evidence = report["evidence"].as_array().unwrap().iter();
        evidence
            .clone()
            .find(|evidence| evidence["name"] == name)
            .unwrap()
    };
    assert!(of("perimetre")["rows"].is_null() && of("declare")["rows"].is_u64());

    let truth = truth();
    let rows = project.query(&format!("select uai, rnb_id {accepted}"), None);
    let good = rows.iter().filter(|row| {
        let cell = |column: &str| row[column].as_str().unwrap_or_default().to_owned();
        truth.contains(&(cell("uai"), cell("rnb_id")))
    });
    let precision = &report["truth"]["precision"];
    assert_eq!(precision["good"], good.count());
    // Schools that are to open are not in the truth.
    let known = |uai: &str| truth.iter().any(|(known, _)| known == uai);
    let told = rows
        .iter()
        .filter(|row| known(row["uai"].as_str().unwrap_or_default()));
    assert_eq!(precision["of"], told.count());
    let (low, share, high) = (&precision["low"], &precision["share"], &precision["high"]);
    assert!(
        low.as_f64() < share.as_f64() && share.as_f64() <= high.as_f64(),
        "{precision}"
    );
    let text = project
        .edulac(&["link", "report", "--truth", file])
        .with_code(0)
        .stdout;
    assert!(
        text.contains("a score is a score, not a probability"),
        "{text}"
    );
}

#[test]
fn a_sample_is_the_same_for_a_seed_and_has_some_of_every_stratum() {
    let project = published();
    let draw = |out: &str, more: &[&str]| {
        let all = [
            &[
                "link", "review", "--size", "60", "--format", "json", "--out", out,
            ],
            more,
        ]
        .concat();
        project.edulac(&all).with_code(0).json()
    };
    let review = draw("a", &[]);
    for stratum in review["strata"].as_array().unwrap() {
        let (links, drawn) = (
            stratum["links"].as_u64().unwrap(),
            stratum["drawn"].as_u64().unwrap(),
        );
        assert!(drawn >= links.min(4) && drawn <= links, "{stratum}");
    }
    assert_eq!(review["links"], 60);
    draw("b", &[]);
    for name in ["liens.csv", "liens.html", "liens.geojson"] {
        assert!(
            project.read(&format!("a/{name}")) == project.read(&format!("b/{name}")),
            "{name}"
        );
    }
    draw("c", &["--seed", "autre"]);
    assert!(project.read("a/liens.csv") != project.read("c/liens.csv"));

    // The page asks nobody for anything, and holds every link with its place.
    let page = project.read("a/liens.html");
    assert!(
        !page.contains("<link")
            && !page.contains("src=")
            && !page.contains("@import")
            && !page.contains("fetch(")
    );
    let data = page
        .lines()
        .find_map(|line| line.strip_prefix("const donnees = "))
        .unwrap();
    let data: Value = serde_json::from_str(data.trim_end_matches(';')).unwrap();
    let cards = data["cartes"].as_array().unwrap();
    let lines = lines(&project.path("a/liens.csv"));
    assert_eq!((cards.len(), lines.len()), (60, 60));
    for card in cards {
        assert!(
            card["scene"]["batiment"].is_object()
                && !card["scene"]["voisins"].as_array().unwrap().is_empty(),
            "{card}"
        );
        assert!(card["lien"].get("telephone").is_none());
    }
    let map: Value = serde_json::from_str(&project.read("a/liens.geojson")).unwrap();
    assert!(map["features"].as_array().unwrap().len() > 60);
}

#[test]
fn labels_of_all_links_measure_what_the_truth_says_and_stay_with_the_release() {
    let project = published();
    project
        .edulac(&["link", "review", "--size", "100000", "--out", "tout"])
        .with_code(0);
    let truth = truth();
    let mut all = lines(&project.path("tout/liens.csv"));
    for line in &mut all {
        let uai = line["uai"].clone();
        let verdict = if truth.contains(&(uai.clone(), line["rnb_id"].clone())) {
            "vrai"
        } else if truth.iter().any(|(known, _)| *known == uai) {
            "FAUX"
        } else {
            "indecidable"
        };
        line.insert("verdict".to_owned(), verdict.to_owned());
    }
    write(&project.path("tout/faits.csv"), &all);
    let labels = [
        "link",
        "review",
        "--labels",
        "tout/faits.csv",
        "--format",
        "json",
    ];
    let measure = project.edulac(&labels).with_code(0).json();
    let truth = report(
        &project,
        &["--truth", "config/sample/edition-1/truth/liens.csv"],
    );
    assert_eq!(measure["precision"], truth["truth"]["precision"]);
    assert_eq!(measure["accepted_unseen"], 0);

    // Later releases know of it until they have their own.
    let second = [("EDULAC_NOW", "2026-11-09T06:00:00Z")];
    edulac_with(&project.path("."), &second, &["run", "--set", "edition=2"]).with_code(0);
    let later = report(&project, &[]);
    assert_eq!(later["release"], "2026-11-09.0");
    assert_eq!(later["measured"]["release"], RELEASE);
    assert_eq!(later["measured"], measure);
}

#[test]
fn a_stratum_weighs_as_many_links_as_it_holds() {
    let project = published();
    project
        .edulac(&["link", "review", "--size", "1", "--out", "peu"])
        .with_code(0);
    let mut drawn = lines(&project.path("peu/liens.csv"));
    // One method is right, the others wrong: the precision is the share of its links among the accepted ones.
    for line in &mut drawn {
        let verdict = if line["methode"] == "contient" {
            "v"
        } else {
            "f"
        };
        line.insert("verdict".to_owned(), verdict.to_owned());
    }
    write(&project.path("peu/faits.csv"), &drawn);
    let labels = [
        "link",
        "review",
        "--labels",
        "peu/faits.csv",
        "--format",
        "json",
    ];
    let measure = project.edulac(&labels).with_code(0).json();
    let rows = project.query(
        "select sum(case when methode = 'contient' then 1.0 else 0.0 end) / count(*) as part
         from etablissements_batiments where statut = 'accepte'",
        None,
    );
    let (expected, found) = (
        rows[0]["part"].as_f64().unwrap(),
        measure["precision"]["share"].as_f64().unwrap(),
    );
    assert!((expected - found).abs() < 1e-4, "{expected} {found}");
}

#[test]
fn mistakes_in_labels_are_shown_at_their_lines() {
    let project = published();
    project
        .edulac(&["link", "review", "--size", "1", "--out", "peu"])
        .with_code(0);
    let drawn = lines(&project.path("peu/liens.csv"));
    let of = |at: usize| {
        format!(
            "{},{},{}",
            drawn[at]["uai"], drawn[at]["source"], drawn[at]["id_source"]
        )
    };
    let read = |text: String| {
        fs::write(project.path("labels.csv"), text).unwrap();
        project
            .edulac(&["link", "review", "--labels", "labels.csv"])
            .with_code(2)
            .stderr
    };
    let head = "verdict,uai,source,id_source";
    let (first, second) = (of(0), of(1));
    assert_snapshot!(
        "no_verdict",
        read(format!(
            "{head}\npeut-être,0990001N,rnb,A\nvrai,0990001A,rnb,A\n"
        ))
    );
    assert_snapshot!(
        "no_such_link",
        read(format!("{head}\nfaux,0990001N,rnb,A\n"))
    );
    assert_snapshot!(
        "no_column",
        read("verdict,uai,id_source\nvrai,0990001N,A\n".to_owned())
    );
    assert_snapshot!(
        "nothing_seen",
        read(format!("{head}\n,{first}\n,{second}\n"))
    );
    let nowhere = project.edulac(&["link", "report", "--truth", "nulle-part.csv"]);
    assert_eq!(nowhere.code, 2, "{}", nowhere.picture());
    let twice = read(format!("{head}\nvrai,{first}\nfaux,{first}\n"));
    assert!(
        twice.contains("labelled twice, vrai and faux") && twice.contains("labels.csv:3:"),
        "{twice}"
    );
}
