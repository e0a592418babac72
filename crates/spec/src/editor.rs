//! JSON Schemas for editors and linters, which see files before variables are put in.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::schema;

/// The schemas of the files people write, each with the name of its file under `config/schema/`.
#[must_use]
pub fn schemas() -> Vec<(&'static str, Json)> {
    vec![
        ("pipeline.json", admit_variables(&schema::PIPELINE)),
        ("profile.json", admit_variables(&schema::PROFILE)),
        ("reuses.json", schema::REUSES.clone()),
        ("test.json", schema::UNIT_TESTS.clone()),
        ("questions.json", schema::QUESTIONS.clone()),
        ("synonyms.json", schema::SYNONYMS.clone()),
    ]
}

/// Lets `${name}` stand where the checker, which comes after variables, wants a number, a list or a known text.
fn admit_variables(schema: &Json) -> Json {
    let mut schema = schema.clone();
    let definitions = schema.get("$defs").and_then(Json::as_object);
    let mappings = definitions
        .into_iter()
        .flatten()
        .filter(|(_, definition)| is_mapping(definition))
        .map(|(name, _)| format!("#/$defs/{name}"))
        .collect();
    visit(&mut schema, &mappings);
    if let Some(Json::Object(definitions)) = schema.get_mut("$defs") {
        let reference = json!({
            "description": "The value of a variable of the profile",
            "type": "string",
            "pattern": r"^\$\{[a-z0-9_]+\}$",
        });
        definitions.insert("Reference".to_owned(), reference);
    }
    schema
}

fn visit(schema: &mut Json, mappings: &BTreeSet<String>) {
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    for (keyword, value) in keywords.iter_mut() {
        match (keyword.as_str(), value) {
            ("$defs", Json::Object(definitions)) => {
                definitions
                    .values_mut()
                    .for_each(|schema| visit(schema, mappings));
            }
            ("properties", Json::Object(properties)) => {
                properties
                    .values_mut()
                    .for_each(|schema| value_schema(schema, mappings));
            }
            ("items" | "additionalProperties", schema) => value_schema(schema, mappings),
            ("oneOf" | "anyOf", Json::Array(variants)) => {
                variants
                    .iter_mut()
                    .for_each(|schema| visit(schema, mappings));
            }
            _ => {}
        }
    }
}

/// A schema that a value of the file must meet.
fn value_schema(schema: &mut Json, mappings: &BTreeSet<String>) {
    visit(schema, mappings);
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    if is_free_text(keywords) || keywords.contains_key("const") || holds_mapping(keywords, mappings)
    {
        return;
    }
    let mut outer = Map::new();
    for about in ["description", "default"] {
        outer.extend(keywords.remove_entry(about));
    }
    let inner = std::mem::take(keywords);
    outer.insert(
        "anyOf".to_owned(),
        json!([inner, {"$ref": "#/$defs/Reference"}]),
    );
    *keywords = outer;
}

/// Any text passes, and a variable with it.
fn is_free_text(keywords: &Map<String, Json>) -> bool {
    let kind = keywords.get("type");
    let any_text = kind == Some(&json!("string")) || kind == Some(&json!(["string", "null"]));
    any_text
        && !["enum", "const", "pattern"]
            .iter()
            .any(|keyword| keywords.contains_key(*keyword))
}

/// A mapping is written out: no variable stands for one.
fn holds_mapping(keywords: &Map<String, Json>, mappings: &BTreeSet<String>) -> bool {
    let target = keywords.get("$ref").and_then(Json::as_str);
    keywords.get("type") == Some(&json!("object"))
        || target.is_some_and(|target| mappings.contains(target))
        || ["oneOf", "anyOf"].iter().any(|union| {
            let variants = keywords.get(*union).and_then(Json::as_array);
            variants
                .into_iter()
                .flatten()
                .filter_map(Json::as_object)
                .any(|variant| holds_mapping(variant, mappings))
        })
}

fn is_mapping(definition: &Json) -> bool {
    definition
        .as_object()
        .is_some_and(|keywords| holds_mapping(keywords, &BTreeSet::new()))
}
