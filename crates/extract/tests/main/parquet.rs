//! Parquet bodies.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryViewArray, DictionaryArray, Float64Array, Int32Array, Int64Array, ListArray,
    RecordBatch, StringViewArray,
};
use arrow::datatypes::Int32Type;
use edulac_extract::Error;
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};

use crate::support::{Project, counts, file, lines, schema, with};

fn format() -> Value {
    json!({"type": "parquet"})
}

fn body(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    );
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test]
async fn columns_keep_their_types_and_dictionaries_and_views_become_plain() {
    let lists =
        ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None, None]);
    let project = Project::with(
        "a.parquet",
        body(vec![
            ("n", Arc::new(Int64Array::from(vec![Some(1), None, None]))),
            (
                "x",
                Arc::new(Float64Array::from(vec![Some(1.5), Some(2.0), None])),
            ),
            (
                "d",
                Arc::new(DictionaryArray::<Int32Type>::from_iter([
                    Some("a"),
                    Some(""),
                    None,
                ])),
            ),
            (
                "v",
                Arc::new(StringViewArray::from(vec![Some("vue"), None, None])),
            ),
            (
                "b",
                Arc::new(BinaryViewArray::from(vec![None::<&[u8]>, None, None])),
            ),
            ("l", Arc::new(lists)),
        ]),
    );
    let extract = project.extract(&file("a.parquet", &format())).await;
    let schema = schema(&extract);
    assert_eq!(
        schema[..5],
        ["n:Int64", "x:Float64", "d:Utf8", "v:Utf8", "b:Binary"]
    );
    assert_eq!(
        lines(&extract),
        [
            "1| 1 | 1.5 | a | vue | - | [1, ]",
            "2| - | 2.0 |  | - | - | -"
        ]
    );
    assert_eq!(counts(&extract), (2, 0, 1));
}

#[tokio::test]
async fn columns_are_renamed_and_volatile_ones_left_out() {
    let column = || -> ArrayRef { Arc::new(Int32Array::from(vec![1])) };
    let project = Project::with(
        "a.parquet",
        body(vec![("Code", column()), ("maj", column())]),
    );
    let options = json!({"renames": {"code": ["Code"]}, "volatile": ["maj"]});
    let extract = project
        .extract(&with("a.parquet", &format(), options))
        .await;
    assert_eq!(extract.receipt.columns, ["code"]);
}

#[tokio::test]
async fn a_value_that_changes_its_type_or_its_order_is_told_from_one_that_does_not() {
    let numbers = |values: Vec<i32>| body(vec![("n", Arc::new(Int32Array::from(values)))]);
    let project = Project::with("a.parquet", numbers(vec![1, 2, 2]));
    let source = file("a.parquet", &format());
    project.extract(&source).await;
    project.write("a.parquet", numbers(vec![2, 1, 2]));
    assert!(project.extract(&source).await.unchanged);
    project.write("a.parquet", numbers(vec![2, 1, 1]));
    assert!(!project.extract(&source).await.unchanged);
}

#[tokio::test]
async fn a_packed_file_is_read_and_a_cut_one_refused() {
    let whole = body(vec![("n", Arc::new(Int32Array::from(vec![1, 2])))]);
    let project = Project::with("a.parquet.gz", crate::bodies::gzip(&whole));
    let extract = project.extract(&file("a.parquet.gz", &format())).await;
    assert_eq!(lines(&extract), ["1| 1", "2| 2"]);
    project.write("b.parquet", &whole[..whole.len() / 2]);
    let error = project.refusal(&file("b.parquet", &format())).await;
    assert!(matches!(error, Error::ParquetBody { .. }), "{error}");
}
