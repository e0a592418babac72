//! Whether a key may repeat, told while rows pass.

use arrow::array::{ArrayRef, RecordBatch};
use datafusion::common::hash_utils::{QualityRandomState, create_hashes};
use edulac_contract::{Measure, TableRule};

/// Hashes of the values of a key, eight bytes a row. Without two that are equal no key repeats, and the table need not be
/// grouped; with two, grouping it tells whether they are one key or one chance.
pub(super) struct Keys {
    columns: Vec<String>,
    /// None when a row could not be hashed: then anything may repeat.
    hashes: Option<Vec<u64>>,
}

impl Keys {
    /// For a rule on duplicates.
    pub(super) fn new(rule: &TableRule) -> Option<Self> {
        let Measure::Duplicates { columns } = &rule.measure else {
            return None;
        };
        Some(Self {
            columns: columns.clone(),
            hashes: Some(Vec::new()),
        })
    }

    pub(super) fn add(&mut self, accepted: &RecordBatch) {
        let Some(all) = &mut self.hashes else { return };
        let columns: Option<Vec<ArrayRef>> = self
            .columns
            .iter()
            .map(|column| accepted.column_by_name(column).cloned())
            .collect();
        // Any fixed seed does: the hashes are compared among themselves only.
        let seeds = QualityRandomState::with_seed(1);
        let mut hashes = vec![0; accepted.num_rows()];
        let hashed = columns.is_some_and(|columns| {
            create_hashes(&columns, &seeds, &mut hashes).is_ok() && !columns.is_empty()
        });
        match hashed {
            true => all.extend_from_slice(&hashes),
            false => self.hashes = None,
        }
    }

    pub(super) fn may_repeat(&mut self) -> bool {
        let Some(hashes) = &mut self.hashes else {
            return true;
        };
        hashes.sort_unstable();
        hashes.windows(2).any(|pair| pair[0] == pair[1])
    }
}
