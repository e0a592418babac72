//! Every other table that has rows of the establishment: indicators over time, sections, perimeters, remarks…

use edulac_contract::Contract;
use serde::Serialize;

use super::TOLD_APART;
use super::reader::Reader;
use crate::error::Result;
use crate::released::Row;

/// It has nothing that the tables of the indicators do not tell.
const REPEATS: &str = "etablissements_rentrees";

/// The rows of the establishment in one table.
#[derive(Debug, Clone, Serialize)]
pub struct TableRows {
    /// The table.
    pub table: String,
    /// What it holds, in French.
    pub description: String,
    /// The columns that tell its rows apart, in key order.
    pub key: Vec<String>,
    /// Warnings of its contract against misreading, in French.
    pub notices: Vec<String>,
    /// The rows, by key.
    pub rows: Vec<Row>,
}

/// The tables with a column `uai`, found in the release, which have rows of the establishment.
pub(super) async fn others(reader: &Reader<'_>) -> Result<Vec<TableRows>> {
    let mut found = Vec::new();
    for (name, table) in &reader.released.release.tables {
        if TOLD_APART.contains(&name.as_str()) || name == REPEATS {
            continue;
        }
        let rows = reader.rows(name).await?;
        if rows.is_empty() {
            continue;
        }
        let notices = reader.contracts.get(name).map(Contract::notices);
        found.push(TableRows {
            table: name.clone(),
            description: table.description.clone(),
            key: table.key.clone(),
            notices: notices
                .into_iter()
                .flatten()
                .map(|notice| notice.text.clone())
                .collect(),
            rows,
        });
    }
    Ok(found)
}
