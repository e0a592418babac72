//! Ready-made extracts: a folder for each commune or académie, with its establishments and what must be known to read them.
//!
//! ```text
//! <folder>/LISEZMOI.md, index.json                 the territories
//! <folder>/99001/etablissements.csv                longitude and latitude as columns
//! <folder>/99001/etablissements.geojson
//! <folder>/99001/notice.md
//! ```
//!
//! One query, in the order of the territories: each row is read once, and the files of one territory are open at a time. Nothing
//! that identifies a person's line or mailbox goes in: only columns that contracts classify as public.

mod folder;
mod notice;
mod selection;

use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};
use edulac_export::About;
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};

use crate::Workspace;
use crate::error::{Error, Result};
use crate::export::about;
use crate::query::query;
use crate::released::Released;
use folder::Folder;
use selection::Selection;

/// What the folders are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Territory {
    /// The commune that the directory declares.
    Commune,
    /// The académie that the directory declares.
    Academie,
}

impl Territory {
    /// The column of establishments that holds its code.
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Commune => "code_commune",
            Self::Academie => "code_academie",
        }
    }

    /// The table that holds its name.
    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::Commune => "communes",
            Self::Academie => "academies",
        }
    }

    /// In the words of a notice.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Academie => "académie",
        }
    }
}

/// The extract of a territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryExtract {
    /// Its code, and the name of its folder; `sans_code` for establishments without one.
    pub code: String,
    /// Its name; null: no table of the release names it.
    pub name: Option<String>,
    /// Establishments.
    pub establishments: u64,
    /// Those with a position.
    pub placed: u64,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracts {
    /// The release that was read.
    pub release: String,
    /// What the folders are of.
    pub by: Territory,
    /// The territories, by code.
    pub territories: Vec<TerritoryExtract>,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ExtractsRequest {
    /// What the folders are of.
    pub by: Territory,
    /// Where they go. Folders of territories that are there no more are taken away, other files are left alone.
    pub to: PathBuf,
    /// Codes of the territories to write; all when empty.
    pub only: Vec<String>,
    /// The release; none: the newest.
    pub release: Option<String>,
}

/// The folder of establishments without a code.
const NO_CODE: &str = "sans_code";

/// Writes the extracts of a release.
///
/// # Errors
/// [`Error::EmptyLake`], an unknown release, one without the table `etablissements` ([`Error::NoEstablishments`]), a code that
/// no establishment has ([`Error::UnknownTerritory`]), a disk that fails.
pub async fn extracts(workspace: &Workspace, request: &ExtractsRequest) -> Result<Extracts> {
    let released = Released::open(workspace, request.release.as_deref()).await?;
    let selection = Selection::of(workspace, &released, request)?;
    let names = selection.names(&released).await?;
    let id = released.release.id.clone();
    let mut rows = query(workspace, &selection.sql, Some(&id)).await?;
    let said = said(workspace, &released, &selection, &rows.schema);
    let mut folder = Folder::open(&request.to)?;
    let mut under_way: Option<folder::Files> = None;
    let mut written = Vec::new();
    while let Some(batch) = rows.batches.try_next().await.map_err(Error::query)? {
        for (code, part) in by_code(&batch) {
            if under_way.as_ref().is_some_and(|files| files.code != code)
                && let Some(files) = under_way.take()
            {
                written.push(files.finish()?);
            }
            let files = match under_way.take() {
                Some(files) => files,
                None => folder.begin(&code, names.get(&code), &rows.schema, &said, request.by)?,
            };
            under_way = Some(files.write(&part)?);
        }
    }
    if let Some(files) = under_way {
        written.push(files.finish()?);
    }
    if let Some(code) = request
        .only
        .iter()
        .find(|code| !written.iter().any(|t| t.code == **code))
    {
        return Err(Error::UnknownTerritory {
            what: request.by.word(),
            code: code.clone(),
            release: id,
        });
    }
    let extracts = Extracts {
        release: id,
        by: request.by,
        territories: written,
    };
    folder.end(&extracts, &said, request.only.is_empty())?;
    Ok(extracts)
}

/// What readers of all the extracts must know.
fn said(
    workspace: &Workspace,
    released: &Released,
    selection: &Selection,
    schema: &arrow::datatypes::SchemaRef,
) -> About {
    let tables = &selection.tables;
    let mut said = about(
        workspace,
        &released.release,
        &selection.sql,
        false,
        tables,
        schema,
    );
    said.name = "etablissements".to_owned();
    said.query = None;
    said.columns.extend(selection.added.clone());
    said
}

/// The rows of a batch, cut where the code changes. The code is the first column and does not go into the files.
fn by_code(batch: &RecordBatch) -> Vec<(String, RecordBatch)> {
    let codes = batch.column(0).as_string_opt::<i32>();
    let code = |row: usize| match codes {
        Some(codes) if codes.is_valid(row) => codes.value(row),
        _ => NO_CODE,
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for row in 1..=batch.num_rows() {
        if row == batch.num_rows() || code(row) != code(start) {
            parts.push((code(start).to_owned(), batch.slice(start, row - start)));
            start = row;
        }
    }
    parts
}

/// A file of ours in the folder.
fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(Error::io(path))
}
