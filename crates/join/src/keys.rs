//! What the columns of an input identify, in the one form in which they are compared.

use edulac_contract::{Contract, KeyKind};
use edulac_model::{Academie, CodeKind};

use crate::input::key_column;
use crate::sql::name;

/// A key of an input. Sessions are keys of kind rentrée.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) kind: KeyKind,
    /// The column of the input.
    pub(crate) column: String,
    /// Part of what tells the rows of the input apart.
    pub(crate) primary: bool,
    /// The column holds sessions.
    pub(crate) of_session: bool,
    /// For communes: the vintage as the contract says it; none: not known.
    pub(crate) vintage: Option<String>,
}

impl Key {
    /// Its values as they are compared, as SQL. `source` is the column that holds them.
    pub(crate) fn expression(&self, source: &str) -> String {
        let column = name(source);
        match self.kind {
            KeyKind::Rentree if self.of_session => format!(
                "case when {column} is not null then \
                 concat(cast(cast({column} as int) - 1 as varchar), '-', {column}) end"
            ),
            KeyKind::Academie => {
                let merged: String = Academie::MERGED
                    .iter()
                    .map(|(old, new)| format!(" when '{old}' then '{new}'"))
                    .collect();
                format!("case {column}{merged} when 'ZZ' then null else {column} end")
            }
            _ => column,
        }
    }

    /// The column of the views under which its values stand.
    pub(crate) fn view_column(&self) -> &'static str {
        key_column(self.kind)
    }

    /// How many rows have the code of an académie that is merged, as SQL; none for other kinds.
    pub(crate) fn merged_test(&self) -> Option<String> {
        let old: Vec<String> = Academie::MERGED
            .iter()
            .map(|(old, _)| format!("'{old}'"))
            .collect();
        (self.kind == KeyKind::Academie)
            .then(|| format!("{} in ({})", name(&self.column), old.join(", ")))
    }
}

/// Names that a column of a kind bears where it is about the row itself.
fn usual(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Uai => "uai",
        KeyKind::Commune => "code_commune",
        KeyKind::Departement => "code_departement",
        KeyKind::Academie => "code_academie",
        KeyKind::RegionAcademique => "code_region_academique",
        KeyKind::Bassin => "code_bassin",
        KeyKind::Epci => "code_epci",
        KeyKind::Rentree => "rentree",
        KeyKind::Session => "session",
        KeyKind::Rnb => "rnb_id",
        KeyKind::Site => "site_id",
    }
}

/// The keys of a table: of several columns of a kind, the one of the key of the table, else the one that is about the row
/// itself, else the first. `there` are the columns that the release has.
pub(crate) fn of_contract(contract: &Contract, there: &[&str]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for kind in KeyKind::ALL.iter().copied() {
        let columns = contract.columns().iter();
        let columns = columns.filter(|c| c.kind == Some(kind) && there.contains(&c.name.as_str()));
        let primary = |name: &str| contract.key().iter().any(|key| key == name);
        let best = columns.min_by_key(|c| (!primary(&c.name), c.name != usual(kind)));
        let Some(column) = best else { continue };
        let key = Key {
            kind: if kind == KeyKind::Session {
                KeyKind::Rentree
            } else {
                kind
            },
            column: column.name.clone(),
            primary: primary(&column.name),
            of_session: kind == KeyKind::Session,
            vintage: column.vintage.clone(),
        };
        // A session beside its rentrée: the one of the key.
        match keys.iter_mut().find(|other| other.kind == key.kind) {
            Some(other) if !other.primary && key.primary => *other = key,
            Some(_) => {}
            None => keys.push(key),
        }
    }
    keys
}

/// The kind of code of the model; none where the codes have no form of their own.
pub(crate) fn code_kind(kind: KeyKind) -> Option<CodeKind> {
    Some(match kind {
        KeyKind::Uai => CodeKind::Uai,
        KeyKind::Commune => CodeKind::Commune,
        KeyKind::Departement => CodeKind::Departement,
        KeyKind::Academie => CodeKind::Academie,
        KeyKind::Rentree => CodeKind::Rentree,
        KeyKind::Session => CodeKind::Session,
        KeyKind::Rnb => CodeKind::RnbId,
        KeyKind::Epci => CodeKind::Siren,
        KeyKind::RegionAcademique | KeyKind::Bassin | KeyKind::Site => return None,
    })
}
