//! The establishments without an accepted link, each with the reason, as the run that made the links listed them in the
//! archive.

use edulac_lake::Release;

use super::LINKS;
use crate::Workspace;
use crate::error::{Error, Result};
use crate::record::TableRecord;
use crate::rejects;
use crate::released::{Row, rows};

/// The list (`uai`, `motif`, `batiments_possibles`, `distance_m`, …), by UAI; none when the archive does not have it.
pub(crate) fn unlinked(workspace: &Workspace, release: &Release) -> Result<Option<Vec<Row>>> {
    let told = serde_json::from_value::<Vec<TableRecord>>(release.counts["tables"].clone());
    let links = told.unwrap_or_default().into_iter();
    let Some(made_by) = links
        .filter(|table| table.table == LINKS)
        .map(|table| table.made_by)
        .next()
    else {
        return Ok(None);
    };
    let folder = rejects::folder(&workspace.archive()?, &made_by);
    if made_by.is_empty() || !folder.exists() {
        return Ok(None);
    }
    let mut found = None;
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(Error::io(&folder))? {
        paths.push(entry.map_err(Error::io(&folder))?.path());
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.ends_with(".sans_batiment.parquet")) {
            found
                .get_or_insert_with(Vec::new)
                .extend(rows(&rejects::read(&path)?)?);
        }
    }
    Ok(found)
}
