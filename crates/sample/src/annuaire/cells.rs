//! What a row of the directory says, but for its position.

use super::Entry;
use super::fields::SECOND_DEGREE_FLAGS;
use crate::draw::{Draw, Topic};
use crate::kind::Kind;
use crate::names::{self, ACADEMIES};
use crate::plan::{Establishment, Life, Plan};
use crate::portal::Row;
use crate::{Options, calendar};

/// Fills all cells that do not depend on the position.
pub(super) fn describe(
    row: &mut Row,
    options: &Options,
    plan: &Plan,
    Entry {
        establishment,
        site,
        ordinal,
    }: Entry<'_>,
) {
    let kind = establishment.kind;
    let mut draw = Draw::new(
        options.seed,
        Topic::Establishment,
        site as u64,
        1_000 + u64::from(establishment.serial),
    );
    let serial = establishment.serial;
    let uai = if plan.wrong_letter == Some(serial) {
        names::wrong_uai(serial)
    } else {
        establishment.uai()
    };
    let commune = &plan.territory.communes[plan.sites[site].town];
    let name = if kind == Kind::Inspection {
        commune.name.as_str()
    } else {
        establishment.given_name(options.edition)
    };
    let sector = match (kind.is_school(), establishment.private) {
        (true, true) => " privée",
        (true, false) => " publique",
        _ => "",
    };
    let annexe = if ordinal > 0 { " (annexe)" } else { "" };
    row.set("identifiant_de_l_etablissement", &uai);
    row.set(
        "nom_etablissement",
        format!("{}{sector} {name}{annexe}", kind.title()),
    );
    row.set("type_etablissement", kind.type_label());
    let status = if establishment.private {
        "Privé"
    } else {
        "Public"
    };
    row.set(
        "statut_public_prive",
        if kind == Kind::Inspection { "" } else { status },
    );
    address(row, options, plan, establishment, site, &mut draw);
    let academie = ACADEMIES[plan.declared_academie(establishment, options.edition)];
    row.set("code_departement", names::DEPARTEMENT);
    row.set("libelle_departement", names::DEPARTEMENT_NAME);
    row.set("code_academie", academie.0);
    row.set("libelle_academie", academie.1);
    if let Some((code, label)) = bassin(academie.0, plan.sites[site].town) {
        row.set("code_bassin_formation", code);
        row.set("libelle_bassin_formation", label);
    }
    row.set("code_region", names::REGION);
    row.set("libelle_region", names::REGION_NAME);
    contacts(
        row,
        establishment,
        plan.sites[site].town,
        &uai,
        academie.1,
        &mut draw,
    );
    services(row, establishment, &mut draw);
    let (nature, nature_label) = kind.nature();
    row.set("code_nature", nature);
    row.set("libelle_nature", nature_label);
    let (contract, contract_label) = contract(establishment);
    row.set("code_type_contrat_prive", contract);
    row.set("type_contrat_prive", contract_label);
    row.set("date_ouverture", opening_day(establishment, &mut draw));
    row.set("date_maj_ligne", calendar::extract_day(options.edition));
    let closing = establishment.life == Life::Closes;
    row.set("etat", if closing { "A FERMER" } else { "OUVERT" });
    let ministry = if kind == Kind::Medical {
        "SANTE ET SOLIDARITE NATIONALE"
    } else {
        "MINISTERE DE L'EDUCATION NATIONALE"
    };
    row.set("ministere_tutelle", ministry);
    row.set(
        "multi_uai",
        u8::from(establishment.sites(options.edition).len() > 1),
    );
    if let Some((group, _)) = establishment.rpi {
        row.set("rpi_disperse", format!("{}{group:03}", names::DEPARTEMENT));
    }
    if let Some(host) = establishment.host {
        row.set("etablissement_mere", plan.establishments[host].uai());
        row.set(
            "type_rattachement_etablissement_mere",
            "FILIERE OU DEPARTEMENT OU SECTION",
        );
    }
}

