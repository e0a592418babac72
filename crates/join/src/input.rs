//! An input, opened: a table of the release or a file of one's own, as views of the session.
//!
//! ```text
//! _all<n>  all its rows:  _k_<kind> for each key, as compared, then its columns
//! _in<n>   those chosen
//! ```

use std::path::Path;
use std::sync::Arc;

use datafusion::datasource::MemTable;
use edulac_contract::{
    Aggregation, Classification, ColumnType, Contract, KeyKind, RowRule, RowTest,
};
use edulac_engine::{Released, Workspace};
use edulac_export::ColumnNote;

use crate::choices;
use crate::error::{Error, Result};
use crate::keys::{Key, of_contract};
use crate::own::{self, Known, OwnFile};
use crate::request::{Asked, Request, Said};
use crate::sql::{name, view};

/// A column of an input that goes to the output.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) note: ColumnNote,
    pub(crate) numeric: bool,
    /// How it adds up; none: nothing says so.
    pub(crate) aggregation: Option<Aggregation>,
}

/// An input.
pub(crate) struct Input {
    /// Place among the inputs, from 0.
    pub(crate) place: usize,
    pub(crate) asked: Asked,
    /// A short name that no other input has: the table, or the file without its extension.
    pub(crate) alias: String,
    /// The table; none: a file.
    pub(crate) table: Option<String>,
    pub(crate) columns: Vec<Column>,
    pub(crate) keys: Vec<Key>,
    /// Columns that tell its rows apart beside its keys, and that no choice holds to one value.
    pub(crate) tells_apart: Vec<String>,
    /// Columns that say whether the source gives a value: `valeur`, or why not.
    pub(crate) status: Vec<String>,
    /// How a file was read and what was recognised.
    pub(crate) evidence: Vec<String>,
    /// What was done to bring it to the form of the others.
    pub(crate) notes: Vec<String>,
    /// Rows chosen.
    pub(crate) rows: u64,
    /// Rows of the table or file.
    pub(crate) all_rows: u64,
}

/// The column of the views with the keys of a kind.
pub(crate) fn key_column(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Uai => "_k_uai",
        KeyKind::Commune => "_k_commune",
        KeyKind::Departement => "_k_departement",
        KeyKind::Academie => "_k_academie",
        KeyKind::RegionAcademique => "_k_region_academique",
        KeyKind::Bassin => "_k_bassin",
        KeyKind::Epci => "_k_epci",
        KeyKind::Rentree => "_k_rentree",
        KeyKind::Session => "_k_session",
        KeyKind::Rnb => "_k_rnb",
        KeyKind::Site => "_k_site",
    }
}

impl Input {
    /// The view of the rows chosen.
    pub(crate) fn chosen(&self) -> String {
        format!("_in{}", self.place)
    }

    /// The view of all rows.
    pub(crate) fn all(&self) -> String {
        format!("_all{}", self.place)
    }

    pub(crate) fn key(&self, kind: KeyKind) -> Option<&Key> {
        self.keys.iter().find(|key| key.kind == kind)
    }

    /// The kinds of its keys in words.
    pub(crate) fn kinds(&self) -> String {
        let kinds: Vec<&str> = self.keys.iter().map(|key| key.kind.as_str()).collect();
        match kinds.is_empty() {
            true => "nothing that identifies".to_owned(),
            false => kinds.join(", "),
        }
    }

    /// Whether it is a table of which it can be told what kinds of establishments it covers: closed ones are of none.
    pub(crate) fn covers(&self) -> bool {
        self.table
            .as_ref()
            .is_some_and(|table| table != "etablissements_fermes")
    }

