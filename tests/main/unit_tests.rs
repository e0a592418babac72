//! `edulac test`: unit tests of pipelines, in YAML.

use crate::project::{Project, contract};
use crate::run::picture;

const TESTS: &str = "
version: 1
columns:
  ips: {rentree_scolaire: 2024-2025, uai: 0990001N, ips: \"100.0\", nombre: 3}
  lieux: {nom: Gabarit, geometry: POINT(1 2)}
tests:
  - test: ce qui est attendu
    given:
      ips:
        - {}
        - {uai: 0990002P, ips: NS}
        - {uai: 0990003A}
      lieux: [{}]
      communes: [{code: 99001, millesime: 2024, nom: Conte-Bleu}]
    expect:
      ips_codes: [{uai: 0990001N, ips_valeur: 100}, {uai: 0990002P, ips_valeur: null}, {uai: null}]
      lieux_situes: [{nom: Gabarit, geometry: 'POINT (1.0000001 2)', commune: Conte-Bleu}]
      essai: [{uai: 0990002P, ips: null}, {uai: 0990001N, ips: 100.0}]
    rejected:
      essai: [{column: uai, value: 0990003A}]
";

fn project(tests: &str) -> Project {
    let project = Project::with_only_pipeline(
        "essai",
        "
version: 1
pipeline: essai
sources:
  ips: {type: file, url: ips.csv, format: {type: csv}}
  lieux: {type: file, url: lieux.geojson, format: {type: geojson}}
  communes: {type: lake, table: communes}
steps:
  ips_codes:
    type: normalise
    from: ips
    codes: {uai: {kind: uai}}
    values: {ips_valeur: {kind: decimal, column: ips, nulls: [NS]}, nombre: {kind: integer}}
  lieux_situes:
    type: sql
    query: select l.nom, l.geometry, c.nom as commune, c.geometry as contour from lieux l cross join communes c
  essai:
    type: sql
    query: select uai, ips_valeur as ips, _source, _extrait, _ligne, _problemes from ips_codes
tables:
  essai: {from: essai, contract: essai}
",
    );
    let territories = crate::project::repository().join("pipelines/territoires.yaml");
    project.write(
        "pipelines/territoires.yaml",
        std::fs::read(territories).unwrap(),
    );
    project.write("pipelines/essai.test.yaml", tests);
    project.write(
        "data-contracts/essai.yaml",
        contract("essai", "      - {name: ips, logicalType: number, description: IPS. Nul - non significatif., classification: public}\n"),
    );
    project
}

#[test]
fn rows_given_go_through_steps_and_contracts_and_are_compared() {
    let project = project(TESTS);
    project.edulac(&["test", "essai"]).with_code(0);
    let json = project
        .edulac(&["test", "essai", "--format", "json"])
        .with_code(0)
        .json();
    assert_eq!(json["passed"], true, "{json}");
    // No source was asked, nothing was written.
    assert!(!project.path("archive").exists() && !project.path("lake").exists());
}

#[test]
fn what_is_not_as_expected_is_told_with_its_place() {
    let tests = TESTS
        .replace("ips_valeur: 100}", "ips_valeur: 101}")
        .replace("POINT (1.0000001 2)", "POINT (1.1 2)")
        .replace("{uai: 0990002P, ips: null}, ", "")
        .replace("value: 0990003A}]", "value: 0990003B}]");
    let project = project(&tests);
    picture(
        "unit_tests_fail",
        &project.edulac(&["test", "essai"]).with_code(1).picture(),
    );
}

#[test]
fn a_file_that_does_not_fit_its_pipeline_is_shown_all_at_once() {
    let tests = TESTS
        .replace("      lieux: [{}]", "      lieu: [{}]")
        .replace("{uai: 0990002P, ips: NS}", "{uaj: 0990002P}")
        .replace("essai: [{uai: 0990002P", "esai: [{uai: 0990002P");
    let project = project(&tests);
    picture(
        "unit_tests_misfit",
        &project.edulac(&["test", "essai"]).with_code(2).picture(),
    );
}

#[test]
fn every_pipeline_of_the_project_has_unit_tests_and_they_pass() {
    let project = Project::whole();
    let told = project
        .edulac(&["test", "--format", "json"])
        .with_code(0)
        .json();
    for pipeline in told["pipelines"].as_array().unwrap() {
        assert!(
            !pipeline["tests"].as_array().unwrap().is_empty(),
            "{pipeline}"
        );
    }
}
