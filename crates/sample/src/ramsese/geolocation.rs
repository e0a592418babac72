//! `fr-en-adresse-et-geolocalisation-etablissements-premier-et-second-degre` (DOMAIN B2): one row per UAI of the first
//! and second degree, those to be opened among them, with the buildings that some declare.

use super::{Placed, daily, describe, locate};
use crate::annuaire::{Entry, described};
use crate::draw::{Draw, Topic};
use crate::fault::Fault;
use crate::geometry::Projection;
use crate::output::Output;
use crate::plan::{Establishment, Life, Plan};
use crate::rnb_id::identifier;
use crate::{Error, Mix, Options};

const TEXT: &str = "text";
const FIELDS: [(&str, &str); 37] = [
    ("numero_uai", TEXT),
    ("appellation_officielle", TEXT),
    ("denomination_principale", TEXT),
    ("patronyme_uai", TEXT),
    ("secteur_public_prive_libe", TEXT),
    ("adresse_uai", TEXT),
    ("lieu_dit_uai", TEXT),
    ("boite_postale_uai", TEXT),
    ("code_postal_uai", TEXT),
    ("localite_acheminement_uai", TEXT),
    ("libelle_commune", TEXT),
    ("coordonnee_x", "double"),
    ("coordonnee_y", "double"),
    ("epsg", TEXT),
    ("latitude", "double"),
    ("longitude", "double"),
    ("appariement", TEXT),
    ("localisation", TEXT),
    ("nature_uai", "int"),
    ("nature_uai_libe", TEXT),
    ("etat_etablissement", "int"),
    ("etat_etablissement_libe", TEXT),
    ("code_departement", TEXT),
    ("code_region", TEXT),
    ("code_academie", TEXT),
    ("code_commune", TEXT),
    ("libelle_departement", TEXT),
    ("libelle_region", TEXT),
    ("libelle_academie", TEXT),
    ("position", "geo_point_2d"),
    ("secteur_prive_code_type_contrat", "int"),
    ("secteur_prive_libelle_type_contrat", TEXT),
    ("code_ministere", TEXT),
    ("libelle_ministere", TEXT),
    ("date_ouverture", "date"),
    ("sigle", TEXT),
    ("rnb", TEXT),
];

pub(super) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<(), Error> {
    let dataset = daily(
        options,
        "fr-en-adresse-et-geolocalisation-etablissements-premier-et-second-degre",
        "Adresse et géolocalisation des établissements d'enseignement du premier et second degrés",
        Some("Point"),
        FIELDS.to_vec(),
    );
    let mut export = dataset.csv(out)?;
    let listed = plan.establishments.iter().filter(|e| {
        (e.kind.is_school() || e.kind.is_second_degree())
            && (e.exists(options.edition) || announced(e))
    });
    for establishment in listed {
        let entry = Entry {
            establishment,
            site: establishment.sites(options.edition)[0],
            ordinal: 0,
        };
        let directory = described(options, plan, entry);
        let mut row = export.row();
        describe(
            &mut row,
            &directory,
            establishment.kind,
            establishment.given_name(options.edition),
        );
        row.set("numero_uai", establishment.uai());
        let to_open = !establishment.exists(options.edition);
        let (state, label) = match (to_open, establishment.life) {
            (true, _) => (3, "A OUVRIR"),
            (false, Life::Closes) => (2, "A FERMER"),
            _ => (1, "OUVERT"),
        };
        row.set("etat_etablissement", state);
        row.set("etat_etablissement_libe", label);
        row.set(
            "secteur_prive_code_type_contrat",
            directory.get("code_type_contrat_prive"),
        );
        row.set(
            "secteur_prive_libelle_type_contrat",
            directory.get("type_contrat_prive"),
        );
        row.set("code_ministere", "06");
        row.set("libelle_ministere", directory.get("ministere_tutelle"));
        row.set("sigle", establishment.kind.short());
        row.set("rnb", declared_buildings(options, plan, establishment));
        // Nobody has been on the ground of what is to be opened.
        if let Some(placed) = placed(options, plan, entry).filter(|_| !to_open) {
            locate(&mut row, "epsg", projection, placed)?;
        }
        export.write(&row)?;
    }
    let records = export.finish()?;
    dataset.describe(out, records)
}

/// Every second of those that edition 2 brings is registered a year before it opens.
fn announced(establishment: &Establishment) -> bool {
    establishment.life == Life::Opens && establishment.serial.is_multiple_of(2)
}

/// The directory's position, but for half of those that it lacks (a street is known), has at the centre of the
/// commune (same) or has kilometres away (someone corrected it here by hand).
fn placed(options: &Options, plan: &Plan, entry: Entry<'_>) -> Option<Placed> {
    let establishment = entry.establishment;
    // In a trial both files say the same.
    let better = establishment.serial.is_multiple_of(2) && options.mix == Mix::Island;
    let mut draw = Draw::new(
        options.seed,
        Topic::Geolocation,
        establishment.serial.into(),
        0,
    );
    let main = plan.place_of(establishment, options.edition);
    match entry.fault() {
        Fault::Missing | Fault::CommuneCentroid if better => Some(Placed {
            at: [
                main[0] + draw.between(60.0, 120.0),
                main[1] + draw.between(60.0, 120.0),
            ],
            matched: "Correcte",
            precision: "Rue",
        }),
        Fault::Kilometres if better => Some(Placed {
            at: main,
            matched: "MANUEL",
            precision: "Numéro de rue",
        }),
        Fault::Missing | Fault::Zero | Fault::Swapped => None,
        _ => {
            let (matched, precision) = match entry.precision(options) {
                "Parfaite" => ("Parfaite", "Numéro de rue"),
                "Correcte" => ("Correcte", "Rue"),
                "BATIMENT" => ("MANUEL", "BATIMENT"),
                "Ville" => ("Mauvaise", "Ville"),
                "Rue" => ("Correcte", "Rue"),
                other => ("Parfaite", other),
            };
            let at = entry.published(plan, options.seed, options.edition)?;
            Some(Placed {
                at,
                matched,
                precision,
            })
        }
    }
}

/// The `rnb` column: filled by every twelfth public establishment, in several writings, once with words. The
/// identifiers are those of edition 1: what happens to the buildings later is not followed.
fn declared_buildings(options: &Options, plan: &Plan, establishment: &Establishment) -> String {
    if !establishment.serial.is_multiple_of(12)
        || establishment.private
        || options.mix == Mix::Trial
    {
        return String::new();
    }
    if establishment.serial.is_multiple_of(60) {
        return "NON RENSEIGNE".to_owned();
    }
    let site = establishment.sites(1)[0];
    let ids: Vec<String> = plan
        .buildings_of(establishment, site, 1)
        .iter()
        .map(|building| identifier(options.seed, building.key))
        .collect();
    if establishment.serial.is_multiple_of(24) {
        let shown = ids
            .iter()
            .map(|id| format!("{}-{}-{}", &id[..4], &id[4..8], &id[8..]));
        return shown.collect::<Vec<_>>().join(", ");
    }
    ids.join("/")
}
