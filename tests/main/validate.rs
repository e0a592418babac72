//! `edulac validate`, and with it the options that say where the project is.

use insta::{assert_json_snapshot, assert_snapshot};

use crate::edulac::{edulac, edulac_with};
use crate::project::Project;

#[test]
fn the_project_is_valid() {
    assert_snapshot!(Project::new().edulac(&["validate"]).picture());
}

#[test]
fn the_national_profile_is_valid() {
    let ended = Project::new().edulac(&[
        "validate",
        "--profile",
        "france",
        "--set",
        "departements=035,044",
    ]);
    assert_snapshot!(ended.picture());
}

#[test]
fn the_profile_may_come_from_the_environment() {
    let project = Project::whole();
    let ended = edulac_with(
        &project.path("."),
        &[("EDULAC_PROFILE", "france")],
        &["validate"],
    );
    assert!(
        ended.stdout.contains("profile france"),
        "{}",
        ended.picture()
    );
}

#[test]
fn the_project_may_be_elsewhere() {
    let project = Project::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let root = project.path(".");
    let ended = edulac(
        elsewhere.path(),
        &["--root", root.to_str().unwrap(), "validate"],
    );
    assert_eq!(ended.code, 0, "{}", ended.picture());
}

#[test]
fn a_profile_that_is_not_there_is_named() {
    assert_snapshot!(
        Project::new()
            .edulac(&["validate", "--profile", "nantes"])
            .picture()
    );
}

#[test]
fn a_profile_is_checked_as_pipelines_are() {
    let project = Project::new();
    project.edit("config/sample.yaml", "threads: 2", "thread: 2");
    project.edit(
        "config/sample.yaml",
        "archive: ./archive",
        "archive: ./lake/archive",
    );
    assert_snapshot!(project.edulac(&["validate"]).picture());
}

#[test]
fn a_variable_is_set_as_the_kind_of_value_that_it_is() {
    let ended = Project::new().edulac(&["validate", "--set", "edition=deux", "--set", "millesime"]);
    assert_snapshot!(ended.picture());
}

#[test]
fn mistakes_of_all_files_come_at_once() {
    let project = Project::new();
    project.edit("pipelines/ips.yaml", "type: normalise", "type: normalize");
    project.edit(
        "pipelines/territoires.yaml",
        "contract: communes",
        "contract: comunes",
    );
    project.edit(
        "data-contracts/ips.yaml",
        "logicalType: number",
        "logicalType: nombre",
    );
    assert_snapshot!(project.edulac(&["validate"]).picture());
}

#[test]
fn programs_get_the_findings_as_json() {
    let project = Project::new();
    project.edit(
        "pipelines/territoires.yaml",
        "contract: communes",
        "contract: comunes",
    );
    let ended = project.edulac(&["validate", "--format", "json"]);
    assert_eq!(ended.code, 2);
    assert_json_snapshot!(ended.json());
}
