//! `edulac watch`: the sources looked at, nothing fetched, nothing written.

use std::fs;

use crate::project::Project;
use crate::run::picture;
use crate::source::{DIRECTORY, Dataset};

const DATASETS: &str =
    "config/sample/edition-1/data.education.gouv.fr/api/explore/v2.1/catalog/datasets";

#[test]
fn watch_says_what_is_new_drifted_or_gone_and_what_a_run_would_make() {
    let (project, _) = Project::published();
    let quiet = project
        .edulac(&["watch", "etablissements", "--format", "json"])
        .with_code(0)
        .json();
    let states: Vec<&str> = quiet["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["state"]["is"].as_str().unwrap())
        .collect();
    assert!(states.iter().all(|state| *state == "unchanged"), "{quiet}");

    Dataset::of(&project, DIRECTORY).change(|records| {
        let column = records.column("precision_localisation");
        records.0[0][column] = "precision_de_la_localisation".to_owned();
    });
    let metadata = format!("{DATASETS}/{DIRECTORY}/index.json");
    project.edit(
        &metadata,
        "\"precision_localisation\"",
        "\"precision_de_la_localisation\"",
    );
    let gone = format!("{DATASETS}/fr-en-ips-ecoles-ap2022/index.json");
    fs::remove_file(project.path(&gone)).unwrap();
    let before = archive(&project);
    let ended = project
        .edulac(&["watch", "etablissements", "ips"])
        .with_code(2);
    picture("watch", &ended.picture());
    assert_eq!(archive(&project), before);
    // The run does what was said.
    let record = project.run(2, &["etablissements", "ips"]);
    let held = crate::run::with_status(&record, "held");
    assert!(
        held.contains(&"etablissements") && held.contains(&"ips"),
        "{record}"
    );
}

/// Everything in the archive, by name and size.
fn archive(project: &Project) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![project.path("archive")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((
                    path.display().to_string(),
                    fs::metadata(&path).unwrap().len(),
                ));
            }
        }
    }
    found.sort();
    found
}
