//! Broken rules that name an establishment.

use std::collections::BTreeSet;

use edulac_lake::Release;
use edulac_model::Uai;
use serde::Serialize;

use crate::Workspace;
use crate::error::Result;
use crate::record::TableRecord;
use crate::rejects::{folder, read};
use crate::released::{Row, rows, text};
use crate::runs;

/// One broken rule of one row of a run.
#[derive(Debug, Clone, Serialize)]
pub struct RejectedRow {
    /// The run that refused or remarked it.
    pub run: String,
    /// The table that the row was meant for.
    pub table: String,
    /// As in the file of rejects: `source, extrait, ligne, cle, regle, colonne, valeur, motif, gravite`.
    #[serde(flatten)]
    pub reject: Row,
}

/// What was found in the archive, and what could not be looked at.
pub(super) struct Naming {
    pub(super) rows: Vec<RejectedRow>,
    pub(super) missing: Option<String>,
}

/// The rejects whose key or value is the UAI, of the runs that made the tables of the release and of the newest run:
/// the last one tells what a table that was held has refused.
pub(super) fn naming(workspace: &Workspace, release: &Release, uai: Uai) -> Result<Naming> {
    let archive = workspace.archive()?;
    let mut runs = made_by(release);
    if let Some(newest) = runs::last(workspace)? {
        for table in newest.tables {
            let run = match table.made_by.is_empty() {
                true => newest.run.clone(),
                false => table.made_by,
            };
            runs.insert((run, table.table));
        }
    }
    if !archive.join("runs").exists() {
        return Ok(Naming {
            rows: Vec::new(),
            missing: Some("archive".to_owned()),
        });
    }
    let mut found = Vec::new();
    for (run, table) in runs {
        let path = folder(&archive, &run).join(format!("{table}.parquet"));
        if !path.exists() {
            continue;
        }
        let rejects = rows(&read(&path)?)?;
        let named = rejects.into_iter().filter(|row| names(row, uai));
        found.extend(named.map(|reject| RejectedRow {
            run: run.clone(),
            table: table.clone(),
            reject,
        }));
    }
    Ok(Naming {
        rows: found,
        missing: None,
    })
}

/// The runs that made the tables of a release.
fn made_by(release: &Release) -> BTreeSet<(String, String)> {
    let told = serde_json::from_value::<Vec<TableRecord>>(release.counts["tables"].clone());
    let tables = told.unwrap_or_default().into_iter();
    tables.map(|table| (table.made_by, table.table)).collect()
}

/// Whether a part of the key, or the value, is the UAI as the source may have written it.
fn names(row: &Row, uai: Uai) -> bool {
    let key = text(row, "cle").unwrap_or_default().split(',');
    let value = text(row, "valeur");
    key.chain(value)
        .any(|part| Uai::parse(part).is_ok_and(|read| read == uai))
}
