//! The buildings that something ties to an establishment, gathered while they stream by.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Float64Type, Int8Type, UInt32Type};
use datafusion::common::UnnestOptions;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::ident;
use datafusion::prelude::DataFrame;
use futures::TryStreamExt;

use super::evidence::{Evidence, Tie};
use super::function::{ACCEPT, ties_udf};
use super::named::Correction;
use crate::columns::{self, Input};
use crate::{Error, Result};

/// So many of the nearest are kept of one place in one source, whatever ties them.
pub(super) const KEPT: usize = 16;

/// A building that may be an establishment's.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) id_source: String,
    pub(super) rnb_id: Option<String>,
    pub(super) tie: Tie,
    pub(super) area_m2: f64,
    pub(super) has_address: bool,
    pub(super) wkb: Vec<u8>,
    pub(super) plots: Option<String>,
}

impl Candidate {
    /// A building that only the position ties.
    #[cfg(test)]
    pub(super) fn near(id: &str, distance_m: f64, inside: bool) -> Self {
        Self {
            id_source: id.to_owned(),
            rnb_id: None,
            tie: Tie {
                distance_m: Some(distance_m),
                inside,
                ..Tie::default()
            },
            area_m2: 100.0,
            has_address: false,
            wkb: Vec::new(),
            plots: None,
        }
    }

    /// Whether more than nearness ties it.
    pub(super) fn is_tied(&self) -> bool {
        let tie = &self.tie;
        tie.inside
            || tie.declared
            || tie.correction.is_some()
            || tie.address.is_some()
            || tie.on_ground.is_some()
    }

    /// Metres from the position; infinitely far without one.
    pub(super) fn metres(&self) -> f64 {
        self.tie.distance_m.unwrap_or(f64::INFINITY)
    }

    /// Inside first, then the nearest, then by identifier: total, so that the order of arrival is lost.
    pub(super) fn compare(&self, other: &Self) -> std::cmp::Ordering {
        let by_place = other
            .tie
            .inside
            .cmp(&self.tie.inside)
            .then(self.metres().total_cmp(&other.metres()));
        by_place
            .then_with(|| self.id_source.cmp(&other.id_source))
            .then_with(|| self.rnb_id.cmp(&other.rnb_id))
            .then_with(|| self.wkb.cmp(&other.wkb))
    }
}

/// The candidates of one place in one source, the nearest first: the first [`KEPT`], and those beyond that more than
/// nearness ties, so that memory does not depend on how dense the town is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Gathering(Vec<Candidate>);

impl Gathering {
    fn offer(&mut self, candidate: Candidate) {
        let known = self
            .0
            .iter()
            .position(|known| known.id_source == candidate.id_source);
        if let Some(known) = known {
            // A building given twice counts once, by its nearest part.
            if self.0[known].compare(&candidate).is_le() {
                return;
            }
            self.0.remove(known);
        }
        let place = self
            .0
            .partition_point(|kept| kept.compare(&candidate).is_lt());
        self.0.insert(place, candidate);
        let mut rank = 0;
        self.0.retain(|kept| {
            rank += 1;
            rank <= KEPT || kept.is_tied()
        });
    }

    pub(super) fn into_vec(self) -> Vec<Candidate> {
        self.0
    }
}

/// By place (its row) and source.
pub(super) type Gathered = BTreeMap<(usize, String), Gathering>;

/// Streams the buildings once.
pub(super) async fn gather(evidence: &Arc<Evidence>, buildings: &DataFrame) -> Result<Gathered> {
    let input = Input {
        name: "buildings",
        frame: buildings,
    };
    let columns = vec![
        input.required("source", DataType::Utf8)?,
        input.required("id_source", DataType::Utf8)?,
        input.optional("rnb_id", DataType::Utf8)?,
        input.required("geometry", DataType::Binary)?,
        input.optional("parcelles", DataType::Utf8)?,
        input.optional("adresses", DataType::Utf8)?,
    ];
    let names = ["source", "id_source", "rnb_id", "geometry", "parcelles"];
    let read = ["id_source", "rnb_id", "geometry", "adresses"].map(ident);
    let mut with_ties = names.map(ident).to_vec();
    with_ties.push(
        ties_udf(Arc::clone(evidence))
            .call(read.to_vec())
            .alias("ties"),
    );
    let options = UnnestOptions::new().with_preserve_nulls(false);
    let pairs = buildings
        .clone()
        .select(columns)?
        .select(with_ties)?
        .unnest_columns_with_options(&["ties"], options)?;
    let mut stream = pairs.execute_stream().await?;
    let mut gathered = Gathered::new();
    while let Some(batch) = stream.try_next().await? {
        take_in(&batch, &mut gathered)?;
    }
    Ok(gathered)
}

