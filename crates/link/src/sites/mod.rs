//! Sites: the grounds that establishments stand on, each with an identifier that lasts.
//!
//! Places of establishments are one site when
//!
//! - they are written at one place (commune, address and position): with a number in the street, or at a position better than
//!   the centre of a commune;
//! - one is a section (SEGPA, SEP) of the other, and not elsewhere: only two good positions more than 300 m apart say so;
//! - they belong to one cité scolaire and stand within 300 m;
//! - they share an accepted building, or the BD TOPO draws one ground for them (a pin is no ground): as long as the site that
//!   this makes spans no more than 500 m, so that buildings and grounds do not chain a whole quarter.
//!
//! A dispersed RPI is a group of schools on several sites; a geographic annexe is a site of its own.
//!
//! A site keeps its identifier from release to release as long as it has an establishment or a building in common with what it was;
//! a new one is named after its first place.

mod clusters;
mod identity;
mod places;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::prelude::{DataFrame, SessionContext};

use crate::Result;
use crate::columns::{self, Input};
use clusters::{Ties, cluster};
use identity::{Former, Group, hash, identify};
use places::Place;

/// What sites are made of.
///
/// - `places`: one row per place of an establishment: `uai`, `lieu_id` (equal for two establishments at one place), `geometry` (point,
///   WKB CRS84), `position_qualite`, and where they exist `rang` (1: principal), `adresse`, `uai_mere`, `type_rattachement`;
/// - `links`: `uai`, `lieu_id`, `source`, `id_source`, `statut`: those accepted tie;
/// - `perimeters`: `id_source`, `uai`, `surface_conventionnelle`;
/// - `groups`: `groupe_id`, `uai`, `type`: those of type `cite_scolaire` tie;
/// - `previous`: `site_id`, `statut`, `uai` and `batiments` (names separated by a space): the sites of the last release.
#[derive(Debug, Clone)]
pub struct SiteInputs {
    /// The places.
    pub places: DataFrame,
    /// Links to buildings.
    pub links: DataFrame,
    /// Grounds of establishments.
    pub perimeters: Option<DataFrame>,
    /// Establishments that belong together.
    pub groups: Option<DataFrame>,
    /// The sites of the last release.
    pub previous: Option<DataFrame>,
}

/// The site of each place: one row per (uai, lieu_id), sorted: `uai`, `lieu_id`, `rang` Int64, `site_id` (16 hexadecimal digits).
///
/// # Errors
/// A missing column, an unreadable geometry, an engine failure.
pub async fn sites_step(ctx: &SessionContext, inputs: &SiteInputs) -> Result<DataFrame> {
    let places = places::read(&inputs.places).await?;
    let ties = read_ties(inputs).await?;
    let clusters = cluster(&places, &ties);
    let ids = named(&places, &clusters, &ties, &former(inputs).await?);
    Ok(ctx.read_batch(batch(&places, &ids)?)?)
}

/// The columns of [`sites_step`]'s result, which do not depend on its inputs.
///
/// # Errors
/// None that a user can cause.
pub fn sites_schema() -> Result<SchemaRef> {
    Ok(batch(&[], &[])?.schema())
}

fn batch(places: &[Place], ids: &[String]) -> Result<RecordBatch> {
    let text = |of: &dyn Fn(&Place) -> String| -> ArrayRef {
        Arc::new(
            places
                .iter()
                .map(|place| Some(of(place)))
                .collect::<StringArray>(),
        )
    };
    let ranks: Int64Array = places.iter().map(|place| Some(place.rank)).collect();
    let sites: StringArray = ids.iter().map(Some).collect();
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("uai", text(&|place| place.uai.clone()), false),
        ("lieu_id", text(&|place| place.hash.clone()), false),
        ("rang", Arc::new(ranks) as _, false),
        ("site_id", Arc::new(sites) as _, false),
    ])?)
}

