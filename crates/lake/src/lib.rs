//! The lake: Delta tables of GeoParquet files, and releases that bind their versions.
//!
//! ```text
//! rows ─stage─▶ files on the local disk ─Publisher::commit─▶ Delta tables ─Publisher::publish─▶ release
//!                                            not yet visible ◀─┘                    visible ◀─┘
//! ```
//!
//! A lake is a folder or a prefix of a bucket:
//!
//! ```text
//! open/<table>/_delta_log/…                  the versions of a table
//! open/<table>/code_academie=24/<hash>.parquet   its files, named by their content, never changed
//! releases/log/00000042.json                 who published what, in order; creating an entry publishes
//! releases/latest.json                       follows from the log
//! releases/2026-11-23.0/                     manifest.json notes.md duckdb.sql files.txt <table>.parquet
//! releases/holds/2026-11-23.0.json       it is kept whatever its age
//! releases/gone/2026-11-02.0.json        its files are gone, its manifest and its notes are left
//! quality/2026-11-23.0/liens.json        what was measured of a release after it was published
//! ```
//!
//! The same rows, in any order, on any machine, give the same bytes, hence the same file names: a run
//! that finds nothing new writes nothing.

mod artefacts;
mod check;
mod data_file;
mod delta;
mod derived;
mod diff;
mod error;
mod feed;
mod geometry;
mod lake;
mod layout;
mod listings;
mod location;
mod lock;
mod marks;
mod measures;
mod mirror;
mod problem;
mod publisher;
mod read;
mod release;
mod release_log;
mod return_notes;
mod row_hash;
mod settings;
mod sort;
mod stage;
mod stats;
mod storage;
mod store_problem;
mod stores;
mod ties;
mod vacuum;
mod verify;
mod vintages;

pub use artefacts::whole_sha256;
pub use check::{CheckedFile, Departure, check_file};
pub use data_file::DataFile;
pub use diff::ChangeCounts;
pub use error::{Contested, Error, LayoutProblem, LocationProblem, Result, StoreProblem};
pub use feed::{Feed, FeedRequest, Tally};
pub use lake::{HistoryEntry, Lake, TableVersion, VersionFile};
pub use layout::{ContractRef, TableLayout};
pub use location::Location;
pub use lock::LakeLock;
pub use marks::{Gone, Hold};
pub use mirror::{MirrorOf, MirrorOptions, MirrorProblem, Mirrored, Subset, mirror};
pub use publisher::{Commit, Publisher, Reconciled};
pub use release::{
    Release, ReleaseDraft, ReleaseEntry, ReleasedColumn, ReleasedTable, TableDraft, WholeFile,
    Withdrawal,
};
pub use row_hash::{ROW_HASH_BYTES, row_hash_udf, row_hashes};
pub use stage::{MAX_ROWS_PER_FILE, Staged, UNKNOWN_PARTITION, stage};
pub use stores::StorageOptions;
pub use vacuum::{Kept, KeptFor, LakeVacuum, Retention, UnneededFile};
pub use verify::{Damage, DamageProblem, Verified, Verifier};
