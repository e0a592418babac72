//! The link table as columns.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Float64Array, Int32Array, RecordBatch, StringArray,
};

use super::decide::Link;
use super::establishments::{Establishment, Establishments};
use super::named::Named;
use super::reason::{evidence, explain};
use crate::Result;

/// The rows of [`super::link_step`], in the order given.
pub(super) fn batch(
    establishments: &Establishments,
    named: &Named,
    links: &[Link],
) -> Result<RecordBatch> {
    let rows = Rows {
        establishments,
        links,
    };
    let explained = |link: &Link, place: &Establishment| {
        let said = named.said(link.establishment, &link.candidate.id_source);
        Some(explain(link, place, said))
    };
    let geometry: BinaryArray = links
        .iter()
        .map(|link| Some(link.candidate.wkb.as_slice()))
        .collect();
    let rank: Int32Array = links.iter().map(|link| Some(link.rank)).collect();
    Ok(RecordBatch::try_from_iter_with_nullable([
        ("uai", rows.text(|_, place| Some(place.uai.clone())), false),
        (
            "source",
            rows.text(|link, _| Some(link.source.clone())),
            false,
        ),
        (
            "id_source",
            rows.text(|link, _| Some(link.candidate.id_source.clone())),
            false,
        ),
        (
            "rnb_id",
            rows.text(|link, _| link.candidate.rnb_id.clone()),
            true,
        ),
        (
            "methode",
            rows.text(|link, _| evidence(link).first().map(|name| (*name).to_owned())),
            false,
        ),
        (
            "preuves",
            rows.text(|link, _| Some(evidence(link).join(" "))),
            false,
        ),
        (
            "distance_m",
            rows.number(|link| link.candidate.tie.distance_m),
            true,
        ),
        (
            "dedans",
            rows.boolean(|link| {
                link.candidate
                    .tie
                    .distance_m
                    .map(|_| link.candidate.tie.inside)
            }),
            true,
        ),
        (
            "recouvrement_perimetre",
            rows.number(|link| link.candidate.tie.on_ground.map(rounded)),
            true,
        ),
        (
            "score_adresse",
            rows.number(|link| link.candidate.tie.address.map(rounded)),
            true,
        ),
        (
            "position_qualite",
            rows.text(|_, place| Some(place.quality.name().to_owned())),
            false,
        ),
        ("score", rows.number(|link| Some(link.score)), false),
        (
            "statut",
            rows.text(|link, _| Some(link.status.name().to_owned())),
            false,
        ),
        (
            "statut_calcule",
            rows.text(|link, _| Some(link.computed.name().to_owned())),
            false,
        ),
        ("rang", Arc::new(rank), false),
        ("part_batiment", rows.number(|link| link.share), true),
        ("explication", rows.text(explained), false),
        (
            "lieu_id",
            rows.text(|_, place| place.place_id.clone()),
            true,
        ),
        (
            "code_academie",
            rows.text(|_, place| place.code_academie.clone()),
            true,
        ),
        (
            "surface_batiment_m2",
            rows.number(|link| Some((link.candidate.area_m2 * 10.0).round() / 10.0)),
            false,
        ),
        (
            "parcelles",
            rows.text(|link, _| link.candidate.plots.clone()),
            true,
        ),
        ("geometry", Arc::new(geometry), false),
    ])?)
}

struct Rows<'a> {
    establishments: &'a Establishments,
    links: &'a [Link],
}

impl Rows<'_> {
    fn text(&self, value: impl Fn(&Link, &Establishment) -> Option<String>) -> ArrayRef {
        let place = |link: &Link| &self.establishments.rows[link.establishment];
        let values = self.links.iter().map(|link| value(link, place(link)));
        Arc::new(values.collect::<StringArray>())
    }

    fn number(&self, value: impl Fn(&Link) -> Option<f64>) -> ArrayRef {
        Arc::new(self.links.iter().map(value).collect::<Float64Array>())
    }

    fn boolean(&self, value: impl Fn(&Link) -> Option<bool>) -> ArrayRef {
        Arc::new(self.links.iter().map(value).collect::<BooleanArray>())
    }
}

/// Four decimals: more would only tell machines apart.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}
