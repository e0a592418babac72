use arrow::array::{
    ArrayRef, BinaryArray, BinaryViewArray, LargeBinaryArray, RecordBatch, StringViewArray,
};
use arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::SessionContext;

use super::*;
use crate::wkt;

/// The only value of a query of one row and one column, as text; `NULL` for null.
async fn value(sql: &str) -> Result<String, String> {
    let ctx = SessionContext::new();
    register(&ctx);
    let found = async { ctx.sql(sql).await?.collect().await }
        .await
        .map_err(|error| error.to_string())?;
    let text = pretty_format_batches(&found).unwrap().to_string();
    let cell = text
        .lines()
        .nth(3)
        .unwrap()
        .trim_matches('|')
        .trim()
        .to_owned();
    Ok(if cell.is_empty() {
        "NULL".to_owned()
    } else {
        cell
    })
}

const SQUARE: &str = "st_geomfromtext('POLYGON((2 48,2.001 48,2.001 48.001,2 48.001,2 48))')";

#[tokio::test]
async fn each_function_gives_its_value_and_null_for_null() {
    let square = SQUARE;
    let cases = [
        (
            "st_astext(st_geomfromtext('SRID=4326;POINT Z (1 2 3)'))".to_owned(),
            "POINT(1 2)",
        ),
        ("st_geomfromtext('POINT(1,5 2)')".into(), "NULL"),
        ("st_geomfromtext(NULL)".into(), "NULL"),
        (
            "st_astext(st_geomfromhexwkb('0101000000000000000000F03F0000000000000040'))".into(),
            "POINT(1 2)",
        ),
        ("st_geomfromhexwkb('01zz')".into(), "NULL"),
        (
            "st_astext(st_geomfromwkb(X'0101000000000000000000F03F0000000000000040'))".into(),
            "POINT(1 2)",
        ),
        ("st_geomfromwkb(X'01')".into(), "NULL"),
        (
            r#"st_astext(st_geomfromgeojson('{"type":"Point","coordinates":[1,2]}'))"#.into(),
            "POINT(1 2)",
        ),
        ("st_geomfromgeojson('{}')".into(), "NULL"),
        (
            "st_asgeojson(st_point(1, 2.5))".into(),
            r#"{"type":"Point","coordinates":[1.0,2.5]}"#,
        ),
        ("st_point(1, NULL)".into(), "NULL"),
        ("st_x(st_point(1.5, 2.5))".into(), "1.5"),
        ("st_y(st_point(1.5, 2.5))".into(), "2.5"),
        (format!("st_x({square})"), "NULL"),
        (format!("st_xmin({square})"), "2.0"),
        (format!("st_ymin({square})"), "48.0"),
        (format!("st_xmax({square})"), "2.001"),
        (format!("st_ymax({square})"), "48.001"),
        (format!("st_bbox({square})['ymax']"), "48.001"),
        ("st_bbox(NULL)".into(), "NULL"),
        (format!("st_geometrytype({square})"), "Polygon"),
        (format!("round(st_area_m2({square}))"), "8298.0"),
        (
            format!("round(st_distance_m({square}, st_point(2.002, 48.0005)), 1)"),
            "74.6",
        ),
        (
            "round(st_distance_m(st_point(2.3522, 48.8566), st_point(-1.5536, 47.2184)))".into(),
            "343463.0",
        ),
        ("st_distance_m(st_point(1, 2), NULL)".into(), "NULL"),
        (format!("st_intersects({square}, st_point(2, 48))"), "true"),
        (format!("st_contains({square}, st_point(2, 48))"), "false"),
        (
            format!("st_contains({square}, st_point(2.0005, 48.0005))"),
            "true",
        ),
        (
            format!("st_within(st_point(2.0005, 48.0005), {square})"),
            "true",
        ),
        (
            format!("st_contains({square}, st_pointonsurface({square}))"),
            "true",
        ),
        (
            "st_astext(st_centroid(st_geomfromtext('LINESTRING(0 0,2 2)')))".into(),
            "POINT(1 1)",
        ),
        (
            "st_centroid(st_geomfromtext('POLYGON EMPTY'))".into(),
            "NULL",
        ),
        (
            "st_isvalid(st_geomfromtext('POLYGON((0 0,0 10,10 0,10 10,0 0))'))".into(),
            "false",
        ),
        (
            "st_isvalid(st_makevalid(st_geomfromtext('POLYGON((0 0,0 10,10 0,10 10,0 0))')))"
                .into(),
            "true",
        ),
        ("hilbert(NULL)".into(), "9223372036854775807"),
        ("hilbert(st_point(0, 0)) < hilbert(NULL)".into(), "true"),
        (
            "round(st_x(st_transform(st_point(652469.023, 6862035.259), 2154)), 6)".into(),
            "2.3522",
        ),
        (
            "round(st_y(st_transform(st_point(652469.023, 6862035.259), 'EPSG:2154', 4326)), 6)"
                .into(),
            "48.8566",
        ),
        (
            "round(st_x(st_transform(st_point(2.3522, 48.8566), 4326, '2154')))".into(),
            "652469.0",
        ),
        ("st_transform(st_point(1, 2), NULL)".into(), "NULL"),
    ];
    for (expression, expected) in cases {
        assert_eq!(
            value(&format!("SELECT {expression}")).await.as_deref(),
            Ok(expected),
            "{expression}"
        );
    }
}

