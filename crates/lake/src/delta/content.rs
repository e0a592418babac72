//! What a table is to hold after a commit.

use chrono::{DateTime, Utc};
use deltalake_core::kernel::{Add, LogicalFileView};
use serde_json::Value;

use super::schema;
use super::snapshot::Snapshot;
use crate::data_file::DataFile;
use crate::error::Result;
use crate::layout::TableLayout;

/// All files of a table, and what its log says about their columns.
pub(crate) struct Content {
    pub(super) metadata: Value,
    pub(super) adds: Vec<Add>,
    pub(super) rows: u64,
}

impl Content {
    /// Staged files under a layout.
    pub(crate) fn staged(
        layout: &TableLayout,
        files: &[DataFile],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let adds = files.iter().map(|file| add_of(file, now)).collect();
        let rows = files.iter().map(|f| f.rows).sum();
        Ok(Self {
            metadata: schema::metadata(layout)?,
            adds,
            rows,
        })
    }

    /// The content of an earlier version; with none, no file under the columns of `head`.
    pub(crate) fn earlier(version: Option<&Snapshot>, head: &Snapshot) -> Result<Self> {
        let metadata = version.unwrap_or(head).metadata()?;
        let views = version.map_or_else(|| Ok(Vec::new()), Snapshot::views)?;
        let rows = views
            .iter()
            .filter_map(LogicalFileView::num_records)
            .sum::<usize>() as u64;
        Ok(Self {
            metadata,
            adds: views.iter().map(add_of_view).collect(),
            rows,
        })
    }
}

fn add_of(file: &DataFile, now: DateTime<Utc>) -> Add {
    Add {
        path: file.path.clone(),
        partition_values: file.partition.clone().into_iter().collect(),
        size: i64::try_from(file.bytes).unwrap_or(i64::MAX),
        modification_time: now.timestamp_millis(),
        data_change: true,
        stats: file.stats.clone(),
        ..Add::default()
    }
}

fn add_of_view(view: &LogicalFileView) -> Add {
    Add {
        path: view.path().into_owned(),
        partition_values: view.partition_values_map(),
        size: view.size(),
        modification_time: view.modification_time(),
        data_change: true,
        stats: view.stats(),
        ..Add::default()
    }
}
