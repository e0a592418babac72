//! The schemas that editors use agree with what is read.

use edulac_spec::schemas;
use edulac_yaml::parse;
use serde_json::Value as Json;

use crate::read;

fn schema(name: &str) -> Json {
    let all = schemas();
    let found = all.into_iter().find(|(file, _)| *file == name);
    found.expect("a schema of this name").1
}

fn json(folder: &str, file: &str) -> Json {
    parse(&read(folder, file)).unwrap().to_json()
}

#[test]
fn valid_files_validate_before_their_variables_are_put_in() {
    for (file, name) in [
        ("etablissements.yaml", "pipeline.json"),
        ("territoires.yaml", "pipeline.json"),
        ("profile.yaml", "profile.json"),
    ] {
        let schema = schema(name);
        jsonschema::meta::validate(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json("fixtures", file))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{file}: {errors:#?}");
    }
}

#[test]
fn files_of_a_wrong_shape_do_not_validate() {
    for (file, name) in [
        ("unknown_key.yaml", "pipeline.json"),
        ("missing_key.yaml", "pipeline.json"),
        ("wrong_type.yaml", "pipeline.json"),
        ("bad_value.yaml", "pipeline.json"),
        ("out_of_range.yaml", "pipeline.json"),
        ("profile_keys.yaml", "profile.json"),
    ] {
        assert!(
            !jsonschema::is_valid(&schema(name), &json("broken", file)),
            "{file}"
        );
    }
}

#[test]
fn every_option_is_described() {
    fn undescribed(schema: &Json, path: &str, found: &mut Vec<String>) {
        let variants = ["oneOf", "anyOf"]
            .iter()
            .filter_map(|key| schema.get(*key)?.as_array());
        for variant in variants.flatten() {
            undescribed(variant, path, found);
        }
        for (key, property) in schema
            .get("properties")
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
        {
            let path = format!("{path}/{key}");
            if property.get("description").is_none() && property.get("const").is_none() {
                found.push(path.clone());
            }
            undescribed(property, &path, found);
        }
    }
    for (name, schema) in schemas() {
        let mut found = Vec::new();
        undescribed(&schema, name, &mut found);
        for (definition, schema) in schema["$defs"].as_object().into_iter().flatten() {
            undescribed(schema, definition, &mut found);
        }
        assert!(found.is_empty(), "{found:#?}");
    }
}
