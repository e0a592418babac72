use std::collections::BTreeMap;
use std::sync::LazyLock;

use edulac_yaml::{check, decode, parse};
use insta::assert_snapshot;
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;

use crate::{shown, source};

/// A garden, to have one of each kind of value.
#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Garden {
    /// Name of the garden. Shown on its gate.
    name: String,
    beds: BTreeMap<String, Bed>,
    #[serde(default)]
    area_m2: Option<f64>,
    #[serde(default)]
    gardeners: u8,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    days: Vec<Day>,
    #[serde(default)]
    water: Option<OneOrMany>,
    #[serde(default)]
    crs: Option<Crs>,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Bed {
    Flowers(Flowers),
    Vegetables {
        #[schemars(range(min = 1))]
        rows: u32,
    },
    Empty,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields)]
struct Flowers {
    /// Colour of the flowers.
    colour: String,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Day {
    /// First of the week.
    Monday,
    /// Last of the week.
    Sunday,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A coordinate system, by its EPSG code.
#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
struct Crs(#[schemars(regex(pattern = r"^EPSG:\d{4,5}$"), example = "EPSG:2154")] String);

pub(crate) fn schema() -> &'static serde_json::Value {
    static SCHEMA: LazyLock<serde_json::Value> = LazyLock::new(|| schema_for!(Garden).to_value());
    &SCHEMA
}

fn findings(text: &str) -> String {
    let source = source(text);
    let tree = parse(&source).expect("valid YAML");
    shown(&check(&source, &tree, schema()))
}

pub(crate) const VALID: &str = "\
name: Clos
area_m2: 12.5
gardeners: 2
open: true
days: [monday]
water: [puits, pluie]
crs: EPSG:2154
beds:
  a: {type: flowers, colour: red}
  b: {type: vegetables, rows: 3}
  c: {type: empty}
";

#[test]
fn a_clean_tree_decodes() {
    let source = source(VALID);
    let tree = parse(&source).expect("valid YAML");
    assert_eq!(shown(&check(&source, &tree, schema())), "");
    let garden: Garden = decode(&source, &tree).expect("the type");
    assert_eq!(garden.beds.len(), 3);
    assert_eq!(garden.days, [Day::Monday]);
}

#[test]
fn every_unknown_and_missing_key_is_reported_at_once() {
    assert_snapshot!(findings(
        "nom: Clos\nbeds:\n  a: {type: flowers, color: red}\n  b: {rows: 1}\n  c: {type: flower}\n"
    ));
}

#[test]
fn wrong_types_are_said_in_words_with_what_to_write() {
    assert_snapshot!(findings(
        "name: 12\nbeds: []\narea_m2: '12.5'\ngardeners: deux\nopen: yes\ndays: monday\nwater: 3\n"
    ));
}

#[test]
fn bad_values_come_with_the_allowed_ones() {
    assert_snapshot!(findings(
        "name: Clos\nbeds: {a: {type: vegetables, rows: 0}}\ngardeners: 300\ndays: [mondey, samedi]\ncrs: EPSG2154\n"
    ));
}

#[test]
fn an_empty_file_says_what_it_must_be() {
    assert_snapshot!(findings("# nothing yet\n"));
}

#[test]
fn colour_and_width_change_the_picture_and_not_the_words() {
    let source = source("nome: x\n");
    let tree = parse(&source).expect("valid YAML");
    let found = check(&source, &tree, schema());
    assert!(edulac_yaml::render(&found, 80, true).contains("\u{1b}["));
    let narrow = edulac_yaml::render(&found, 40, false);
    assert!(
        narrow.lines().all(|line| line.chars().count() <= 40),
        "{narrow}"
    );
}
