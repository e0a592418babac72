//! No door of the binary shows a secret that stands in a file by mistake.

use crate::edulac::Ended;
use crate::project::Project;

const SECRET: &str = "Zq9hunter2";

const PIPELINE: &str = "
version: 1
pipeline: ecoles
sources:
  annuaire:
    type: opendatasoft
    portal: https://data.education.gouv.fr
    dataset: fr-en-annuaire-education
    export: pdf
    api_key: Zq9hunter2
    volatile: 3
  extranet:
    type: http
    url: https://marie:Zq9hunter2@extranet.example.fr/a.csv
    format: {type: csv}
tables:
  etablissements: {from: annuaire, contract: etablissements}
";

/// What `validate` says in each of its forms.
fn all_forms(project: &Project) -> Vec<Ended> {
    let forms: [&[&str]; 4] = [
        &["validate"],
        &["validate", "--format", "json"],
        &["validate", "--log-format", "json"],
        &["run", "-vv"],
    ];
    forms.iter().map(|form| project.edulac(form)).collect()
}

fn assert_silent(project: &Project, says: &str) {
    for ended in all_forms(project) {
        assert_eq!(ended.code, 2, "{}", ended.picture());
        assert!(!ended.picture().contains(SECRET), "{}", ended.picture());
        assert!(ended.picture().contains(says), "{}", ended.picture());
    }
}

#[test]
fn secrets_of_a_pipeline_are_not_repeated() {
    let project = Project::with_only_pipeline("ecoles", PIPELINE);
    assert_silent(&project, "must be a reference to a secret");
}

#[test]
fn secrets_of_a_file_that_is_no_yaml_are_not_repeated() {
    let broken = PIPELINE.replace("volatile: 3", "volatile: [");
    let project = Project::with_only_pipeline("ecoles", &broken);
    assert_silent(&project, "pipelines/ecoles.yaml");
}

#[test]
fn secrets_of_a_profile_and_of_the_command_line_are_not_repeated() {
    let project = Project::new();
    project.edit(
        "config/sample.yaml",
        "lake: ",
        "storage: {access_key_id: Zq9hunter2, secret_access_key: Zq9hunter2}\nlake: ",
    );
    assert_silent(&project, "storage.access_key_id");

    let project = Project::new();
    for set in [
        "edition=https://marie:Zq9hunter2@example.fr",
        "edition=a&token=Zq9hunter2",
    ] {
        let ended = project.edulac(&["validate", "--set", set]);
        assert_eq!(ended.code, 2, "{}", ended.picture());
        assert!(!ended.picture().contains(SECRET), "{}", ended.picture());
    }
}
