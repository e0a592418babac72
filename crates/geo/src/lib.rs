//! Geometry: coordinate systems, binary and text forms, repair, measures, GeoParquet metadata,
//! Hilbert order, spatial indexes and the spatial functions of SQL.
//!
//! A geometry travels as **WKB**, plain and two-dimensional (`Binary`, no SRID inside), in **CRS84**
//! (x = longitude, y = latitude, degrees) once it has been normalised. Null means unknown. Reading
//! never panics, whatever the bytes.

pub mod combine;
pub mod crs;
pub mod dissolve;
mod error;
pub mod functions;
pub mod geojson;
pub mod geoparquet;
pub mod hilbert;
pub mod index;
pub mod measure;
mod overlay;
pub mod predicate;
pub mod repair;
pub mod share;
pub mod validity;
pub mod wkb;
pub mod wkt;

pub use error::{Error, Result, class_of};
pub use functions::register;
