//! The grounds and buildings of schools as the BD TOPO has them: a GeoPackage of two layers (DOMAIN C6, D).
//!
//! The BD TOPO lags a year behind: grounds carry the `MEN:` keys of edition 1, also where a school has closed since.

use std::fs;
use std::io::Write;

use rusqlite::{Connection, params};

use crate::campus::Campus;
use crate::geometry::{Frame, Point, rounded};
use crate::kind::Kind;
use crate::names;
use crate::output::{Output, failed};
use crate::plan::{Establishment, Plan};
use crate::rnb_id::{identifier, ordinal};
use crate::town::{BLOCK, Building};
use crate::{Error, Options};

const FILE: &str = "data.geopf.fr/telechargement/download/BDTOPO/BDTOPO_D099.gpkg";

/// What makes a SQLite file a GeoPackage, and our two layers.
const TABLES: &str = "
pragma application_id = 1196444487;
pragma user_version = 10300;
create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer not null primary key, organization text not null,
    organization_coordsys_id integer not null, definition text not null, description text);
insert into gpkg_spatial_ref_sys values ('RGF93 v1 / Lambert-93', 2154, 'EPSG', 2154, 'undefined', null);
create table gpkg_contents (table_name text not null primary key, data_type text not null, identifier text unique,
    description text default '', last_change datetime not null, min_x double, min_y double, max_x double, max_y double,
    srs_id integer);
create table gpkg_geometry_columns (table_name text not null, column_name text not null, geometry_type_name text not null,
    srs_id integer not null, z tinyint not null, m tinyint not null);
insert into gpkg_contents (table_name, data_type, identifier, last_change, srs_id) values
    ('batiment', 'features', 'batiment', '2025-09-15T00:00:00.000Z', 2154),
    ('zone_d_activite_ou_d_interet', 'features', 'zone_d_activite_ou_d_interet', '2025-09-15T00:00:00.000Z', 2154);
insert into gpkg_geometry_columns values
    ('batiment', 'geometrie', 'MULTIPOLYGON', 2154, 1, 0),
    ('zone_d_activite_ou_d_interet', 'geometrie', 'MULTIPOLYGON', 2154, 0, 0);
create table batiment (fid integer primary key, cleabs text, nature text, usage_1 text, usage_2 text,
    construction_legere boolean, etat_de_l_objet text, date_creation datetime, date_modification datetime,
    nombre_de_logements integer, nombre_d_etages integer, hauteur double, identifiants_rnb text, geometrie blob);
create table zone_d_activite_ou_d_interet (fid integer primary key, cleabs text, categorie text, nature text,
    nature_detaillee text, toponyme text, fictif boolean, etat_de_l_objet text, date_creation datetime,
    date_modification datetime, identifiants_sources text, geometrie blob);
";

/// Writes the GeoPackage, gzipped.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<(), Error> {
    let path = out.path(FILE)?;
    if path.exists() {
        fs::remove_file(&path).map_err(failed(&path))?;
    }
    let broken = |cause: rusqlite::Error| failed(&path)(std::io::Error::other(cause));
    let mut file = Connection::open(&path).map_err(broken)?;
    // One transaction: the counter of changes in the header is part of the bytes.
    let inside = file.transaction().map_err(broken)?;
    inside.execute_batch(TABLES).map_err(broken)?;
    let mut others = Others::default();
    for (index, site) in plan.sites.iter().enumerate() {
        let town = &plan.towns[site.town];
        let Ok(at) = town
            .campuses
            .binary_search_by_key(&site.block, |(block, ..)| *block)
        else {
            continue;
        };
        let frame = town.frame_of(site.block);
        let schools: Vec<&Establishment> = plan
            .establishments
            .iter()
            .filter(|school| school.exists(1) && school.sites(1).contains(&index))
            .collect();
        if let Some(first) = schools
            .first()
            .filter(|_| crate::trial::has_ground(options, index))
        {
            zone(
                &inside,
                index,
                first,
                &keys(&schools, &mut others),
                outline(frame, town.campuses[at].1, index),
            )
            .map_err(broken)?;
        }
        for building in town.block(site.block, options.edition) {
            if building.school.is_some() {
                self::building(&inside, options.seed, &building).map_err(broken)?;
            }
        }
    }
    for (number, (nature, key)) in [
        ("Hôpital", "FINESS:990000012"),
        ("Complexe sportif couvert", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let frame = plan.towns[number].frame_of(0);
        let shape = multipolygon(&square(frame, 30.0), None);
        let cleabs = format!("SURFACTI{:016}", 990_000_900 + number);
        insert_zone(&inside, &cleabs, nature, "", "", key, &shape).map_err(broken)?;
    }
    inside.commit().map_err(broken)?;
    drop(file);
    let bytes = fs::read(&path).map_err(failed(&path))?;
    fs::remove_file(&path).map_err(failed(&path))?;
    let mut packed = out.gzip(&format!("{FILE}.gz"))?;
    packed.sink().write_all(&bytes).map_err(failed(&path))?;
    packed.finish()
}

