//! What of a release goes into the extracts.

use std::collections::BTreeMap;

use edulac_contract::{Classification, ColumnType};
use edulac_export::ColumnNote;

use super::{ExtractsRequest, Territory};
use crate::Workspace;
use crate::error::{Error, Result};
use crate::released::{Released, quoted, text};

/// The table that extracts are of.
const ESTABLISHMENTS: &str = "etablissements";

/// The columns and rows that are asked for.
pub(super) struct Selection {
    /// The first column is the code of the territory, by which the rows come.
    pub(super) sql: String,
    /// The tables that it reads.
    pub(super) tables: Vec<String>,
    /// What the columns that no table has mean.
    pub(super) added: BTreeMap<String, ColumnNote>,
    by: Territory,
}

/// An indicator beside the establishment: its query by `uai`, and what its columns mean.
struct Indicator {
    table: &'static str,
    needs: &'static [&'static str],
    query: &'static str,
    columns: [(&'static str, &'static str, Option<&'static str>); 3],
}

/// Pupils of the last rentrée of the establishment, when that is the last or the last but one of the table: an older number would
/// not be one of today.
const PUPILS: Indicator = Indicator {
    table: "effectifs_etablissements",
    needs: &["uai", "rentree", "eleves", "niveaux"],
    query: "select uai, eleves, rentree as eleves_rentree, niveaux as eleves_niveaux from (
        select *, row_number() over (partition by uai order by rentree desc) as recence,
               max(rentree) over () as derniere from effectifs_etablissements)
      where recence = 1 and cast(substr(derniere, 1, 4) as int) - cast(substr(rentree, 1, 4) as int) <= 1",
    columns: [
        ("eleves", "Élèves de l'établissement, tous niveaux, à la rentrée de `eleves_rentree`. Nul : inconnu, et non zéro.", Some("élève")),
        ("eleves_rentree", "Rentrée de `eleves` : la dernière de l'établissement, si c'est la dernière publiée ou celle d'avant.", None),
        ("eleves_niveaux", "Niveaux additionnés dans `eleves`.", None),
    ],
};

/// The index of the last rentrée of its level, of all ways together. A UAI with several levels has several indices, which do not
/// compare: it has none here.
const IPS: Indicator = Indicator {
    table: "ips",
    needs: &["uai", "rentree", "niveau", "voie", "ips"],
    query: "select uai, max(ips) as ips, max(rentree) as ips_rentree, max(niveau) as ips_niveau from (
        select *, max(rentree) over (partition by niveau) as derniere from ips where voie = 'ensemble')
      where rentree = derniere group by uai having count(*) = 1",
    columns: [
        ("ips", "Indice de position sociale moyen des élèves, toutes voies, à la rentrée de `ips_rentree`. Nul : absent, non significatif, ou plusieurs niveaux.", Some("point")),
        ("ips_rentree", "Rentrée de `ips` : la dernière de son niveau.", None),
        ("ips_niveau", "Niveau de `ips`. Les indices de deux niveaux ne se comparent pas.", None),
    ],
};

impl Selection {
    pub(super) fn of(
        workspace: &Workspace,
        released: &Released,
        request: &ExtractsRequest,
    ) -> Result<Self> {
        let missing = || Error::NoEstablishments {
            release: released.release.id.clone(),
        };
        let contract = workspace
            .contracts
            .get(ESTABLISHMENTS)
            .ok_or_else(missing)?;
        let code = request.by.column();
        if !released.has_column(ESTABLISHMENTS, code) {
            return Err(missing());
        }
        let mut tables = vec![ESTABLISHMENTS.to_owned()];
        let mut added = BTreeMap::new();
        let public = contract.columns().iter().filter(|column| {
            column.classification == Classification::Public
                && released.has_column(ESTABLISHMENTS, &column.name)
        });
        let mut columns = vec![format!("e.\"{code}\" as territoire")];
        let mut shape = None;
        for column in public {
            match column.column_type {
                ColumnType::Geometry if column.name == "geometry" => shape = Some("e.geometry"),
                ColumnType::Geometry => {}
                _ => columns.push(format!("e.\"{}\"", column.name)),
            }
        }
        let mut joins = String::new();
        for (at, indicator) in [PUPILS, IPS].into_iter().enumerate() {
            let has = |column: &&str| released.has_column(indicator.table, column);
            if !indicator.needs.iter().all(has) {
                continue;
            }
            joins += &format!(
                " left join ({}) as i{at} on i{at}.uai = e.uai",
                indicator.query
            );
            tables.push(indicator.table.to_owned());
            for (name, description, unit) in indicator.columns {
                columns.push(format!("i{at}.{name}"));
                added.insert(name.to_owned(), note(description, unit, indicator.table));
            }
        }
        if let Some(shape) = shape {
            for (name, function, word) in [
                ("longitude", "st_x", "Longitude"),
                ("latitude", "st_y", "Latitude"),
            ] {
                // A centimetre, as in the GeoJSON.
                columns.push(format!("round({function}({shape}), 7) as {name}"));
                let said = format!(
                    "{word} de la position principale (WGS 84). Nulle : position inconnue."
                );
                added.insert(name.to_owned(), note(&said, Some("degré"), ESTABLISHMENTS));
            }
            columns.push(shape.to_owned());
        }
        let only = match request.only.as_slice() {
            [] => String::new(),
            codes => {
                let codes: Vec<String> = codes.iter().map(|code| quoted(code)).collect();
                format!(" where e.\"{code}\" in ({})", codes.join(", "))
            }
        };
        Ok(Self {
            sql: format!(
                "select {} from {ESTABLISHMENTS} as e{joins}{only} order by e.\"{code}\" nulls last, e.uai",
                columns.join(", ")
            ),
            tables,
            added,
            by: request.by,
        })
    }

    /// The names of the territories, by code: those of the newest vintage.
    pub(super) async fn names(&self, released: &Released) -> Result<BTreeMap<String, String>> {
        let table = self.by.table();
        let needs = ["code", "nom", "millesime"];
        if !needs
            .iter()
            .all(|column| released.has_column(table, column))
        {
            return Ok(BTreeMap::new());
        }
        let sql = format!(
            "select code, first_value(nom order by millesime desc) as nom from {table} where nom is not null group by code"
        );
        let rows = released.rows(&sql).await?;
        let names = rows
            .iter()
            .filter_map(|row| Some((text(row, "code")?.to_owned(), text(row, "nom")?.to_owned())));
        Ok(names.collect())
    }
}

fn note(description: &str, unit: Option<&str>, table: &str) -> ColumnNote {
    ColumnNote {
        description: description.to_owned(),
        unit: unit.map(str::to_owned),
        table: table.to_owned(),
        ..ColumnNote::default()
    }
}
