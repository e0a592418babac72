//! The portal of a région académique: `fr-en-occitanie-carte-scolaire-des-colleges-lycees-publics`, which streets go to
//! which public collège or lycée. Another host, the same way of serving.
//!
//! Columns and habits are those of a real extract; the region is the fictional one.

use crate::annuaire::{Entry, decimal, described};
use crate::boundaries::polygon;
use crate::geometry::{Projection, rounded};
use crate::kind::Kind;
use crate::names;
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::{Dataset, Row};
use crate::{Error, Options, calendar, pupils};

const HOST: &str = "data.occitanie.education.gouv.fr";
const TEXT: &str = "text";
const FIELDS: [(&str, &str); 27] = [
    ("code_region", TEXT),
    ("libelle_region", TEXT),
    ("code_academie", TEXT),
    ("libelle_academie", TEXT),
    ("code_departement", TEXT),
    ("libelle_departement_eleve", TEXT),
    ("code_postal", TEXT),
    ("code_insee", TEXT),
    ("com_name_upper", TEXT),
    ("lieu_dit", TEXT),
    ("type_et_libelle", TEXT),
    ("no_de_voie_debut", "int"),
    ("no_de_voie_fin", "int"),
    ("numero_de_voie", TEXT),
    ("indice_de_repetition_debut", TEXT),
    ("indice_de_repetition_fin", TEXT),
    ("parite", TEXT),
    ("code_rne", TEXT),
    ("libelle_commune", TEXT),
    ("position", "geo_point_2d"),
    ("adresse_uai", TEXT),
    ("appellation_officielle", TEXT),
    ("geo_shape", "geo_shape"),
    ("date_ouverture", TEXT),
    ("ips_etablissement", TEXT),
    ("type_etablissement", TEXT),
    ("numero_voie_et_cote", TEXT),
];
/// Streets given for each establishment.
const STREETS: usize = 3;
/// Records without anything, as real extracts have by the thousand.
const EMPTY: usize = 4;

pub(crate) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<(), Error> {
    let dataset = Dataset {
        id: "fr-en-occitanie-carte-scolaire-des-colleges-lycees-publics",
        title: "Carte scolaire des collèges et lycées publics",
        frequency: "ANNUAL",
        modified: "2025-09-15",
        processed: calendar::enrolment_day(options.edition),
        geometry: Some("Polygon"),
        fields: FIELDS.to_vec(),
    };
    let mut export = dataset.csv_at(HOST, out)?;
    let served = plan.establishments.iter().filter(|e| {
        e.exists(options.edition)
            && e.is_public()
            && e.kind.is_second_degree()
            && !e.kind.is_section()
            && e.kind != Kind::Erea
    });
    for establishment in served {
        for street in 0..STREETS {
            let mut row = export.row();
            describe(&mut row, options, plan, projection, establishment, street)?;
            export.write(&row)?;
        }
    }
    for _ in 0..EMPTY {
        let row = export.row();
        export.write(&row)?;
    }
    let records = export.finish()?;
    dataset.describe_at(HOST, out, records)
}

fn describe(
    row: &mut Row,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
    establishment: &Establishment,
    street: usize,
) -> Result<(), Error> {
    let site = establishment.sites(options.edition)[0];
    let town = plan.sites[site].town;
    let commune = &plan.territory.communes[town];
    let directory = described(
        options,
        plan,
        Entry {
            establishment,
            site,
            ordinal: 0,
        },
    );
    row.set("code_region", names::REGION);
    row.set("libelle_region", names::REGION_NAME.to_uppercase());
    row.set("code_academie", directory.get("code_academie"));
    row.set(
        "libelle_academie",
        directory.get("libelle_academie").to_uppercase(),
    );
    row.set("code_departement", names::DEPARTEMENT_INSEE);
    row.set(
        "libelle_departement_eleve",
        names::DEPARTEMENT_NAME.to_uppercase(),
    );
    row.set("code_postal", &commune.postal_code);
    row.set("code_insee", &commune.code);
    row.set("com_name_upper", commune.name.to_uppercase());
    // Each establishment of a commune has streets of its own.
    let first = (establishment.serial as usize * STREETS) % 280;
    let way = names::street(town, first + street);
    row.set("type_et_libelle", names::capitals(&way));
    row.set("no_de_voie_debut", 1);
    row.set("no_de_voie_fin", 9_999);
    row.set("numero_de_voie", "001 à 9999");
    row.set("parite", "Tous les N°, de");
    row.set("numero_voie_et_cote", "Tous les N°, de  001 à 9999");
    row.set("code_rne", establishment.uai());
    row.set("libelle_commune", &commune.name);
    let [lon, lat] = projection.wgs84(plan.place_of(establishment, options.edition))?;
    row.set(
        "position",
        format!("{}, {}", decimal(rounded(lat, 9)), decimal(rounded(lon, 9))),
    );
    row.set("adresse_uai", directory.get("adresse_1"));
    row.set("appellation_officielle", directory.get("nom_etablissement"));
    row.set("geo_shape", polygon(&commune.ring, projection)?);
    let opened: Vec<&str> = directory.get("date_ouverture").rsplit('-').collect();
    row.set("date_ouverture", opened.join("/"));
    let (index, _) = pupils::social_index(options.seed, establishment, 2024);
    row.set("ips_etablissement", index);
    row.set(
        "type_etablissement",
        if establishment.kind.is_lycee() {
            "LYCEE"
        } else {
            "COLLEGE"
        },
    );
    Ok(())
}
