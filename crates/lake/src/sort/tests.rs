use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type};
use proptest::prelude::*;

use super::*;
use crate::ties::Ties;

/// A place, a name and a weight, of which the first two are the key.
type Row = (Option<i64>, String, i64);

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("place", DataType::Int64, true),
        Field::new("name", DataType::Utf8, true),
        Field::new("weight", DataType::Int64, true),
    ]))
}

fn batch(rows: &[Row]) -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| row.0).collect::<Int64Array>()),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.1))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.2))),
    ];
    RecordBatch::try_new(schema(), columns).unwrap()
}

fn rows(batch: &RecordBatch) -> Vec<Row> {
    let (places, names) = (batch.column(0), batch.column(1));
    let weights = batch.column(2).as_primitive::<Int64Type>();
    let place = |row| places.as_primitive::<Int64Type>().iter().nth(row).flatten();
    let row = |row| {
        let name = names.as_string::<i32>().value(row).to_owned();
        (place(row), name, weights.value(row))
    };
    (0..batch.num_rows()).map(row).collect()
}

/// The rows as they come out, and the number of runs that were put aside.
fn sorted(given: &[Row], rows_per_batch: usize, memory: usize) -> (Vec<Row>, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut out = Vec::new();
    let runs = runtime.block_on(async {
        let mut sorter = Sorter::new(schema(), vec![0, 1], dir.path(), memory).unwrap();
        for some in given.chunks(rows_per_batch) {
            sorter.push(batch(some)).await.unwrap();
        }
        let runs = sorter.runs.len() + usize::from(sorter.aside.is_some());
        let all = sorter.finish().await.unwrap();
        let ties = Ties::new(vec![0, 1], 3);
        ties.put_in_order(all, |batch| {
            out.extend(rows(&batch));
            true
        })
        .unwrap();
        runs
    });
    assert!(dir.path().read_dir().unwrap().next().is_none());
    (out, runs)
}

fn given() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        prop::option::of(-3..3i64),
        prop::sample::select(vec![
            "",
            "a",
            "école",
            "une école de plus de vingt-quatre octets",
        ]),
        0..4i64,
    );
    prop::collection::vec(row.prop_map(|(a, b, c)| (a, b.to_owned(), c)), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Neither the memory, nor the batches, nor the order in which rows come change what comes out.
    #[test]
    fn rows_come_out_in_one_order(given in given(), size in 1..40usize, other in 1..40usize) {
        let (whole, runs) = sorted(&given, size, usize::MAX);
        prop_assert_eq!(runs, 0);
        let (aside, runs) = sorted(&given, size, 0);
        prop_assert_eq!(runs, given.len().div_ceil(size));
        prop_assert_eq!(&whole, &aside);
        let reversed: Vec<Row> = given.iter().rev().cloned().collect();
        prop_assert_eq!(&whole, &sorted(&reversed, other, 8_000).0);

        let key = |row: &Row| (row.0.is_none(), row.0, row.1.clone());
        prop_assert!(whole.is_sorted_by_key(key));
        let content = |mut rows: Vec<Row>| { rows.sort(); rows };
        prop_assert_eq!(content(whole), content(given));
    }
}

#[test]
fn a_key_that_fills_many_batches_comes_out_whole() {
    let given: Vec<Row> = (0..30_000)
        .map(|row| (Some(1), "a".to_owned(), row))
        .collect();
    let (out, runs) = sorted(&given, 1_000, 1 << 20);
    assert!(runs > 2);
    let mut weights: Vec<i64> = out.iter().map(|row| row.2).collect();
    weights.sort_unstable();
    assert!(weights.iter().copied().eq(0..30_000));
    let reversed: Vec<Row> = given.into_iter().rev().collect();
    assert_eq!(out, sorted(&reversed, 700, usize::MAX).0);
}
