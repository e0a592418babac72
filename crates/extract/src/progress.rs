//! What an extraction tells while it works.

/// A step of an extraction that takes time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Bytes of a body received so far.
    Received {
        /// The part (a département), when the source has several.
        part: Option<String>,
        /// Bytes so far.
        bytes: u64,
        /// Bytes in all, when the server says it.
        total: Option<u64>,
    },
    /// Records read so far.
    Read {
        /// Records so far, whatever their fate.
        records: u64,
    },
    /// Waiting before another attempt.
    Waiting {
        /// For how long, in milliseconds.
        milliseconds: u64,
    },
}

/// Receives the events of an extraction; called from several threads.
pub trait Progress: Send + Sync {
    /// Something happened to this source.
    fn event(&self, source: &str, event: Event);
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn event(&self, _source: &str, _event: Event) {}
}
