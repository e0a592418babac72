//! `fr-en-annuaire-education`: one row per establishment and site, 71 columns (DOMAIN B1).

mod cells;
mod fields;

use crate::draw::{Draw, Topic};
use crate::fault::Fault;
use crate::geometry::{Point, Projection, rounded};
use crate::output::Output;
use crate::plan::{Establishment, Plan};
use crate::portal::{Dataset, Row};
use crate::{Error, Options, calendar};

/// A row to be: the establishment, its site, and its number among the sites.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) establishment: &'a Establishment,
    pub(crate) site: usize,
    pub(crate) ordinal: usize,
}

/// All rows of an edition, in the order of the plan.
pub(crate) fn entries(plan: &Plan, edition: u8) -> Vec<Entry<'_>> {
    let present = plan
        .establishments
        .iter()
        .filter(|establishment| establishment.exists(edition));
    present
        .flat_map(|establishment| {
            let sites = establishment.sites(edition).iter().enumerate();
            sites.map(move |(ordinal, site)| Entry {
                establishment,
                site: *site,
                ordinal,
            })
        })
        .collect()
}

impl Entry<'_> {
    /// Every second annexe is published at the position of the main site, as real ones are.
    pub(crate) fn fault(&self) -> Fault {
        match self.ordinal {
            0 => self.establishment.fault,
            _ if self.establishment.serial.is_multiple_of(2) => Fault::MainSite,
            _ => Fault::Inside,
        }
    }

    /// The precision published: the word for how good the position is said to be.
    pub(crate) fn precision(&self, options: &Options) -> &'static str {
        let serial = u64::from(self.establishment.serial);
        let mut draw = Draw::new(
            options.seed,
            Topic::Position,
            self.site as u64,
            1 << 32 | serial,
        );
        self.fault().precision(options.mix, &mut draw)
    }

    /// The position published, EPSG:2154, before axes are exchanged or cells emptied.
    pub(crate) fn published(&self, plan: &Plan, seed: u64, edition: u8) -> Option<Point> {
        let site = match self.fault() {
            Fault::MainSite => self.establishment.sites(edition)[0],
            _ => self.site,
        };
        // A section is at the very point of its host: same stream of random numbers, same buildings.
        let owner = self
            .establishment
            .host
            .map_or(self.establishment, |host| &plan.establishments[host]);
        let mut draw = Draw::new(seed, Topic::Position, owner.serial.into(), site as u64);
        let commune = &plan.territory.communes[plan.sites[site].town];
        // A position is that of the year it was recorded: what happens to the building later does not move it.
        let buildings = plan.buildings_of(owner, site, 1);
        let p = self.fault().published(&buildings, commune, &mut draw)?;
        Some(p.map(|metres| rounded(metres, 1)))
    }
}

/// What the directory says of an entry, but for its position.
pub(crate) fn described(options: &Options, plan: &Plan, entry: Entry<'_>) -> Row {
    let mut row = Row::of(&fields::FIELDS);
    cells::describe(&mut row, options, plan, entry);
    row
}

/// Writes the directory; says how many rows it has.
pub(crate) fn write(
    out: &Output,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
) -> Result<u64, Error> {
    let day = calendar::extract_day(options.edition);
    let dataset = Dataset {
        id: "fr-en-annuaire-education",
        title: "Annuaire de l'éducation",
        frequency: "DAILY",
        modified: day,
        processed: day,
        geometry: Some("Point"),
        fields: fields::FIELDS.to_vec(),
    };
    let mut entries = entries(plan, options.edition);
    Draw::new(options.seed, Topic::ExportOrder, 0, options.edition.into()).shuffle(&mut entries);
    let mut export = dataset.csv(out)?;
    for entry in entries {
        let mut row = export.row();
        cells::describe(&mut row, options, plan, entry);
        locate(&mut row, options, plan, projection, entry)?;
        export.write(&row)?;
    }
    let records = export.finish()?;
    dataset.describe(out, records)?;
    Ok(records)
}

fn locate(
    row: &mut Row,
    options: &Options,
    plan: &Plan,
    projection: &Projection,
    entry: Entry<'_>,
) -> Result<(), Error> {
    let fault = entry.fault();
    row.set("precision_localisation", entry.precision(options));
    let Some([x, y]) = entry.published(plan, options.seed, options.edition) else {
        return Ok(());
    };
    let [lon, lat] = match fault {
        Fault::Zero => [0.0, 0.0],
        _ => projection.wgs84([x, y])?.map(|degrees| rounded(degrees, 9)),
    };
    let ([x, y], [lon, lat]) = if fault == Fault::Swapped {
        ([y, x], [lat, lon])
    } else {
        ([x, y], [lon, lat])
    };
    row.set("latitude", decimal(lat));
    row.set("longitude", decimal(lon));
    row.set("position", format!("{}, {}", decimal(lat), decimal(lon)));
    if fault != Fault::NoXy {
        row.set("coordx_origine", decimal(x));
        row.set("coordy_origine", decimal(y));
        row.set("epsg_origine", "EPSG:2154");
    }
    Ok(())
}

/// A decimal number as the portal writes it: always with a point.
pub(crate) fn decimal(value: f64) -> String {
    format!("{value:?}")
}
