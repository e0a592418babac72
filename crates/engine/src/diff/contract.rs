//! What changed of the contract of a table between two releases.

use edulac_lake::{ReleasedTable, TableLayout};
use serde::Serialize;

/// A contract before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractChange {
    /// Versions, before and after.
    pub version: [String; 2],
    /// Columns that are new.
    pub added: Vec<String>,
    /// Columns that are gone.
    pub removed: Vec<String>,
    /// Columns of another type.
    pub retyped: Vec<Retyped>,
    /// The key before and after; null: it is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<[Vec<String>; 2]>,
}

/// A column of another type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retyped {
    /// The column.
    pub column: String,
    /// Its Arrow types, before and after.
    pub types: [String; 2],
}

/// The form of a table under its contract: its columns with their Arrow types, in their order, without `bbox`.
pub(crate) struct Form {
    version: String,
    columns: Vec<(String, String)>,
    key: Vec<String>,
}

impl From<&ReleasedTable> for Form {
    fn from(table: &ReleasedTable) -> Self {
        let columns = table.columns.iter().filter(|column| {
            // What follows from the geometry is no column of the contract.
            table.geometry.is_none() || column.name != "bbox"
        });
        Self {
            version: table.contract.version.clone(),
            columns: columns
                .map(|column| (column.name.clone(), column.data_type.clone()))
                .collect(),
            key: table.key.clone(),
        }
    }
}

impl From<&TableLayout> for Form {
    fn from(layout: &TableLayout) -> Self {
        let columns = layout.schema.fields().iter();
        Self {
            version: layout.contract.version.clone(),
            columns: columns
                .map(|field| (field.name().clone(), field.data_type().to_string()))
                .collect(),
            key: layout.key.clone(),
        }
    }
}

impl Form {
    fn type_of(&self, name: &str) -> Option<&str> {
        let found = self.columns.iter().find(|(column, _)| column == name);
        found.map(|(_, data_type)| data_type.as_str())
    }

    fn lacking(&self, other: &Self) -> Vec<String> {
        let names = self.columns.iter().map(|(name, _)| name);
        names
            .filter(|name| other.type_of(name).is_none())
            .cloned()
            .collect()
    }
}

impl ContractChange {
    /// None: nothing changed.
    pub(crate) fn between(before: Form, after: Form) -> Option<Self> {
        let retyped = after.columns.iter().filter_map(|(name, data_type)| {
            let was = before.type_of(name)?;
            (was != data_type).then(|| Retyped {
                column: name.clone(),
                types: [was.to_owned(), data_type.clone()],
            })
        });
        let retyped: Vec<Retyped> = retyped.collect();
        let (added, removed) = (after.lacking(&before), before.lacking(&after));
        let key = (before.key != after.key).then_some([before.key, after.key]);
        let is_same = before.version == after.version
            && added.is_empty()
            && removed.is_empty()
            && retyped.is_empty()
            && key.is_none();
        (!is_same).then_some(Self {
            version: [before.version, after.version],
            added,
            removed,
            retyped,
            key,
        })
    }

    /// For the notes of a release.
    pub(crate) fn in_french(&self) -> String {
        let mut parts = Vec::new();
        let [was, is] = &self.version;
        if was != is {
            parts.push(format!("version {was} → {is}"));
        }
        for (verb, names) in [("ajoutées", &self.added), ("retirées", &self.removed)] {
            if !names.is_empty() {
                parts.push(format!("colonnes {verb} : {}", names.join(", ")));
            }
        }
        for column in &self.retyped {
            let [was, is] = &column.types;
            parts.push(format!("type de {} : {was} → {is}", column.column));
        }
        if let Some([was, is]) = &self.key {
            parts.push(format!("clé : {} → {}", was.join(" + "), is.join(" + ")));
        }
        parts.join(" ; ")
    }
}
