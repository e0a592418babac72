//! Well-known text, as BD TOPO, the RNB and spreadsheets write it, straight to WKB.
//!
//! Read: WKT and EWKT (`SRID=4326;POINT(..)`), any case, Z and M dropped, `EMPTY`. Millions of footprints
//! come this way, so positions go from text to bytes without a geometry between.

mod scan;

use ::wkt::ToWkt;
use geo::Geometry;

use scan::Scanner;

/// Why a text is not WKT.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WktError {
    /// Something else than what must stand there.
    #[error("WKT: {expected} expected at character {at}")]
    Expected {
        /// Byte of the text, from 1.
        at: usize,
        /// What must stand there.
        expected: &'static str,
    },
    /// Collections inside collections, deeper than anything meaningful.
    #[error("WKT nested more than {} levels deep", scan::MAX_DEPTH)]
    Depth,
}

/// The WKB (2D, little endian) of a text.
///
/// # Errors
/// The first place where the text is not WKT.
pub fn to_wkb(text: &str) -> Result<Vec<u8>, WktError> {
    let mut bytes = Vec::with_capacity(text.len() / 2 + 32);
    append_wkb(text, &mut bytes)?;
    Ok(bytes)
}

/// Appends the WKB of a text to `bytes` and returns the SRID that EWKT names. After an error `bytes`
/// holds what had been written so far.
///
/// # Errors
/// The first place where the text is not WKT.
pub fn append_wkb(text: &str, bytes: &mut Vec<u8>) -> Result<Option<u32>, WktError> {
    let mut scanner = Scanner::new(text);
    let srid = scanner.srid()?;
    scanner.geometry(bytes, 0)?;
    scanner.end()?;
    Ok(srid)
}

/// The text of a geometry, as `POINT(2.35 48.85)`, with as many decimals as tell the number apart.
#[must_use]
pub fn write(geometry: &Geometry<f64>) -> String {
    geometry.wkt_string()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use proptest::prelude::*;

    use super::*;
    use crate::wkb;

    fn read(text: &str) -> Geometry<f64> {
        wkb::read(&to_wkb(text).unwrap()).unwrap()
    }

    #[test]
    fn every_type_reads_as_the_wkt_crate_reads_it() {
        for text in [
            "POINT(2.3522 48.8566)",
            "LINESTRING(1 2,3 4)",
            "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 1))",
            "MULTIPOINT((1 2),(3 4))",
            "MULTILINESTRING((1 2,3 4),(5 6,7 8))",
            "MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((10 10,14 10,14 14,10 10)))",
            "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))",
            "POLYGON((-1.5e0 4.7E+1,1e-3 0.5,+2. .5,-1.5e0 4.7E+1))",
        ] {
            let oracle = ::wkt::Wkt::<f64>::from_str(text);
            if let Ok(oracle) = oracle {
                assert_eq!(read(text), Geometry::try_from(oracle).unwrap(), "{text}");
            }
            assert_eq!(read(&write(&read(text))), read(text));
        }
    }

    #[test]
    fn the_forms_of_the_sources_read_as_two_dimensions() {
        let flat = read(
            "POLYGON((355577.8 6689723.1,355590 6689723.1,355590 6689730,355577.8 6689723.1))",
        );
        for text in [
            "POLYGON Z ((355577.8 6689723.1 12.5,355590 6689723.1 12.5,355590 6689730 12.5,355577.8 6689723.1 12.5))",
            "POLYGONZ((355577.8 6689723.1 12.5,355590 6689723.1 12.5,355590 6689730 12.5,355577.8 6689723.1 12.5))",
            "SRID=2154;polygon ((355577.8 6689723.1 , 355590 6689723.1,355590 6689730,\n 355577.8 6689723.1))",
            "Polygon ZM((355577.8 6689723.1 1 2,355590 6689723.1 1 2,355590 6689730 1 2,355577.8 6689723.1 1 2))",
        ] {
            assert_eq!(read(text), flat, "{text}");
        }
        assert_eq!(
            append_wkb("SRID=4326;POINT(1 2)", &mut Vec::new()),
            Ok(Some(4326))
        );
        assert_eq!(
            read("MULTIPOINT(1 2, 3 4)"),
            read("MULTIPOINT((1 2),(3 4))")
        );
    }

    #[test]
    fn empty_geometries_have_no_box() {
        for text in [
            "POINT EMPTY",
            "POLYGON EMPTY",
            "MULTIPOLYGON Z EMPTY",
            "GEOMETRYCOLLECTION EMPTY",
            "linestring empty",
        ] {
            assert_eq!(wkb::bbox(&to_wkb(text).unwrap()), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, message) in [
            ("", "WKT: a geometry type expected at character 1"),
            ("POINT(1)", "WKT: a number expected at character 8"),
            ("POINT(1 2", "WKT: `)` expected at character 10"),
            ("LINESTRING(1 2", "WKT: `,` or `)` expected at character 15"),
            ("POINT(1 2) x", "WKT: the end expected at character 12"),
            ("POINT(1 2,3 4)", "WKT: `)` expected at character 10"),
            (
                "CIRCLE(1 2)",
                "WKT: a geometry type expected at character 1",
            ),
            (
                "SRID=x;POINT(1 2)",
                "WKT: a number after `SRID=` expected at character 6",
            ),
            ("POINT(1,5 2,5)", "WKT: a number expected at character 8"),
            ("POINT(nan 2)", "WKT: a number expected at character 7"),
            ("POINT(1e999 2)", "WKT: a number expected at character 7"),
        ] {
            assert_eq!(to_wkb(text).unwrap_err().to_string(), message, "{text}");
        }
        let deep = "GEOMETRYCOLLECTION(".repeat(10_000);
        assert_eq!(to_wkb(&deep), Err(WktError::Depth));
    }

    #[test]
    #[ignore = "a measurement"]
    fn a_million_footprints() {
        let ring: Vec<_> = (0..9)
            .map(|k| format!("355368.{k}40916{k} 6688312.0032212{k}5 27.3"))
            .collect();
        let text = format!("POLYGON Z (({},{}))", ring.join(","), ring[0]);
        let start = std::time::Instant::now();
        let mut bytes = Vec::new();
        for _ in 0..1_000_000 {
            bytes.clear();
            append_wkb(&text, &mut bytes).unwrap();
        }
        println!(
            "1,000,000 footprints of 10 positions: {:?}",
            start.elapsed()
        );
        let start = std::time::Instant::now();
        for _ in 0..100_000 {
            let oracle = ::wkt::Wkt::<f64>::from_str(&text).unwrap();
            assert!(matches!(oracle, ::wkt::Wkt::Polygon(_)));
        }
        println!("100,000 of them by the wkt crate: {:?}", start.elapsed());
    }

    proptest! {
        #[test]
        fn numbers_are_read_to_the_last_bit(x in any::<f64>().prop_filter("finite", |x| x.is_finite()), y in -180.0..180.0f64) {
            let bytes = to_wkb(&format!("POINT({x} {y:.9})")).unwrap();
            let rounded: f64 = format!("{y:.9}").parse().unwrap();
            prop_assert_eq!(wkb::point(&bytes).unwrap(), Some((x, rounded)));
        }

        #[test]
        fn random_text_never_panics(text in "[A-Z ]{0,12}[(,) 0-9.eE+-]{0,40}") {
            if let Ok(bytes) = to_wkb(&text) {
                prop_assert!(wkb::read(&bytes).is_ok());
            }
        }
    }
}
