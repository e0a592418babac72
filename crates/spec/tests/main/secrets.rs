use std::io::Write;

use edulac_model::ErrorClass;
use edulac_spec::Secret;

#[test]
fn a_secret_is_fetched_and_never_shown() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "hunter2").unwrap();
    let reference: Secret = format!("file:{}", file.path().display()).parse().unwrap();
    let value = reference.resolve().unwrap();
    assert_eq!(value.expose(), "hunter2");
    assert_eq!(format!("{value} {value:?}"), "*** ***");

    // Set by cargo for every test.
    let value = "env:CARGO_PKG_NAME"
        .parse::<Secret>()
        .unwrap()
        .resolve()
        .unwrap();
    assert_eq!(value.expose(), "edulac-spec");
}

#[test]
fn a_secret_that_is_not_there_names_its_reference_and_the_remedy() {
    let message = |reference: &str| {
        let error = reference
            .parse::<Secret>()
            .unwrap()
            .resolve()
            .expect_err("not there");
        assert_eq!(error.class(), ErrorClass::Config);
        error.to_string()
    };
    assert_eq!(
        message("env:EDULAC_NOT_SET"),
        "the secret `env:EDULAC_NOT_SET` cannot be read: set the environment variable `EDULAC_NOT_SET`"
    );
    assert!(
        message("file:/nowhere/at/all")
            .starts_with("the secret `file:/nowhere/at/all` cannot be read")
    );
    assert_eq!(
        message("file:/dev/null"),
        "the secret `file:/dev/null` is empty: give it a value"
    );
}

#[test]
fn what_is_not_a_reference_is_refused_without_repeating_it() {
    for text in ["hunter2", "env:", "file:relative", ""] {
        let error = text.parse::<Secret>().expect_err("not a reference");
        assert_eq!(
            error.to_string(),
            "not a reference to a secret: write `env:NAME` or `file:/path`"
        );
    }
}
