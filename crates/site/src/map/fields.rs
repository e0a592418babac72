//! What the card of an establishment says, apart from its indicators.

use std::collections::BTreeMap;

use edulac_contract::Contract;
use serde_json::{Value, json};

use crate::map::Shown;

/// A line of the card.
pub(crate) struct Field {
    /// Its column in the data of the cards.
    pub(crate) key: &'static str,
    /// The part of the card where it stands.
    part: &'static str,
    label: &'static str,
    unit: &'static str,
    /// The alias, table and column that it is.
    from: (&'static str, &'static str, &'static str),
    kind: &'static str,
}

const fn text(
    part: &'static str,
    key: &'static str,
    label: &'static str,
    from: (&'static str, &'static str, &'static str),
) -> Field {
    Field {
        key,
        part,
        label,
        unit: "",
        from,
        kind: "varchar",
    }
}

const fn number(
    part: &'static str,
    key: &'static str,
    label: &'static str,
    unit: &'static str,
    from: (&'static str, &'static str, &'static str),
) -> Field {
    Field {
        key,
        part,
        label,
        unit,
        from,
        kind: "double",
    }
}

const DIRECTORY: &str = "etablissements";

/// The lines, in their order.
pub(crate) const FIELDS: [Field; 27] = [
    text("Identité", "sigle", "Sigle", ("e", DIRECTORY, "sigle")),
    text(
        "Identité",
        "nature",
        "Nature",
        ("e", DIRECTORY, "libelle_nature"),
    ),
    text(
        "Identité",
        "contrat",
        "Contrat",
        ("e", DIRECTORY, "contrat"),
    ),
    text(
        "Identité",
        "tutelle",
        "Ministère de tutelle",
        ("e", DIRECTORY, "ministere_tutelle"),
    ),
    text("Identité", "etat", "État", ("e", DIRECTORY, "etat")),
    text(
        "Identité",
        "mere",
        "Établissement principal",
        ("e", DIRECTORY, "uai_mere"),
    ),
    text(
        "Identité",
        "circonscription",
        "Circonscription",
        ("e", DIRECTORY, "circonscription"),
    ),
    text(
        "Adresse et territoires",
        "adresse",
        "Adresse",
        ("e", DIRECTORY, "adresse"),
    ),
    text(
        "Adresse et territoires",
        "code_postal",
        "Code postal",
        ("e", DIRECTORY, "code_postal"),
    ),
    text(
        "Adresse et territoires",
        "commune",
        "Commune déclarée",
        ("e", DIRECTORY, "nom_commune"),
    ),
    text(
        "Adresse et territoires",
        "code_commune",
        "Code de la commune",
        ("e", DIRECTORY, "code_commune"),
    ),
    text(
        "Adresse et territoires",
        "departement",
        "Département",
        ("e", DIRECTORY, "code_departement"),
    ),
    text(
        "Adresse et territoires",
        "commune_situee",
        "Commune de la position",
        ("e", DIRECTORY, "commune_situee"),
    ),
    number(
        "Adresse et territoires",
        "limite_commune",
        "Limite de la commune à",
        "m",
        ("e", DIRECTORY, "commune_distance_limite_m"),
    ),
    text(
        "Adresse et territoires",
        "academie_situee",
        "Académie de la position",
        ("e", DIRECTORY, "academie_situee"),
    ),
    text(
        "Adresse et territoires",
        "academie_voisines",
        "Académies à moins de 200 m",
        ("e", DIRECTORY, "academie_voisines"),
    ),
    text(
        "Position",
        "position_methode",
        "Précision déclarée",
        ("e", DIRECTORY, "position_methode"),
    ),
    text(
        "Position",
        "position_origine",
        "Origine",
        ("e", DIRECTORY, "position_origine"),
    ),
    number(
        "Position",
        "position_incertitude",
        "Incertitude estimée",
        "m",
        ("e", DIRECTORY, "position_incertitude_m"),
    ),
    text(
        "Effectif",
        "effectif_rentree",
        "Rentrée",
        ("f", "effectifs_etablissements", "rentree"),
    ),
    text(
        "Effectif",
        "effectif_niveaux",
        "Niveaux comptés",
        ("f", "effectifs_etablissements", "niveaux"),
    ),
    text(
        "Site et bâtiments",
        "site",
        "Numéro du site",
        ("s", "sites", "site_id"),
    ),
    number(
        "Site et bâtiments",
        "sur_le_site",
        "Établissements sur le site",
        "",
        ("s", "sites", "etablissements"),
    ),
    number(
        "Site et bâtiments",
        "batiments",
        "Bâtiments acceptés sur le site",
        "",
        ("s", "sites", "batiments"),
    ),
    number(
        "Site et bâtiments",
        "bati",
        "Surface bâtie estimée",
        "m²",
        ("s", "sites", "surface_batie_m2"),
    ),
    number(
        "Site et bâtiments",
        "cour",
        "Surface de cour estimée",
        "m²",
        ("s", "sites", "surface_cour_m2"),
    ),
    text(
        "Site et bâtiments",
        "terrain",
        "Terrain tiré de",
        ("s", "sites", "perimetre_qualite"),
    ),
];

impl Field {
    /// The value in SQL.
    pub(crate) fn sql(&self, shown: &Shown<'_>) -> String {
        let (alias, table, column) = self.from;
        shown.column(alias, table, column, self.kind)
    }
}

/// What the page is told of the lines: part, label, unit, and what the contract says of the column.
pub(crate) fn said(contracts: &BTreeMap<String, Contract>) -> Value {
    let one = |field: &Field| {
        let (_, table, column) = field.from;
        let contract = contracts.get(table);
        let agreed = contract.and_then(|c| c.columns().iter().find(|c| c.name == column));
        json!({
            "cle": field.key,
            "partie": field.part,
            "titre": field.label,
            "unite": field.unit,
            "sens": agreed.map(|column| column.description.as_str()),
        })
    };
    FIELDS.iter().map(one).collect()
}
