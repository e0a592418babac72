//! What a reader of an exported file must know of its rows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// What a reader of an exported file must know of its rows. Formats that have a place for it carry it. In French.
#[derive(Debug, Clone)]
pub struct About {
    /// Name of the layer or table: letters, digits and `_`.
    pub name: String,
    /// What the rows are.
    pub title: String,
    /// The query, where the rows are not a whole table.
    pub query: Option<String>,
    /// The release that they are of.
    pub release: String,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// Licences of the sources.
    pub licences: Vec<String>,
    /// How to cite.
    pub citation: String,
    /// Warnings against misreading.
    pub notices: Vec<String>,
    /// Where the rows come from.
    pub sources: Vec<SourceNote>,
    /// What columns mean, by name.
    pub columns: BTreeMap<String, ColumnNote>,
}

/// A source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceNote {
    /// Its name in the lake, `pipeline.source`.
    pub name: String,
    /// Who makes it.
    pub producer: Option<String>,
    /// Its licence.
    pub licence: Option<String>,
    /// Day of its content, or of its extract.
    pub date: Option<String>,
    /// Its address.
    pub address: Option<String>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnNote {
    /// What its values mean.
    pub description: String,
    /// Their unit; none where there is none.
    pub unit: Option<String>,
    /// The table that it is of.
    pub table: String,
}
