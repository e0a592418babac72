//! The link table as columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, RecordBatch, StringArray};

use super::decide::Link;
use super::establishments::Establishments;
use crate::Result;

/// The rows of [`super::link_step`], in the order given.
pub(super) fn batch(establishments: &Establishments, links: &[Link]) -> Result<RecordBatch> {
    let of = |link: &Link| &establishments.rows[link.establishment];
    let inside: BooleanArray = links
        .iter()
        .map(|link| Some(link.candidate.inside))
        .collect();
    let rank: Int32Array = links.iter().map(|link| Some(link.rank)).collect();
    Ok(RecordBatch::try_from_iter_with_nullable([
        (
            "uai",
            text(links.iter().map(|link| Some(of(link).uai.as_str()))),
            false,
        ),
        (
            "source",
            text(links.iter().map(|link| Some(link.source.as_str()))),
            false,
        ),
        (
            "id_source",
            text(
                links
                    .iter()
                    .map(|link| Some(link.candidate.id_source.as_str())),
            ),
            false,
        ),
        (
            "rnb_id",
            text(links.iter().map(|link| link.candidate.rnb_id.as_deref())),
            true,
        ),
        (
            "methode",
            text(links.iter().map(|link| Some(method(link)))),
            false,
        ),
        (
            "distance_m",
            number(links.iter().map(|link| Some(link.candidate.distance_m))),
            false,
        ),
        ("dedans", Arc::new(inside), false),
        (
            "position_qualite",
            text(links.iter().map(|link| Some(of(link).quality.name()))),
            false,
        ),
        (
            "score",
            number(links.iter().map(|link| Some(rounded(link.score)))),
            false,
        ),
        (
            "statut",
            text(links.iter().map(|link| Some(link.status.name()))),
            false,
        ),
        ("rang", Arc::new(rank), false),
        (
            "part_batiment",
            number(links.iter().map(|link| link.share)),
            true,
        ),
        (
            "site_id",
            text(links.iter().map(|link| of(link).site_id.as_deref())),
            true,
        ),
        (
            "code_academie",
            text(links.iter().map(|link| of(link).code_academie.as_deref())),
            true,
        ),
    ])?)
}

fn text<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn number(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

fn method(link: &Link) -> &'static str {
    if link.candidate.inside {
        "contient"
    } else {
        "plus_proche"
    }
}

/// Four decimals: more would only tell machines apart.
fn rounded(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}
