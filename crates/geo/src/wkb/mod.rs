//! Well-known binary: the form of every geometry in our files.
//!
//! Written: two-dimensional, little endian, ISO. Read: either byte order, ISO or EWKB, Z and M dropped,
//! SRID ignored. An empty point (NaN, NaN) reads as an empty multipoint, since a point always has
//! coordinates; other coordinates must be finite.

mod read;
mod scan;
mod shape;
#[cfg(test)]
mod tests;
mod write;

pub use read::read;
pub use scan::{bbox, kind, point};
pub use shape::{BBox, Kind};
pub use write::{from_hex, write, write_point};

/// Why bytes are not the WKB of a geometry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WkbError {
    /// The bytes end before the geometry does.
    #[error("WKB cut short: {missing} bytes missing at byte {at}")]
    Truncated {
        /// Where more was needed.
        at: usize,
        /// How many bytes at least.
        missing: usize,
    },
    /// The geometry ends before the bytes do.
    #[error("WKB followed by {extra} bytes that belong to nothing")]
    Trailing {
        /// How many.
        extra: usize,
    },
    /// A byte order mark other than 0 and 1.
    #[error("WKB byte order {found} at byte {at}, 0 or 1 expected")]
    ByteOrder {
        /// Where.
        at: usize,
        /// The mark.
        found: u8,
    },
    /// A geometry type that is none of the seven simple ones, or not allowed at its place.
    #[error(
        "WKB geometry type {code} at byte {at} is not one we read there (point to geometry collection, without curves)"
    )]
    Type {
        /// Where.
        at: usize,
        /// The type code.
        code: u32,
    },
    /// Collections inside collections, deeper than anything meaningful.
    #[error("WKB nested more than {} levels deep", scan::MAX_DEPTH)]
    Depth,
    /// NaN or infinite where a number is needed.
    #[error("WKB coordinate at byte {at} is not a finite number")]
    NotFinite {
        /// Where.
        at: usize,
    },
    /// A text that is not hexadecimal.
    #[error("not hexadecimal at character {at}")]
    Hex {
        /// From 1.
        at: usize,
    },
}
