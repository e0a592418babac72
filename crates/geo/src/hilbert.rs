//! The order of rows inside a partition: along a Hilbert curve over the world, so that neighbours on
//! the ground are neighbours in the file and the bounding boxes of row groups stay small.

use crate::Result;
use crate::wkb;

/// 31 bits an axis: cells of 1.9 cm by 0.9 cm at the equator, and a key that fits a signed 64-bit integer.
const ORDER: u8 = 31;
const CELLS: f64 = (1u32 << ORDER) as f64;

/// The key of a null or empty geometry: after every other one.
pub const NULL_LAST: u64 = i64::MAX as u64;

/// The key of a point, degrees of CRS84. Points outside the world's box are brought to its edge.
#[must_use]
pub fn key(lon: f64, lat: f64) -> u64 {
    fast_hilbert::xy2h(cell(lon, 180.0), cell(lat, 90.0), ORDER)
}

/// The key of a geometry: of the centre of its bounding box; [`NULL_LAST`] for null and for empty ones.
///
/// # Errors
/// Unreadable WKB.
pub fn key_of_wkb(wkb: Option<&[u8]>) -> Result<u64> {
    let Some(bytes) = wkb else {
        return Ok(NULL_LAST);
    };
    Ok(wkb::bbox(bytes)?.map_or(NULL_LAST, |bbox| {
        let (lon, lat) = bbox.center();
        key(lon, lat)
    }))
}

fn cell(degrees: f64, half: f64) -> u32 {
    let share = (degrees + half) / (2.0 * half);
    // `as` saturates, and takes NaN to 0.
    ((share * CELLS) as u32).min((1 << ORDER) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_the_ground_have_closer_keys_than_distant_places() {
        let rennes = key(-1.6778, 48.1173);
        let next_street = key(-1.6770, 48.1175);
        let saint_denis = key(55.4481, -20.8789);
        assert!(rennes.abs_diff(next_street) < rennes.abs_diff(saint_denis) / 1_000);
    }

    #[test]
    fn every_point_sorts_before_null() {
        for (lon, lat) in [
            (180.0, 90.0),
            (-180.0, -90.0),
            (180.0, -90.0),
            (1e9, f64::NAN),
            (0.0, 0.0),
        ] {
            assert!(key(lon, lat) < NULL_LAST);
        }
        assert_eq!(key_of_wkb(None).unwrap(), NULL_LAST);
    }

    #[test]
    fn unreadable_bytes_are_an_error() {
        assert!(key_of_wkb(Some(&[1, 2])).is_err());
    }
}
