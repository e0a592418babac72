//! What a reader of an exported file must know of its rows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

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
    /// Warnings against misreading: those of the columns shown, then those of their tables.
    pub notices: Vec<NoticeNote>,
    /// Where the rows come from.
    pub sources: Vec<SourceNote>,
    /// What columns mean, by name.
    pub columns: BTreeMap<String, ColumnNote>,
}

/// A source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ColumnNote {
    /// What its values mean.
    pub description: String,
    /// Their unit; none where there is none.
    pub unit: Option<String>,
    /// The table that it is of.
    pub table: String,
    /// What its codes are valid for; none where they do not change with time.
    pub vintage: Option<String>,
    /// Names of the sources behind its table.
    pub sources: Vec<String>,
    /// Ids of the notices that are about it in particular.
    pub notices: Vec<String>,
}

/// A warning against misreading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NoticeNote {
    /// Its id.
    pub id: String,
    /// The warning.
    pub text: String,
    /// The columns that it is about; empty: all that is shown of its table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}
