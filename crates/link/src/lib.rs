//! Establishments tied to their territories ([`locate`]), to their buildings ([`buildings`]) and to each other ([`sites`]).
//!
//! Both are DataFusion plans: the small side (areas, establishments) is collected and indexed, the big
//! one streams past it, the index being carried inside a scalar function. Geometries are WKB in CRS84.
//! The order of input rows never changes the result.

pub mod buildings;
mod columns;
mod error;
pub mod locate;
pub mod sites;

pub use buildings::{LinkInputs, LinkOptions, link_schema, link_step, unlinked};
pub use error::{Error, Result};
pub use locate::{LocateOptions, Within, locate_step, located_columns};
pub use sites::{SiteInputs, sites_schema, sites_step};
