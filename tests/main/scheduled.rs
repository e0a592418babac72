//! Runs that a scheduler starts: what is due, sources that fail, floors.

use std::fs;

use serde_json::Value;

use crate::edulac::{Ended, edulac_with};
use crate::project::{Project, contract};
use crate::run::{findings, picture, released, table, with_status};
use crate::source::{DIRECTORY, Dataset};

/// What data.education.gouv.fr says of the index of the collèges.
const METADATA: &str = "config/sample/edition-1/data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-ips-colleges-ap2023/index.json";

fn extracts(project: &Project, source: &str) -> usize {
    let entries = fs::read_dir(project.path("archive/raw").join(source)).unwrap();
    entries.count()
}

#[test]
fn a_source_that_is_down_holds_its_tables_and_the_next_run_asks_for_it_alone() {
    let (project, record) = Project::published();
    let first = released(&record);
    Dataset::of(&project, DIRECTORY).remove_schools(1);
    let aside = project.path("aside.json");
    fs::rename(project.path(METADATA), &aside).unwrap();
    let ended = project.edulac(&["run"]).with_code(2);
    picture("a_source_is_down", &ended.picture());
    let query = "select count(*) as n from etablissements";
    let rows = |release| project.query(query, release)[0]["n"].as_u64().unwrap();
    assert_eq!(rows(None) + 1, rows(Some(&first)));
    let asked = extracts(&project, "etablissements.annuaire");
    let lacking = extracts(&project, "ips.ips_colleges");

    fs::rename(&aside, project.path(METADATA)).unwrap();
    let record = project.run(0, &["--since-failure"]);
    assert_eq!(record["outcome"]["status"], "nothing_to_do", "{record}");
    assert_eq!(extracts(&project, "etablissements.annuaire"), asked);
    assert_eq!(extracts(&project, "ips.ips_colleges"), lacking + 1);
    // Nothing failed since: everything is asked again.
    project.run(0, &["--since-failure"]);
    assert_eq!(extracts(&project, "etablissements.annuaire"), asked + 1);
}

#[test]
fn a_source_under_its_floor_holds_its_tables_until_somebody_says_why() {
    let project = Project::new();
    project.edit(
        "config/sample.yaml",
        "memory_mib:",
        "sources: {ips.ips_ecoles: {min_records: 1000}}\nmemory_mib:",
    );
    let record = project.run(5, &[]);
    assert_eq!(with_status(&record, "held"), ["ips", "ips_references"]);
    assert_eq!(
        findings(&record, "ips"),
        [
            "`ips.ips_ecoles` has 291 records, and the profile expects 1000 at least: look at the source, then run again, or `--accept-shrink ips=\"reason\"`"
        ]
    );
    let reasons = ["ips=la série s'arrête", "ips_references=la série s'arrête"];
    let reasons = reasons.map(|reason| ["--accept-shrink", reason]).concat();
    let record = project.run(0, &reasons);
    released(&record);
    let told = &table(&record, "ips")["findings"][0];
    assert_eq!(told["accepted"], "la série s'arrête", "{told}");
    // What was accepted is not held again.
    let record = project.run(0, &[]);
    assert_eq!(record["outcome"]["status"], "nothing_to_do", "{record}");

    project.edit("config/sample.yaml", "ips.ips_ecoles:", "ips.ips_ecole:");
    picture(
        "floor_of_no_source",
        &project.edulac(&["validate"]).with_code(2).picture(),
    );
}

