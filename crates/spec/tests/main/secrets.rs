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

const SECRET: &str = "Zq9hunter2";

/// All that is printed of a finding, by any of the printers.
fn everything(found: &[edulac_yaml::Diagnostic]) -> String {
    format!("{}\n{found:?}", crate::shown(found))
}

#[test]
fn a_secret_that_comes_through_a_variable_is_not_repeated() {
    let profile = crate::read("fixtures", "profile.yaml");
    let sets = ["cle", "adresse"].map(|name| match name {
        "cle" => format!("cle={SECRET}"),
        name => format!("{name}=https://marie:{SECRET}@example.fr"),
    });
    let profile = edulac_spec::load_profile(&profile, &sets).unwrap();
    let pipeline = r"
version: 1
pipeline: p
sources:
  a: {type: opendatasoft, portal: '${adresse}', dataset: d, export: csv, api_key: '${cle}'}
tables:
  t: {from: a, contract: t}
";
    let file = edulac_yaml::Source::new("p.yaml", pipeline);
    let found = crate::load(&[file], &profile).expect_err("two secrets in clear text");
    let everything = everything(&found);
    assert!(!everything.contains(SECRET), "{everything}");
    assert!(
        everything.contains("`${cle}` is not `env:NAME` or `file:/path`"),
        "{everything}"
    );
    assert!(
        everything.contains("https://***@example.fr"),
        "{everything}"
    );
}

#[test]
fn a_profile_does_not_repeat_the_keys_of_its_store() {
    let text = crate::read("fixtures", "profile.yaml").text.to_string();
    let wrong = [
        format!("{text}\nstorage: {{access_key_id: {SECRET}, secret_access_key: {SECRET}x}}\n"),
        format!("{text}\nstorage:\n  endpoint: https://a:{SECRET}@minio.example.fr\n"),
        text.replace("lake: ", &format!("lake: s3://key:{SECRET}@bucket/lake #")),
    ];
    for text in wrong {
        let source = edulac_yaml::Source::new("profile.yaml", text.as_str());
        let found = edulac_spec::load_profile(&source, &[]).expect_err("secrets in clear text");
        let everything = everything(&found);
        assert!(!everything.contains(SECRET), "{text}\n\n{everything}");
    }
}
