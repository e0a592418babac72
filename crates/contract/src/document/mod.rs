//! The ODCS 3.1.0 document, as it is written: every key that the standard knows, typed, and no other.
//!
//! Shape only. What the values must be for this lake (a key, a description, a known type…) is the work
//! of the lint.

mod context;
mod quality;
mod schema;

pub use context::{
    AuthoritativeDefinition, Member, Price, Role, Scalar, Server, SlaProperty, SupportChannel, Team,
};
pub use quality::{Arguments, Metric, Quality, QualityType};
pub use schema::{
    Columns, Items, LogicalType, LogicalTypeOptions, Property, Relationship, SchemaObject,
};

use schemars::JsonSchema;
use serde::Deserialize;

/// One contract file.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Document {
    /// Version of the standard: `v3.1.0`.
    pub api_version: String,
    /// Always `DataContract`.
    pub kind: String,
    /// Identifier that no other contract has, for good.
    pub id: String,
    /// Name of the table; also the name of the file.
    pub name: Option<String>,
    /// Version of the contract, `MAJOR.MINOR.PATCH`: a breaking change needs a new major version.
    pub version: String,
    /// proposed, draft, active, deprecated or retired.
    pub status: String,
    /// Organisation that answers for the data.
    pub tenant: Option<String>,
    /// Domain of the data.
    pub domain: Option<String>,
    /// Data product that the table belongs to.
    pub data_product: Option<String>,
    /// What the table is for, its limits and its proper use.
    #[serde(default)]
    pub description: Description,
    /// Key words.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Where the data can be read.
    #[serde(default)]
    pub servers: Vec<Server>,
    /// The table: exactly one object.
    #[serde(default)]
    pub schema: Vec<SchemaObject>,
    /// Where to ask and to report.
    #[serde(default)]
    pub support: Vec<SupportChannel>,
    /// Price of the data.
    pub price: Option<Price>,
    /// Who answers for the contract.
    pub team: Option<Team>,
    /// Roles that give access.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Service levels: rhythm, delay, retention.
    #[serde(default)]
    pub sla_properties: Vec<SlaProperty>,
    /// Authoritative pages on the data: source, method, documentation.
    #[serde(default)]
    pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    /// Extensions of the lake: see [`crate::EXTENSIONS`].
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
    /// When the contract was made, ISO 8601.
    pub contract_created_ts: Option<String>,
}

/// The contract in sentences, in French.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Description {
    /// What the table is for.
    pub purpose: Option<String>,
    /// What it does not say, what is missing or late.
    pub limitations: Option<String>,
    /// How to use it, and how not to.
    pub usage: Option<String>,
    /// Pages that say more.
    #[serde(default)]
    pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    /// Extensions.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
}

/// One extension: the standard's own way to carry what it does not know.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct CustomProperty {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Name, one of [`crate::EXTENSIONS`].
    pub property: String,
    /// Value; its shape is the extension's.
    pub value: serde_json::Value,
    /// Why this value.
    pub description: Option<String>,
}
