//! A file of one's own as an input: its keys are what was recognised in it.

use std::path::Path;
use std::sync::Arc;

use datafusion::datasource::MemTable;
use edulac_contract::KeyKind;
use edulac_engine::Released;
use edulac_export::ColumnNote;

use crate::error::{Error, Result};
use crate::input::{Column, Input, key_column, register};
use crate::keys::Key;
use crate::own::{self, Known, OwnFile};
use crate::request::{Asked, Request, Said};

pub(crate) async fn of_file(
    released: &Released,
    request: &Request,
    asked: Asked,
    path: &Path,
    place: usize,
    known: &Known,
) -> Result<Input> {
    let (mut kinds, mut adds) = (Vec::new(), Vec::new());
    for text in &request.said {
        match Said::read(text)? {
            Said::Key(column, kind) => kinds.push((column, kind)),
            Said::Adds(column, how) => adds.push((own::plain(&column), how)),
        }
    }
    let file = own::read(path, request.sheet.as_deref(), &kinds, known)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let alias = match own::plain(&stem) {
        plain if plain.starts_with(|c: char| c.is_ascii_lowercase()) => plain,
        plain => format!("fichier_{plain}"),
    };
    let schema = file.batch.schema();
    let column = |(name, title): &(String, String)| Column {
        name: name.clone(),
        note: ColumnNote {
            description: format!("« {title} » du fichier {}", asked.name),
            unit: None,
            table: alias.clone(),
            ..ColumnNote::default()
        },
        numeric: schema
            .field_with_name(name)
            .is_ok_and(|f| f.data_type().is_numeric()),
        aggregation: adds
            .iter()
            .find(|(added, _)| added == name)
            .map(|(_, how)| how.clone()),
    };
    let keys = keys_of(&file);
    let input = Input {
        place,
        columns: file.columns.iter().map(column).collect(),
        tells_apart: Vec::new(),
        status: Vec::new(),
        evidence: file.evidence.clone(),
        notes: Vec::new(),
        rows: 0,
        all_rows: 0,
        table: None,
        keys,
        alias,
        asked,
    };
    let raw = format!("_file{place}");
    let schema = file.batch.schema();
    let rows = MemTable::try_new(schema, vec![vec![file.batch]]).map_err(Error::query)?;
    released
        .ctx
        .register_table(&raw, Arc::new(rows))
        .map_err(Error::query)?;
    let keys: Vec<(String, String)> = input
        .keys
        .iter()
        .map(|key| {
            let read = if key.of_session {
                KeyKind::Session
            } else {
                key.kind
            };
            (
                key.expression(key_column(read)),
                key.view_column().to_owned(),
            )
        })
        .collect();
    register(released, &input, &raw, &keys).await?;
    Ok(input)
}

/// The keys of a file: its rows are about the finest thing that it names, at its rentrée.
fn keys_of(file: &OwnFile) -> Vec<Key> {
    let finest = [
        KeyKind::Uai,
        KeyKind::Rnb,
        KeyKind::Site,
        KeyKind::Commune,
        KeyKind::Bassin,
        KeyKind::Epci,
        KeyKind::Departement,
        KeyKind::Academie,
        KeyKind::RegionAcademique,
    ];
    let has = |kind: &KeyKind| file.keys.iter().any(|key| key.kind == *kind);
    let finest = finest.into_iter().find(has);
    let keys = file.keys.iter().map(|key| {
        let of_session = key.kind == KeyKind::Session;
        let kind = if of_session {
            KeyKind::Rentree
        } else {
            key.kind
        };
        Key {
            kind,
            column: file.columns[key.column].0.clone(),
            primary: Some(kind) == finest || kind == KeyKind::Rentree,
            of_session,
            vintage: None,
        }
    });
    let mut keys: Vec<Key> = keys.collect();
    keys.sort_by_key(|key| key.kind);
    keys.dedup_by_key(|key| key.kind);
    keys
}