#[tokio::test]
async fn wrong_calls_and_wrong_values_are_errors_that_say_what_to_do() {
    for (expression, expected) in [
        (
            "st_x(1)",
            "a geometry is not of type Int64, write st_x(geometry)",
        ),
        (
            "st_transform(st_point(1, 2))",
            "1 arguments given, write st_transform(geometry, text, [text])",
        ),
        (
            "st_astext(X'01')",
            "WKB cut short: 4 bytes missing at byte 1",
        ),
        (
            "st_transform(st_point(0, 0), 2154)",
            "x = 0, y = 0 is outside the area of EPSG:2154",
        ),
        (
            "st_transform(st_point(0, 0), 'L93')",
            "`L93` is not an EPSG code",
        ),
    ] {
        let error = value(&format!("SELECT {expression}")).await.unwrap_err();
        assert!(error.contains(expected), "{expression}: {error}");
    }
}

#[tokio::test]
async fn views_and_large_columns_are_taken_and_plain_ones_given_back() {
    let point = wkt::to_wkb("POINT(1 2)").unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "plain",
            std::sync::Arc::new(BinaryArray::from(vec![Some(point.as_slice()), None])),
        ),
        (
            "large",
            std::sync::Arc::new(LargeBinaryArray::from(vec![Some(point.as_slice()), None])),
        ),
        (
            "view",
            std::sync::Arc::new(BinaryViewArray::from(vec![Some(point.as_slice()), None])),
        ),
        (
            "text",
            std::sync::Arc::new(StringViewArray::from(vec![Some("POINT(1 2)"), None])),
        ),
    ];
    let ctx = SessionContext::new();
    register(&ctx);
    ctx.register_batch("t", RecordBatch::try_from_iter(columns).unwrap())
        .unwrap();
    let sql = "SELECT st_x(plain) + st_x(large) + st_x(view) + st_x(st_geomfromtext(text)) AS x, \
               arrow_typeof(st_centroid(view)) AS kind FROM t";
    let found = ctx.sql(sql).await.unwrap().collect().await.unwrap();
    let text = pretty_format_batches(&found).unwrap().to_string();
    assert!(text.contains("| 4.0 | Binary |"), "{text}");
    assert_eq!(found.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
}

#[test]
fn names_are_unique_and_in_order() {
    let names: Vec<_> = all().iter().map(|udf| udf.name().to_owned()).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
}

#[tokio::test]
async fn areas_of_a_group_become_one() {
    let squares = "(values
        ('a', 'POLYGON((0 0,1 0,1 1,0 1,0 0))'), ('a', 'POLYGON((1 0,2 0,2 1,1 1,1 0))'), ('a', null),
        ('b', 'MULTIPOLYGON(((5 5,6 5,6 6,5 5)))'), ('c', null)) as t(code, wkt)";
    let ctx = SessionContext::new();
    register(&ctx);
    let one = format!(
        "select code, st_astext(st_union_agg(st_geomfromtext(wkt))) as wkt from {squares} group by code order by code"
    );
    let found = ctx.sql(&one).await.unwrap().collect().await.unwrap();
    let text = pretty_format_batches(&found).unwrap().to_string();
    let lines: Vec<&str> = text
        .lines()
        .skip(3)
        .take(3)
        .map(|line| line.trim_matches('|').trim_end())
        .collect();
    assert!(
        lines[0].contains("POLYGON") && !lines[0].contains("1 0"),
        "{text}"
    );
    assert!(lines[1].contains("5 5"), "{text}");
    assert_eq!(lines[2].replace(' ', ""), "c|", "{text}");
    let area = format!(
        "cast(round(1000 * st_area_m2(st_union_agg(st_geomfromtext(wkt))) / max(st_area_m2(st_geomfromtext('POLYGON((0 0,2 0,2 1,0 1,0 0))')))) as bigint) from {squares} where code = 'a'"
    );
    assert_eq!(value(&format!("select {area}")).await.unwrap(), "1000");
    let point = "select st_union_agg(st_point(1, 2))";
    assert!(
        value(point)
            .await
            .unwrap_err()
            .contains("a point is no area and cannot be dissolved")
    );
    assert!(
        value("select st_union_agg(1)")
            .await
            .unwrap_err()
            .contains("write st_union_agg(geometry)")
    );
}
