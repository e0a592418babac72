//! The establishments, held in memory.

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::prelude::DataFrame;
use edulac_geo::index::PointIndex;
use edulac_geo::wkb;
use geo::Coord;

use super::address::Address;
use crate::columns::{self, Input};
use crate::{Error, Result};

/// How much a position can be trusted, from its `position_qualite`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quality {
    Precise,
    Rue,
    Commune,
    /// Said unknown, or not said.
    Inconnue,
}

impl Quality {
    fn of(text: Option<&str>) -> Self {
        match text {
            Some("precise") => Self::Precise,
            Some("rue") => Self::Rue,
            Some("commune") => Self::Commune,
            _ => Self::Inconnue,
        }
    }

    /// A centre of commune says nothing of a building.
    fn accepts(self) -> bool {
        !matches!(self, Self::Commune)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Precise => "precise",
            Self::Rue => "rue",
            Self::Commune => "commune",
            Self::Inconnue => "inconnue",
        }
    }
}

/// One place of an establishment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Establishment {
    pub(super) uai: String,
    /// 1 for the principal place of the UAI.
    pub(super) rank: i64,
    pub(super) position: Option<Coord<f64>>,
    pub(super) quality: Quality,
    pub(super) uncertainty_m: Option<f64>,
    /// It lies well outside of the commune that the directory gives: one of the two is wrong.
    pub(super) misplaced: bool,
    pub(super) place_id: Option<String>,
    pub(super) code_academie: Option<String>,
    /// Read from its line; none when it has no number.
    pub(super) address: Option<Address>,
    /// Codes of the communes that it may be in: declared, and located.
    pub(super) communes: Vec<String>,
    pub(super) postal_code: Option<String>,
}

/// Contours of communes are published generalised to some 100 m: nearer to its commune a point may be in it.
const CONTOUR_TOLERANCE_M: f64 = 100.0;

impl Establishment {
    /// One of which nothing but its UAI is known.
    #[cfg(test)]
    pub(super) fn unplaced(uai: &str) -> Self {
        Self {
            uai: uai.to_owned(),
            rank: 1,
            position: None,
            quality: Quality::Inconnue,
            uncertainty_m: None,
            misplaced: false,
            place_id: None,
            code_academie: None,
            address: None,
            communes: Vec::new(),
            postal_code: None,
        }
    }

    /// Whether a link may rest on its position at all.
    pub(super) fn is_trusted(&self) -> bool {
        self.quality.accepts() && !self.misplaced
    }
}

/// All of them, in an order that does not depend on the input's.
#[derive(Debug)]
pub(super) struct Establishments {
    pub(super) rows: Vec<Establishment>,
    /// Of those that have a position: the index numbers its points as `placed` lists their rows.
    pub(super) index: PointIndex,
    placed: Vec<usize>,
}

impl Establishments {
    pub(super) fn new(mut rows: Vec<Establishment>) -> Self {
        rows.sort_by(|a, b| {
            let position = |e: &Establishment| e.position.map(|p| (p.x.to_bits(), p.y.to_bits()));
            a.uai
                .cmp(&b.uai)
                .then(a.rank.cmp(&b.rank))
                .then_with(|| a.place_id.cmp(&b.place_id))
                .then_with(|| position(a).cmp(&position(b)))
                .then_with(|| a.quality.cmp(&b.quality))
                .then_with(|| a.address.cmp(&b.address))
                .then_with(|| a.communes.cmp(&b.communes))
                .then_with(|| a.postal_code.cmp(&b.postal_code))
        });
        let placed: Vec<usize> = (0..rows.len())
            .filter(|&row| rows[row].position.is_some())
            .collect();
        let index = PointIndex::new(rows.iter().filter_map(|row| row.position).collect());
        Self {
            rows,
            index,
            placed,
        }
    }

    /// The row of a point of the index.
    pub(super) fn of_point(&self, point: u32) -> Option<usize> {
        self.placed.get(point as usize).copied()
    }

    /// The rows of a UAI, its principal place first.
    pub(super) fn of_uai(&self, uai: &str) -> std::ops::Range<usize> {
        let from = self.rows.partition_point(|row| row.uai.as_str() < uai);
        let to = self.rows.partition_point(|row| row.uai.as_str() <= uai);
        from..to
    }
}

/// Reads them all; a row without UAI belongs to nobody and is left out.
pub(super) async fn read(frame: &DataFrame) -> Result<Establishments> {
    let input = Input {
        name: "establishments",
        frame,
    };
    let selected = vec![
        input.required("uai", DataType::Utf8)?,
        input.required("geometry", DataType::Binary)?,
        input.required("position_qualite", DataType::Utf8)?,
        input.optional("position_incertitude_m", DataType::Float64)?,
        input.optional("lieu_id", DataType::Utf8)?,
        input.optional("code_academie", DataType::Utf8)?,
        input.optional("commune_concorde", DataType::Boolean)?,
        input.optional("commune_distance_limite_m", DataType::Float64)?,
        input.optional("rang", DataType::Int64)?,
        input.optional("adresse", DataType::Utf8)?,
        input.optional("code_commune", DataType::Utf8)?,
        input.optional("commune_situee", DataType::Utf8)?,
        input.optional("code_postal", DataType::Utf8)?,
    ];
    let mut rows = Vec::new();
    for batch in frame.clone().select(selected)?.collect().await? {
        let (uais, geometries, qualities) = (
            columns::text(&batch, 0)?,
            columns::wkb(&batch, 1)?,
            columns::text(&batch, 2)?,
        );
        let (uncertainties, sites, academies) = (
            columns::number(&batch, 3)?,
            columns::text(&batch, 4)?,
            columns::text(&batch, 5)?,
        );
        let (agrees, to_border) = (columns::boolean(&batch, 6)?, columns::number(&batch, 7)?);
        let ranks = columns::integer(&batch, 8)?;
        let (addresses, declared, located, postal) = (
            columns::text(&batch, 9)?,
            columns::text(&batch, 10)?,
            columns::text(&batch, 11)?,
            columns::text(&batch, 12)?,
        );
        for row in 0..batch.num_rows() {
            let Some(uai) = columns::known(uais, row) else {
                continue;
            };
            let bytes = geometries.is_valid(row).then(|| geometries.value(row));
            let position = bytes
                .map(wkb::point)
                .transpose()
                .map_err(|error| Error::Geometry {
                    input: "establishments".to_owned(),
                    key: uai.clone(),
                    source: error.into(),
                })?;
            let mut communes: Vec<String> = [declared, located]
                .iter()
                .filter_map(|column| columns::known(column, row))
                .collect();
            communes.dedup();
            rows.push(Establishment {
                uai,
                rank: if ranks.is_valid(row) {
                    ranks.value(row)
                } else {
                    1
                },
                address: columns::known(addresses, row).and_then(|line| Address::parse(&line)),
                communes,
                postal_code: columns::known(postal, row),
                position: position.flatten().map(|(x, y)| Coord { x, y }),
                quality: Quality::of(columns::known(qualities, row).as_deref()),
                uncertainty_m: uncertainties
                    .is_valid(row)
                    .then(|| uncertainties.value(row)),
                misplaced: agrees.is_valid(row)
                    && !agrees.value(row)
                    && (to_border.is_null(row) || to_border.value(row) > CONTOUR_TOLERANCE_M),
                place_id: columns::known(sites, row),
                code_academie: columns::known(academies, row),
            });
        }
    }
    Ok(Establishments::new(rows))
}
