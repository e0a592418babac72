use edulac_yaml::{Value, decode, parse};
use insta::assert_snapshot;
use serde::Deserialize;

use crate::{shown, source, tree};

fn refused(text: &str) -> String {
    shown(&parse(&source(text)).expect_err("the text must be refused"))
}

#[test]
fn scalars_follow_yaml_1_2_and_codes_keep_their_leading_zeros() {
    let value = |text: &str| tree(text).value;
    assert_eq!(value("12"), Value::Integer(12));
    assert_eq!(value("-1.5"), Value::Float(-1.5));
    assert_eq!(value("true"), Value::Bool(true));
    assert_eq!(value("~"), Value::Null);
    assert_eq!(value(""), Value::Null);
    for text in ["035", "2A", "no", "yes", "1_000"] {
        assert_eq!(value(text), Value::String(text.to_owned()));
    }
}

#[test]
fn a_pointer_finds_the_node_and_the_place_of_what_is_missing() {
    let text = "sources:\n  annuaire: {type: file, url: [é, b]}\n";
    let tree = tree(text);
    let written = |span: edulac_yaml::Span| &text[span.start..span.end];
    assert_eq!(
        tree.at_pointer("/sources/annuaire/type")
            .and_then(|node| node.as_str()),
        Some("file")
    );
    assert_eq!(written(tree.span_at("/sources/annuaire/type")), "file");
    assert_eq!(written(tree.key_span_at("/sources/annuaire/type")), "type");
    assert_eq!(written(tree.span_at("/sources/annuaire/url/1")), "b");
    assert_eq!(
        written(tree.span_at("/sources/annuaire/format/type")),
        "annuaire"
    );
    assert_eq!(written(tree.span_at("")), "sources");
    assert_eq!(tree.at_pointer("/sources/nothing"), None);
}

#[test]
fn an_alias_stands_for_its_value_at_the_place_of_the_original() {
    let text = "a: &x {k: v}\nb: *x\n";
    let span = tree(text).span_at("/b/k");
    assert_eq!(text.get(span.start..span.end), Some("v"));
    assert_eq!(source(text).line_column(span.start), (1, 11));
}

#[test]
fn a_key_may_be_called_null_but_not_nothing() {
    assert!(tree("{null: 1, 12: a, true: b}").get("null").is_some());
    assert_snapshot!(refused("~: 1\na:\n  : 2\n"));
}

#[test]
fn all_keys_written_twice_are_reported_with_both_places() {
    assert_snapshot!(refused("a: 1\nb: {c: 1, é: 2, c: 3}\na: 2\n"));
}

#[test]
fn a_syntax_error_has_its_place_and_a_remedy() {
    assert_snapshot!(refused("sources:\n  a: [1, 2\nb: 3\n"));
    assert_snapshot!(refused("description: école: annexe\n"));
    assert_snapshot!(refused("a:\n\t- x\n"));
    assert_snapshot!(refused("a: 1\n---\nb: 2\n"));
}

#[test]
fn documents_that_grow_through_aliases_or_depth_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [below.as_str(); 9].join(", "));
    }
    let bomb = refused(&bomb);
    assert!(bomb.contains("edulac::yaml::too_large"), "{bomb}");
    assert!(refused(&"[".repeat(5_000)).contains("edulac::yaml::"));
    assert!(refused(&format!("a: '{}'", "x".repeat(5 << 20))).contains("edulac::yaml::too_large"));
}

#[test]
fn what_the_schema_cannot_say_is_still_reported_at_its_place() {
    #[derive(Debug, Deserialize)]
    struct File {
        #[expect(dead_code, reason = "only its reading matters")]
        servers: Vec<std::net::IpAddr>,
    }
    let source = source("servers:\n  - 127.0.0.1\n  - localhost\n");
    let tree = parse(&source).expect("valid YAML");
    let found = decode::<File>(&source, &tree).expect_err("not an address");
    assert_snapshot!(shown(&found));
}
