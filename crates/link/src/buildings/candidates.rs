//! The buildings near each establishment, gathered while they stream by.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, UInt32Type};
use datafusion::common::UnnestOptions;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{cast, ident};
use datafusion::prelude::DataFrame;
use futures::TryStreamExt;

use super::decide::{ISOLATION_RADIUS_M, KEPT};
use super::establishments::Establishments;
use super::function::candidates_udf;
use crate::columns::{self, Input};
use crate::{Error, Result};

/// A building near an establishment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) id_source: String,
    pub(super) rnb_id: Option<String>,
    /// To the centimetre; 0 inside.
    pub(super) distance_m: f64,
    pub(super) inside: bool,
}

impl Candidate {
    /// Inside first, then the nearest, then by identifier: total, so that the order of arrival is lost.
    fn precedes(&self, other: &Self) -> std::cmp::Ordering {
        let by_place = other
            .inside
            .cmp(&self.inside)
            .then(self.distance_m.total_cmp(&other.distance_m));
        by_place
            .then_with(|| self.id_source.cmp(&other.id_source))
            .then_with(|| self.rnb_id.cmp(&other.rnb_id))
    }
}

/// The best candidates of one establishment in one source, best first: all that contain it, and no more
/// than [`KEPT`] in all otherwise, so that memory does not depend on how dense the town is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Nearest(Vec<Candidate>);

impl Nearest {
    fn offer(&mut self, candidate: Candidate) {
        if let Some(known) = self
            .0
            .iter()
            .position(|known| known.id_source == candidate.id_source)
        {
            // A building given twice counts once, by its nearest part.
            if self.0[known].precedes(&candidate).is_le() {
                return;
            }
            self.0.remove(known);
        }
        let place = self
            .0
            .partition_point(|kept| kept.precedes(&candidate).is_lt());
        if place < KEPT || candidate.inside {
            self.0.insert(place, candidate);
        }
        let inside = self.0.iter().filter(|kept| kept.inside).count();
        self.0.truncate(inside.max(KEPT));
    }

    pub(super) fn into_vec(self) -> Vec<Candidate> {
        self.0
    }
}

/// By establishment (its row) and source.
pub(super) type Gathered = BTreeMap<(usize, String), Nearest>;

/// Streams the buildings once. The radius is that of the isolation rule at least, since a neighbour beyond
/// `max_distance_m` can still forbid a link.
pub(super) async fn gather(
    establishments: &Arc<Establishments>,
    buildings: &DataFrame,
    max_distance_m: f64,
) -> Result<Gathered> {
    let input = Input {
        name: "buildings",
        frame: buildings,
    };
    input.required("geometry", DataType::Binary)?;
    let near = candidates_udf(
        Arc::clone(establishments),
        max_distance_m.max(ISOLATION_RADIUS_M),
    );
    let selected = vec![
        input.required("source", DataType::Utf8)?,
        input.required("id_source", DataType::Utf8)?,
        input.optional("rnb_id", DataType::Utf8)?,
        near.call(vec![cast(ident("geometry"), DataType::Binary)])
            .alias("near"),
    ];
    let options = UnnestOptions::new().with_preserve_nulls(false);
    let pairs = buildings
        .clone()
        .select(selected)?
        .unnest_columns_with_options(&["near"], options)?;
    let mut stream = pairs.execute_stream().await?;
    let mut gathered = Gathered::new();
    while let Some(batch) = stream.try_next().await? {
        take_in(&batch, establishments, &mut gathered)?;
    }
    Ok(gathered)
}

fn take_in(
    batch: &RecordBatch,
    establishments: &Establishments,
    gathered: &mut Gathered,
) -> Result<()> {
    let (sources, ids, rnb_ids) = (
        columns::text(batch, 0)?,
        columns::text(batch, 1)?,
        columns::text(batch, 2)?,
    );
    let near = batch
        .column(3)
        .as_struct_opt()
        .filter(|near| near.num_columns() == 3)
        .ok_or_else(unexpected)?;
    let points = near
        .column(0)
        .as_primitive_opt::<UInt32Type>()
        .ok_or_else(unexpected)?;
    let distances = near
        .column(1)
        .as_primitive_opt::<Float64Type>()
        .ok_or_else(unexpected)?;
    let insides = near.column(2).as_boolean_opt().ok_or_else(unexpected)?;
    for row in 0..batch.num_rows() {
        let establishment = establishments.of_point(points.value(row));
        let (Some((establishment, _)), Some(source), Some(id_source)) = (
            establishment,
            columns::known(sources, row),
            columns::known(ids, row),
        ) else {
            continue;
        };
        let candidate = Candidate {
            id_source,
            rnb_id: columns::known(rnb_ids, row),
            distance_m: centimetres(distances.value(row)),
            inside: insides.value(row),
        };
        gathered
            .entry((establishment, source))
            .or_default()
            .offer(candidate);
    }
    Ok(())
}

/// To the centimetre: finer digits mean nothing, and would break ties differently from machine to machine.
fn centimetres(metres: f64) -> f64 {
    (metres * 100.0).round() / 100.0
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
        Candidate {
            id_source: format!("b{id}"),
            rnb_id: None,
            distance_m,
            inside,
        }
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_is_lost(
            offered in proptest::collection::vec((0u8..12, 0u8..50, proptest::bool::weighted(0.1)), 0..30).prop_shuffle()
        ) {
            let mut forward = Nearest::default();
            let mut backward = Nearest::default();
            offered.iter().for_each(|&(id, distance, inside)| forward.offer(candidate(id, distance, inside)));
            offered.iter().rev().for_each(|&(id, distance, inside)| backward.offer(candidate(id, distance, inside)));
            prop_assert_eq!(&forward, &backward);
            let kept = forward.into_vec();
            prop_assert!(kept.iter().filter(|c| !c.inside).count() <= KEPT);
            let inside: std::collections::BTreeSet<_> = offered.iter().filter(|o| o.2).map(|o| o.0).collect();
            prop_assert_eq!(kept.iter().filter(|c| c.inside).count(), inside.len());
        }
    }
}
