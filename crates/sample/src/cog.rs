//! The official geographic code: INSEE's file of movements, the four files of `@etalab/decoupage-administratif`, and the
//! list of académies with their départements.
//!
//! The movements of the island (state of 2024): two communes nouvelles (2016 and 2022), a commune that is two again
//! since 2024, another seat and so another code in 2023, another name in 2020.

use serde_json::{Value, json};

use crate::Error;
use crate::names::{
    ACADEMIES, DEPARTEMENT, DEPARTEMENT_INSEE, DEPARTEMENT_NAME, REGION, REGION_NAME, capitals,
};
use crate::output::Output;
use crate::plan::Plan;
use crate::territory::{Commune, Level};

const INSEE: &str = "www.insee.fr/fr/statistiques/fichier/7766585/v_mvt_commune_2024.csv";
const PACKAGE: &str = "unpkg.com/@etalab/decoupage-administratif@4.0.0/data";
/// The code that a commune had until its seat moved.
const FORMER_CODE: &str = "99960";
// Places of communes in the list.
const RENAMED: usize = 9;
const MOVED: usize = 3;
const SPLIT: usize = 4;
const BORN: usize = 5;
/// Identifiers of the two EPCI: SIREN of the form of theirs, which none bears.
const EPCI: [(&str, &str, &str); 2] = [
    ("200999908", "CC Exemple Nord", "CC"),
    ("200999916", "CA Exemple Sud", "CA"),
];

pub(crate) fn write(out: &Output, plan: &Plan) -> Result<(), Error> {
    let communes = &plan.territory.communes;
    movements(out, communes)?;
    let mut all: Vec<Value> = communes.iter().map(commune).collect();
    all.extend(communes.iter().flat_map(parts));
    records(out, "communes", &all)?;
    let chief = &communes[0].code;
    records(
        out,
        "departements",
        &[json!({
            "code": DEPARTEMENT_INSEE, "region": REGION, "chefLieu": chief, "nom": DEPARTEMENT_NAME,
            "typeLiaison": 5, "zone": "metro"
        })],
    )?;
    records(
        out,
        "regions",
        &[json!({
            "code": REGION, "chefLieu": chief, "nom": REGION_NAME, "typeLiaison": 1, "zone": "metro"
        })],
    )?;
    records(out, "epci", &epci(communes))?;
    academies(out)
}

/// One record a line, as the package is printed.
fn records(out: &Output, name: &str, records: &[Value]) -> Result<(), Error> {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let mut file = out.text(&format!("{PACKAGE}/{name}.json"))?;
    file.write(&format!("[\n{}\n]\n", lines.join(",\n")))?;
    file.finish()
}

fn commune(commune: &Commune) -> Value {
    json!({
        "code": commune.code, "nom": commune.name, "typeLiaison": 0, "zone": "metro", "arrondissement": "991",
        "departement": DEPARTEMENT_INSEE, "region": REGION, "type": "commune-actuelle", "rangChefLieu": 0,
        "siren": format!("21{}0001", &commune.code[..5]), "codesPostaux": [commune.postal_code],
        "population": population(commune)
    })
}

fn population(commune: &Commune) -> usize {
    800 + 37 * commune.name.len()
}

fn parts(commune: &Commune) -> impl Iterator<Item = Value> {
    commune.parts.iter().map(|part| {
        let (level, whole) = match part.level {
            Level::Arrondissement => ("arrondissement-municipal", "commune"),
            Level::Delegated => ("commune-deleguee", "chefLieu"),
        };
        json!({
            "code": part.code, "nom": part.name, "typeLiaison": 0, "zone": "metro", "type": level,
            whole: commune.code, "arrondissement": "991", "departement": DEPARTEMENT_INSEE, "region": REGION
        })
    })
}

/// The first commune is in none, as the islands that are communes by themselves.
fn epci(communes: &[Commune]) -> Vec<Value> {
    let members = |rest: usize| -> Vec<&Commune> {
        let numbered = communes.iter().enumerate().skip(1);
        numbered
            .filter(|(n, _)| n % EPCI.len() == rest)
            .map(|(_, commune)| commune)
            .collect()
    };
    let numbered = EPCI.iter().enumerate();
    numbered
        .map(|(n, (code, name, kind))| {
            let members = members(n);
            let inhabitants: usize = members.iter().map(|commune| population(commune)).sum();
            let members: Vec<Value> = members
                .iter()
                .map(|commune| {
                    json!({
                        "code": commune.code, "siren": format!("21{}0001", &commune.code[..5]), "nom": commune.name,
                        "populationTotale": population(commune), "populationMunicipale": population(commune) - 10
                    })
                })
                .collect();
            json!({
                "code": code, "nom": name, "type": kind, "modeFinancement": "FPU", "populationTotale": inhabitants,
                "populationMunicipale": inhabitants - 10 * members.len(), "membres": members
            })
        })
        .collect()
}

/// A line of the file of movements: kind, day, and a commune before and after.
struct Line<'a> {
    kind: u8,
    day: &'a str,
    before: (&'a str, &'a str, &'a str),
    after: (&'a str, &'a str, &'a str),
}

fn movements(out: &Output, communes: &[Commune]) -> Result<(), Error> {
    let of = |n: usize| ("COM", communes[n].code.as_str(), communes[n].name.as_str());
    let line = |kind, day, before, after| Line {
        kind,
        day,
        before,
        after,
    };
    let born = (
        "COMD",
        communes[BORN].code.as_str(),
        communes[BORN].name.as_str(),
    );
    let mut lines = vec![
        line(21, "2024-01-01", of(SPLIT), of(SPLIT)),
        line(21, "2024-01-01", of(SPLIT), of(BORN)),
        line(21, "2024-01-01", born, of(BORN)),
        line(
            50,
            "2023-01-01",
            ("COM", FORMER_CODE, &communes[MOVED].name),
            of(MOVED),
        ),
        line(
            10,
            "2020-03-01",
            ("COM", &communes[RENAMED].code, "L'Ancien-Nom"),
            of(RENAMED),
        ),
    ];
    for (n, commune) in communes.iter().enumerate() {
        let delegated = commune
            .parts
            .iter()
            .filter(|part| part.level == Level::Delegated);
        let day = if n == 1 { "2022-01-01" } else { "2016-01-01" };
        for part in delegated {
            let before = ("COM", part.code.as_str(), part.name.as_str());
            lines.push(line(32, day, before, of(n)));
            lines.push(line(32, day, before, ("COMD", &part.code, &part.name)));
        }
    }
    let header = "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,\
                  TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP";
    let mut file = out.text(INSEE)?;
    file.write(&format!("{header}\r\n"))?;
    for Line {
        kind,
        day,
        before,
        after,
    } in lines
    {
        let side = |(level, code, name): (&str, &str, &str)| {
            format!("{level},{code},0,{},{name},{name}", capitals(name))
        };
        file.write(&format!(
            "{kind},{day},{},{}\r\n",
            side(before),
            side(after)
        ))?;
    }
    file.finish()
}

/// The border of the two académies crosses the only département: the list gives it to the second, as it can only give whole
/// ones.
fn academies(out: &Output) -> Result<(), Error> {
    let mut file = out.text("references/academies.csv")?;
    file.write("code,nom,code_region_academique,region_academique,departements,debut,fin\n")?;
    for (n, (code, name)) in ACADEMIES.iter().enumerate() {
        let whole = if n == 1 { DEPARTEMENT } else { "" };
        file.write(&format!("{code},{name},{REGION},{REGION_NAME},{whole},,\n"))?;
    }
    file.finish()
}
