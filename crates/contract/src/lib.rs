//! Data contracts: one ODCS 3.1.0 file per table, read, linted and compiled to checks. No engine here.
//!
//! The way of a file: [`Contract::read`] gives either a [`Contract`], which has all that the lake needs, or
//! everything that is wrong with the file, with place and remedy. [`lint_set`] then looks across contracts.
//! [`Contract::checks`] is what an engine checks rows and tables against; [`Contract::columns`] is what
//! dictionaries and file descriptions print.
//!
//! What becomes what:
//!
//! | in the file | in the checks |
//! |---|---|
//! | `required`, `primaryKey`, `logicalTypeOptions`, geometry extensions | row rules: a row that breaks one is rejected |
//! | `invalidValues` with `mustBe: 0` | a row rule of its severity |
//! | every other `quality` metric, `unique`, the key, relationships | table rules: the table is blocked |
//! | `shrinkMaxPercent`, `rejectMaxPercent` | guards: the table is held |

mod checks;
mod contract;
pub mod document;
mod extension;
mod lint;
mod meaning;
mod sentence;
mod set;
mod value;

pub use checks::{
    Checks, ColumnCheck, Comparison, Limit, Measure, RowRule, RowTest, ShrinkGuard, TableRule,
};
pub use contract::{Column, Contract, Reference};
pub use document::Scalar;
pub use extension::{
    CRS84, DEFAULT_REJECT_MAX_PERCENT, DEFAULT_SHRINK_MAX_PERCENT, EXTENSIONS, Extension, Place,
};
pub use meaning::{Across, Aggregation, Forbids, KeyKind, Notice};
pub use set::lint_set;
pub use value::{Classification, ColumnType, GeometryKind, Severity, Status, Unit, Version};

/// JSON Schema of a contract file, for editors and for the shape check.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(document::Document).to_value()
}
