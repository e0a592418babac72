//! A source that fails, and runs from the archive.

use std::fs;

use crate::project::Project;
use crate::run::{picture, released};
use crate::source::Dataset;

#[test]
fn a_source_that_fails_is_named_and_what_came_before_stays_in_the_archive() {
    let project = Project::new();
    let body = Dataset::of(&project, "fr-en-ips-colleges-ap2023").body();
    let elsewhere = project.path("aside.csv.gz");
    fs::rename(project.path(&body), &elsewhere).unwrap();
    let ended = project.edulac(&["run"]);
    picture("a_source_fails", &ended.picture());
    assert!(
        ended.stderr.contains("ips.ips_colleges"),
        "{}",
        ended.picture()
    );
    assert!(project.lake().releases().is_empty());
    let before = receipts(&project, "etablissements.annuaire");
    assert_eq!(before.len(), 1);
    assert!(receipts(&project, "ips.ips_colleges").is_empty());

    // There again: what was fetched is not fetched again.
    fs::rename(elsewhere, project.path(&body)).unwrap();
    let record = project.run(0, &[]);
    let sources = record["sources"].as_array().unwrap();
    let unchanged = |name: &str| {
        let source = sources
            .iter()
            .find(|source| source["source"] == name)
            .unwrap();
        source["unchanged"].as_bool().unwrap()
    };
    assert!(unchanged("etablissements.annuaire") && unchanged("ips.ips_ecoles"));
    assert!(!unchanged("ips.ips_colleges"));
    released(&record);
}

fn receipts(project: &Project, source: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(project.path("archive/raw").join(source)) else {
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with('.')).collect()
}

#[test]
fn a_frozen_run_makes_the_same_bytes_from_the_archive_alone() {
    let (project, record) = Project::published();
    let release = released(&record);
    let files = project.lake().files(&release);
    let sources = ["etablissements.annuaire", "territoires.contours_communes"];
    let before = sources.map(|source| receipts(&project, source));
    fs::remove_dir_all(project.path("config/sample")).unwrap();
    fs::remove_dir_all(project.path("lake")).unwrap();
    let again = released(&project.run(0, &["--frozen"]));
    assert_eq!(project.lake().files(&again), files);
    project.lake().assert_whole(&again);
    // It asks nobody, so it has nothing to keep.
    assert_eq!(sources.map(|source| receipts(&project, source)), before);
}

#[test]
fn a_frozen_run_without_an_archive_says_what_to_do() {
    let project = Project::new();
    let ended = project.edulac(&["run", "--frozen"]);
    picture("frozen_without_archive", &ended.picture());
}
