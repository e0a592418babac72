//! The register of the statistics service (Ramsese): its geolocation file, the closed establishments, the school cities.
//!
//! It says of an establishment what the directory says, in other words and columns.

mod cities;
mod closed;
mod geolocation;

use crate::annuaire::decimal;
use crate::geometry::{Point, Projection, rounded};
use crate::kind::Kind;
use crate::names::capitals;
use crate::output::Output;
use crate::plan::Plan;
use crate::portal::{Dataset, Row};
use crate::{Error, Options, calendar};

/// Writes the three files.
pub(crate) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<(), Error> {
    geolocation::write(out, options, plan, projection)?;
    closed::write(out, options, plan, projection)?;
    cities::write(out, options, plan)
}

/// A dataset that is made again every day.
fn daily(
    options: &Options,
    id: &'static str,
    title: &'static str,
    geometry: Option<&'static str>,
    fields: Vec<(&'static str, &'static str)>,
) -> Dataset {
    let day = calendar::extract_day(options.edition);
    Dataset {
        id,
        title,
        frequency: "DAILY",
        modified: day,
        processed: day,
        geometry,
        fields,
    }
}

/// Columns of this register, each with the directory's.
const SHARED: [(&str, &str); 14] = [
    ("appellation_officielle", "nom_etablissement"),
    ("secteur_public_prive_libe", "statut_public_prive"),
    ("adresse_uai", "adresse_1"),
    ("code_postal_uai", "code_postal"),
    ("nature_uai", "code_nature"),
    ("nature_uai_libe", "libelle_nature"),
    ("code_departement", "code_departement"),
    ("code_region", "code_region"),
    ("code_academie", "code_academie"),
    ("code_commune", "code_commune"),
    ("libelle_departement", "libelle_departement"),
    ("libelle_region", "libelle_region"),
    ("libelle_academie", "libelle_academie"),
    ("date_ouverture", "date_ouverture"),
];

/// Fills what both files of establishments say as the directory does.
fn describe(row: &mut Row, directory: &Row, kind: Kind, given_name: &str) {
    for (ours, theirs) in SHARED {
        row.set(ours, directory.get(theirs));
    }
    row.set("denomination_principale", capitals(kind.title()));
    row.set("patronyme_uai", capitals(given_name));
    row.set(
        "localite_acheminement_uai",
        capitals(directory.get("nom_commune")),
    );
    row.set("libelle_commune", directory.get("nom_commune"));
}

/// A position, and the words for how it was found.
#[derive(Clone, Copy)]
struct Placed {
    at: Point,
    matched: &'static str,
    precision: &'static str,
}

/// Fills the position, in the local system and in degrees; `epsg` is the name of its column.
fn locate(row: &mut Row, epsg: &str, projection: &Projection, placed: Placed) -> Result<(), Error> {
    let [x, y] = placed.at.map(|metres| rounded(metres, 1));
    let [lon, lat] = projection.wgs84([x, y])?.map(|degrees| rounded(degrees, 9));
    row.set("coordonnee_x", decimal(x));
    row.set("coordonnee_y", decimal(y));
    row.set(epsg, "EPSG:2154");
    row.set("latitude", decimal(lat));
    row.set("longitude", decimal(lon));
    row.set("position", format!("{}, {}", decimal(lat), decimal(lon)));
    row.set("appariement", placed.matched);
    row.set("localisation", placed.precision);
    Ok(())
}
