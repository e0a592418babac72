use edulac_contract::{Checks, Comparison, Measure, RowTest, Severity, Unit};
use edulac_yaml::Source;

use crate::{edited, example, read};

/// The checks as lines, one for each column, rule and guard.
fn lines(checks: &Checks) -> String {
    let mut out = format!("table {}, key {:?}\n", checks.table, checks.key);
    for column in &checks.columns {
        out += &format!(
            "{} {} {}\n",
            column.name,
            column.column_type,
            if column.nullable {
                "nullable"
            } else {
                "required"
            }
        );
        for rule in &column.rules {
            out += &format!(
                "  {} [{}] {}\n    {:?}\n",
                rule.id, rule.severity, rule.sentence, rule.test
            );
        }
    }
    for rule in &checks.table_rules {
        out += &format!("{} [{}] {}\n", rule.id, rule.severity, rule.sentence);
    }
    out += &format!(
        "guard {} %, rejects {} %\n",
        checks.guard.max_percent, checks.reject_max_percent
    );
    out
}

#[test]
fn the_examples_compile_to_these_checks() {
    for name in ["ips", "etablissements"] {
        insta::assert_snapshot!(format!("checks_of_{name}"), lines(example(name).checks()));
    }
}

#[test]
fn guards_have_defaults() {
    let checks = example("etablissements").checks().clone();
    assert_eq!(
        (checks.guard.max_percent, checks.reject_max_percent),
        (5.0, 5.0)
    );
}

#[test]
fn invalid_values_that_must_be_none_reject_rows_and_others_are_counted() {
    let checks = example("etablissements").checks().clone();
    let ouvert = checks
        .columns
        .iter()
        .find(|column| column.name == "ouvert")
        .unwrap();
    assert!(
        matches!(ouvert.rules[..], [ref rule] if rule.severity == Severity::Warning && matches!(rule.test, RowTest::OneOf(_)))
    );
    let mail = checks
        .table_rules
        .iter()
        .find(|rule| rule.id == "mail.invalidValues")
        .unwrap();
    assert!(matches!(mail.measure, Measure::InvalidValues { .. }));
    assert_eq!(
        (mail.expected, mail.unit),
        (Comparison::LessThan(3.0), Unit::Rows)
    );
}

#[test]
fn the_order_of_the_key_is_that_of_its_positions_and_not_of_the_columns() {
    let text = edited("primaryKeyPosition: 1", "primaryKeyPosition: 9")
        .text
        .replace("Position: 3", "Position: 1");
    let contract = read(&Source::new(
        "ips.yaml",
        text.replace("Position: 9", "Position: 3"),
    ));
    assert_eq!(contract.key(), ["voie", "rentree", "uai"]);
}

#[test]
fn comparisons_hold_as_the_standard_says() {
    use Comparison::{
        AtLeast, AtMost, Between, Equal, GreaterThan, LessThan, NotBetween, NotEqual,
    };
    for (comparison, holding, failing) in [
        (Equal(2.0), 2.0, 3.0),
        (NotEqual(2.0), 3.0, 2.0),
        (GreaterThan(2.0), 3.0, 2.0),
        (AtLeast(2.0), 2.0, 1.0),
        (LessThan(2.0), 1.0, 2.0),
        (AtMost(2.0), 2.0, 3.0),
        (Between(2.0, 4.0), 3.0, 2.0),
        (NotBetween(2.0, 4.0), 4.0, 3.0),
    ] {
        assert!(
            comparison.holds(holding) && !comparison.holds(failing),
            "{comparison:?}"
        );
    }
}