/// Quirks that must be there once.
#[derive(Default)]
struct Others {
    shared: bool,
    wrong: bool,
}

/// `MEN:` keys joined by `/`; once with the key of another register among them, once with a wrong check letter.
fn keys(schools: &[&Establishment], others: &mut Others) -> String {
    let mut keys: Vec<String> = schools
        .iter()
        .map(|school| format!("MEN:{}", school.uai()))
        .collect();
    if !others.shared {
        others.shared = true;
        keys.push("FINESS:990000004".to_owned());
    } else if !others.wrong {
        others.wrong = true;
        keys.push(format!("MEN:{}", names::wrong_uai(schools[0].serial)));
    }
    keys.join("/")
}

/// The ground of a school; one in ten is drawn as a square of 5 m, as the BD TOPO does where it knows a point only.
fn outline(frame: Frame, campus: Campus, site: usize) -> Vec<u8> {
    if site % 10 == 9 {
        return multipolygon(&square(frame, 5.0), None);
    }
    let (width, depth) = (campus.width(), BLOCK[1]);
    let ring = [[0.0, 0.0], [width, 0.0], [width, depth], [0.0, depth]].map(|p| frame.to_world(p));
    multipolygon(&ring, None)
}

fn square(frame: Frame, side: f64) -> [Point; 4] {
    [[0.0, 0.0], [side, 0.0], [side, side], [0.0, side]].map(|p| frame.to_world(p))
}

fn zone(
    file: &Connection,
    site: usize,
    school: &Establishment,
    keys: &str,
    shape: Vec<u8>,
) -> rusqlite::Result<()> {
    let (nature, detail) = match school.kind {
        Kind::Nursery => ("Enseignement primaire", "Ecole maternelle"),
        Kind::Primary => ("Enseignement primaire", "Ecole primaire"),
        Kind::College | Kind::Segpa => ("Collège", ""),
        kind if kind.is_lycee() => ("Lycée", ""),
        _ => ("Autre établissement d'enseignement", ""),
    };
    let name = format!("{} {}", school.kind.title(), school.given_name(1));
    let cleabs = format!("SURFACTI{:016}", 990_000_000 + site);
    insert_zone(file, &cleabs, nature, detail, &name, keys, &shape)
}

fn insert_zone(
    file: &Connection,
    cleabs: &str,
    nature: &str,
    detail: &str,
    name: &str,
    keys: &str,
    shape: &[u8],
) -> rusqlite::Result<()> {
    let category = match nature {
        "Hôpital" => "Santé",
        "Complexe sportif couvert" => "Sport",
        _ => "Science et enseignement",
    };
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let made = "2016-08-25T18:09:47";
    file.execute(
        "insert into zone_d_activite_ou_d_interet (cleabs, categorie, nature, nature_detaillee, toponyme, fictif, \
         etat_de_l_objet, date_creation, identifiants_sources, geometrie) values (?, ?, ?, ?, ?, 0, 'En service', ?, ?, ?)",
        params![cleabs, category, nature, given(detail), given(name), made, given(keys), shape],
    )
    .map(|_| ())
}

fn building(file: &Connection, seed: u64, building: &Building) -> rusqlite::Result<()> {
    let number = ordinal(building.key);
    let height = 3.0 + (number % 70) as f64 / 10.0;
    file.execute(
        "insert into batiment (cleabs, nature, usage_1, construction_legere, etat_de_l_objet, date_creation, \
         nombre_d_etages, hauteur, identifiants_rnb, geometrie) values (?, 'Indifférenciée', 'Indifférencié', ?, 'En service', ?, ?, ?, ?, ?)",
        params![
            format!("BATIMENT{number:016}"),
            number.is_multiple_of(37),
            "2011-04-13T13:09:40",
            (height / 3.0) as i64,
            rounded(height, 1),
            identifier(seed, building.key),
            multipolygon(&building.ring, Some(12.0)),
        ],
    )
    .map(|_| ())
}

/// A GeoPackage geometry without envelope, EPSG:2154, to the centimetre; with heights when there is one.
fn multipolygon(ring: &[Point], height: Option<f64>) -> Vec<u8> {
    let kind = |kind: u32| (kind + if height.is_some() { 1000 } else { 0 }).to_le_bytes();
    let mut blob = vec![b'G', b'P', 0, 1];
    blob.extend(2154_i32.to_le_bytes());
    blob.push(1);
    blob.extend(kind(6));
    blob.extend(1_u32.to_le_bytes());
    blob.push(1);
    blob.extend(kind(3));
    blob.extend(1_u32.to_le_bytes());
    blob.extend((ring.len() as u32 + 1).to_le_bytes());
    for [x, y] in ring.iter().chain(ring.first()) {
        for number in [Some(rounded(*x, 2)), Some(rounded(*y, 2)), height] {
            blob.extend(number.into_iter().flat_map(f64::to_le_bytes));
        }
    }
    blob
}