/// The identifier of the site of each place.
fn named(places: &[Place], clusters: &[usize], ties: &Ties, former: &[Former]) -> Vec<String> {
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    let mut buildings: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (id, sharing) in &ties.buildings {
        for (uai, hash) in sharing {
            buildings.entry((uai, hash)).or_default().insert(id);
        }
    }
    for (place, &first) in places.iter().zip(clusters) {
        let group = groups.entry(first).or_insert_with(|| Group {
            uais: BTreeSet::new(),
            buildings: BTreeSet::new(),
            own: own_name(&places[first]),
        });
        group.uais.insert(place.uai.clone());
        let used = buildings.get(&(place.uai.as_str(), place.hash.as_str()));
        let used = used.into_iter().flatten().map(|id| (*id).to_owned());
        group.buildings.extend(used);
    }
    let firsts: Vec<usize> = groups.keys().copied().collect();
    let groups: Vec<Group> = groups.into_values().collect();
    let ids = identify(&groups, former);
    let by_first: BTreeMap<usize, String> = firsts.into_iter().zip(ids).collect();
    clusters
        .iter()
        .map(|first| by_first[first].clone())
        .collect()
}

/// Of a site that begins: the hash of its first place, with its establishment where strangers share a hash.
fn own_name(place: &Place) -> String {
    if place.is_told() {
        place.hash.clone()
    } else {
        hash(&format!("{} {}", place.uai, place.hash))
    }
}

async fn read_ties(inputs: &SiteInputs) -> Result<Ties> {
    let mut ties = Ties::default();
    let columns = ["uai", "lieu_id", "source", "id_source", "statut"];
    for row in texts("links", &inputs.links, columns).await? {
        if let [Some(uai), Some(hash), Some(source), Some(id), Some(status)] = row
            && status == "accepte"
        {
            let building = ties.buildings.entry(format!("{source}:{id}")).or_default();
            building.push((uai, hash));
        }
    }
    if let Some(perimeters) = &inputs.perimeters {
        let columns = ["id_source", "uai", "surface_conventionnelle"];
        for row in texts("perimeters", perimeters, columns).await? {
            if let [Some(zone), Some(uai), pin] = row
                && pin.as_deref() != Some("true")
            {
                ties.grounds.entry(zone).or_default().push(uai);
            }
        }
    }
    if let Some(groups) = &inputs.groups {
        for row in texts("groups", groups, ["groupe_id", "uai", "type"]).await? {
            if let [Some(group), Some(uai), Some(kind)] = row
                && kind == "cite_scolaire"
            {
                ties.cities.entry(group).or_default().push(uai);
            }
        }
    }
    Ok(ties)
}

/// The sites that earlier releases knew.
async fn former(inputs: &SiteInputs) -> Result<Vec<Former>> {
    let Some(previous) = &inputs.previous else {
        return Ok(Vec::new());
    };
    let names = |text: Option<String>| -> BTreeSet<String> {
        let text = text.unwrap_or_default();
        text.split_whitespace().map(str::to_owned).collect()
    };
    let rows = texts(
        "previous",
        previous,
        ["site_id", "statut", "uai", "batiments"],
    )
    .await?;
    let mut former: Vec<Former> = rows
        .into_iter()
        .filter_map(|[id, status, uais, buildings]| {
            Some(Former {
                id: id?,
                ended: status.as_deref() != Some("actif"),
                uais: names(uais),
                buildings: names(buildings),
            })
        })
        .collect();
    former.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(former)
}

/// Rows of columns read as text.
async fn texts<const N: usize>(
    name: &str,
    frame: &DataFrame,
    columns: [&str; N],
) -> Result<Vec<[Option<String>; N]>> {
    let input = Input { name, frame };
    let selected = columns
        .iter()
        .map(|column| input.required(column, DataType::Utf8))
        .collect::<Result<Vec<_>>>()?;
    let mut rows = Vec::new();
    for batch in frame.clone().select(selected)?.collect().await? {
        let read = (0..N)
            .map(|at| columns::text(&batch, at))
            .collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            rows.push(std::array::from_fn(|at| columns::known(read[at], row)));
        }
    }
    Ok(rows)
}
