//! What a pipeline puts into the lake.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::schema;

/// A table of the lake.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The step (or source) whose rows the table holds.
    pub from: String,
    /// Name of its contract: `data-contracts/<contract>.yaml`.
    #[schemars(schema_with = "schema::name")]
    pub contract: String,
    /// Columns whose values split the table into folders. Not split when empty.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true))]
    pub partition_by: Vec<String>,
    /// Who may read it.
    #[serde(default)]
    pub zone: Zone,
}

/// Who may read a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// Everyone: it goes to the public lake.
    #[default]
    Open,
    /// Those of a convention: it goes to the `restricted` location of the profile.
    Restricted,
}
