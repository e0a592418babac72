//! The layout of the social position index of rentrée 2022, and the files of colleges and EREA that have it:
//! `fr-en-ips-colleges-ap2022` and `fr-en-ips-erea-ap2022` (DOMAIN B4).

use crate::enrolments::open_in;
use crate::indices::{describe, title};
use crate::kind::Kind;
use crate::output::Output;
use crate::plan::Plan;
use crate::portal::Dataset;
use crate::{Error, Options, calendar, pupils};

/// Who and where, as the files of 2022 say it, with the source's misspelling.
pub(crate) const PLACE_2022: [&str; 9] = [
    "rentree_scolaire",
    "academie",
    "code_du_departement",
    "departement",
    "uai",
    "nom_de_l_etablissment",
    "code_insee_de_la_commune",
    "nom_de_la_commune",
    "secteur",
];
/// The files of 2022 are not touched any more: the names are those of edition 1.
pub(crate) const OLD_EDITION: u8 = 1;

/// Writes both datasets; says how many rows they have together.
pub(crate) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    Ok(write_colleges_2022(out, options, plan)? + write_erea(out, options, plan)?)
}

/// A dataset whose columns are all texts, as those of the index are.
pub(crate) fn dataset(
    id: &'static str,
    title: &'static str,
    processed: &'static str,
    fields: impl Iterator<Item = &'static str>,
) -> Dataset {
    Dataset {
        id,
        title,
        frequency: "ANNUAL",
        modified: "2025-11-02",
        processed,
        geometry: None,
        fields: fields.map(|name| (name, "text")).collect(),
    }
}

fn write_colleges_2022(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let values = ["effectifs", "ips", "ecart_type_de_l_ips"];
    let dataset = dataset(
        "fr-en-ips-colleges-ap2022",
        "Indices de position sociale dans les collèges (rentrée 2022)",
        "2023-02-14",
        PLACE_2022.into_iter().chain(values),
    );
    let mut export = dataset.csv(out)?;
    for college in plan
        .establishments
        .iter()
        .filter(|e| e.kind == Kind::College && open_in(e, 2022))
    {
        let mut row = export.row();
        describe(&mut row, plan, OLD_EDITION, college, 2022);
        row.set("nom_de_l_etablissment", title(college, OLD_EDITION));
        let (levels, _) = pupils::of_college(options.seed, college, 2022);
        let (index, spread) = pupils::social_index(options.seed, college, 2022);
        row.set("effectifs", format!("{}.0", levels.iter().sum::<u32>()));
        row.set("ips", format!("{index:.1}"));
        row.set("ecart_type_de_l_ips", format!("{spread:.1}"));
        export.write(&row)?;
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn write_erea(out: &Output, options: &Options, plan: &Plan) -> Result<u64, Error> {
    let values = ["effectifs", "ips", "ecart_type_de_l_ips"];
    let dataset = dataset(
        "fr-en-ips-erea-ap2022",
        "Indices de position sociale dans les EREA (à partir de 2022)",
        calendar::index_day(options.edition),
        PLACE_2022.into_iter().chain(values),
    );
    let mut export = dataset.csv(out)?;
    for autumn in calendar::school_years(options.edition) {
        for erea in plan
            .establishments
            .iter()
            .filter(|e| e.kind == Kind::Erea && open_in(e, autumn))
        {
            let mut row = export.row();
            describe(&mut row, plan, options.edition, erea, autumn);
            row.set("nom_de_l_etablissment", title(erea, options.edition));
            let (index, spread) = pupils::social_index(options.seed, erea, autumn);
            row.set("effectifs", "104.0");
            row.set("ips", format!("{:.1}", (index - 25.0).max(40.0)));
            row.set("ecart_type_de_l_ips", format!("{:.1}", spread - 8.0));
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}