/// The basin of a town: one of two in an académie that fills it in, none in the other.
fn bassin(academie: &str, town: usize) -> Option<(&'static str, &'static str)> {
    (academie == names::ACADEMIE_WITH_BASINS).then_some(match town.is_multiple_of(2) {
        true => ("98011", "Bassin du Phare"),
        false => ("98012", "Bassin des Marais"),
    })
}

fn address(
    row: &mut Row,
    options: &Options,
    plan: &Plan,
    establishment: &Establishment,
    site: usize,
    draw: &mut Draw,
) {
    let town = plan.sites[site].town;
    let commune = &plan.territory.communes[town];
    let buildings = plan.buildings_of(establishment, site, options.edition);
    let known = crate::trial::has_address(options, establishment);
    if let Some(address) = (buildings.iter())
        .find_map(|building| building.address)
        .filter(|_| known)
    {
        let street = names::street(town, address.street as usize);
        let street = if draw.chance(0.2) {
            capital_name(&street)
        } else {
            street
        };
        let numbered = format!("{} {street}", address.number);
        row.set(
            "adresse_1",
            if draw.chance(0.92) { numbered } else { street },
        );
    }
    let capitals = names::capitals(&commune.name);
    if establishment.kind.is_school() {
        row.set("adresse_3", format!("{} {capitals}", commune.postal_code));
    } else if draw.chance(0.3) {
        row.set("adresse_2", format!("BP {}", draw.whole(10, 9_999)));
        row.set(
            "adresse_3",
            format!("{} {capitals} CEDEX", commune.postal_code),
        );
    }
    row.set("code_postal", &commune.postal_code);
    let place = buildings.first().map_or(commune.centre, |main| main.inside);
    let (code, name) = commune
        .arrondissement(place)
        .map_or((&commune.code, &commune.name), |part| {
            (&part.code, &part.name)
        });
    row.set("code_commune", code);
    row.set("nom_commune", name);
}

/// `rue du Phare` -> `rue DU PHARE`, as some rows have it.
fn capital_name(street: &str) -> String {
    street.split_once(' ').map_or_else(
        || street.to_owned(),
        |(way, name)| format!("{way} {}", name.to_uppercase()),
    )
}

/// Numbers of the ranges that the regulator keeps for fiction, and addresses in a domain that cannot exist.
fn contacts(
    row: &mut Row,
    establishment: &Establishment,
    town: usize,
    uai: &str,
    academie: &str,
    draw: &mut Draw,
) {
    let (a, b) = (draw.whole(0, 99), draw.whole(0, 99));
    row.set(
        "telephone",
        match draw.below(20) {
            0 => String::new(),
            1 if establishment.private => format!("063998{a:02}{b:02}"),
            2..=9 => format!("02 61 91 {a:02} {b:02}"),
            _ => format!("026191{a:02}{b:02}"),
        },
    );
    let domain = format!("ac-{}.example", academie.to_lowercase());
    let uai = if draw.chance(0.5) {
        uai.to_lowercase()
    } else {
        uai.to_owned()
    };
    let kind = if establishment.kind.is_school() {
        "ecole"
    } else {
        "ce"
    };
    row.set(
        "mail",
        match draw.below(25) {
            0 => String::new(),
            1 if establishment.private => "direction.fictive@messagerie.example".to_owned(),
            _ => format!("{kind}.{uai}@{domain}"),
        },
    );
    if establishment.kind.is_second_degree() {
        row.set("fax", format!("02 61 91 {b:02} {a:02}"));
        row.set(
            "web",
            format!("https://etablissement-{}.{domain}", establishment.serial),
        );
        row.set(
            "fiche_onisep",
            format!(
                "https://onisep.example/slug/ENS.{}",
                900_000 + establishment.serial
            ),
        );
    }
    // Public numbers are built on the commune's or the establishment's own code, so these belong to nobody.
    if establishment.is_public() && establishment.kind.is_school() {
        row.set("siren_siret", siret(&format!("21990{:03}", town + 1), draw));
    } else if establishment.is_public() && establishment.kind.is_second_degree() {
        row.set(
            "siren_siret",
            siret(&format!("19{}", &establishment.uai()[1..7]), draw),
        );
    }
}

