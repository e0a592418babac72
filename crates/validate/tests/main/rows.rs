use std::collections::BTreeSet;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, Int32Type};
use arrow::util::pretty::pretty_format_batches;
use edulac_geo::wkb;
use edulac_validate::{Checked, READING, RowChecker, reject_batch, reject_schema};
use proptest::prelude::*;

use crate::{Row, batch, checks};

fn check(rows: &[Row]) -> Checked {
    let batch = batch(rows);
    RowChecker::new(&checks(), &batch.schema())
        .unwrap()
        .check(&batch)
        .unwrap()
}

#[test]
fn a_good_row_is_accepted_in_silence() {
    let checked = check(&[Row::default()]);
    assert_eq!((checked.accepted.num_rows(), checked.rejected_rows), (1, 0));
    assert!(checked.rejects.is_empty() && checked.problems.is_empty());
}

#[test]
fn null_passes_every_rule_but_required() {
    let none = Row {
        eleves: None,
        ips: None,
        voie: None,
        niveau: None,
        ouvert: None,
        vu_le: None,
        lu_le: None,
        langues: None,
        mail: None,
        geometry: None,
        ..Row::default()
    };
    assert_eq!(check(&[none]).accepted.num_rows(), 1);
}

#[test]
fn each_rule_rejects_what_breaks_it() {
    let polygon = wkb::from_hex("0103000000010000000400000000000000000000000000000000000000000000000000f03f0000000000000000000000000000f03f000000000000f03f00000000000000000000000000000000").unwrap();
    let cases: Vec<(&str, Row)> = vec![
        (
            "uai.required",
            Row {
                uai: None,
                ..Row::default()
            },
        ),
        (
            "uai.pattern",
            Row {
                uai: Some("x0350852K"),
                ..Row::default()
            },
        ),
        (
            "uai.pattern",
            Row {
                uai: Some(""),
                ..Row::default()
            },
        ),
        (
            "rentree.minimum",
            Row {
                rentree: Some(2015),
                ..Row::default()
            },
        ),
        (
            "rentree.exclusiveMaximum",
            Row {
                rentree: Some(2100),
                ..Row::default()
            },
        ),
        (
            "eleves.exclusiveMinimum",
            Row {
                eleves: Some(0),
                ..Row::default()
            },
        ),
        (
            "ips.minimum",
            Row {
                ips: Some(44.9),
                ..Row::default()
            },
        ),
        (
            "ips.minimum",
            Row {
                ips: Some(f64::NAN),
                ..Row::default()
            },
        ),
        (
            "ips.maximum",
            Row {
                ips: Some(f64::INFINITY),
                ..Row::default()
            },
        ),
        (
            "voie.minLength",
            Row {
                voie: Some("é"),
                ..Row::default()
            },
        ),
        (
            "voie.maxLength",
            Row {
                voie: Some("ensembles"),
                ..Row::default()
            },
        ),
        (
            "voie.invalidValues",
            Row {
                voie: Some("gt"),
                ..Row::default()
            },
        ),
        (
            "niveau.invalidValues",
            Row {
                niveau: Some(4),
                ..Row::default()
            },
        ),
        (
            "vu_le.minimum",
            Row {
                vu_le: Some(18_261),
                ..Row::default()
            },
        ),
        (
            "lu_le.maximum",
            Row {
                lu_le: Some(1_893_456_000_000_001),
                ..Row::default()
            },
        ),
        (
            "langues.pattern",
            Row {
                langues: Some(vec!["fr", "Br"]),
                ..Row::default()
            },
        ),
        (
            "geometry.geometryType",
            Row {
                geometry: Some(polygon),
                ..Row::default()
            },
        ),
        (
            "geometry.geometryType",
            Row {
                geometry: Some(vec![1, 2, 3]),
                ..Row::default()
            },
        ),
        (
            "geometry.geometryType",
            Row {
                geometry: Some(wkb::write_point(f64::NAN, f64::NAN).to_vec()),
                ..Row::default()
            },
        ),
        (
            "geometry.bounds",
            Row {
                geometry: Some(wkb::write_point(2.0, 60.1).to_vec()),
                ..Row::default()
            },
        ),
    ];
    for (rule, row) in cases {
        let checked = check(&[Row::default(), row.clone(), Row::default()]);
        assert_eq!(
            (checked.accepted.num_rows(), checked.rejected_rows),
            (2, 1),
            "{rule}: {row:?}"
        );
        assert!(
            checked.rejects.iter().any(|reject| reject.rule == rule),
            "{rule}: {:?}",
            checked.rejects
        );
        assert!(
            checked
                .rejects
                .iter()
                .all(|reject| reject.row == 1 && reject.record == Some(2))
        );
    }
}

#[test]
fn limits_are_in_or_out_as_their_names_say() {
    let edges = Row {
        rentree: Some(2016),
        eleves: Some(1),
        ips: Some(45.0),
        vu_le: Some(18_262),
        lu_le: Some(1_893_456_000_000_000),
        geometry: Some(wkb::write_point(180.0, -60.0).to_vec()),
        ..Row::default()
    };
    assert_eq!(check(&[edges]).rejected_rows, 0);
}

