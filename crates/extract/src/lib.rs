//! Connectors and the raw archive: from a source to its records.
//!
//! ```text
//! source ─fetch─▶ body, byte for byte ─read─▶ records.parquet + unreadable.jsonl
//!                        └────────── raw/<pipeline.source>/<extract id>/ ──────────┘
//! ```
//!
//! [`Extractor::extract`] asks a source for what is new, archives it with its [`Receipt`], reads it, and says whether
//! its content is the one already known, whatever the order of its records. Records have the columns of the source
//! under the names of today, then `_source`, `_extrait`, `_partie`, `_ligne`, which find a record again in its body.

mod address;
mod archive;
mod body;
mod change_hash;
mod error;
mod extractor;
mod fetch;
mod lent;
mod parts;
mod post;
mod progress;
mod read;
mod receipt;
mod redact;
mod retention;
mod settings;

pub use address::{asked, is_played_by_a_folder};
pub use archive::Archive;
pub use change_hash::{ChangeHash, NotAChangeHash};
pub use error::{Error, Origin, ServerMessage};
pub use extractor::{Extract, Extractor, Options};
pub use fetch::{WatchState, Watched};
pub use lent::BodyFault;
pub use post::post_json;
pub use progress::{Event, NoProgress, Progress};
pub use read::{UnreadableRecord, format_of};
pub use receipt::{BodyFile, ExtractId, PartReceipt, Reading, Receipt, RecordCounts, Upstream};
pub use redact::redacted;
pub use settings::{Clock, Limits, Sleeper, system_clock, system_sleeper};
