//! What values mean beyond their type: what identifies, what adds up, what must not be put together.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::value::ColumnType;

/// Declares the kinds of keys with their word and the pattern that says so by itself.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $pattern:expr);+ $(;)?) => {
        /// What the values of a column identify. Columns of two tables are joined when they are of one kind, never
        /// because their names or labels are alike.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum KeyKind { $($(#[$doc])* $variant),+ }

        impl KeyKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands for the kind in a contract.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The pattern that says the kind by itself; none where other things have that form too, and the
            /// contract must say it.
            #[must_use]
            pub const fn pattern(self) -> Option<&'static str> {
                match self { $(Self::$variant => $pattern),+ }
            }
        }
    };
}

kinds! {
    /// An establishment.
    Uai = "uai", Some("^[0-9]{7}[A-HJ-NPR-Z]$");
    /// A commune or municipal arrondissement, of the vintage of the column.
    Commune = "commune", Some("^([0-9]{2}|2[AB])[0-9]{3}$");
    /// A département, in three characters.
    Departement = "departement", Some("^(0[0-9]{2}|02[AB]|9[78][0-9])$");
    /// An académie; `ZZ` unknown.
    Academie = "academie", None;
    /// A région académique, which is no INSEE région.
    RegionAcademique = "region_academique", None;
    /// A bassin de formation.
    Bassin = "bassin", None;
    /// An EPCI, by its SIREN.
    Epci = "epci", None;
    /// A rentrée, `2024-2025`.
    Rentree = "rentree", Some("^[0-9]{4}-[0-9]{4}$");
    /// An exam session: session N closes rentrée N-1.
    Session = "session", None;
    /// A building of the RNB.
    Rnb = "rnb", Some("^[1-9A-HJKMNP-TV-Z]{12}$");
    /// A site of the register.
    Site = "site", None;
}

impl KeyKind {
    /// The kind of a word of a contract.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// The kind that a pattern says by itself.
    #[must_use]
    pub fn of_pattern(pattern: &str) -> Option<Self> {
        let mut kinds = Self::ALL.iter().copied();
        kinds.find(|kind| kind.pattern() == Some(pattern))
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How the values of a column become that of a group of rows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// They add up: a count.
    Sum,
    /// They are means; that of a group is weighted by a column of the same table, which adds up. A row without weight
    /// does not count, and is told.
    Mean(String),
    /// The part of a thing that a row of a link stands for: it adds up, and measures reached through the link are
    /// multiplied by it, so that a thing that is shared counts once.
    Share,
    /// Not at all: a rank, a score, a value whose sense another column says.
    None,
}

impl Aggregation {
    /// Whether values of the type can be aggregated, so that a contract may say how.
    pub(crate) fn is_of(column_type: ColumnType) -> bool {
        matches!(
            column_type,
            ColumnType::Int32 | ColumnType::Int64 | ColumnType::Float64
        )
    }
}

/// A warning against misreading, in French, shown wherever the table or column is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Stable id, so that tools can refer to the notice.
    pub id: String,
    /// The warning.
    pub text: String,
    /// What the warning forbids; none: it is to be read, and nothing can be refused for it.
    #[serde(default)]
    pub forbids: Option<Forbids>,
}

/// Rows that must not be put together: averaged, chained, or side by side as if they were one measure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forbids {
    /// Rows that differ in one of these columns.
    #[serde(default)]
    pub mix: Vec<String>,
    /// Rows of the two sides of a break.
    #[serde(default)]
    pub across: Option<Across>,
}

/// A break in a series.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Across {
    /// The column that orders the series.
    pub column: String,
    /// First value after the break; values are compared as texts.
    pub from: String,
    /// Values of other columns that a row must have for the break to concern it; empty: all rows.
    #[serde(default, rename = "where")]
    pub only: BTreeMap<String, String>,
}

impl Forbids {
    /// The columns that it speaks of.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let across = self.across.iter();
        let of_break = across.flat_map(|across| {
            let only = across.only.keys().map(String::as_str);
            std::iter::once(across.column.as_str()).chain(only)
        });
        self.mix.iter().map(String::as_str).chain(of_break)
    }

    /// Whether it forbids something.
    #[must_use]
    pub fn is_something(&self) -> bool {
        !self.mix.is_empty() || self.across.is_some()
    }
}
