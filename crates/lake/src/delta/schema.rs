//! The columns of a table as its log says them, and how they may change.

use std::collections::HashMap;

use arrow::datatypes::Schema;
use chrono::{DateTime, Utc};
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::kernel::{Action, Metadata, Protocol, StructType};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::layout::TableLayout;

/// Table property that holds the contract's id and version.
const CONTRACT_PROPERTY: &str = "edulac.contract";

/// The parts of the `metaData` action that follow from the layout.
pub(super) fn metadata(layout: &TableLayout) -> Result<Value> {
    let schema = serde_json::to_string(&delta_schema(layout)?)
        .map_err(|e| Error::metadata(format!("{}/_delta_log", layout.name), e))?;
    let contract = format!("{} {}", layout.contract.id, layout.contract.version);
    Ok(json!({
        "description": layout.description,
        "schemaString": schema,
        "partitionColumns": layout.partition_by,
        "configuration": {CONTRACT_PROPERTY: contract},
    }))
}

fn delta_schema(layout: &TableLayout) -> Result<StructType> {
    let schema = layout.file_schema();
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| match layout.describe(field.name()) {
            None => field.as_ref().clone(),
            Some(text) => {
                let comment = HashMap::from([("comment".to_owned(), text.to_owned())]);
                field.as_ref().clone().with_metadata(comment)
            }
        })
        .collect();
    let schema = (&Schema::new(fields)).try_into_kernel();
    schema.map_err(|source| Error::delta(&layout.name, DeltaTableError::Arrow { source }))
}

/// `Protocol` and `Metadata` for a new table, `Metadata` alone when it changes, else nothing.
pub(super) fn metadata_actions(
    table: &str,
    root: &Url,
    base: Option<&Snapshot>,
    mut wanted: Value,
    now: DateTime<Utc>,
) -> Result<Vec<Action>> {
    let mut actions = Vec::new();
    let (id, created) = match base {
        Some(base) => {
            let published = base.metadata()?;
            if same_metadata(&published, &wanted) {
                return Ok(actions);
            }
            (published["id"].clone(), published["createdTime"].clone())
        }
        None => {
            let protocol = json!({"minReaderVersion": 1, "minWriterVersion": 2});
            actions.push(Action::Protocol(parse::<Protocol>(table, protocol)?));
            let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, root.as_str().as_bytes());
            (json!(id.to_string()), json!(now.timestamp_millis()))
        }
    };
    wanted["id"] = id;
    wanted["createdTime"] = created;
    wanted["name"] = json!(table);
    wanted["format"] = json!({"provider": "parquet", "options": {}});
    actions.push(Action::Metadata(parse::<Metadata>(table, wanted)?));
    Ok(actions)
}

fn parse<T: DeserializeOwned>(table: &str, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|e| Error::metadata(format!("{table}/_delta_log"), e))
}

fn same_metadata(a: &Value, b: &Value) -> bool {
    let schema =
        |v: &Value| -> Option<Value> { serde_json::from_str(v["schemaString"].as_str()?).ok() };
    ["description", "partitionColumns", "configuration"]
        .iter()
        .all(|part| a[part] == b[part])
        && schema(a) == schema(b)
}

/// Refuses a change that breaks readers, unless the contract's major version rose.
pub(crate) fn check_evolution(head: &Snapshot, layout: &TableLayout) -> Result<()> {
    let new = delta_schema(layout)?;
    let metadata = head.metadata()?;
    let contract = metadata["configuration"][CONTRACT_PROPERTY]
        .as_str()
        .unwrap_or_default();
    let published = contract
        .split_once(' ')
        .map_or(contract, |(_, version)| version);
    if published.split('.').next() != Some(layout.contract.major()) {
        return Ok(());
    }
    let mut changes = Vec::new();
    for old in head.state().schema().fields() {
        let name = old.name();
        match new.field(name) {
            None => changes.push(format!("column `{name}` is gone")),
            Some(field) if field.data_type() != old.data_type() => changes.push(format!(
                "column `{name}` was {}, is {}",
                old.data_type(),
                field.data_type()
            )),
            Some(_) => {}
        }
    }
    if metadata["partitionColumns"] != json!(layout.partition_by) {
        changes.push(format!(
            "partition columns were {}, are {}",
            metadata["partitionColumns"],
            json!(layout.partition_by)
        ));
    }
    if changes.is_empty() {
        return Ok(());
    }
    Err(Error::SchemaBreak {
        table: layout.name.clone(),
        contract: layout.contract.id.clone(),
        version: layout.contract.version.clone(),
        changes,
    })
}
