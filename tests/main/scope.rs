//! What a release covers does not change by accident.

use std::fs;

use crate::project::Project;
use crate::run::{picture, released};

#[test]
fn another_departement_is_refused_before_anything_is_asked_for() {
    let (project, record) = Project::published();
    let first = released(&record);
    let before = project.lake().listing();
    let extracts = |project: &Project| {
        fs::read_dir(project.path("archive/raw/etablissements.export_batiments"))
            .unwrap()
            .count()
    };
    let ended = project
        .edulac(&["run", "--set", "departements=035"])
        .with_code(5);
    picture("another_scope", &ended.picture());
    assert_eq!(project.lake().listing(), before);
    assert_eq!(extracts(&project), 1);

    // The RNB has that département too.
    let metadata = "config/sample/edition-1/www.data.gouv.fr/api/1/datasets/65a5568dfc88169d0a5416ca/index.json";
    project.edit(metadata, "RNB_99.csv.zip", "RNB_35.csv.zip");
    let files = "config/sample/edition-1/rnb-opendata.s3.fr-par.scw.cloud/files";
    fs::rename(
        project.path(&format!("{files}/RNB_99.csv.zip")),
        project.path(&format!("{files}/RNB_35.csv.zip")),
    )
    .unwrap();
    let second = released(&project.run(0, &["--set", "departements=035", "--new-scope"]));
    let manifest = project.lake().manifest(&second);
    let scope = &manifest["scope"]["etablissements.export_batiments"]["departements"];
    assert_eq!(*scope, serde_json::json!(["035"]));
    assert_eq!(project.lake().releases(), [first, second]);
}

#[test]
fn a_source_that_is_narrowed_changes_the_scope() {
    let (project, _) = Project::published();
    project.edit(
        "pipelines/ips.yaml",
        "    dataset: fr-en-ips-ecoles-ap2022\n",
        "    dataset: fr-en-ips-ecoles-ap2022\n    where: code_academie = '98'\n",
    );
    let ended = project.edulac(&["run", "ips"]).with_code(5);
    picture("narrowed_scope", &ended.picture());
}
