use edulac_contract::lint_set;
use edulac_yaml::Source;

use crate::{edited, example, read, render};

#[test]
fn the_examples_hold_together() {
    assert_eq!(
        render(&lint_set(&[example("ips"), example("etablissements")])),
        ""
    );
}

#[test]
fn a_reference_to_no_table_or_column_or_to_another_type_is_shown_at_its_place() {
    let etablissements = example("etablissements");
    let cases = [
        edited("to: etablissements.uai", "to: etablissement.uai"),
        edited("to: etablissements.uai", "to: etablissements.uia"),
        edited("to: etablissements.uai", "to: etablissements.identifiant"),
    ];
    let found: Vec<String> = cases
        .iter()
        .map(|case| render(&lint_set(&[read(case), etablissements.clone()])))
        .collect();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn a_table_has_one_contract() {
    let copy = Source::new("autre/ips.yaml", example("ips").source().text.clone());
    insta::assert_snapshot!(render(&lint_set(&[
        example("ips"),
        example("etablissements"),
        read(&copy)
    ])));
}
