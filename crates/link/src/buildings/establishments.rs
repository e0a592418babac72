//! The establishments, held in memory.

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::prelude::DataFrame;
use edulac_geo::index::PointIndex;
use edulac_geo::wkb;
use geo::Coord;

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

    fn accepts(self) -> bool {
        matches!(self, Self::Precise | Self::Rue)
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

/// One row of the directory.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Establishment {
    pub(super) uai: String,
    pub(super) position: Option<Coord<f64>>,
    pub(super) quality: Quality,
    pub(super) uncertainty_m: Option<f64>,
    /// It lies well outside of the commune that the directory gives: one of the two is wrong.
    pub(super) misplaced: bool,
    pub(super) site_id: Option<String>,
    pub(super) code_academie: Option<String>,
}

/// Contours of communes are published generalised to some 100 m: nearer to its commune a point may be in it.
const CONTOUR_TOLERANCE_M: f64 = 100.0;

impl Establishment {
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
                .then_with(|| a.site_id.cmp(&b.site_id))
                .then_with(|| position(a).cmp(&position(b)))
                .then_with(|| a.quality.cmp(&b.quality))
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

    /// The establishment of a point of the index.
    pub(super) fn of_point(&self, point: u32) -> Option<(usize, &Establishment)> {
        let row = *self.placed.get(point as usize)?;
        self.rows.get(row).map(|establishment| (row, establishment))
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
        input.optional("site_id", DataType::Utf8)?,
        input.optional("code_academie", DataType::Utf8)?,
        input.optional("commune_concorde", DataType::Boolean)?,
        input.optional("commune_distance_limite_m", DataType::Float64)?,
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
            rows.push(Establishment {
                uai,
                position: position.flatten().map(|(x, y)| Coord { x, y }),
                quality: Quality::of(columns::known(qualities, row).as_deref()),
                uncertainty_m: uncertainties
                    .is_valid(row)
                    .then(|| uncertainties.value(row)),
                misplaced: agrees.is_valid(row)
                    && !agrees.value(row)
                    && (to_border.is_null(row) || to_border.value(row) > CONTOUR_TOLERANCE_M),
                site_id: columns::known(sites, row),
                code_academie: columns::known(academies, row),
            });
        }
    }
    Ok(Establishments::new(rows))
}
