//! The kinds of codes and values that a pipeline can name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Academie, BanKey, CodeError, CodePostal, CommuneCode, Departement, Rentree, RnbId, Session,
    Siren, Siret, Uai, values,
};

/// The kind of code that a column holds. Its name in pipelines is snake case (`uai`, `rnb_id`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeKind {
    /// See [`Uai`].
    Uai,
    /// See [`CommuneCode`]; the vintage is declared beside the kind.
    Commune,
    /// See [`Departement`].
    Departement,
    /// See [`Academie`].
    Academie,
    /// See [`RnbId`]: one identifier; [`crate::split_rnb_ids`] reads cells with several.
    RnbId,
    /// See [`BanKey`].
    BanKey,
    /// See [`Rentree`].
    Rentree,
    /// See [`Session`].
    Session,
    /// See [`Siret`].
    Siret,
    /// See [`Siren`].
    Siren,
    /// See [`CodePostal`].
    CodePostal,
}

impl CodeKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::Uai,
        Self::Commune,
        Self::Departement,
        Self::Academie,
        Self::RnbId,
        Self::BanKey,
        Self::Rentree,
        Self::Session,
        Self::Siret,
        Self::Siren,
        Self::CodePostal,
    ];

    /// The name in pipelines, equal to the serde form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uai => "uai",
            Self::Commune => "commune",
            Self::Departement => "departement",
            Self::Academie => "academie",
            Self::RnbId => "rnb_id",
            Self::BanKey => "ban_key",
            Self::Rentree => "rentree",
            Self::Session => "session",
            Self::Siret => "siret",
            Self::Siren => "siren",
            Self::CodePostal => "code_postal",
        }
    }

    /// The canonical form of a raw text. Idempotent.
    ///
    /// # Errors
    /// Those of the `parse` of the kind; blank is [`CodeError::Empty`].
    pub fn normalise(self, raw: &str) -> Result<String, CodeError> {
        Ok(match self {
            Self::Uai => Uai::parse(raw)?.to_string(),
            Self::Commune => CommuneCode::parse(raw)?.to_string(),
            Self::Departement => Departement::parse(raw)?.to_string(),
            Self::Academie => Academie::parse(raw)?.to_string(),
            Self::RnbId => RnbId::parse(raw)?.to_string(),
            Self::BanKey => BanKey::parse(raw)?.to_string(),
            Self::Rentree => Rentree::parse(raw)?.to_string(),
            Self::Session => Session::parse(raw)?.to_string(),
            Self::Siret => Siret::parse(raw)?.to_string(),
            Self::Siren => Siren::parse(raw)?.to_string(),
            Self::CodePostal => CodePostal::parse(raw)?.to_string(),
        })
    }
}

impl fmt::Display for CodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The kind of plain value that a column of text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// See [`values::parse_decimal`].
    Decimal,
    /// See [`values::parse_integer`].
    Integer,
    /// See [`values::parse_date`].
    Date,
    /// See [`values::parse_boolean`].
    Boolean,
}

impl ValueKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Decimal, Self::Integer, Self::Date, Self::Boolean];

    /// The name in pipelines, equal to the serde form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::Date => "date",
            Self::Boolean => "boolean",
        }
    }

    /// The canonical text of a raw text: `45,20` gives `45.2`, `01/09/2024` gives `2024-09-01`, `Oui`
    /// gives `true`. Idempotent. Typed columns call the functions of [`values`] themselves.
    ///
    /// # Errors
    /// Those of the function of the kind; blank is [`CodeError::Empty`].
    pub fn normalise(self, raw: &str) -> Result<String, CodeError> {
        Ok(match self {
            Self::Decimal => values::parse_decimal(raw)?.to_string(),
            Self::Integer => values::parse_integer(raw)?.to_string(),
            Self::Date => values::parse_date(raw)?.to_string(),
            Self::Boolean => values::parse_boolean(raw)?.to_string(),
        })
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
