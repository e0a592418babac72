//! What the tables of a release mean, for people who describe and search, and for programs that answer questions.
//!
//! All of it is said once, in contracts, and gathered here: grain, keys, what joins with what, units, what null means, notices
//! against misreading, sources with their dates, licences, how to cite. In documents, what is null or empty is left out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::relations::Relation;

/// A table of a release.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TableMeaning {
    /// Its name.
    pub table: String,
    /// What it holds.
    pub description: String,
    /// What it is for. Null: the project has no contract of it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it does not hold, and where it may be wrong. Null: as `purpose`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<String>,
    /// What one row is. Null: as `purpose`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grain: Option<String>,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// Its rows.
    pub rows: u64,
    /// The geometry that maps show, WKB in longitude and latitude (CRS84). Null: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geometry: Option<String>,
    /// First and last value of the columns that say of what year rows are.
    pub vintages: BTreeMap<String, [String; 2]>,
    /// The whole table as one Parquet file, below the lake. Null: too large, `files.txt` of the release has its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its contract: identifier and version.
    pub contract: String,
    /// Its columns, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnMeaning>,
    /// What it can be joined with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Warnings against misreading it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<NoticeMeaning>,
    /// Names of the sources that it, and the tables that it is made from, were made from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Licences of those sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<String>,
    /// The sentence to cite it with.
    pub citation: String,
}

/// A column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ColumnMeaning {
    /// Its name.
    pub name: String,
    /// `texte`, `entier`, `nombre`, `booléen`, `date`, `instant`, `géométrie (WKB)` or `liste de textes`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Unit of its values. Null: there is none to give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What its values mean.
    pub description: String,
    /// What null means. Null: it is never null, or nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_means: Option<String>,
    /// Whether it may be null.
    pub nullable: bool,
    /// The values that it may have; empty: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Least value that it may have. Null: none is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// Largest value that it may have. Null: none is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// The form of its texts, a regular expression. Null: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// What its codes are valid for: a year, `extract_date`, or the column that dates each row. Null: no code that changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vintage: Option<String>,
    /// What its values identify: tables are joined by columns of one kind. Null: nothing that tables are joined by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifies: Option<String>,
    /// How its values become that of a group of rows: `sum`, `mean` of them weighted by `weighted_by`, `share` of the thing that a
    /// row of a link stands for, or `none`, not at all. Null: nothing is declared, and it must not be aggregated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregation: Option<String>,
    /// The column that weights its mean. Null: it has no weighted mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_by: Option<String>,
    /// `public`, or `contact`: it may tell how to reach a person, and stays out of maps.
    pub classification: String,
    /// Ids of the notices that are about it in particular.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// A warning against misreading.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoticeMeaning {
    /// Its id.
    pub id: String,
    /// The warning.
    pub text: String,
    /// The columns that it is about; empty: the whole table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Rows that it forbids to put together. Null: it is to be read, and nothing is refused for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forbids: Option<ForbidsMeaning>,
}

/// Rows that must not be put together: averaged, chained, or compared as if they were one measure.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ForbidsMeaning {
    /// Rows that differ in one of these columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mix: Vec<String>,
    /// Rows of the two sides of a break in a series. Null: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub across: Option<BreakMeaning>,
}

/// A break in a series.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BreakMeaning {
    /// The column that orders the series.
    pub column: String,
    /// First value after the break; values are compared as texts.
    pub from: String,
    /// Values of other columns that a row must have for the break to concern it; empty: all rows.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub only: BTreeMap<String, String>,
}

/// A source.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceMeaning {
    /// Its name in the lake, `pipeline.source`.
    pub name: String,
    /// Who makes it. Null: not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub producer: Option<String>,
    /// Its licence. Null: not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Day of its content, or of its extract. Null: unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Its address. Null: it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A release, as its readers must understand it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Meaning {
    /// The release.
    pub release: String,
    /// When it was published, UTC, ISO 8601.
    pub published: String,
    /// Its tables, by name.
    pub tables: Vec<TableMeaning>,
    /// The sources of its tables, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceMeaning>,
}

impl Meaning {
    /// The table of that name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&TableMeaning> {
        self.tables.iter().find(|table| table.table == name)
    }
}
