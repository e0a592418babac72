//! What changed of the contract of a table between two releases.

use edulac_lake::{ReleasedColumn, ReleasedTable};
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

impl ContractChange {
    /// None: nothing changed.
    pub(crate) fn between(before: &ReleasedTable, after: &ReleasedTable) -> Option<Self> {
        let find = |table: &'_ ReleasedTable, name: &str| -> Option<ReleasedColumn> {
            table
                .columns
                .iter()
                .find(|column| column.name == name)
                .cloned()
        };
        let lacking = |of: &ReleasedTable, other: &ReleasedTable| -> Vec<String> {
            let names = of.columns.iter().map(|column| column.name.clone());
            names.filter(|name| find(other, name).is_none()).collect()
        };
        let retyped = after.columns.iter().filter_map(|column| {
            let was = find(before, &column.name)?;
            (was.data_type != column.data_type).then(|| Retyped {
                column: column.name.clone(),
                types: [was.data_type, column.data_type.clone()],
            })
        });
        let change = Self {
            version: [before, after].map(|table| table.contract.version.clone()),
            added: lacking(after, before),
            removed: lacking(before, after),
            retyped: retyped.collect(),
            key: (before.key != after.key).then(|| [before.key.clone(), after.key.clone()]),
        };
        let is_same = change.version[0] == change.version[1]
            && change.added.is_empty()
            && change.removed.is_empty()
            && change.retyped.is_empty()
            && change.key.is_none();
        (!is_same).then_some(change)
    }
}
