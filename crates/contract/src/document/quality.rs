//! Quality rules, as ODCS writes them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{AuthoritativeDefinition, CustomProperty, Scalar};

/// One rule. Exactly one `must…` key goes with a metric.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Quality {
    /// Identifier within the document.
    pub id: Option<String>,
    /// Name of the rule, for its id in rejects and reports.
    pub name: Option<String>,
    /// The rule in a sentence, in French.
    pub description: Option<String>,
    /// `library` (the default) or `text`.
    #[serde(rename = "type")]
    pub kind: Option<QualityType>,
    /// What is counted.
    pub metric: Option<Metric>,
    /// What the metric needs to know.
    #[serde(default)]
    pub arguments: Arguments,
    /// The count is this one.
    pub must_be: Option<f64>,
    /// The count is not this one.
    pub must_not_be: Option<f64>,
    /// The count is above.
    pub must_be_greater_than: Option<f64>,
    /// The count is this one or above.
    pub must_be_greater_or_equal_to: Option<f64>,
    /// The count is below.
    pub must_be_less_than: Option<f64>,
    /// The count is this one or below.
    pub must_be_less_or_equal_to: Option<f64>,
    /// The count is strictly between the two.
    pub must_be_between: Option<[f64; 2]>,
    /// The count is not strictly between the two.
    pub must_not_be_between: Option<[f64; 2]>,
    /// `rows` (the default) or `percent` of the rows.
    pub unit: Option<String>,
    /// error (the default), warning or info.
    pub severity: Option<String>,
    /// accuracy, completeness, conformity, consistency, coverage, timeliness or uniqueness.
    pub dimension: Option<String>,
    /// What a failure costs.
    pub business_impact: Option<String>,
    /// How it is measured.
    pub method: Option<String>,
    /// Tool that runs it, when it is not the lake.
    pub scheduler: Option<String>,
    /// When, in the words of that tool.
    pub schedule: Option<String>,
    /// Key words.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Pages that say more.
    #[serde(default)]
    pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    /// Extensions.
    #[serde(default)]
    pub custom_properties: Vec<CustomProperty>,
}

/// How a rule is written. The standard's `sql` and `custom` are another engine's: they are refused, so
/// that a contract never promises a check that nobody makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum QualityType {
    /// A metric of the standard.
    Library,
    /// A sentence for people; nothing checks it.
    Text,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Metric {
    /// Rows where the column is null.
    NullValues,
    /// Rows where the column is null or one of `arguments.missingValues`.
    MissingValues,
    /// Rows where the column is not null and breaks `arguments.validValues` or `arguments.pattern`.
    InvalidValues,
    /// Rows that repeat the values of an earlier row.
    DuplicateValues,
    /// Rows of the table.
    RowCount,
}

/// What a metric needs to know.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Arguments {
    /// Values allowed, for `invalidValues`.
    pub valid_values: Option<Vec<Scalar>>,
    /// Regular expression, anchored, for `invalidValues`.
    pub pattern: Option<String>,
    /// Values that stand for nothing, for `missingValues`.
    pub missing_values: Option<Vec<Option<Scalar>>>,
    /// Columns, for `duplicateValues` of the table.
    pub properties: Option<Vec<String>>,
}
