//! The committed sample, whole.

use std::path::{Path, PathBuf};

use edulac_spec::pipeline::Source;
use serde_json::{Value, json};

use crate::support::{Project, counts, file};

fn edition(number: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../config/sample/edition-{number}"))
}

fn sample(mut project: Project, number: u32) -> Project {
    for host in [
        "data.education.gouv.fr",
        "www.data.gouv.fr",
        "rnb-opendata.s3.fr-par.scw.cloud",
    ] {
        let folder = edition(number).join(host);
        project = project.standing_in(&format!("https://{host}"), &folder.to_string_lossy());
    }
    project
}

fn dataset(id: &str, export: &str) -> Source {
    from(json!({
        "type": "opendatasoft", "portal": "https://data.education.gouv.fr", "dataset": id,
        "export": export, "volatile": ["date_maj_ligne"],
    }))
}

fn from(source: Value) -> Source {
    serde_json::from_value(source).unwrap()
}

#[tokio::test]
async fn every_source_of_the_sample_is_read_whole() {
    let communes = file(
        edition(1).join("communes.geojson.gz"),
        &json!({"type": "geojson"}),
    );
    let sources = [
        ("annuaire", dataset("fr-en-annuaire-education", "csv")),
        (
            "academies",
            dataset("fr-en-contour-academies-2020", "geojson"),
        ),
        ("ips_ecoles", dataset("fr-en-ips-ecoles-ap2022", "csv")),
        ("ips_colleges", dataset("fr-en-ips-colleges-ap2023", "csv")),
        (
            "ecoles",
            dataset("fr-en-ecoles-effectifs-nb_classes", "csv"),
        ),
        (
            "colleges",
            dataset("fr-en-college-effectifs-niveau-sexe-lv", "csv"),
        ),
        (
            "batiments",
            from(json!({"type": "rnb", "departements": ["099"]})),
        ),
        ("communes", communes),
    ];
    let mut read = String::new();
    for (name, source) in sources {
        let extract = sample(Project::new(), 1).extract(&source).await;
        let (parsed, unreadable, empty) = counts(&extract);
        let columns = extract.receipt.columns.len();
        read += &format!(
            "{name}: {columns} columns, {parsed} records, {unreadable} unreadable, {empty} empty\n"
        );
    }
    insta::assert_snapshot!(read);
}

#[tokio::test]
async fn the_directory_is_unchanged_until_its_next_edition() {
    let source = dataset("fr-en-annuaire-education", "csv");
    let project = sample(Project::new(), 1);
    let first = project.extract(&source).await;
    assert!(project.extract(&source).await.unchanged);
    let project = sample(project, 2);
    let next = project.extract(&source).await;
    assert!(!next.unchanged);
    assert_eq!(next.receipt.columns, first.receipt.columns);
}
