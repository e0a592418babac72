//! Files compared with those of the lake.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, LargeStringArray, RecordBatch, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema};
use edulac_lake::check_file;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;

use crate::support::{Bench, layout, rows, wkb};

fn told(path: &Path) -> String {
    let checked = check_file(path).unwrap();
    let lines = checked.departures.iter();
    let line = |d: &edulac_lake::Departure| format!("{}: {} | {}\n", d.what, d.found, d.wanted);
    lines.map(line).collect()
}

#[tokio::test]
async fn the_files_of_the_lake_depart_in_nothing() {
    let bench = Bench::new();
    let mut layout = layout();
    for field in layout.schema.fields() {
        let said = layout.column_descriptions.entry(field.name().clone());
        said.or_insert_with(|| "Ce que dit la colonne.".to_owned());
    }
    let staged = bench.stage(&layout, &rows(3_000)).await;
    for file in &staged.files {
        let checked = check_file(&staged.local_path(file)).unwrap();
        assert_eq!(checked.departures, []);
        assert_eq!((checked.rows, checked.bytes), (file.rows, file.bytes));
        assert_eq!(checked.table.as_deref(), Some(layout.name.as_str()));
    }
}

#[tokio::test]
async fn a_file_that_is_not_its_name_is_told() {
    let bench = Bench::new();
    let staged = bench.stage(&layout(), &rows(50)).await;
    let (one, other) = (&staged.files[0], &staged.files[1]);
    std::fs::copy(staged.local_path(one), staged.local_path(other)).unwrap();
    let found = told(&staged.local_path(other));
    assert!(found.starts_with("name: "), "{found}");
    assert!(found.contains(&one.sha256[..32]), "{found}");
}

#[test]
fn a_file_of_another_hand_is_told_thing_by_thing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("other.parquet");
    let extension = ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned());
    let schema = Arc::new(Schema::new(vec![
        Field::new("uai", DataType::LargeUtf8, true),
        Field::new("eleves", DataType::UInt32, true),
        Field::new("geometry", DataType::Binary, true).with_metadata(HashMap::from([extension])),
    ]));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(LargeStringArray::from(vec!["0990001A"; 60_000])),
        Arc::new(UInt32Array::from(vec![1; 60_000])),
        Arc::new(BinaryArray::from_iter_values(vec![wkb((1.0, 2.0)); 60_000])),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), schema, None).unwrap();
    writer.write(&batch).unwrap();
    let key = r#"{"version":"1.0.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB",
        "geometry_types":[],"crs":{"id":{"authority":"EPSG","code":2154}}}}}"#;
    writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), key.to_owned()));
    writer.close().unwrap();
    insta::assert_snapshot!(told(&path));
}

#[test]
fn what_is_not_parquet_is_an_error_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("page.parquet");
    std::fs::write(&path, "<html>").unwrap();
    let error = check_file(&path).unwrap_err().to_string();
    assert!(error.contains("page.parquet"), "{error}");
    assert!(check_file(&dir.path().join("absent.parquet")).is_err());
}
