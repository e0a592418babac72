//! What surrounds the table: people, places, service levels.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::CustomProperty;

/// A value that is neither a list nor a mapping.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// true or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

/// A page that says more about the data.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct AuthoritativeDefinition {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Address of the page.
    pub url: String,
    /// Kind of page: source, businessDefinition, tutorial, implementation…
    #[serde(rename = "type")]
    pub kind: String,
    /// What the page says.
    pub description: Option<String>,
}

/// A place where the data can be read. The keys beyond these depend on `type`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Server {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Name of the place.
    pub server: String,
    /// Kind of place: local, s3, azure, duckdb, custom…
    #[serde(rename = "type")]
    pub kind: String,
    /// What the place is.
    pub description: Option<String>,
    /// prod, dev…
    pub environment: Option<String>,
    /// Roles that give access to it.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Extensions.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
    /// Keys that belong to the kind of place (`path`, `location`, `format`…).
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

/// Who answers for the contract.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Team {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Name of the team.
    pub name: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Its members.
    #[serde(default)]
    pub members: Vec<Member>,
    /// Key words.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
    /// Pages on the team.
    #[serde(default)]
    pub authoritative_definitions: Vec<AuthoritativeDefinition>,
}

/// A member of the team.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Member {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Account or mail.
    pub username: String,
    /// Name.
    pub name: Option<String>,
    /// What this member does.
    pub description: Option<String>,
    /// owner, steward…
    pub role: Option<String>,
    /// First day, ISO 8601.
    pub date_in: Option<String>,
    /// Last day, ISO 8601.
    pub date_out: Option<String>,
    /// Who came next.
    pub replaced_by_username: Option<String>,
    /// Key words.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
    /// Pages on the member.
    #[serde(default)]
    pub authoritative_definitions: Vec<AuthoritativeDefinition>,
}

/// A role that gives access.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Role {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Name of the role.
    pub role: String,
    /// What it allows.
    pub description: Option<String>,
    /// read, write…
    pub access: Option<String>,
    /// Who approves first.
    pub first_level_approvers: Option<String>,
    /// Who approves next.
    pub second_level_approvers: Option<String>,
    /// Extensions.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
}

/// A place to ask or to report.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct SupportChannel {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Name of the channel.
    pub channel: String,
    /// Its address.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// email, ticket, other…
    pub tool: Option<String>,
    /// interactive, announcements, issues or notifications.
    pub scope: Option<String>,
    /// Where to ask for an invitation.
    pub invitation_url: Option<String>,
    /// Extensions.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
}

/// Price of the data.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Price {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Price of one unit; 0 for open data.
    pub price_amount: Option<f64>,
    /// ISO 4217 code.
    pub price_currency: Option<String>,
    /// What is counted.
    pub price_unit: Option<String>,
}

/// One service level.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct SlaProperty {
    /// Identifier within the document.
    pub id: Option<String>,
    /// frequency, latency, retention…
    pub property: String,
    /// The promise.
    pub value: Option<Scalar>,
    /// The end of the promise where it is a range.
    pub value_ext: Option<Scalar>,
    /// Unit of the promise: `d` days, `y` years.
    pub unit: Option<String>,
    /// `table.column` that the promise is on.
    pub element: Option<String>,
    /// regulatory, analytics or operational.
    pub driver: Option<String>,
    /// The promise in a sentence.
    pub description: Option<String>,
    /// Tool that keeps the promise: cron…
    pub scheduler: Option<String>,
    /// When, in the words of that tool.
    pub schedule: Option<String>,
}
