use arrow::datatypes::{DataType, Field, Schema};
use edulac_model::ErrorClass;
use edulac_validate::{lost_columns, shrink, table_schema, too_many_rejects};

use crate::checks;

#[test]
fn a_table_is_held_when_it_loses_more_rows_than_its_contract_allows() {
    let checks = checks();
    for (previous, new) in [(0, 0), (0, 10), (100, 100), (100, 99), (100, 1_000)] {
        assert_eq!(shrink(&checks, previous, new), None, "{previous} -> {new}");
    }
    let held = shrink(&checks, 68_432, 66_001).unwrap();
    assert_eq!(
        (held.class(), held.table(), held.can_be_accepted()),
        (ErrorClass::Refused, "ecoles", true)
    );
    insta::assert_snapshot!(held);
    assert!(shrink(&checks, 100, 0).is_some());
}

#[test]
fn a_table_is_held_when_it_loses_columns() {
    let checks = checks();
    assert_eq!(lost_columns(&checks, &table_schema(&checks)), None);
    let field = |name| Field::new(name, DataType::Utf8, true);
    let held = lost_columns(
        &checks,
        &Schema::new(vec![field("sigle"), field("uai"), field("tel")]),
    )
    .unwrap();
    insta::assert_snapshot!(held);
}

#[test]
fn a_table_is_held_when_too_many_of_its_rows_are_rejected() {
    let checks = checks();
    assert_eq!(too_many_rejects(&checks, 0, 0), None);
    assert_eq!(too_many_rejects(&checks, 100, 10), None);
    let held = too_many_rejects(&checks, 100, 11).unwrap();
    assert!(!held.can_be_accepted());
    insta::assert_snapshot!(held);
}
