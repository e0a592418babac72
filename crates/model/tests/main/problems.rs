//! The `_problemes` cell.

use edulac_model::problem::{Problem, decode, encode, encode_line};
use proptest::prelude::*;

fn problem(column: &str, value: &str, reason: &str) -> Problem {
    Problem {
        column: column.into(),
        value: value.into(),
        reason: reason.into(),
    }
}

#[test]
fn a_problem_is_a_line_of_three_parts() {
    let problems = [
        problem("uai", "0350852K", "check letter should be L"),
        problem("note", "a\tb\r\nc\\t", "a number expected"),
    ];
    assert_eq!(
        encode_line(&problems[0]),
        "uai\t0350852K\tcheck letter should be L"
    );
    assert_eq!(
        encode(&problems).unwrap(),
        "uai\t0350852K\tcheck letter should be L\nnote\ta\\tb\\r\\nc\\\\t\ta number expected"
    );
}

#[test]
fn no_problem_is_null() {
    assert_eq!(encode(&[]), None);
    assert_eq!(decode(""), []);
}

#[test]
fn a_broken_line_is_read_as_far_as_it_goes() {
    assert_eq!(
        decode("uai\n\\x\ty\\"),
        [problem("uai", "", ""), problem("x", "y\\", "")]
    );
}

fn any_problem() -> impl Strategy<Value = Problem> {
    let part = || "([\\\\\t\n\rtnr]|\\PC){0,8}";
    (part(), part(), part()).prop_map(|(column, value, reason)| Problem {
        column,
        value,
        reason,
    })
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(problems in prop::collection::vec(any_problem(), 0..5)) {
        prop_assert_eq!(decode(&encode(&problems).unwrap_or_default()), problems);
    }

    #[test]
    fn cells_join_by_a_line_end(first in any_problem(), second in any_problem()) {
        let joined = format!("{}\n{}", encode_line(&first), encode_line(&second));
        prop_assert_eq!(Some(joined), encode(&[first, second]));
    }
}
