//! Establishments tied to their territories ([`locate`]) and to their buildings ([`buildings`]).
//!
//! Both are DataFusion plans: the small side (areas, establishments) is collected and indexed, the big
//! one streams past it, the index being carried inside a scalar function. Geometries are WKB in CRS84.
//! The order of input rows never changes the result.

pub mod buildings;
mod columns;
mod error;
pub mod locate;

pub use buildings::{LinkOptions, link_schema, link_step, unlinked};
pub use error::{Error, Result};
pub use locate::{LocateOptions, Within, locate_step, located_columns};