fn take_in(batch: &RecordBatch, gathered: &mut Gathered) -> Result<()> {
    let (sources, ids, rnb_ids) = (
        columns::text(batch, 0)?,
        columns::text(batch, 1)?,
        columns::text(batch, 2)?,
    );
    let (geometries, plots) = (columns::wkb(batch, 3)?, columns::text(batch, 4)?);
    let ties = batch.column(5).as_struct_opt().ok_or_else(unexpected)?;
    let places = ties
        .column(0)
        .as_primitive_opt::<UInt32Type>()
        .ok_or_else(unexpected)?;
    for row in 0..batch.num_rows() {
        let (Some(source), Some(id_source)) =
            (columns::known(sources, row), columns::known(ids, row))
        else {
            continue;
        };
        let candidate = Candidate {
            id_source,
            rnb_id: columns::known(rnb_ids, row),
            tie: tie(ties, row)?,
            area_m2: number(ties, 7, row)?.unwrap_or_default(),
            has_address: boolean(ties, 8, row)?,
            wkb: geometries.value(row).to_vec(),
            plots: columns::known(plots, row),
        };
        gathered
            .entry((places.value(row) as usize, source))
            .or_default()
            .offer(candidate);
    }
    Ok(())
}

fn tie(ties: &StructArray, row: usize) -> Result<Tie> {
    let corrections = ties
        .column(6)
        .as_primitive_opt::<Int8Type>()
        .ok_or_else(unexpected)?;
    let correction = corrections
        .is_valid(row)
        .then(|| match corrections.value(row) {
            ACCEPT => Correction::Accept,
            _ => Correction::Reject,
        });
    Ok(Tie {
        distance_m: number(ties, 1, row)?,
        inside: boolean(ties, 2, row)?,
        on_ground: number(ties, 3, row)?,
        address: number(ties, 4, row)?,
        declared: boolean(ties, 5, row)?,
        correction,
    })
}

fn number(ties: &StructArray, at: usize, row: usize) -> Result<Option<f64>> {
    let column = ties
        .column(at)
        .as_primitive_opt::<Float64Type>()
        .ok_or_else(unexpected)?;
    Ok(column.is_valid(row).then(|| column.value(row)))
}

fn boolean(ties: &StructArray, at: usize, row: usize) -> Result<bool> {
    let column = ties.column(at).as_boolean_opt().ok_or_else(unexpected)?;
    Ok(column.is_valid(row) && column.value(row))
}

fn unexpected() -> Error {
    Error::Engine(DataFusionError::Internal(
        "candidates lost their type on the way".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate(id: u8, distance: u8, inside: bool) -> Candidate {
        let distance_m = if inside { 0.0 } else { f64::from(distance) };
        Candidate::near(&format!("b{id}"), distance_m, inside)
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_is_lost(
            offered in proptest::collection::vec((0u8..40, 0u8..50, proptest::bool::weighted(0.1)), 0..60).prop_shuffle()
        ) {
            let mut forward = Gathering::default();
            let mut backward = Gathering::default();
            offered.iter().for_each(|&(id, distance, inside)| forward.offer(candidate(id, distance, inside)));
            offered.iter().rev().for_each(|&(id, distance, inside)| backward.offer(candidate(id, distance, inside)));
            prop_assert_eq!(&forward, &backward);
            let kept = forward.into_vec();
            prop_assert!(kept.iter().skip(KEPT).all(Candidate::is_tied));
            let inside: std::collections::BTreeSet<_> = offered.iter().filter(|o| o.2).map(|o| o.0).collect();
            prop_assert_eq!(kept.iter().filter(|c| c.is_tied()).count(), inside.len());
        }
    }
}