#[test]
fn pipelines_run_when_they_are_due_and_those_that_read_their_tables_after_them() {
    let project = Project::new();
    let schedule = |pipeline: &str, cadence: &str| {
        let from = format!("pipeline: {pipeline}\n");
        let to = format!("{from}schedule: {{cadence: {cadence}}}\n");
        let path = format!("pipelines/{pipeline}.yaml");
        let text = project.read(&path);
        let without: String = text
            .lines()
            .filter(|line| !line.starts_with("schedule:"))
            .map(|line| format!("{line}\n"))
            .collect();
        project.write(&path, without.replace(&from, &to));
    };
    for name in pipelines(&project) {
        schedule(&name, if name == "ips" { "daily" } else { "monthly" });
    }
    let at = |now: &str| -> Ended {
        let arguments = ["run", "--due", "--format", "json"];
        edulac_with(&project.path("."), &[("EDULAC_NOW", now)], &arguments)
    };
    let ran = |now: &str| -> Vec<String> {
        let record = at(now).with_code(0).json();
        let names = record["pipelines"].as_array().unwrap().iter();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    let all = ran("2026-11-02T06:00:00Z");
    assert!(all.len() >= 3, "{all:?}");
    assert!(ran("2026-11-02T09:00:00Z").is_empty());
    assert!(ran("2026-11-03T05:58:00Z").contains(&"ips".to_owned()));
    assert!(!ran("2026-11-04T06:00:00Z").contains(&"territoires".to_owned()));
    let month = ran("2026-12-02T06:00:00Z");
    assert_eq!(month, all);
    let words = edulac_with(
        &project.path("."),
        &[("EDULAC_NOW", "2026-12-02T07:00:00Z")],
        &["run", "--due"],
    );
    assert_eq!(
        words.with_code(0).stdout,
        "nothing to do: no pipeline is due\n"
    );
}

fn pipelines(project: &Project) -> Vec<String> {
    let entries = fs::read_dir(project.path("pipelines")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = names.filter(|name| name.ends_with(".yaml") && !name.ends_with(".test.yaml"));
    names
        .map(|name| name.trim_end_matches(".yaml").to_owned())
        .collect()
}

#[test]
fn content_that_is_too_old_is_told_where_sources_are_asked_at_their_servers() {
    let project = Project::with_only_pipeline(
        "ancien",
        "
version: 1
pipeline: ancien
schedule: {cadence: weekly, freshness_days: 10}
sources:
  liste: {type: file, url: liste.csv, format: {type: csv}}
tables:
  ancien: {from: liste, contract: ancien}
",
    );
    project.write("liste.csv", "uai\n0990001N\n");
    fs::remove_dir_all(project.path("data-contracts")).unwrap();
    project.write("data-contracts/ancien.yaml", contract("ancien", ""));
    let text = project.read("config/sample.yaml");
    let (kept, _) = text.split_once("endpoints:").unwrap();
    project.write("config/sample.yaml", kept);
    let run = |now: &str| -> Value {
        let arguments = ["run", "--format", "json"];
        edulac_with(&project.path("."), &[("EDULAC_NOW", now)], &arguments)
            .with_code(0)
            .json()
    };
    assert_eq!(
        run("2026-11-02T06:00:00Z")["sources"][0]["stale_after_days"],
        Value::Null
    );
    let later = run("2026-11-20T06:00:00Z");
    assert_eq!(later["sources"][0]["as_of"], "2026-11-02");
    assert_eq!(later["sources"][0]["stale_after_days"], 10);
}

#[test]
fn what_was_extracted_long_ago_is_asked_for_again_whatever_fails_since() {
    let project = Project::new();
    let run = |now: &str, code: i32, arguments: &[&str]| {
        let all = [&["run"], arguments].concat();
        edulac_with(&project.path("."), &[("EDULAC_NOW", now)], &all).with_code(code)
    };
    run("2026-11-02T06:00:00Z", 0, &[]);
    fs::remove_file(project.path(METADATA)).unwrap();
    run("2026-11-03T06:00:00Z", 2, &["--since-failure"]);
    let asked = extracts(&project, "etablissements.annuaire");
    run("2026-11-03T07:00:00Z", 2, &["--since-failure"]);
    assert_eq!(extracts(&project, "etablissements.annuaire"), asked);
    run("2026-11-04T06:00:00Z", 2, &["--since-failure"]);
    assert_eq!(extracts(&project, "etablissements.annuaire"), asked + 1);
    let ended = run("demain", 2, &[]);
    assert!(
        ended.stderr.contains("EDULAC_NOW=demain"),
        "{}",
        ended.picture()
    );
}
