//! An input, opened: a table of the release or a file of one's own, as views of the session.
//!
//! ```text
//! _all<n>  all its rows:  _k_<kind> for each key, as compared, then its columns
//! _in<n>   those chosen
//! ```

use edulac_contract::{Aggregation, KeyKind};
use edulac_engine::{Released, Workspace};
use edulac_export::ColumnNote;

use crate::choices;
use crate::error::{Error, Result};
use crate::file::of_file;
use crate::keys::Key;
use crate::own::{self, Known};
use crate::request::{Asked, Request};
use crate::sql::{name, view};
use crate::table::of_table;

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

/// The word of a status column for rows that have their value.
pub(crate) const HAS_VALUE: &str = "valeur";

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

/// The view of all rows.
pub(crate) async fn register(
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
