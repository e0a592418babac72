//! The table and its columns.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{AuthoritativeDefinition, CustomProperty, Quality, Scalar};

/// The table.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct SchemaObject {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Name of the table.
    pub name: String,
    /// Always `object`.
    pub logical_type: Option<LogicalType>,
    /// `table`.
    pub physical_type: Option<String>,
    /// Name where it is stored, when it differs.
    pub physical_name: Option<String>,
    /// Name for people, in French.
    pub business_name: Option<String>,
    /// What the table holds, in French.
    pub description: Option<String>,
    /// What one row is, in French.
    pub data_granularity_description: Option<String>,
    /// Key words.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The columns, in the order in which they are published.
    #[serde(default)]
    pub properties: Vec<Property>,
    /// References to other tables over several columns.
    #[serde(default)]
    pub relationships: Vec<Relationship>,
    /// Rules on the whole table.
    #[serde(default)]
    pub quality: Vec<Quality>,
    /// Pages that say more.
    #[serde(default)]
    pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    /// Extensions of the lake.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Property {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Name of the column.
    pub name: String,
    /// Type as people think of it.
    pub logical_type: Option<LogicalType>,
    /// Type as it is stored; needed where `logicalType` leaves a choice.
    pub physical_type: Option<String>,
    /// Name where it is stored, when it differs.
    pub physical_name: Option<String>,
    /// Name for people, in French.
    pub business_name: Option<String>,
    /// What the values mean, in French.
    pub description: Option<String>,
    /// true: never null.
    #[serde(default)]
    pub required: bool,
    /// true: no value twice.
    #[serde(default)]
    pub unique: bool,
    /// true: part of the key.
    #[serde(default)]
    pub primary_key: bool,
    /// Place in the key, from 1.
    pub primary_key_position: Option<i64>,
    /// true: the table is cut by this column.
    #[serde(default)]
    pub partitioned: bool,
    /// Place among the columns that cut the table, from 1.
    pub partition_key_position: Option<i64>,
    /// Who may see it: public, contact or restreint.
    pub classification: Option<String>,
    /// Column that holds the encrypted value.
    pub encrypted_name: Option<String>,
    /// true: much depends on this column.
    #[serde(default)]
    pub critical_data_element: bool,
    /// Columns that this one is made from.
    #[serde(default)]
    pub transform_source_objects: Vec<String>,
    /// How it is made, as code.
    pub transform_logic: Option<String>,
    /// How it is made, in a sentence.
    pub transform_description: Option<String>,
    /// Some values.
    #[serde(default)]
    pub examples: Vec<Scalar>,
    /// Bounds and forms of the values.
    #[serde(default)]
    pub logical_type_options: LogicalTypeOptions,
    /// Type of the items of an array.
    pub items: Option<Items>,
    /// Tables that this column refers to.
    #[serde(default)]
    pub relationships: Vec<Relationship>,
    /// Rules on this column.
    #[serde(default)]
    pub quality: Vec<Quality>,
    /// Key words.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Pages that say more.
    #[serde(default)]
    pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    /// Extensions of the lake.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
}

/// Type as people think of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LogicalType {
    /// Text.
    String,
    /// Day.
    Date,
    /// Instant.
    Timestamp,
    /// Time of day.
    Time,
    /// Number with a fraction.
    Number,
    /// Whole number.
    Integer,
    /// Mapping; here, a geometry.
    Object,
    /// List.
    Array,
    /// true or false.
    Boolean,
}

/// Bounds and forms of the values. Which ones apply depends on the logical type.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct LogicalTypeOptions {
    /// Regular expression, anchored.
    pub pattern: Option<String>,
    /// Fewest characters.
    pub min_length: Option<u64>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// Smallest value allowed; a text for dates.
    pub minimum: Option<Scalar>,
    /// Largest value allowed.
    pub maximum: Option<Scalar>,
    /// All values are above this one.
    pub exclusive_minimum: Option<Scalar>,
    /// All values are below this one.
    pub exclusive_maximum: Option<Scalar>,
    /// Form of the text, or width of the number.
    pub format: Option<String>,
    /// true: the instant carries its zone.
    pub timezone: Option<bool>,
    /// Zone where none is carried.
    pub default_timezone: Option<String>,
}

/// Type of the items of an array.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Items {
    /// Type of an item.
    pub logical_type: LogicalType,
    /// Type as it is stored.
    pub physical_type: Option<String>,
    /// What an item is, in French.
    pub description: Option<String>,
    /// Bounds and forms of the items.
    #[serde(default)]
    pub logical_type_options: LogicalTypeOptions,
}

/// A reference to another table.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Relationship {
    /// Identifier within the document.
    pub id: Option<String>,
    /// `foreignKey`, the only kind.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `table.column` of this table; only in the relationships of the table.
    pub from: Option<Columns>,
    /// `table.column` that is referred to.
    pub to: Columns,
    /// Extensions of the lake.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
}

/// One column or several, each as `table.column`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Columns {
    /// One column.
    One(String),
    /// Several, in order.
    Several(Vec<String>),
}

impl Columns {
    /// The columns, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(column) => std::slice::from_ref(column),
            Self::Several(columns) => columns,
        }
    }
}
