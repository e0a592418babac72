//! All that can tell whose a building is, gathered before the buildings stream by.

use std::collections::BTreeMap;

use edulac_geo::measure::{area_m2, distance_m};
use edulac_geo::wkb;
use geo::Geometry;

use super::addresses::Addresses;
use super::establishments::Establishments;
use super::named::{Correction, Named};
use super::zones::Zones;

/// What is known of the establishments, indexed by what a building can say.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) establishments: Establishments,
    pub(super) zones: Zones,
    pub(super) addresses: Addresses,
    pub(super) named: Named,
    /// How far from a position a building is looked at, in metres.
    pub(super) radius_m: f64,
}

/// A building as it passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Building<'a> {
    pub(super) id_source: &'a str,
    pub(super) rnb_id: Option<&'a str>,
    pub(super) wkb: &'a [u8],
    pub(super) addresses: Option<&'a str>,
}

/// What ties a building to a place of an establishment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tie {
    /// To the centimetre; 0 inside; none without position.
    pub(super) distance_m: Option<f64>,
    pub(super) inside: bool,
    /// Share of the building on the establishment's ground.
    pub(super) on_ground: Option<f64>,
    /// How well an address of the building agrees.
    pub(super) address: Option<f64>,
    /// The ministry declares it.
    pub(super) declared: bool,
    pub(super) correction: Option<Correction>,
}

/// The ties of one building, by the row of the place.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Ties {
    pub(super) ties: BTreeMap<usize, Tie>,
    /// 0 for a building known by a point.
    pub(super) area_m2: f64,
    /// It has an address of its own.
    pub(super) has_address: bool,
}

impl Evidence {
    /// What ties a building to establishments; nothing for most buildings, whose geometry is then never built.
    pub(super) fn ties(&self, building: &Building<'_>) -> Result<Ties, edulac_geo::Error> {
        let mut found = Ties::default();
        let Some(bbox) = wkb::bbox(building.wkb)? else {
            return Ok(found);
        };
        let near = self
            .establishments
            .index
            .within_of_wkb(building.wkb, self.radius_m)?;
        let zones = self.zones.may_touch(bbox);
        let agreement = self
            .addresses
            .agreement(building.addresses.unwrap_or_default());
        let ties = &mut found.ties;
        for near in near {
            if let Some(row) = self.establishments.of_point(near.point) {
                let tie = ties.entry(row).or_default();
                tie.distance_m = Some(centimetres(near.distance_m));
                tie.inside = near.inside;
            }
        }
        for &(row, likeness) in &agreement.rows {
            ties.entry(row).or_default().address = Some(likeness);
        }
        for &row in building
            .rnb_id
            .map_or(&[][..], |id| self.named.declaring(id))
        {
            ties.entry(row).or_default().declared = true;
        }
        for (row, correction) in self.named.correcting(building.id_source) {
            ties.entry(row).or_default().correction = Some(correction);
        }
        if ties.is_empty() && zones.is_empty() {
            return Ok(found);
        }
        let geometry = wkb::read(building.wkb)?;
        for on_ground in self.zones.on_ground(&geometry, &zones) {
            let tie = ties.entry(on_ground.row).or_default();
            tie.on_ground = Some(on_ground.share);
        }
        for (row, tie) in ties.iter_mut() {
            if tie.distance_m.is_none() {
                tie.distance_m = self.metres(*row, &geometry);
            }
        }
        if !ties.is_empty() {
            found.area_m2 = area_m2(&geometry);
            found.has_address = agreement.has_address;
        }
        Ok(found)
    }

    /// From a place to a building that is tied to it otherwise, however far.
    fn metres(&self, row: usize, building: &Geometry<f64>) -> Option<f64> {
        let position = self.establishments.rows.get(row)?.position?;
        distance_m(&Geometry::Point(position.into()), building).map(centimetres)
    }
}

/// To the centimetre: finer digits mean nothing, and would break ties differently from machine to machine.
fn centimetres(metres: f64) -> f64 {
    (metres * 100.0).round() / 100.0
}
