//! Domain values of French education data and their rules, without I/O.
//!
//! Each code is a type whose `parse` cleans what people and spreadsheets do to codes (spaces, case,
//! lost leading zeros), checks **shape and check letters only**, and says what was wrong. Whether a
//! code exists is a question for a reference table: `099` and `99xxx` are legal shapes.
//!
//! A blank cell is [`CodeError::Empty`]; callers read it as null (unknown). `Display` and serde give
//! the canonical form, and parsing it again gives the same value.

mod academie;
mod ascii;
mod ban_key;
mod clean;
mod code_postal;
mod commune;
mod departement;
mod error;
mod error_class;
mod fold;
mod kind;
mod movement;
mod passage;
pub mod problem;
mod rentree;
mod rnb_id;
mod session;
mod siren;
mod siret;
pub mod street;
mod text_form;
mod uai;
pub mod values;
mod vintage;
mod year;

pub use academie::Academie;
pub use ban_key::BanKey;
pub use code_postal::CodePostal;
pub use commune::{CommuneAtVintage, CommuneCode};
pub use departement::Departement;
pub use error::{CodeError, Fault};
pub use error_class::ErrorClass;
pub use fold::fold;
pub use kind::{CodeKind, ValueKind};
pub use movement::{Movement, MovementKind};
pub use passage::{Arrival, Movements, Passage};
pub use problem::Problem;
pub use rentree::Rentree;
pub use rnb_id::{RnbId, split_rnb_ids};
pub use session::Session;
pub use siren::Siren;
pub use siret::Siret;
pub use uai::Uai;
pub use vintage::Vintage;
