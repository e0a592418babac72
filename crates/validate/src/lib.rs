//! Contract checks over record batches: what may enter a table, what is rejected and why, what holds a table back.
//!
//! The way of the rows of a table:
//!
//! 1. [`align`] compares the input's columns with the contract's: missing columns and wrong types stop here.
//! 2. [`RowChecker::check`] splits each batch into accepted rows, in the contract's exact columns and types, and
//!    [`Reject`]s. Accepted + rejected = read, always.
//! 3. [`TableChecks`] counts over the accepted rows, then asks the staged files what needs all rows at once
//!    (duplicates, references), and gives a [`Finding`] for each broken rule.
//! 4. [`shrink`], [`lost_columns`] and [`too_many_rejects`] are the guards: a [`Held`] table keeps its last version.

mod align;
mod checker;
mod error;
mod guard;
mod key;
mod reject;
mod schema;
mod table;
mod test;
mod value;

pub use align::{Plan, align};
pub use checker::{Checked, RowChecker};
pub use error::{Error, Misfit, Missing, Result};
pub use guard::{Held, lost_columns, shrink, too_many_rejects};
pub use reject::{READING, Reject, reject_batch, reject_schema};
pub use schema::{data_type, table_schema};
pub use table::{Finding, TableChecks};
