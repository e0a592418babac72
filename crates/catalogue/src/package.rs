//! Frictionless: a Data Package of the whole tables of a release, and a Table Schema of each table.
//!
//! Forms: Data Package 1 and Table Schema 1 (specs.frictionlessdata.io).

use edulac_contract::{Checks, ColumnCheck, ColumnType, Limit, RowTest, Scalar};
use serde_json::{Map, Value, json};

use crate::facts::{Facts, TableFacts, instant};

/// The package: the tables that a release offers whole.
pub(crate) fn package(facts: &Facts<'_>) -> Value {
    let release = facts.release;
    let resources: Vec<Value> = facts.tables.iter().filter_map(resource).collect();
    json!({
        "profile": "data-package",
        "name": "edulac",
        "id": release.id,
        "title": "Lac de données de l’éducation",
        "description": format!("Version {} : {} tables.", release.id, resources.len()),
        "version": release.id,
        "created": instant(release.created),
        "resources": resources,
    })
}

fn resource(table: &TableFacts<'_>) -> Option<Value> {
    let whole = table.released.whole.as_ref()?;
    let mut resource = json!({
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.released.description,
        "path": whole.path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": whole.bytes,
        "hash": format!("sha256:{}", whole.sha256),
        "schema": schema(table),
    });
    let sources: Vec<Value> = table.sources.iter().map(source).collect();
    if !sources.is_empty() {
        resource["sources"] = sources.into();
    }
    let licences: Vec<Value> = table.licences().into_iter().map(licence).collect();
    if !licences.is_empty() {
        resource["licenses"] = licences.into();
    }
    Some(resource)
}

fn source(source: &edulac_export::SourceNote) -> Value {
    let title = source.producer.as_ref().unwrap_or(&source.name);
    let mut about = json!({"title": title});
    if let Some(address) = &source.address {
        about["path"] = address.as_str().into();
    }
    about
}

fn licence(id: &str) -> Value {
    let mut about = json!({"name": id});
    if id == "etalab-2.0" {
        about["path"] = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/".into();
        about["title"] = "Licence Ouverte / Open Licence version 2.0".into();
    }
    about
}

/// The Table Schema of a table, `bbox` included.
pub(crate) fn schema(table: &TableFacts<'_>) -> Value {
    let checks = table.contract.map(edulac_contract::Contract::checks);
    let columns = table.released.columns.iter();
    let fields: Vec<Value> = columns
        .map(|released| {
            let check = checks.and_then(|checks| column(checks, &released.name));
            let kind = check.map_or("object", |check| kind(check.column_type));
            let mut field = json!({"name": released.name, "type": kind});
            if let Some(said) = &released.description {
                field["description"] = said.as_str().into();
            }
            if let Some(agreed) = table.column(&released.name) {
                if let Some(title) = &agreed.title {
                    field["title"] = title.as_str().into();
                }
                if let Some(unit) = &agreed.unit {
                    field["unit"] = unit.as_str().into();
                }
            }
            let constraints = check.map(constraints).unwrap_or_default();
            if !constraints.is_empty() {
                field["constraints"] = constraints.into();
            }
            field
        })
        .collect();
    let mut schema = json!({"fields": fields, "primaryKey": table.released.key});
    let references = table.contract.map(edulac_contract::Contract::references);
    let foreign: Vec<Value> = references
        .unwrap_or_default()
        .iter()
        .map(|reference| {
            let resource = if reference.table == table.name {
                ""
            } else {
                &reference.table
            };
            let target = json!({"resource": resource, "fields": reference.target});
            json!({"fields": reference.columns, "reference": target})
        })
        .collect();
    if !foreign.is_empty() {
        schema["foreignKeys"] = foreign.into();
    }
    schema
}

fn column<'c>(checks: &'c Checks, name: &str) -> Option<&'c ColumnCheck> {
    checks.columns.iter().find(|column| column.name == name)
}

fn kind(column: ColumnType) -> &'static str {
    match column {
        ColumnType::Utf8 => "string",
        ColumnType::Int32 | ColumnType::Int64 => "integer",
        ColumnType::Float64 => "number",
        ColumnType::Boolean => "boolean",
        ColumnType::Date32 => "date",
        ColumnType::Timestamp => "datetime",
        ColumnType::Geometry => "any",
        ColumnType::Utf8List => "array",
    }
}

/// The rules of a column that a Table Schema can say.
fn constraints(check: &ColumnCheck) -> Map<String, Value> {
    let mut said = Map::new();
    for rule in &check.rules {
        let (word, value) = match &rule.test {
            RowTest::Required => ("required", true.into()),
            RowTest::Pattern(pattern) => ("pattern", pattern.as_str().into()),
            RowTest::MinLength(length) => ("minLength", (*length).into()),
            RowTest::MaxLength(length) => ("maxLength", (*length).into()),
            RowTest::Minimum(limit) => ("minimum", number(limit)),
            RowTest::Maximum(limit) => ("maximum", number(limit)),
            RowTest::OneOf(values) => ("enum", values.iter().map(scalar).collect()),
            RowTest::ExclusiveMinimum(_)
            | RowTest::ExclusiveMaximum(_)
            | RowTest::GeometryType(_)
            | RowTest::Bounds(_) => continue,
        };
        said.insert(word.to_owned(), value);
    }
    said
}

fn number(limit: &Limit) -> Value {
    match limit {
        Limit::Integer(value) => (*value).into(),
        Limit::Number(value) => (*value).into(),
        Limit::Date(day) => day.to_string().into(),
        Limit::Timestamp(at) => instant(*at).into(),
    }
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::Text(text) => text.as_str().into(),
        Scalar::Integer(value) => (*value).into(),
        Scalar::Number(value) => (*value).into(),
        Scalar::Boolean(value) => (*value).into(),
    }
}
