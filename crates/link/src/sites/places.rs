//! The places of establishments, as the ministry declares them.

use std::collections::BTreeMap;

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::prelude::DataFrame;
use edulac_geo::wkb;
use geo::Coord;

use crate::columns::{self, Input};
use crate::{Error, Result};

/// One place of an establishment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) uai: String,
    /// 1 for the principal place of the UAI.
    pub(super) rank: i64,
    /// Hash of commune, address and position: equal for two establishments at one place.
    pub(super) hash: String,
    pub(super) position: Option<Coord<f64>>,
    /// The position is that of a building or a street, and not the centre of a commune.
    pub(super) fine: bool,
    /// The position is the centre of a commune, and says nothing of the place.
    pub(super) central: bool,
    /// Its address begins with a number of a street: "Le Bourg" alone is all of a village.
    pub(super) numbered: bool,
    /// The establishment that it is a section of.
    pub(super) host: Option<String>,
}

/// All places, sorted by UAI, rank and hash, each once.
pub(super) async fn read(frame: &DataFrame) -> Result<Vec<Place>> {
    let input = Input {
        name: "places",
        frame,
    };
    let selected = vec![
        input.required("uai", DataType::Utf8)?,
        input.required("lieu_id", DataType::Utf8)?,
        input.required("geometry", DataType::Binary)?,
        input.required("position_qualite", DataType::Utf8)?,
        input.optional("rang", DataType::Int64)?,
        input.optional("adresse", DataType::Utf8)?,
        input.optional("uai_mere", DataType::Utf8)?,
        input.optional("type_rattachement", DataType::Utf8)?,
    ];
    let mut places = Vec::new();
    for batch in frame.clone().select(selected)?.collect().await? {
        let text = |at: usize| columns::text(&batch, at);
        let (uais, hashes, qualities) = (text(0)?, text(1)?, text(3)?);
        let (addresses, hosts, ties) = (text(5)?, text(6)?, text(7)?);
        let (geometries, ranks) = (columns::wkb(&batch, 2)?, columns::integer(&batch, 4)?);
        for row in 0..batch.num_rows() {
            let (Some(uai), Some(hash)) = (columns::known(uais, row), columns::known(hashes, row))
            else {
                continue;
            };
            let bytes = geometries.is_valid(row).then(|| geometries.value(row));
            let position = bytes.map(wkb::point).transpose();
            let position = position.map_err(|error| Error::Geometry {
                input: "places".to_owned(),
                key: uai.clone(),
                source: error.into(),
            })?;
            let quality = columns::known(qualities, row);
            let section = columns::known(ties, row).as_deref() == Some(SECTION);
            places.push(Place {
                rank: if ranks.is_valid(row) {
                    ranks.value(row)
                } else {
                    1
                },
                position: position.flatten().map(|(x, y)| Coord { x, y }),
                fine: matches!(quality.as_deref(), Some("precise" | "rue")),
                central: quality.as_deref() == Some("commune"),
                numbered: columns::known(addresses, row).is_some_and(|address| numbered(&address)),
                host: columns::known(hosts, row).filter(|host| section && *host != uai),
                uai,
                hash,
            });
        }
    }
    places.sort_by(|a, b| (&a.uai, a.rank, &a.hash).cmp(&(&b.uai, b.rank, &b.hash)));
    places.dedup_by(|a, b| a.uai == b.uai && a.hash == b.hash);
    Ok(places)
}

fn numbered(address: &str) -> bool {
    address
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit())
}

impl Place {
    /// Its words and position are those of one place, where others may be too; else they are of a whole commune or village.
    pub(super) fn is_told(&self) -> bool {
        self.numbered || (self.position.is_some() && !self.central)
    }
}

/// A section of an establishment (SEGPA, SEP) in the words of the directory.
const SECTION: &str = "FILIERE OU DEPARTEMENT OU SECTION";

/// The places of each UAI, the principal one first.
pub(super) fn by_uai(places: &[Place]) -> BTreeMap<&str, Vec<usize>> {
    let mut by_uai: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, place) in places.iter().enumerate() {
        by_uai.entry(&place.uai).or_default().push(at);
    }
    by_uai
}
