//! Codes, values and geometries of the sources brought to one form: SQL functions and the steps
//! `normalise` and `passage`.
//!
//! The rule of the crate: what cannot be read becomes null **and** a problem on the row (column `_problemes`), never
//! a wrong value and never an error of the run. What the problem is worth (a reject or a remark) is for the contract.
//!
//! The functions are registered by name in one place ([`register`]), so that plans can be shipped and rebuilt.

mod codes;
mod error;
mod movement;
mod passage;
mod position;
mod precision;
mod problems;
mod shape;
mod step;
mod street;
mod text;
mod values;

pub use error::Error;
pub use passage::{COMMUNE_COLUMN, MOVEMENT_COLUMNS, passage, passage_schema};
pub use step::normalise;

use datafusion::prelude::SessionContext;
use edulac_model::{CodeKind, ValueKind};

/// Registers the functions of this crate: `clean_<kind>(text)` for each kind of code, `parse_<kind>(text)` for each
/// kind of value, `commune_movement(number)`, `row_problems`, `position`, `shape` and `street_name(text)`.
pub fn register(ctx: &SessionContext) {
    for kind in CodeKind::ALL {
        ctx.register_udf(codes::clean(kind));
    }
    for kind in ValueKind::ALL {
        ctx.register_udf(values::parse(kind));
    }
    ctx.register_udf(movement::udf());
    ctx.register_udf(problems::udf());
    ctx.register_udf(position::udf());
    ctx.register_udf(shape::udf());
    ctx.register_udf(street::udf());
}
