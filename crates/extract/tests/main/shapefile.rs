//! Shapefiles.

use std::io::Cursor;

use edulac_extract::Error;
use serde_json::{Value, json};
use shapefile::{Point, PointZ, Polygon, PolygonRing, ShapeWriter};

use crate::bodies::zip;
use crate::support::{Project, counts, file, lines, schema, unreadable};

fn format() -> Value {
    json!({"type": "shapefile"})
}

fn points(points: &[(f64, f64)]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let writer = ShapeWriter::new(&mut bytes);
    let points: Vec<_> = points
        .iter()
        .map(|&(x, y)| PointZ::new(x, y, 30.0, 0.0))
        .collect();
    writer.write_shapes(&points).unwrap();
    bytes.into_inner()
}

/// A column (name, type, width) of a table, and its cells.
type Column<'a> = ((&'a str, u8, u8), &'a [&'a [u8]]);

/// A `.dbf`; the marks of the records are ` ` or `*`.
fn dbf(marks: &[u8], columns: &[Column<'_>]) -> Vec<u8> {
    let width: u16 = columns
        .iter()
        .map(|((_, _, width), _)| u16::from(*width))
        .sum();
    let header = 32 + 32 * columns.len() as u16 + 1;
    let mut table = vec![3, 126, 11, 23];
    table.extend((marks.len() as u32).to_le_bytes());
    table.extend(header.to_le_bytes());
    table.extend((width + 1).to_le_bytes());
    table.resize(32, 0);
    for ((name, kind, width), _) in columns {
        let mut column = [0; 32];
        column[..name.len()].copy_from_slice(name.as_bytes());
        column[11] = *kind;
        column[16] = *width;
        table.extend(column);
    }
    table.push(0x0d);
    for (row, mark) in marks.iter().enumerate() {
        table.push(*mark);
        for ((_, kind, width), cells) in columns {
            let padding = vec![b' '; usize::from(*width) - cells[row].len()];
            if *kind == b'C' {
                table.extend(cells[row]);
                table.extend(padding);
            } else {
                table.extend(padding);
                table.extend(cells[row]);
            }
        }
    }
    table.push(0x1a);
    table
}

fn table() -> Vec<u8> {
    dbf(
        b"  ",
        &[
            (("NOM", b'C', 10), &["Préau".as_bytes(), b" deux"]),
            (("HAUTEUR", b'N', 8), &[b"12.50", b""]),
            (("DATE", b'D', 8), &[b"20261123", b""]),
        ],
    )
}

#[tokio::test]
async fn a_record_is_its_texts_and_its_shape_in_x_and_y() {
    let project = Project::with("a.shp", points(&[(700_000.5, 6_600_000.25), (1.0, 2.0)]));
    project.write("a.dbf", table());
    let extract = project.extract(&file("a.shp", &format())).await;
    assert_eq!(
        schema(&extract)[..4],
        ["NOM:Utf8", "HAUTEUR:Utf8", "DATE:Utf8", "geometry:Binary"]
    );
    assert_eq!(
        lines(&extract),
        [
            "1| Préau | 12.50 | 20261123 | POINT(700000.5 6600000.25)",
            "2|  deux | - | - | POINT(1 2)",
        ]
    );
}

#[tokio::test]
async fn a_zip_gives_the_layer_that_the_pattern_names_with_its_own_table() {
    let layer = points(&[(1.0, 2.0), (3.0, 4.0)]);
    let body = zip(&[
        ("D012/BATIMENT.shp", &layer),
        ("D012/BATIMENT.DBF", &table()),
        ("D012/COMMUNE.shp", &points(&[])),
        ("D012/COMMUNE.dbf", &dbf(b"", &[(("NOM", b'C', 10), &[])])),
    ]);
    let project = Project::with("a.zip", body);
    let format = json!({"type": "shapefile", "member": "batiment.shp"});
    let extract = project.extract(&file("a.zip", &format)).await;
    assert_eq!(
        lines(&extract)[0],
        "1| Préau | 12.50 | 20261123 | POINT(1 2)"
    );
}

#[tokio::test]
async fn the_encoding_is_the_declared_one_then_that_of_the_cpg_then_utf_8() {
    let latin: &[u8] = b"Pr\xe9au";
    let table = dbf(b" ", &[(("NOM", b'C', 10), &[latin])]);
    let project = Project::with("a.shp", points(&[(1.0, 2.0)]));
    project.write("a.dbf", table);
    let utf8 = project.extract(&file("a.shp", &format())).await;
    assert_eq!(
        unreadable(&utf8),
        ["1 at -: column `NOM` is not UTF-8 text: Pr\u{fffd}au     "]
    );
    let declared = json!({"type": "shapefile", "encoding": "windows-1252"});
    let declared = project.extract(&file("a.shp", &declared)).await;
    assert_eq!(lines(&declared), ["1| Préau | POINT(1 2)"]);
    for label in ["1252", "ISO-8859-1", "ANSI 1252", "88591", "latin1\r\n"] {
        project.write("a.cpg", label);
        let extract = project.extract(&file("a.shp", &format())).await;
        assert_eq!(lines(&extract), ["1| Préau | POINT(1 2)"], "{label}");
    }
    project.write("a.cpg", "LDID/87");
    let error = project.refusal(&file("a.shp", &format())).await;
    assert!(matches!(error, Error::Encoding { .. }), "{error}");
}

#[tokio::test]
async fn a_character_cut_by_the_width_of_its_column_is_left_out() {
    let project = Project::with("a.shp", points(&[(1.0, 2.0)]));
    let cut = &"Écolé".as_bytes()[..6];
    project.write("a.dbf", dbf(b" ", &[(("NOM", b'C', 6), &[cut])]));
    let extract = project.extract(&file("a.shp", &format())).await;
    assert_eq!(lines(&extract), ["1| Écol | POINT(1 2)"]);
}

#[tokio::test]
async fn holes_null_shapes_and_deleted_records_are_what_they_are() {
    let ring = |x: f64, side: f64| {
        let corners = [
            (x, x),
            (x, x + side),
            (x + side, x + side),
            (x + side, x),
            (x, x),
        ];
        corners.map(|(x, y)| Point::new(x, y)).to_vec()
    };
    let mut hole = ring(1.0, 1.0);
    hole.reverse();
    let polygon = Polygon::with_rings(vec![
        PolygonRing::Outer(ring(0.0, 4.0)),
        PolygonRing::Inner(hole),
    ]);
    let mut bytes = Cursor::new(Vec::new());
    {
        let mut writer = ShapeWriter::new(&mut bytes);
        writer.write_shape(&polygon).unwrap();
        writer.write_shape(&polygon).unwrap();
        writer.finalize().unwrap();
    }
    let project = Project::with("a.shp", bytes.into_inner());
    project.write("a.dbf", dbf(b" *", &[(("N", b'N', 3), &[b"1", b"2"])]));
    let extract = project.extract(&file("a.shp", &format())).await;
    assert_eq!(
        lines(&extract),
        ["1| 1 | MULTIPOLYGON(((0 0,0 4,4 4,4 0,0 0),(1 1,2 1,2 2,1 2,1 1)))"]
    );
    assert_eq!(counts(&extract), (1, 0, 1));
}

#[tokio::test]
async fn a_shapefile_whose_halves_do_not_match_is_refused() {
    for (shapes, expected) in [
        (vec![(1.0, 2.0)], "more records"),
        (vec![(1.0, 2.0); 3], "fewer records"),
    ] {
        let project = Project::with("a.shp", points(&shapes));
        project.write("a.dbf", table());
        let error = project.refusal(&file("a.shp", &format())).await;
        assert!(matches!(error, Error::Malformed { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let project = Project::with("a.shp", points(&[(1.0, 2.0)]));
    let error = project.refusal(&file("a.shp", &format())).await;
    assert!(matches!(error, Error::NoTable { .. }), "{error}");
}

#[tokio::test]
async fn what_is_no_shapefile_is_refused() {
    for body in [&b"not shapes"[..], &[0; 200]] {
        let project = Project::with("a.shp", body);
        project.write("a.dbf", table());
        let error = project.refusal(&file("a.shp", &format())).await;
        assert!(matches!(error, Error::Malformed { .. }), "{error}");
    }
}
