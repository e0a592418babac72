//! Sectors of the public colleges: `fr-en-carte-scolaire-colleges-publics` (DOMAIN B7): whole communes, or ranges of
//! numbers of streets where a commune has several colleges.

use crate::enrolments::open_in;
use crate::kind::Kind;
use crate::names::{self, ACADEMIES, capitals};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::{CsvExport, Dataset, Row};
use crate::territory::{Commune, Level};
use crate::{Error, Options, calendar};

const FIELDS: [&str; 19] = [
    "code_region",
    "libelle_region",
    "code_academie",
    "libelle_academie",
    "code_departement",
    "libelle_departement",
    "code_postal",
    "code_insee",
    "libelle_commune",
    "lieu_dit",
    "type_et_libelle",
    "n_de_voie_debut",
    "indice_de_repetition_debut",
    "n_de_voie_fin",
    "indice_de_repetition_fin",
    "parite",
    "code_rne",
    "secteur_unique",
    "no_ligne",
];
/// Streets of a commune with several colleges that the map has.
const STREETS: usize = 12;
/// One commune in so many has no sector: its map was never given.
const HOLES: usize = 9;

/// Writes the dataset; says how many rows it has.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let dataset = Dataset {
        id: "fr-en-carte-scolaire-colleges-publics",
        title: "Carte scolaire des collèges publics",
        frequency: "ANNUAL",
        modified: "2026-02-02",
        processed: calendar::register_day(options.edition),
        geometry: None,
        fields: FIELDS.map(|name| (name, "text")).to_vec(),
    };
    let autumn = *calendar::school_years(options.edition).end();
    let colleges: Vec<&Establishment> = plan
        .establishments
        .iter()
        .filter(|e| e.kind == Kind::College && e.is_public() && open_in(e, autumn))
        .collect();
    let mut map = Map {
        export: dataset.csv(out)?,
        lines: 0,
    };
    for (town, commune) in plan.territory.communes.iter().enumerate() {
        let here: Vec<String> = colleges
            .iter()
            .filter(|e| plan.sites[e.sites(1)[0]].town == town)
            .map(|e| e.uai())
            .collect();
        match &here[..] {
            [] if town % HOLES == 4 || colleges.is_empty() => {}
            [] => {
                map.whole(commune, &colleges[town % colleges.len()].uai())?;
                // Two colleges answer for some communes.
                if town % HOLES == 2 {
                    map.whole(commune, &colleges[(town + 1) % colleges.len()].uai())?;
                }
            }
            [only] => map.whole(commune, only)?,
            several => map.streets(commune, town, several)?,
        }
    }
    if let (Some(commune), Some(college)) = (plan.territory.communes.first(), colleges.first()) {
        map.mistakes(commune, &college.uai())?;
    }
    let records = map.export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

/// The file being written.
struct Map {
    export: CsvExport,
    lines: u32,
}

impl Map {
    fn row(&mut self, commune: &Commune, college: &str) -> Row {
        self.lines += 1;
        let mut row = self.export.row();
        row.set("code_region", names::REGION);
        row.set("libelle_region", capitals(names::REGION_NAME));
        row.set("code_academie", ACADEMIES[0].0);
        row.set("libelle_academie", ACADEMIES[0].1.to_uppercase());
        row.set("code_departement", names::DEPARTEMENT);
        row.set("libelle_departement", capitals(names::DEPARTEMENT_NAME));
        row.set("code_insee", &commune.code);
        row.set("libelle_commune", &commune.name);
        row.set("code_rne", college);
        row.set("no_ligne", self.lines);
        row
    }

    fn whole(&mut self, commune: &Commune, college: &str) -> Result<(), Error> {
        let mut row = self.row(commune, college);
        row.set("secteur_unique", "O");
        self.export.write(&row)
    }

    /// Streets in turn to each college; every fifth is cut by its sides, and its even side by a number.
    fn streets(
        &mut self,
        commune: &Commune,
        town: usize,
        colleges: &[String],
    ) -> Result<(), Error> {
        for street in 0..STREETS {
            let name = capitals(&names::street(town, street));
            let [one, other] = [0, 1].map(|i| colleges[(street + i) % colleges.len()].clone());
            let ranges: &[(&str, u32, u32, &str)] = if street % 5 == 0 {
                &[
                    ("I", 1, 9999, &one),
                    ("P", 2, 48, &one),
                    ("P", 50, 9999, &other),
                ]
            } else {
                &[("PI", 1, 9999, &one)]
            };
            for (parity, first, last, college) in ranges {
                self.range(commune, college, &name, (parity, *first, *last))?;
            }
        }
        Ok(())
    }

    fn range(
        &mut self,
        commune: &Commune,
        college: &str,
        street: &str,
        (parity, first, last): (&str, u32, u32),
    ) -> Result<(), Error> {
        // In the city the sectors bear the code of an arrondissement.
        let part = commune
            .parts
            .iter()
            .find(|part| part.level == Level::Arrondissement);
        let code = part.map_or(&commune.code, |part| &part.code).clone();
        let mut row = self.row(commune, college);
        row.set("code_insee", code);
        row.set("code_postal", &commune.postal_code);
        row.set("type_et_libelle", street);
        row.set("n_de_voie_debut", first);
        row.set("n_de_voie_fin", last);
        row.set("parite", parity);
        row.set("secteur_unique", "N");
        self.export.write(&row)
    }

    /// What goes wrong in the real file: no college, one that does not exist, a range backwards, a blank row.
    fn mistakes(&mut self, commune: &Commune, college: &str) -> Result<(), Error> {
        self.range(commune, "", "RUE DU VIEUX MOULIN", ("PI", 1, 9999))?;
        self.range(
            commune,
            &names::forgotten_uai(),
            "RUE DES ECOLES",
            ("PI", 1, 9999),
        )?;
        self.range(commune, college, "QUAI DU PORT", ("PI", 60, 12))?;
        let blank = self.export.row();
        self.export.write(&blank)
    }
}
