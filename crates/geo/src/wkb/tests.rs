use geo::{Geometry, MapCoords, coord, line_string, point, polygon};
use proptest::prelude::*;

use super::*;

fn square() -> Geometry<f64> {
    polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0), (x: 0.0, y: 0.0)].into()
}

fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..depth {
        bytes.extend([1, 7, 0, 0, 0, 1, 0, 0, 0]);
    }
    bytes.extend(write_point(1.0, 2.0));
    bytes
}

#[test]
fn a_point_is_21_bytes_and_reads_back() {
    let bytes = write_point(-1.6778, 48.1173);
    assert_eq!(
        bytes.to_vec(),
        write(&point!(x: -1.6778, y: 48.1173).into())
    );
    assert_eq!(point(&bytes), Ok(Some((-1.6778, 48.1173))));
    assert_eq!(read(&bytes), Ok(point!(x: -1.6778, y: 48.1173).into()));
}

#[test]
fn an_empty_point_is_empty_everywhere() {
    let bytes = write_point(f64::NAN, f64::NAN);
    assert_eq!(bbox(&bytes), Ok(None));
    assert_eq!(point(&bytes), Ok(None));
    assert_eq!(
        read(&bytes),
        Ok(Geometry::MultiPoint(geo::MultiPoint(vec![])))
    );
}

#[test]
fn ewkb_with_srid_and_iso_with_z_read_as_two_dimensions() {
    // SELECT ST_AsEWKB('SRID=2154;POINT Z (1 2 3)') of PostGIS, and its ISO form.
    let ewkb =
        from_hex("01010000A06A080000000000000000F03F00000000000000400000000000000840").unwrap();
    let iso = from_hex("01E9030000000000000000F03F00000000000000400000000000000840").unwrap();
    let big_endian = from_hex("00000000013FF00000000000004000000000000000").unwrap();
    for bytes in [ewkb, iso, big_endian] {
        assert_eq!(read(&bytes), Ok(point!(x: 1.0, y: 2.0).into()));
    }
}

#[test]
fn the_box_is_found_without_building_the_geometry() {
    assert_eq!(
        bbox(&write(&square())),
        Ok(Some(BBox {
            xmin: 0.0,
            ymin: 0.0,
            xmax: 4.0,
            ymax: 4.0
        }))
    );
    assert_eq!(kind(&write(&square())), Ok(Kind::Polygon));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let good = write(&square());
    let short = &good[..good.len() - 3];
    assert_eq!(
        read(short).unwrap_err().to_string(),
        "WKB cut short: 3 bytes missing at byte 13"
    );
    let long = [good.as_slice(), &[0, 0]].concat();
    assert_eq!(read(&long), Err(WkbError::Trailing { extra: 2 }));
    assert_eq!(read(&[7]), Err(WkbError::ByteOrder { at: 0, found: 7 }));
    assert_eq!(
        read(&[1, 8, 0, 0, 0]),
        Err(WkbError::Type { at: 1, code: 8 })
    );
    assert_eq!(from_hex("01G0"), Err(WkbError::Hex { at: 3 }));
    assert_eq!(from_hex("010"), Err(WkbError::Hex { at: 4 }));
    assert_eq!(
        read(&write_point(f64::INFINITY, 0.0)),
        Err(WkbError::NotFinite { at: 5 })
    );
}

#[test]
fn collections_in_collections_are_read_to_a_limit() {
    assert!(read(&nested(8)).is_ok());
    assert_eq!(read(&nested(100_000)), Err(WkbError::Depth));
    assert_eq!(bbox(&nested(100_000)), Err(WkbError::Depth));
}

#[test]
fn a_count_that_lies_costs_nothing() {
    let mut bytes = vec![1, 3, 0, 0, 0, 255, 255, 255, 255];
    bytes.extend([255; 4]);
    assert!(matches!(read(&bytes), Err(WkbError::Truncated { .. })));
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = (read(&bytes), bbox(&bytes), kind(&bytes), point(&bytes));
    }

    #[test]
    fn damaged_geometries_never_panic(at in 0usize..90, byte in any::<u8>()) {
        let mut bytes = write(&square());
        if let Some(slot) = bytes.get_mut(at) { *slot = byte; }
        let _ = (read(&bytes), bbox(&bytes));
    }

    #[test]
    fn what_is_written_reads_back_and_has_its_box(
        xs in proptest::collection::vec((-180.0..180.0f64, -90.0..90.0f64), 2..30)
    ) {
        let line: Geometry<f64> = geo::LineString::from(xs.clone()).into();
        let bytes = write(&line);
        prop_assert_eq!(read(&bytes).unwrap(), line);
        let found = bbox(&bytes).unwrap().unwrap();
        prop_assert!(xs.iter().all(|&(x, y)| found.contains(x, y)));
        prop_assert!(xs.iter().any(|&(x, _)| x == found.xmin) && xs.iter().any(|&(_, y)| y == found.ymax));
    }
}

#[test]
fn reading_agrees_with_the_wkb_crate() {
    let shapes = [
        square(),
        line_string![(x: 1.0, y: 2.0), (x: 3.0, y: 4.0)].into(),
    ];
    for shape in shapes {
        let shape = shape.map_coords(|c| coord! { x: c.x + 0.1, y: c.y - 0.1 });
        let bytes = write(&shape);
        assert!(::wkb::reader::read_wkb(&bytes).is_ok());
        assert_eq!(read(&bytes), Ok(shape));
    }
}
