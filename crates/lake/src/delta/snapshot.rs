//! One version of a table.

use std::collections::BTreeMap;

use deltalake_core::kernel::LogicalFileView;
use deltalake_core::table::state::DeltaTableState;
use serde_json::Value;

use crate::error::{Error, Result};

/// One version of a table, as its log tells it.
pub(crate) struct Snapshot {
    table: String,
    state: DeltaTableState,
}

impl Snapshot {
    pub(super) fn new(table: String, state: DeltaTableState) -> Self {
        Self { table, state }
    }

    pub(crate) fn version(&self) -> u64 {
        self.state.version()
    }

    pub(super) fn state(&self) -> &DeltaTableState {
        &self.state
    }

    pub(super) fn views(&self) -> Result<Vec<LogicalFileView>> {
        let data = self
            .state
            .snapshot()
            .try_log_data()
            .map_err(|e| Error::delta(&self.table, e))?;
        Ok(data.iter().collect())
    }

    /// Size and rows of each file, by its path below the table.
    pub(crate) fn files(&self) -> Result<BTreeMap<String, (u64, Option<u64>)>> {
        let sizes = |view: &LogicalFileView| {
            let rows = view.num_records().map(|n| n as u64);
            (u64::try_from(view.size()).unwrap_or(0), rows)
        };
        Ok(self
            .views()?
            .iter()
            .map(|v| (v.path().into_owned(), sizes(v)))
            .collect())
    }

    /// The `metaData` action in force.
    pub(super) fn metadata(&self) -> Result<Value> {
        serde_json::to_value(self.state.metadata())
            .map_err(|e| Error::metadata(format!("{}/_delta_log", self.table), e))
    }
}
