//! Geometry to WKB.

use ::wkb::Endianness;
use ::wkb::writer::{WriteOptions, write_geometry};
use geo::Geometry;

use super::WkbError;

/// The WKB of a geometry: 2D, little endian.
#[must_use]
pub fn write(geometry: &Geometry<f64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = WriteOptions {
        endianness: Endianness::LittleEndian,
    };
    // Writing to memory fails only past 4 billion positions, which no memory here holds.
    if write_geometry(&mut bytes, geometry, &options).is_err() {
        bytes.clear();
    }
    bytes
}

/// The WKB of a point.
#[must_use]
pub fn write_point(x: f64, y: f64) -> [u8; 21] {
    let mut bytes = [0; 21];
    bytes[0] = 1;
    bytes[1] = 1;
    bytes[5..13].copy_from_slice(&x.to_le_bytes());
    bytes[13..].copy_from_slice(&y.to_le_bytes());
    bytes
}

/// The bytes of a hexadecimal text, as PostGIS prints WKB. They are not yet checked to be a geometry.
///
/// # Errors
/// [`WkbError::Hex`] for anything but pairs of hexadecimal digits.
pub fn from_hex(text: &str) -> Result<Vec<u8>, WkbError> {
    let digits = text.trim().as_bytes();
    let nibble = |index: usize| {
        let digit = digits.get(index).map(|&byte| char::from(byte));
        digit
            .and_then(|c| c.to_digit(16))
            .map(|d| d as u8)
            .ok_or(WkbError::Hex { at: index + 1 })
    };
    (0..digits.len())
        .step_by(2)
        .map(|at| Ok(nibble(at)? << 4 | nibble(at + 1)?))
        .collect()
}
