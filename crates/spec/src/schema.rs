//! JSON Schemas of the files, and the parts that types cannot say by themselves.

use std::sync::LazyLock;

use edulac_model::{CodeKind, Departement, ValueKind};
use edulac_yaml::FormatCheck;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value as Json, json};

use crate::Profile;
use crate::pipeline::PipelineFile;
use crate::questions::Questions;
use crate::reuses::Reuses;
use crate::synonyms::Synonyms;
use crate::unit_test::UnitTests;

/// The functions behind the `format`s of the schemas.
pub(crate) const FORMATS: [(&str, FormatCheck); 6] = [
    ("day", day_form),
    ("name", name_check),
    ("departement", departement_form),
    ("http-url", http_url_form),
    ("file-path", file_path_form),
    ("location", location_form),
];

/// The schema of pipelines, as the checker uses it.
pub(crate) static PIPELINE: LazyLock<Json> = LazyLock::new(of::<PipelineFile>);

/// The schema of profiles, as the checker uses it.
pub(crate) static PROFILE: LazyLock<Json> = LazyLock::new(of::<Profile>);

/// The schema of unit tests of pipelines, as the checker uses it.
pub(crate) static UNIT_TESTS: LazyLock<Json> = LazyLock::new(of::<UnitTests>);

/// The schema of the questions of a project, as the checker uses it.
pub(crate) static QUESTIONS: LazyLock<Json> = LazyLock::new(of::<Questions>);

/// The schema of the synonyms of a project, as the checker uses it.
pub(crate) static SYNONYMS: LazyLock<Json> = LazyLock::new(of::<Synonyms>);

/// The schema of reuses, as the checker uses it.
pub(crate) static REUSES: LazyLock<Json> = LazyLock::new(of::<Reuses>);

fn of<T: JsonSchema>() -> Json {
    schemars::schema_for!(T).to_value()
}

/// Names of sources, steps, tables, pipelines, variables: they are relation names in SQL and folders in the lake.
pub(crate) fn name_form() -> Json {
    json!({
        "description": "A name starts with a letter, and has lower-case letters, digits and `_`",
        "type": "string",
        "format": "name",
        "pattern": "^[a-z][a-z0-9_]{0,62}$",
        "examples": ["etablissements", "ips_2024"],
    })
}

pub(crate) fn name(_: &mut SchemaGenerator) -> Schema {
    let mut schema = Schema::default();
    if let Json::Object(form) = name_form() {
        for (key, value) in form {
            schema.insert(key, value);
        }
    }
    schema
}

pub(crate) fn optional_name(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = name(generator);
    schema.insert("type".to_owned(), json!(["string", "null"]));
    schema
}

pub(crate) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "integer", "const": 1})
}

pub(crate) fn json_pointer(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": "^(/.*)?$", "default": "", "examples": ["/results", "/record/fields"]})
}

pub(crate) fn http_url(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "format": "http-url", "examples": ["https://data.education.gouv.fr"]})
}

pub(crate) fn file_url(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "format": "file-path", "minLength": 1})
}

pub(crate) fn optional_file_path(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"], "format": "file-path", "minLength": 1, "examples": ["config/reuses.yaml"]})
}

pub(crate) fn location(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "format": "location", "examples": ["./lake", "s3://bucket/lake"]})
}

pub(crate) fn optional_location(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"], "format": "location"})
}

pub(crate) fn optional_http_url(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"], "format": "http-url"})
}

pub(crate) fn departements(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": {"description": "A département", "type": "string", "format": "departement", "examples": ["035", "2A", "971"]},
        "minItems": 1,
        "uniqueItems": true,
    })
}

pub(crate) fn optional_day(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"], "format": "day", "examples": ["2026-06-01"]})
}

pub(crate) fn code_kind(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": CodeKind::ALL.map(CodeKind::name)})
}

pub(crate) fn value_kind(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": ValueKind::ALL.map(ValueKind::name)})
}

pub(crate) fn vintage(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "oneOf": [
            {"type": "string", "const": "extract_date"},
            {"type": "integer", "minimum": 1900, "maximum": 2100},
        ],
        "default": "extract_date",
    })
}

pub(crate) fn year(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "integer", "minimum": 1900, "maximum": 2100, "examples": [2026]})
}

/// Moves the options that all variants of a tagged union share into each variant, which then knows all its keys.
/// (`unevaluatedProperties`, which would say the same from outside, is unknown to editors.)
pub(crate) fn merge_common_options(schema: &mut Schema) {
    let common = schema.remove("properties");
    schema.remove("type");
    let Some(Json::Array(variants)) = schema.get_mut("oneOf") else {
        return;
    };
    for variant in variants.iter_mut().filter_map(Json::as_object_mut) {
        let own = variant.entry("properties").or_insert_with(|| json!({}));
        if let (Json::Object(own), Some(Json::Object(common))) = (own, &common) {
            own.extend(common.clone());
        }
        variant.insert("additionalProperties".to_owned(), Json::Bool(false));
    }
}

fn name_check(text: &str) -> Result<(), String> {
    let is_inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if text.len() > 63 {
        Err("longer than 63 characters".to_owned())
    } else if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(is_inside) {
        Err("lower-case letters, digits and `_`, a letter first".to_owned())
    } else {
        Ok(())
    }
}

fn departement_form(text: &str) -> Result<(), String> {
    Departement::parse(text)
        .map(|_| ())
        .map_err(|error| error.reason())
}

fn day_form(text: &str) -> Result<(), String> {
    let day = text.parse::<chrono::NaiveDate>();
    day.map(|_| ())
        .map_err(|_| "a day of the calendar, `2026-06-01`".to_owned())
}

fn http_url_form(text: &str) -> Result<(), String> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let Some(rest) = rest else {
        return Err("it must start with `https://` or `http://`".to_owned());
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || text.contains(char::is_whitespace) {
        Err("not an address".to_owned())
    } else if host.contains('@') {
        Err("no user or password in an address: they would be printed".to_owned())
    } else {
        Ok(())
    }
}

fn file_path_form(text: &str) -> Result<(), String> {
    match text.split_once("://") {
        None | Some(("file", _)) => Ok(()),
        Some(("https" | "http", _)) => Err("behind an address: `type: http` fetches it".to_owned()),
        Some((scheme, _)) => Err(format!("no file of this machine is behind `{scheme}://`")),
    }
}

fn location_form(text: &str) -> Result<(), String> {
    match text.split_once("://") {
        None if text.is_empty() => Err("empty".to_owned()),
        None | Some(("file", _)) => Ok(()),
        Some((_, rest))
            if rest
                .split('/')
                .next()
                .is_some_and(|host| host.contains('@')) =>
        {
            Err("no user or key in a location: they would be printed, see `storage`".to_owned())
        }
        Some(("s3" | "gs" | "az", rest)) if !rest.is_empty() && !rest.starts_with('/') => Ok(()),
        Some(("s3" | "gs" | "az", _)) => Err("the bucket is missing".to_owned()),
        Some((scheme, _)) => Err(format!("nothing can be kept behind `{scheme}://`")),
    }
}
