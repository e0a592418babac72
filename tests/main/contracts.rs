//! `edulac contract lint`.

use insta::assert_snapshot;

use crate::project::Project;

#[test]
fn the_contracts_of_the_project_hold_together() {
    assert_snapshot!(Project::new().edulac(&["contract", "lint"]).picture());
}

#[test]
fn what_is_wrong_in_a_contract_is_shown_at_its_place() {
    let project = Project::new();
    project.edit(
        "data-contracts/ips.yaml",
        "classification: public",
        "classification: publique",
    );
    project.edit(
        "data-contracts/ips.yaml",
        "to: etablissements.uai",
        "to: etablissement.uai",
    );
    project.edit(
        "data-contracts/effectifs.yaml",
        "to: etablissements.uai",
        "to: etablissements.code",
    );
    assert_snapshot!(project.edulac(&["contract", "lint"]).picture());
}

#[test]
fn one_contract_is_checked_without_its_references() {
    let project = Project::new();
    project.edit(
        "data-contracts/ips.yaml",
        "to: etablissements.uai",
        "to: etablissement.uai",
    );
    let ended = project.edulac(&["contract", "lint", "data-contracts/ips.yaml"]);
    assert_eq!(ended.code, 0, "{}", ended.picture());
    let ended = project.edulac(&["contract", "lint", "data-contracts"]);
    assert_eq!(ended.code, 2, "{}", ended.picture());
}

#[test]
fn a_contract_that_is_not_there_is_named() {
    let ended = Project::new().edulac(&["contract", "lint", "data-contracts/patronymes.yaml"]);
    assert_snapshot!(ended.picture());
}
