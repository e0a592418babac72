//! `fr-en-cites_scolaires` (DOMAIN B8): second-degree establishments that share a ground, one row per city and UAI.

use std::collections::BTreeMap;

use super::daily;
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::{Error, Options};

pub(super) fn write(out: &Output, options: &Options, plan: &Plan) -> Result<(), Error> {
    let dataset = daily(
        options,
        "fr-en-cites_scolaires",
        "Cités scolaires",
        None,
        vec![("code_cite_scolaire", "text"), ("uai", "text")],
    );
    let mut on_site: BTreeMap<usize, Vec<&Establishment>> = BTreeMap::new();
    for establishment in plan
        .establishments
        .iter()
        .filter(|e| e.exists(options.edition) && e.kind.is_second_degree() && !e.kind.is_section())
    {
        let site = establishment.sites(options.edition)[0];
        on_site.entry(site).or_default().push(establishment);
    }
    let mut export = dataset.csv(out)?;
    let cities = on_site.values().filter(|members| members.len() > 1);
    for (number, members) in (1..).zip(cities) {
        let code = format!("{}{number:03}", crate::names::DEPARTEMENT);
        for member in members {
            let mut row = export.row();
            row.set("code_cite_scolaire", &code);
            row.set("uai", member.uai());
            export.write(&row)?;
        }
    }
    let records = export.finish()?;
    dataset.describe(out, records)
}
