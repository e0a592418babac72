//! Sections of colleges and lycées: `fr-en-sections-internationales` and `fr-en-sections-sportives-scolaires`
//! (DOMAIN B8). Of the real files, the columns that the pipelines read are here.

use crate::draw::{Draw, Topic};
use crate::enrolments::open_in;
use crate::kind::Kind;
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::Dataset;
use crate::{Error, Options, calendar};

const SPORTS: [&str; 6] = ["Voile", "Handball", "Judo", "Rugby", "Escalade", "Aviron"];
const COUNTRIES: [&str; 4] = ["BRITANNIQUE", "AMÉRICAINE", "ALLEMANDE", "ESPAGNOLE"];

/// Writes both datasets; says how many rows they have together.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let autumn = *calendar::school_years(options.edition).end();
    let open: Vec<&Establishment> = plan
        .establishments
        .iter()
        .filter(|e| {
            matches!(
                e.kind,
                Kind::College | Kind::GeneralLycee | Kind::MixedLycee
            )
        })
        .filter(|e| open_in(e, autumn))
        .collect();
    Ok(write_international(out, options, &open)? + write_sport(out, options, &open)?)
}

fn write_international(
    out: &Output,
    options: &Options,
    schools: &[&Establishment],
) -> Result<u64, Error> {
    let fields = ["uai", "niveau", "section", "ouverture_rentree_suivante"];
    let dataset = Dataset {
        id: "fr-en-sections-internationales",
        title: "Sections internationales",
        frequency: "ANNUAL",
        modified: "2026-01-31",
        processed: calendar::register_day(options.edition),
        geometry: None,
        fields: fields.map(|name| (name, "text")).to_vec(),
    };
    let mut export = dataset.csv(out)?;
    for school in schools.iter().filter(|e| e.serial % 6 == 0) {
        let level = if school.kind == Kind::College {
            "Collège"
        } else {
            "Lycée"
        };
        let mut row = export.row();
        row.set("uai", school.uai());
        row.set("niveau", level);
        row.set(
            "section",
            COUNTRIES[school.serial as usize / 6 % COUNTRIES.len()],
        );
        export.write(&row)?;
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

/// All the sports of a school stand in one cell.
fn write_sport(out: &Output, options: &Options, schools: &[&Establishment]) -> Result<u64, Error> {
    let dataset = Dataset {
        id: "fr-en-sections-sportives-scolaires",
        title: "Sections sportives scolaires",
        frequency: "ANNUAL",
        modified: "2026-01-31",
        processed: calendar::register_day(options.edition),
        geometry: None,
        fields: vec![("uai", "text"), ("sections_scolaires", "text")],
    };
    let mut export = dataset.csv(out)?;
    for school in schools {
        let mut draw = Draw::new(options.seed, Topic::Languages, school.serial.into(), 1);
        let sports: Vec<&str> = SPORTS.into_iter().filter(|_| draw.chance(0.2)).collect();
        if sports.is_empty() {
            continue;
        }
        let mut row = export.row();
        row.set("uai", school.uai());
        row.set("sections_scolaires", sports.join(","));
        export.write(&row)?;
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}
