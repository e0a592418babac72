use arrow::array::{Array, BinaryArray, Float64Array};
use serde_json::json;

use super::*;
use crate::wkt;

fn geometries(texts: &[Option<&str>]) -> BinaryArray {
    texts
        .iter()
        .map(|text| text.map(|text| wkt::to_wkb(text).unwrap()))
        .collect()
}

fn sample() -> BinaryArray {
    geometries(&[
        Some("POINT(2.5 48.5)"),
        None,
        Some("POLYGON((-1 47,0 47,0 48,-1 47))"),
        Some("POINT EMPTY"),
    ])
}

#[test]
fn the_key_says_types_box_system_and_covering() {
    let mut column = GeoColumn::new("geometry");
    column.feed(&sample()).unwrap();
    let text = geo_metadata(&[column, GeoColumn::new("emprise")]).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["version"], "1.1.0");
    assert_eq!(value["primary_column"], "geometry");
    assert_eq!(
        value["columns"]["geometry"]["geometry_types"],
        json!(["Point", "Polygon"])
    );
    assert_eq!(
        value["columns"]["geometry"]["bbox"],
        json!([-1.0, 47.0, 2.5, 48.5])
    );
    assert_eq!(
        value["columns"]["geometry"]["covering"]["bbox"]["ymax"],
        json!(["bbox", "ymax"])
    );
    assert_eq!(value["columns"]["emprise"]["geometry_types"], json!([]));
    assert!(value["columns"]["emprise"].get("covering").is_none());
    assert_eq!(geo_metadata(&[]), None);
}

#[test]
fn the_geoparquet_crate_reads_what_we_write() {
    let mut column = GeoColumn::new("geometry");
    column.feed(&sample()).unwrap();
    let text = geo_metadata(&[column]).unwrap();
    let read: ::geoparquet::metadata::GeoParquetMetadata = serde_json::from_str(&text).unwrap();
    let about = &read.columns["geometry"];
    assert_eq!(
        about.encoding,
        ::geoparquet::metadata::GeoParquetColumnEncoding::WKB
    );
    assert_eq!(about.geometry_types.len(), 2);
    assert_eq!(about.covering.as_ref().unwrap().bbox.xmin, ["bbox", "xmin"]);
}

#[test]
fn what_is_written_reads_back() {
    let mut column = GeoColumn::new("geometry");
    column.feed(&sample()).unwrap();
    let read = parse(&geo_metadata(&[column]).unwrap()).unwrap();
    assert_eq!(read.primary_column, "geometry");
    assert_eq!(read.columns[0].crs, FileCrs::Crs84);
    assert_eq!(read.columns[0].geometry_types, ["Point", "Polygon"]);
    assert_eq!(read.columns[0].covering.as_deref(), Some("bbox"));
    assert_eq!(read.columns[0].bbox, Some(vec![-1.0, 47.0, 2.5, 48.5]));
}

#[test]
fn the_systems_of_other_files_are_told_apart() {
    let file = |crs: &str| {
        format!(
            r#"{{"version":"1.0.0","primary_column":"g","columns":{{"g":{{"encoding":"WKB","geometry_types":[]{crs}}}}}}}"#
        )
    };
    let crs = |text: &str| parse(&file(text)).unwrap().columns[0].crs.clone();
    assert_eq!(crs(""), FileCrs::Crs84);
    assert_eq!(crs(r#","crs":null"#), FileCrs::Unknown);
    assert_eq!(
        crs(r#","crs":{"id":{"authority":"EPSG","code":2154}}"#),
        FileCrs::Other("EPSG:2154".into())
    );
    assert_eq!(
        crs(r#","crs":{"name":"Local"}"#),
        FileCrs::Other("Local".into())
    );
    assert_eq!(
        parse("{}").unwrap_err().to_string(),
        "the `geo` key has no usable `columns`"
    );
    assert!(parse("x").is_err());
}

#[test]
fn pieces_and_whole_give_the_same_column() {
    let (mut whole, mut first, mut second) = (
        GeoColumn::new("g"),
        GeoColumn::new("g"),
        GeoColumn::new("g"),
    );
    let all = sample();
    whole.feed(&all).unwrap();
    first.feed(&all.slice(0, 2)).unwrap();
    second.feed(&all.slice(2, 2)).unwrap();
    first.merge(&second);
    assert_eq!(first, whole);
}

#[test]
fn the_covering_is_null_exactly_where_the_geometry_is() {
    let all = sample();
    let boxes = bbox_array(&all).unwrap();
    assert_eq!(boxes.data_type(), bbox_field().data_type());
    assert_eq!(
        (0..4).map(|row| boxes.is_null(row)).collect::<Vec<_>>(),
        [false, true, false, false]
    );
    let side = |name: &str| {
        boxes
            .column_by_name(name)
            .unwrap()
            .as_any()
            .downcast_ref::<Float64Array>()
            .unwrap()
            .clone()
    };
    assert_eq!(side("xmin").value(2).to_bits(), (-1.0_f64).to_bits());
    assert_eq!(side("ymax").value(2).to_bits(), 48.0_f64.to_bits());
    assert!(side("xmin").is_null(3));
    assert!(bbox_array(&BinaryArray::from(vec![&b"x"[..]])).is_err());
}
