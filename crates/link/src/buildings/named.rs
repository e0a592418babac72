//! Buildings that someone names for an establishment: the ministry, or a correction.

use std::collections::HashMap;

use arrow::datatypes::DataType;
use datafusion::prelude::DataFrame;

use super::establishments::Establishments;
use crate::Result;
use crate::columns::{self, Input};

/// What a correction decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Correction {
    Accept,
    Reject,
}

/// Establishments by the identifiers of the buildings named for them.
#[derive(Debug, Default)]
pub(super) struct Named {
    declared: HashMap<String, Vec<usize>>,
    corrected: HashMap<String, Vec<(usize, Correction, String)>>,
}

impl Named {
    /// The identifiers that the ministry declares: columns `uai`, `rnb_id`.
    pub(super) async fn declare(
        &mut self,
        frame: &DataFrame,
        establishments: &Establishments,
    ) -> Result<()> {
        let input = Input {
            name: "declared",
            frame,
        };
        let selected = vec![
            input.required("uai", DataType::Utf8)?,
            input.required("rnb_id", DataType::Utf8)?,
        ];
        for batch in frame.clone().select(selected)?.collect().await? {
            let (uais, ids) = (columns::text(&batch, 0)?, columns::text(&batch, 1)?);
            for row in 0..batch.num_rows() {
                let (Some(uai), Some(id)) = (columns::known(uais, row), columns::known(ids, row))
                else {
                    continue;
                };
                let place = establishments.of_uai(&uai).next();
                self.declared.entry(id).or_default().extend(place);
            }
        }
        Ok(())
    }

    /// Corrections: columns `uai`, `id_source` (the identifier of the building in its register), `decision` (`accepte` or `rejete`;
    /// others decide nothing), and where they exist `auteur`, `motif`.
    pub(super) async fn correct(
        &mut self,
        frame: &DataFrame,
        establishments: &Establishments,
    ) -> Result<()> {
        let input = Input {
            name: "corrections",
            frame,
        };
        let selected = vec![
            input.required("uai", DataType::Utf8)?,
            input.required("id_source", DataType::Utf8)?,
            input.required("decision", DataType::Utf8)?,
            input.optional("auteur", DataType::Utf8)?,
            input.optional("motif", DataType::Utf8)?,
        ];
        for batch in frame.clone().select(selected)?.collect().await? {
            let (uais, ids) = (columns::text(&batch, 0)?, columns::text(&batch, 1)?);
            let decisions = columns::text(&batch, 2)?;
            let (authors, motives) = (columns::text(&batch, 3)?, columns::text(&batch, 4)?);
            for row in 0..batch.num_rows() {
                let (Some(uai), Some(id)) = (columns::known(uais, row), columns::known(ids, row))
                else {
                    continue;
                };
                let decision = match columns::known(decisions, row).as_deref() {
                    Some("accepte") => Correction::Accept,
                    Some("rejete") => Correction::Reject,
                    _ => continue,
                };
                let said = [authors, motives].map(|column| columns::known(column, row));
                let said = said.into_iter().flatten().collect::<Vec<_>>().join(" : ");
                let place = establishments.of_uai(&uai).next();
                let found = self.corrected.entry(id).or_default();
                found.extend(place.map(|place| (place, decision, said)));
            }
        }
        // The last in the alphabet wins when two corrections of one pair disagree: a rejection.
        self.corrected.values_mut().for_each(|all| all.sort());
        Ok(())
    }

    /// The establishments for which the ministry declares a building.
    pub(super) fn declaring(&self, rnb_id: &str) -> &[usize] {
        self.declared.get(rnb_id).map_or(&[], Vec::as_slice)
    }

    /// The establishments for which a correction decides of a building, by its identifier in its register.
    pub(super) fn correcting(&self, id_source: &str) -> impl Iterator<Item = (usize, Correction)> {
        let found = self.corrected.get(id_source).into_iter().flatten();
        found.map(|(row, correction, _)| (*row, *correction))
    }

    /// Who corrected a pair, and why.
    pub(super) fn said(&self, row: usize, id_source: &str) -> &str {
        let mut found = self.corrected.get(id_source).into_iter().flatten();
        found
            .rfind(|(corrected, ..)| *corrected == row)
            .map_or("", |(_, _, said)| said)
    }
}
