//! Connectors and the raw archive: from a source to its records, once per extract, with a receipt.

mod change_hash;
mod error;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the extractor calls it once it is here")
)]
mod fetch;
mod progress;
mod receipt;
mod redact;
mod settings;

pub use change_hash::{ChangeHash, NotAChangeHash};
pub use error::{Error, Origin, ServerMessage};
pub use progress::{Event, NoProgress, Progress};
pub use receipt::{BodyFile, ExtractId, PartReceipt, Reading, Receipt, RecordCounts, Upstream};
pub use redact::redacted;
pub use settings::{Clock, Limits, Sleeper, system_clock, system_sleeper};
