//! What a file holds in clear text is never repeated.

use edulac_yaml::{Diagnostic, Source, check, parse};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::shown;

const SECRET: &str = "Zq9hunter2";

fn schema() -> Json {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "api_key": {"anyOf": [
                {
                    "description": "A reference to a secret",
                    "type": "string",
                    "writeOnly": true,
                    "pattern": "^env:[A-Z_]+$",
                    "examples": ["env:API_KEY"],
                },
                {"type": "null"},
            ]},
            "url": {"type": "string", "format": "public"},
            "count": {"type": "integer"},
        },
    })
}

fn read(text: &str) -> Vec<Diagnostic> {
    let source = Source::new("exemple.yaml", text);
    match parse(&source) {
        Ok(tree) => edulac_yaml::check_with_formats(
            &source,
            &tree,
            &schema(),
            &[("public", |text| match text.contains('@') {
                true => Err(format!("`{text}` has a user")),
                false => Ok(()),
            })],
        ),
        Err(found) => found,
    }
}

/// The picture of what is found, and all texts that other pictures are made of.
fn everything(found: &[Diagnostic]) -> String {
    format!("{}\n{found:?}", shown(found))
}

#[test]
fn a_secret_is_not_shown_by_what_is_wrong_with_it_or_near_it() {
    let wrong = [
        format!("api_key: {SECRET}"),
        format!("api_key: {SECRET} # {SECRET}, for now"),
        format!("api_key: '{SECRET}'\ncount: many"),
        format!("count: many\n\"api_key\" : \"{SECRET}\""),
        format!("{{count: many, api_key: {SECRET}}}"),
        format!("{{api_key: {SECRET}, count: many}}"),
        format!("{{api_key: '{SECRET}', count: many}}"),
        format!("{{api_key: 'it''s {SECRET}', count: many}}"),
        format!("{{api_key: \"a\\\" {SECRET}\", count: many}}"),
        format!("{{api_key: 'a\n  {SECRET}', count: many}}"),
        format!("{{api_key: a\n  {SECRET}, count: many}}"),
        format!("{{count: many, api_key:\n  {SECRET}\n}}"),
        format!("api_key:\n  {SECRET}\ncount: many"),
        format!("api_key: |\n  a\n\n  {SECRET}\ncount: many"),
        format!("api_key: [{SECRET}]"),
        format!("api_key: {{value: {SECRET}}}"),
        format!("api_key: env:{SECRET}-{SECRET}"),
        format!("api_key: file:{SECRET}"),
        format!("api_key: env:NAME {SECRET}"),
        format!("api_key: env: {SECRET}"),
        format!("api_key:{SECRET}"),
        format!("? api_key\n: {SECRET}"),
        format!("api-key: {SECRET}"),
        format!("api_kye: {SECRET}"),
        format!("secret_acces_key: {SECRET}"),
        format!("password: {SECRET}\nother: 1"),
        format!("count: many\n# api_key: {SECRET}"),
        format!("count: [1\napi_key: {SECRET}\n"),
        format!("api_key: \"{SECRET}\ncount: 1"),
        format!("url: https://marie:{SECRET}@example.fr/a.csv"),
        format!("url: https://marie:a@{SECRET}@example.fr/a.csv"),
        format!("url: https://marie:{SECRET}/b@example.fr/a.csv"),
        format!("url: https://{SECRET}@example.fr/a.csv"),
        format!("count: https://example.fr/a.csv?x=1&apikey={SECRET}&y=2"),
        format!("count: \"https://example.fr/a.csv?access_token={SECRET}\""),
    ];
    for text in wrong {
        let found = read(&text);
        assert!(!found.is_empty(), "nothing is wrong with {text}");
        let everything = everything(&found);
        assert!(!everything.contains(SECRET), "{text}\n\n{everything}");
    }
}

#[test]
fn numbers_are_secrets_too() {
    let everything = everything(&read("api_key: 90210555"));
    assert!(!everything.contains("90210555"), "{everything}");
}

#[test]
fn a_reference_is_shown_since_it_is_no_secret() {
    for reference in [
        "env:API_KEY",
        "'env:API_KEY'",
        "file:/run/api_key",
        "${api_key}",
    ] {
        let text = format!("{{api_key: {reference}, count: many}} # api_keys");
        let picture = shown(&read(&text));
        assert!(picture.contains(&text), "{picture}");
    }
    assert!(read("api_key: env:API_KEY").is_empty());
}

#[test]
fn the_place_of_a_secret_is_shown_with_what_to_write_there() {
    let found = read("count: 3\napi_key: Zq9hunter2 # élève\nurl: https://a.fr");
    assert_snapshot!(shown(&found), @r"
    edulac::yaml::no_reference

      × `api_key` must be a reference to a secret, never the secret itself
       ╭─[exemple.yaml:2:10]
     1 │ count: 3
     2 │ api_key: ********** * *******
       ·          ─────┬────
       ·               ╰── not a reference
     3 │ url: https://a.fr
       ╰────
      help: A reference to a secret; for example `env:API_KEY`
    ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Wherever a secret is looked for, the picture stays a picture of the same lines.
    #[test]
    fn hidden_texts_keep_their_lines_and_length(
        text in "(api_key|secret|https://|a:b@|\\?key=|: |=|é|\u{2028}|\n|\r\n|  |[-'\"#,{}&@]|x){0,40}"
    ) {
        let source = Source::new("exemple.yaml", text.as_str());
        prop_assert_eq!(source.shown().len(), text.len());
        prop_assert_eq!(source.shown().lines().count(), text.lines().count());
        if let Ok(tree) = parse(&source) {
            shown(&check(&source, &tree, &schema()));
        }
    }
}