    /// The only value of a column, where it was chosen.
    pub(crate) fn pinned(&self, column: &str) -> Option<&str> {
        let (_, values) = self.asked.choices.iter().find(|(name, _)| name == column)?;
        match values.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Opens an input; its place is the next one.
pub(crate) async fn open(
    workspace: &Workspace,
    released: &Released,
    request: &Request,
    text: &str,
    place: usize,
    known: &Known,
) -> Result<Input> {
    let path = |text: &str| workspace.root.join(text);
    let is_file = |text: &str| !released.has(text) && path(text).is_file();
    let asked = Asked::read(text, is_file);
    let mut input = if released.has(&asked.name) {
        of_table(workspace, released, asked, place).await?
    } else if is_file(&asked.name) {
        let file = path(&asked.name);
        of_file(released, request, asked, &file, place, known).await?
    } else {
        return Err(unknown(released, &asked.name));
    };
    choices::apply(released, &mut input).await?;
    Ok(input)
}

fn unknown(released: &Released, asked: &str) -> Error {
    let tables = || released.release.tables.keys().map(String::as_str);
    let remedy = match edulac_yaml::did_you_mean(asked, tables()) {
        Some(close) => format!("did you mean `{close}`?"),
        None if asked.contains(['.', '/']) => "check the path of the file".to_owned(),
        None => format!("the release has {}", edulac_yaml::list(tables())),
    };
    Error::UnknownInput {
        name: asked.to_owned(),
        release: released.release.id.clone(),
        remedy,
    }
}

async fn of_table(
    workspace: &Workspace,
    released: &Released,
    asked: Asked,
    place: usize,
) -> Result<Input> {
    let table = asked.name.clone();
    let Some(contract) = workspace.contracts.get(&table) else {
        return Err(Error::NoContract { table });
    };
    let there = released.columns(&table);
    let shown = |column: &&edulac_contract::Column| {
        there.contains(&column.name.as_str()) && column.classification == Classification::Public
    };
    let columns: Vec<Column> = contract
        .columns()
        .iter()
        .filter(shown)
        .map(|column| column_of(column, &table))
        .collect();
    let mut notes = Vec::new();
    let contacts = contract.columns().len() - columns.len();
    if contacts > 0 {
        notes.push(format!("{contacts} columns of contacts left out"));
    }
    let keys = of_contract(contract, &there);
    let key_of_rows = contract.key().iter();
    let tells_apart = key_of_rows.filter(|column| keys.iter().all(|key| key.column != **column));
    let mut input = Input {
        place,
        alias: table.clone(),
        columns,
        tells_apart: tells_apart.cloned().collect(),
        status: status(contract),
        keys,
        evidence: Vec::new(),
        notes,
        rows: 0,
        all_rows: 0,
        table: Some(table.clone()),
        asked,
    };
    let keys: Vec<(String, String)> = input
        .keys
        .iter()
        .map(|key| (key.expression(&key.column), key.view_column().to_owned()))
        .collect();
    register(released, &input, &table, &keys).await?;
    for key in input.keys.clone() {
        note_forms(released, &mut input, &table, contract, &key).await?;
    }
    Ok(input)
}

/// The word of a status column for rows that have their value.
pub(crate) const HAS_VALUE: &str = "valeur";

/// Columns of which one of the allowed words says that there is a value.
fn status(contract: &Contract) -> Vec<String> {
    let says = |rule: &RowRule| match &rule.test {
        RowTest::OneOf(words) => words.iter().any(|word| word.to_string() == HAS_VALUE),
        _ => false,
    };
    let columns = contract.checks().columns.iter();
    let columns = columns.filter(|column| column.rules.iter().any(says));
    columns.map(|column| column.name.clone()).collect()
}

/// Says how a key is brought to the form of the others, where its values are written otherwise.
async fn note_forms(
    released: &Released,
    input: &mut Input,
    table: &str,
    contract: &Contract,
    key: &Key,
) -> Result<()> {
    if key.of_session {
        let column = &key.column;
        input.notes.push(format!(
            "`{column}` N is rentrée N-1: session 2023 closes 2022-2023"
        ));
    }
    let primary = contract.key().contains(&key.column);
    if let Some(test) = key.merged_test().filter(|_| primary) {
        let query = format!("select count(*) as n from {} where {test}", name(table));
        let merged = count(released, &query).await?;
        if merged > 0 {
            input.notes.push(format!(
                "{merged} rows of académies merged into Normandie (70)"
            ));
        }
    }
    Ok(())
}

fn column_of(column: &edulac_contract::Column, table: &str) -> Column {
    Column {
        name: column.name.clone(),
        note: ColumnNote {
            description: column.description.clone(),
            unit: column.unit.clone(),
            table: table.to_owned(),
            ..ColumnNote::default()
        },
        numeric: matches!(
            column.column_type,
            ColumnType::Int32 | ColumnType::Int64 | ColumnType::Float64
        ),
        aggregation: column.aggregation.clone(),
    }
}

async fn of_file(
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

/// The view of all rows.
async fn register(
    released: &Released,
    input: &Input,
    table: &str,
    keys: &[(String, String)],
) -> Result<()> {
    let keys = keys
        .iter()
        .map(|(expression, view)| format!("{expression} as {}", name(view)));
    let columns = input.columns.iter().map(|column| name(&column.name));
    let line = input.table.is_none().then(|| name(own::LINE));
    let all: Vec<String> = keys.chain(columns).chain(line).collect();
    let query = format!("select {} from {}", all.join(", "), name(table));
    view(&released.ctx, &input.all(), &query).await
}

/// A number that a query gives as `n`.
pub(crate) async fn count(released: &Released, query: &str) -> Result<u64> {
    let rows = released.rows(query).await?;
    Ok(rows
        .first()
        .and_then(|row| row["n"].as_u64())
        .unwrap_or_default())
}