/// Eight digits, their check digit, an establishment number, and the check digit of all.
fn siret(eight: &str, draw: &mut Draw) -> String {
    let siren = format!("{eight}{}", check_digit(eight));
    let thirteen = format!("{siren}{:04}", draw.whole(1, 30));
    format!("{thirteen}{}", check_digit(&thirteen))
}

/// The digit that brings the Luhn sum to a multiple of ten.
fn check_digit(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, digit)| {
            let value = u32::from(digit - b'0') * if i % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

fn services(row: &mut Row, establishment: &Establishment, draw: &mut Draw) {
    let kind = establishment.kind;
    if matches!(
        kind,
        Kind::Medical | Kind::Inspection | Kind::Guidance | Kind::HigherClasses
    ) {
        return;
    }
    row.set("restauration", u8::from(draw.chance(0.95)));
    row.set("hebergement", u8::from(kind.is_lycee() && draw.chance(0.4)));
    row.set("ulis", u8::from(draw.chance(0.12)));
    row.set("rpi_concentre", 0);
    row.set("pial", names::uai(1 + establishment.serial / 20 * 20));
    row.set(
        "appartenance_education_prioritaire",
        ["", "REP", "REP+"][usize::from(establishment.priority)],
    );
    if kind.is_school() {
        row.set("ecole_maternelle", 1);
        row.set("ecole_elementaire", u8::from(kind == Kind::Primary));
        let area = establishment.serial % 4 + 1;
        row.set(
            "nom_circonscription",
            format!("Circonscription d'inspection du 1er degré d'Exemple {area}"),
        );
        row.set(
            "code_circonscription",
            format!("{}{area:04}", names::DEPARTEMENT),
        );
        return;
    }
    row.set_all(&SECOND_DEGREE_FLAGS, 0);
    let general = matches!(kind, Kind::GeneralLycee | Kind::MixedLycee);
    row.set_all(
        &["voie_generale", "voie_technologique", "post_bac"],
        u8::from(general),
    );
    row.set(
        "voie_professionnelle",
        u8::from(matches!(
            kind,
            Kind::MixedLycee | Kind::VocationalLycee | Kind::Sep
        )),
    );
    row.set("segpa", u8::from(kind == Kind::Segpa));
    row.set("section_sport", u8::from(draw.chance(0.3)));
    row.set("section_europeenne", u8::from(draw.chance(0.2)));
}

/// Code and label; one label is spelt with a zero for an O in the source.
fn contract(establishment: &Establishment) -> (&'static str, &'static str) {
    match (
        establishment.private,
        establishment.kind,
        establishment.serial % 9,
    ) {
        (false, ..) => ("99", "SANS OBJET"),
        (true, Kind::HigherClasses, _) => ("10", ""),
        (true, Kind::Medical, _) | (true, _, 0) => ("21", "C0NTRAT SIMPLE POUR PARTIE DES CLASSES"),
        (true, _, 1) => ("10", "HORS CONTRAT"),
        _ => ("30", "CONTRAT D'ASSOCIATION TOUTES CLASSES"),
    }
}

fn opening_day(establishment: &Establishment, draw: &mut Draw) -> String {
    if establishment.life == Life::Opens {
        return calendar::FIRST_DAY_OF_EDITION_2.to_owned();
    }
    draw.pick(&[
        "1965-10-01",
        "1971-03-18",
        "1965-05-01",
        "1972-06-01",
        "1986-09-01",
        "2005-09-01",
    ])
    .to_owned()
}
