//! A first run on the sample, then one that finds nothing new.

use std::fs;

use serde_json::{Value, json};

use crate::lake;
use crate::project::Project;
use crate::run::{picture, released};

#[test]
fn the_first_run_publishes_a_release_and_says_what_is_in_it() {
    let project = Project::whole();
    picture("first_plan", &project.edulac(&["plan"]).picture());
    assert!(!project.path("lake").exists() && !project.path("archive").exists());
    let ended = project.edulac(&["run"]).with_code(0);
    assert_eq!(ended.stderr, "");
    picture("first_run", &ended.stdout);
    picture("first_tables", &project.edulac(&["tables"]).picture());
    let [release] = &project.lake().releases()[..] else {
        panic!("one release");
    };
    project.lake().assert_whole(release);
    project.lake().assert_tables_read(release);
    let files = project.lake().files(release);
    let files = files.keys().map(|file| project.path("lake").join(file));
    let files: Vec<String> = files
        .map(|file| file.to_str().unwrap().to_owned())
        .collect();
    let mut check = vec!["check"];
    check.extend(files.iter().map(String::as_str));
    let told = project.edulac(&check).with_code(0).stdout;
    assert_eq!(
        told.matches("as the lake writes its files").count(),
        files.len()
    );
    let mistyped = project.edulac(&["check", "lake/absent.parquet"]);
    picture("check_mistyped", &mistyped.with_code(2).picture());
}

#[test]
fn programs_get_the_record_of_a_run_as_json() {
    let project = Project::new();
    let mut record = project.run(0, &[]);
    balances(&record);
    let kept = lake::json(
        &project
            .path("archive/runs")
            .join(format!("{}.json", record["run"].as_str().unwrap())),
    );
    assert_eq!(kept, record);
    // Steps of one pipeline are enough for the form.
    let steps = record["steps"].as_array_mut().unwrap();
    steps.retain(|step| {
        step["step"]
            .as_str()
            .unwrap()
            .starts_with("etablissements.")
    });
    picture("record", &serde_json::to_string_pretty(&record).unwrap());
}

/// Every edge of the accounts: nothing comes from nowhere, nothing is gone.
fn balances(record: &Value) {
    let number = |value: &Value, key: &str| value[key].as_u64().unwrap();
    let list = |key: &str| record[key].as_array().unwrap();
    for source in list("sources") {
        let read = number(source, "parsed") + number(source, "unreadable");
        assert_eq!(read, number(source, "records"), "{source}");
    }
    for step in list("steps") {
        for input in step["inputs"].as_array().unwrap() {
            let from = input["from"].as_str().unwrap();
            let pipeline = step["step"].as_str().unwrap().split_once('.').unwrap().0;
            let full = format!("{pipeline}.{from}");
            let made = list("steps")
                .iter()
                .find(|step| step["step"] == full.as_str());
            let made = made.map(|step| number(step, "rows"));
            let read = list("sources")
                .iter()
                .find(|source| source["source"] == full.as_str());
            let read = read.map(|source| number(source, "parsed"));
            // A source that is a table of the lake bears its name here; one that is absent, or of the last release, has no rows.
            let table = list("tables").iter().find(|table| table["table"] == from);
            let absent = list("absent")
                .iter()
                .any(|absent| absent["source"] == full.as_str());
            let lake = match table {
                Some(table) if !absent => number(table, "accepted"),
                _ => 0,
            };
            let rows = made.or(read).unwrap_or(lake);
            assert_eq!(rows, number(input, "rows"), "{from} into {}", step["step"]);
        }
        if step["preserves_rows"] == true {
            assert_eq!(step["inputs"][0]["rows"], step["rows"], "{step}");
        }
    }
    for table in list("tables") {
        let sum = number(table, "accepted") + number(table, "rejected");
        assert_eq!(number(table, "read"), sum, "{table}");
    }
}

#[test]
fn a_run_that_finds_nothing_new_writes_nothing_in_the_lake() {
    let project = Project::new();
    let first = project.run(0, &[]);
    let release = released(&first);
    picture("plan_after_a_run", &project.edulac(&["plan"]).picture());
    let before = project.lake().listing();
    let ended = project.edulac(&["run"]).with_code(0);
    assert_eq!(ended.stderr, "");
    picture("nothing_to_do", &ended.stdout);
    assert_eq!(project.lake().listing(), before);
    let record = project.run(0, &[]);
    assert_eq!(
        record["outcome"],
        json!({"status": "nothing_to_do", "release": release})
    );
    assert_eq!(project.lake().listing(), before);
    // However fast they follow each other, ids are in the order of time.
    assert!(record["run"].as_str() > first["run"].as_str(), "{record}");
    // What it leaves: its record, and a receipt without a body for each source.
    assert_eq!(
        fs::read_dir(project.path("archive/runs")).unwrap().count(),
        3
    );
    for source in record["sources"].as_array().unwrap() {
        let (name, extract) = (
            source["source"].as_str().unwrap(),
            source["extract"].as_str().unwrap(),
        );
        let folder = project.path("archive/raw").join(name).join(extract);
        let receipt = lake::json(&folder.join("receipt.json"));
        let since = receipt["unchanged_since"].as_str().unwrap();
        assert!(since < extract, "{name}: {since}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "{folder:?}");
        assert!(folder.with_file_name(since).join("receipt.json").exists());
    }
}
