//! What a run tells while it works.

use edulac_extract::Event as Extraction;

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A source is being asked for.
    SourceStarted {
        /// `pipeline.source`.
        source: String,
    },
    /// Bytes, records or waits of a source.
    SourceProgress {
        /// `pipeline.source`.
        source: String,
        /// What happened.
        event: Extraction,
    },
    /// A source is there.
    SourceFinished {
        /// `pipeline.source`.
        source: String,
        /// Records that could be parsed.
        records: u64,
        /// Its content is the one already known.
        unchanged: bool,
    },
    /// A source cannot be had; the others are asked all the same.
    SourceFailed {
        /// `pipeline.source`.
        source: String,
        /// Why.
        error: String,
    },
    /// A source stays without rows, since its table is not in the lake.
    SourceAbsent {
        /// `pipeline.source`.
        source: String,
        /// The table.
        table: String,
    },
    /// A pipeline begins to compute.
    PipelineStarted {
        /// Its name.
        pipeline: String,
        /// Steps and tables to compute.
        work: usize,
    },
    /// A step is computed.
    StepFinished {
        /// `pipeline.step`.
        step: String,
        /// Its rows.
        rows: u64,
    },
    /// A table is checked against its contract and written to the local disk.
    TableStaged {
        /// Its name.
        table: String,
        /// Rows accepted.
        accepted: u64,
        /// Rows rejected.
        rejected: u64,
    },
    /// A table's new version is committed, not yet visible.
    TableCommitted {
        /// Its name.
        table: String,
        /// The version.
        version: u64,
    },
    /// A release is visible.
    Released {
        /// Its id.
        release: String,
    },
}

/// Receives the events of a run; called from several threads.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn event(&self, event: Event);
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn event(&self, _event: Event) {}
}