#[test]
fn the_file_of_rejects_says_source_line_key_rule_column_value_and_reason() {
    let rows = [
        Row {
            uai: None,
            problemes: Some("uai\t0350852L\tthe check letter should be K\ntel\t02?\tnot a number"),
            ..Row::default()
        },
        Row {
            ips: Some(300.0),
            voie: Some("PROF"),
            ouvert: Some(false),
            ..Row::default()
        },
        Row {
            geometry: Some(vec![9, 9]),
            ..Row::default()
        },
        Row {
            ouvert: Some(false),
            problemes: Some("coordx\tabc\tnot a number"),
            ..Row::default()
        },
    ];
    let checked = check(&rows);
    assert_eq!((checked.accepted.num_rows(), checked.rejected_rows), (1, 3));
    let rejects = reject_batch("ecoles", &checked.rejects).unwrap();
    assert_eq!(rejects.schema(), reject_schema());
    insta::assert_snapshot!("rejects", pretty_format_batches(&[rejects]).unwrap());
    let problems = reject_batch("ecoles", &checked.problems).unwrap();
    insta::assert_snapshot!(
        "problems_of_accepted_rows",
        pretty_format_batches(&[problems]).unwrap()
    );
    assert!(
        checked
            .problems
            .iter()
            .any(|problem| problem.rule == READING)
    );
}

#[test]
fn a_value_that_could_not_be_read_under_its_former_name_is_told_with_what_was_read() {
    let batch = batch(&[Row {
        uai: None,
        problemes: Some("numero_uai\t0350852J\t0350852J: check letter should be K"),
        ..Row::default()
    }]);
    let checker = || RowChecker::new(&checks(), &batch.schema()).unwrap();
    let apart = checker().check(&batch).unwrap();
    let rules: Vec<&str> = apart
        .rejects
        .iter()
        .map(|reject| reject.rule.as_str())
        .collect();
    assert_eq!(rules, ["uai.required", READING]);

    let former = [("uai".to_owned(), ["numero_uai".to_owned()].into())];
    let together = checker().read_as(former.into()).check(&batch).unwrap();
    let [reject] = &together.rejects[..] else {
        panic!("{:?}", together.rejects)
    };
    assert_eq!(reject.value.as_deref(), Some("0350852J"));
    assert_eq!(
        reject.reason,
        "uai : une valeur est obligatoire ; lu « 0350852J » : check letter should be K"
    );
}

#[test]
fn rows_without_service_columns_are_known_by_their_key() {
    let all = batch(&[Row {
        eleves: Some(-1),
        ..Row::default()
    }]);
    let kept: Vec<usize> = (4..all.num_columns()).collect();
    let batch = all.project(&kept).unwrap();
    let checked = RowChecker::new(&checks(), &batch.schema())
        .unwrap()
        .check(&batch)
        .unwrap();
    let [reject] = &checked.rejects[..] else {
        panic!("{:?}", checked.rejects)
    };
    assert_eq!((reject.source.as_deref(), reject.record), (None, None));
    assert_eq!(reject.key, "0350852K, 2024");
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        prop::sample::select(vec![Some("0350852K"), Some("nul"), None]),
        prop::option::of(2010..2110_i32),
        prop::option::of(-5.0..200.0_f64),
        prop::sample::select(vec![Some("GT"), Some("TG"), None]),
        prop::option::of(any::<bool>()),
        prop::option::of(prop::collection::vec(any::<u8>(), 0..24)),
        prop::sample::select(vec![None, Some("uai\tx\ty"), Some("bruit")]),
    );
    let row = row.prop_map(
        |(uai, rentree, ips, voie, ouvert, geometry, problemes)| Row {
            uai,
            rentree,
            ips,
            voie,
            ouvert,
            geometry,
            problemes,
            ..Row::default()
        },
    );
    prop::collection::vec(row, 0..40)
}

proptest! {
    #[test]
    fn accepted_and_rejected_rows_make_the_rows_read_and_no_row_is_both(rows in rows()) {
        let checked = check(&rows);
        prop_assert_eq!(checked.accepted.num_rows() + checked.rejected_rows, rows.len());
        let rejected: BTreeSet<usize> = checked.rejects.iter().map(|reject| reject.row).collect();
        let problems: BTreeSet<usize> = checked.problems.iter().map(|reject| reject.row).collect();
        prop_assert_eq!(rejected.len(), checked.rejected_rows);
        prop_assert!(rejected.is_disjoint(&problems));
        // What is kept is what was not rejected, in its order, unchanged.
        let kept: Vec<&Row> = rows.iter().enumerate().filter(|(row, _)| !rejected.contains(row)).map(|(_, row)| row).collect();
        let rentrees: Vec<Option<i32>> = checked.accepted.column_by_name("rentree").unwrap().as_primitive::<Int32Type>().iter().collect();
        let ips: Vec<Option<f64>> = checked.accepted.column_by_name("ips").unwrap().as_primitive::<Float64Type>().iter().collect();
        prop_assert_eq!(rentrees, kept.iter().map(|row| row.rentree).collect::<Vec<_>>());
        prop_assert_eq!(ips, kept.iter().map(|row| row.ips).collect::<Vec<_>>());
        prop_assert_eq!(checked.accepted.column_by_name("uai").unwrap().null_count(), 0);
    }

    #[test]
    fn accepted_rows_are_accepted_again(rows in rows()) {
        let first = check(&rows).accepted;
        let again = RowChecker::new(&checks(), &first.schema()).unwrap().check(&first).unwrap();
        prop_assert_eq!(again.rejected_rows, 0);
        prop_assert_eq!(again.accepted, first);
    }
}
