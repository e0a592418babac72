//! Numbers, dates and booleans.

use chrono::NaiveDate;
use edulac_model::CodeError;
use edulac_model::values::{parse_boolean, parse_date, parse_decimal, parse_integer};
use proptest::prelude::*;

#[test]
fn decimals_are_read_in_french_and_in_english() {
    for (raw, value) in [
        ("45.2", 45.2),
        ("45,2", 45.2),
        ("45,2 %", 45.2),
        ("-17.0", -17.0),
        ("\u{2212}5", -5.0),
        ("- 5", -5.0),
        ("+3", 3.0),
        ("1,234", 1.234),
        (",5", 0.5),
        ("5.", 5.0),
        ("1 234 567,8", 1_234_567.8),
        ("1\u{202f}234", 1234.0),
        ("12\u{a0}345.6", 12_345.6),
        ("6.02E-3", 0.00602),
    ] {
        assert_eq!(parse_decimal(raw), Ok(value), "{raw}");
    }
    for raw in [
        "NS",
        "1,234.5",
        "1.234,5",
        "1,2,3",
        "12 34",
        "1 2345",
        "0,123 456",
        "inf",
        "NaN",
        "1e999",
        "e5",
        "-",
        ".",
        "%",
        "1e",
        "0x1F",
        "--1",
        "1_000",
    ] {
        assert!(parse_decimal(raw).is_err(), "{raw}");
    }
    assert_eq!(parse_decimal(" \u{a0}"), Err(CodeError::Empty));
}

#[test]
fn whole_numbers_may_carry_a_zero_fraction() {
    for (raw, value) in [
        ("12", 12),
        ("12.0", 12),
        ("12,00", 12),
        ("1 234", 1234),
        ("-0", 0),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(parse_integer(raw), Ok(value), "{raw}");
    }
    for raw in ["12.5", "1e3", "9223372036854775808", "douze"] {
        assert!(parse_integer(raw).is_err(), "{raw}");
    }
}

#[test]
fn dates_are_taken_as_written() {
    let date = NaiveDate::from_ymd_opt(2024, 9, 1).unwrap();
    for raw in [
        "2024-09-01",
        "01/09/2024",
        "1/9/2024",
        "2024-09-01T00:00:00+00:00",
        "2024-09-01T23:59:59.123Z",
        "2024-09-01T23:00:00-0400",
        "2024-09-01 08:30:00",
        "2024-09-01T08:30",
        "01/09/2024 08:30",
    ] {
        assert_eq!(parse_date(raw), Ok(date), "{raw}");
    }
    for raw in [
        "2024",
        "2024-9-1",
        "01-09-2024",
        "2024/09/01",
        "2024-09-01 hier",
        "2024-09-01T25:00:00",
        "0000-00-00",
        "2023-02-29",
        "1/9/24",
        "+2024-09-01",
    ] {
        assert!(parse_date(raw).is_err(), "{raw}");
    }
}

#[test]
fn booleans_are_read_in_both_languages() {
    for raw in ["1", "true", "True", "OUI", "vrai", "o"] {
        assert_eq!(parse_boolean(raw), Ok(true), "{raw}");
    }
    for raw in ["0", "false", "Non", "FAUX", " n "] {
        assert_eq!(parse_boolean(raw), Ok(false), "{raw}");
    }
    assert_eq!(parse_boolean(""), Err(CodeError::Empty));
    assert!(parse_boolean("2").is_err());
}

proptest! {
    #[test]
    fn a_written_decimal_reads_back(value in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
        prop_assert_eq!(parse_decimal(&value.to_string()), Ok(value));
        prop_assert_eq!(parse_decimal(&value.to_string().replace('.', ",")), Ok(value));
        prop_assert_eq!(parse_decimal(&format!("{value:e}")), Ok(value));
    }

    #[test]
    fn a_written_integer_reads_back(value: i64) {
        prop_assert_eq!(parse_integer(&value.to_string()), Ok(value));
        prop_assert_eq!(parse_integer(&format!("{value}.0")), Ok(value));
    }

    #[test]
    fn thousands_are_read_back(value in 0..1_000_000_000_i64, space in "[ \u{a0}\u{202f}]") {
        let digits = value.to_string();
        let grouped: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
        prop_assert_eq!(parse_integer(&grouped.join(&space)), Ok(value));
    }

    #[test]
    fn a_written_date_reads_back(days in -200_000..200_000_i64) {
        let date = NaiveDate::default() + chrono::TimeDelta::days(days);
        prop_assert_eq!(parse_date(&date.format("%Y-%m-%d").to_string()), Ok(date));
        prop_assert_eq!(parse_date(&date.format("%d/%m/%Y").to_string()), Ok(date));
    }

    #[test]
    fn any_text_is_read_or_refused(raw in "\\PC{0,20}|[-+0-9., eE%]{0,12}|[-0-9/T:+Z ]{0,25}") {
        let _ = (parse_decimal(&raw), parse_date(&raw), parse_boolean(&raw));
        if let Ok(whole) = parse_integer(&raw) {
            prop_assert_eq!(parse_decimal(&raw), Ok(whole as f64));
        }
    }
}
