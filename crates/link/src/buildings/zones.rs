//! The grounds that the BD TOPO draws, and how much of a building lies on them.

use std::collections::BTreeMap;

use arrow::array::Array;
use arrow::datatypes::DataType;
use datafusion::prelude::DataFrame;
use edulac_geo::measure::distance_m;
use edulac_geo::share::share_within;
use edulac_geo::wkb::{self, BBox};
use geo::{BoundingRect, Geometry};
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex};

use super::establishments::Establishments;
use crate::columns::{self, Input};
use crate::{Error, Result};

/// The zones of establishments, indexed.
#[derive(Debug)]
pub(super) struct Zones {
    tree: RTree<f64>,
    zones: Vec<Zone>,
}

#[derive(Debug)]
struct Zone {
    geometry: Geometry<f64>,
    /// A square that says where, and not how large (DOMAIN C6: below 30 m²).
    is_pin: bool,
    /// The places of its establishments.
    rows: Vec<usize>,
}

/// A building on the ground of an establishment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OnGround {
    /// The place of the establishment.
    pub(super) row: usize,
    /// Share of the building on the ground; 1 when it holds the pin.
    pub(super) share: f64,
}

impl Zones {
    /// No zone at all.
    pub(super) fn none() -> Self {
        Self::index(Vec::new())
    }

    /// Reads `id_source`, `uai`, `geometry` (polygons, WKB CRS84) and where it exists `surface_conventionnelle`: one row per zone
    /// and establishment. Zones of other establishments than those given are left out.
    pub(super) async fn read(frame: &DataFrame, establishments: &Establishments) -> Result<Self> {
        let input = Input {
            name: "perimeters",
            frame,
        };
        let selected = vec![
            input.required("id_source", DataType::Utf8)?,
            input.required("uai", DataType::Utf8)?,
            input.required("geometry", DataType::Binary)?,
            input.optional("surface_conventionnelle", DataType::Boolean)?,
        ];
        let mut zones: BTreeMap<String, Zone> = BTreeMap::new();
        for batch in frame.clone().select(selected)?.collect().await? {
            let (ids, uais) = (columns::text(&batch, 0)?, columns::text(&batch, 1)?);
            let (geometries, pins) = (columns::wkb(&batch, 2)?, columns::boolean(&batch, 3)?);
            for row in 0..batch.num_rows() {
                let (Some(id), Some(uai), true) = (
                    columns::known(ids, row),
                    columns::known(uais, row),
                    geometries.is_valid(row),
                ) else {
                    continue;
                };
                let places = establishments.of_uai(&uai);
                if places.is_empty() {
                    continue;
                }
                let geometry =
                    wkb::read(geometries.value(row)).map_err(|error| Error::Geometry {
                        input: "perimeters".to_owned(),
                        key: id.clone(),
                        source: error.into(),
                    })?;
                let place = place_on(&geometry, places, establishments);
                let zone = zones.entry(id).or_insert_with(|| Zone {
                    geometry,
                    is_pin: pins.is_valid(row) && pins.value(row),
                    rows: Vec::new(),
                });
                zone.rows.push(place);
            }
        }
        let mut zones: Vec<Zone> = zones.into_values().collect();
        for zone in &mut zones {
            zone.rows.sort_unstable();
            zone.rows.dedup();
        }
        Ok(Self::index(zones))
    }

    fn index(zones: Vec<Zone>) -> Self {
        let zones: Vec<Zone> = zones
            .into_iter()
            .filter(|zone| zone.geometry.bounding_rect().is_some())
            .collect();
        let mut tree = RTreeBuilder::new(zones.len() as u32);
        for rect in zones
            .iter()
            .filter_map(|zone| zone.geometry.bounding_rect())
        {
            tree.add(rect.min().x, rect.min().y, rect.max().x, rect.max().y);
        }
        Self {
            tree: tree.finish::<HilbertSort>(),
            zones,
        }
    }

    /// Whether a zone may touch this box.
    pub(super) fn may_touch(&self, bbox: BBox) -> Vec<u32> {
        if self.zones.is_empty() {
            return Vec::new();
        }
        self.tree.search(bbox.xmin, bbox.ymin, bbox.xmax, bbox.ymax)
    }

    /// The establishments on whose ground a building is, by those zones; at most one share for each, the largest.
    pub(super) fn on_ground(&self, building: &Geometry<f64>, zones: &[u32]) -> Vec<OnGround> {
        let mut shares: BTreeMap<usize, f64> = BTreeMap::new();
        for zone in zones
            .iter()
            .filter_map(|&zone| self.zones.get(zone as usize))
        {
            let share = match zone.is_pin {
                true if share_within(&zone.geometry, building) >= 0.5 => 1.0,
                true => 0.0,
                false => share_within(building, &zone.geometry),
            };
            for &row in zone.rows.iter().filter(|_| share > 0.0) {
                let known = shares.entry(row).or_insert(share);
                *known = known.max(share);
            }
        }
        let on_ground = shares.into_iter();
        on_ground
            .map(|(row, share)| OnGround { row, share })
            .collect()
    }
}

/// Which place of a UAI a zone is about: the nearest, else the principal one.
fn place_on(
    zone: &Geometry<f64>,
    places: std::ops::Range<usize>,
    establishments: &Establishments,
) -> usize {
    let metres = |row: usize| {
        let position = establishments.rows.get(row)?.position?;
        distance_m(&Geometry::Point(position.into()), zone)
    };
    let principal = places.start;
    let near = places.filter_map(|row| Some((row, metres(row)?)));
    near.min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
        .map_or(principal, |(row, _)| row)
}
