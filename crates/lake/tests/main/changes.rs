//! Counting what changed, and the hash it rests on.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Float64Array, Int64Array, StringArray, StringViewArray};
use datafusion::prelude::SessionContext;
use edulac_lake::{ChangeCounts, row_hash_udf, row_hashes};
use proptest::prelude::*;

use crate::support::{Bench, Row, layout, rows, sql};

async fn counts(before: &[Row], after: &[Row], key: &[&str]) -> ChangeCounts {
    let bench = Bench::new();
    let mut layout = layout();
    layout.key = key.iter().map(|k| (*k).to_owned()).collect();
    let release = bench.publish(&layout, before, 23).await;
    let staged = bench.stage(&layout, after).await;
    let ctx = SessionContext::new();
    bench
        .lake
        .change_counts(&ctx, &release.tables["etablissements"], &layout, &staged)
        .await
        .unwrap()
}

#[tokio::test]
async fn rows_are_added_removed_and_changed_by_key_across_partitions() {
    let before = rows(40);
    let mut after = before.clone();
    after.remove(5);
    after[0].effectif = None;
    after[1].code_academie = Some("14".to_owned());
    after.extend(rows(43).split_off(40));
    let found = counts(&before, &after, &["uai"]).await;
    assert_eq!(
        found,
        ChangeCounts {
            added: 3,
            removed: 1,
            changed: 2
        }
    );
}

#[tokio::test]
async fn without_a_key_a_changed_row_is_one_removed_and_one_added() {
    let before = rows(40);
    let mut after = before.clone();
    after[0].effectif = None;
    after.push(after[7].clone());
    assert_eq!(
        counts(&before, &after, &[]).await,
        ChangeCounts {
            added: 2,
            removed: 1,
            changed: 0
        }
    );
}

#[tokio::test]
async fn files_that_both_have_are_not_read() {
    let bench = Bench::new();
    let release = bench.publish(&layout(), &rows(40), 23).await;
    let mut after = rows(40);
    after[0].effectif = None;
    let staged = bench.stage(&layout(), &after).await;
    let table = &release.tables["etablissements"];
    let common = table
        .files
        .iter()
        .find(|f| f.partition["code_academie"].as_deref() == Some("24"))
        .unwrap();
    std::fs::remove_file(bench.lake_path().join(&table.path).join(&common.path)).unwrap();
    std::fs::remove_file(staged.local_path(common)).unwrap();
    let ctx = SessionContext::new();
    let found = bench
        .lake
        .change_counts(&ctx, table, &layout(), &staged)
        .await
        .unwrap();
    assert_eq!(
        found,
        ChangeCounts {
            added: 0,
            removed: 0,
            changed: 1
        }
    );
}

#[tokio::test]
async fn a_column_that_was_not_there_counts_as_null_before() {
    let bench = Bench::new();
    let release = bench.publish(&layout(), &rows(40), 23).await;
    let mut wider = layout();
    let mut fields: Vec<_> = wider.schema.fields().iter().cloned().collect();
    fields.push(Arc::new(arrow::datatypes::Field::new(
        "secteur",
        arrow::datatypes::DataType::Utf8,
        true,
    )));
    wider.schema = Arc::new(arrow::datatypes::Schema::new(fields));
    let ctx = SessionContext::new();
    ctx.register_table("r", crate::support::frame(&rows(40)).into_view())
        .unwrap();
    let frame = ctx
        .sql("SELECT *, CASE WHEN uai < '0000004A' THEN 'PU' END AS secteur FROM r")
        .await
        .unwrap();
    let staged = edulac_lake::stage(&wider, frame, &bench.staging())
        .await
        .unwrap();
    let found = bench
        .lake
        .change_counts(&ctx, &release.tables["etablissements"], &wider, &staged)
        .await
        .unwrap();
    assert_eq!(
        found,
        ChangeCounts {
            added: 0,
            removed: 0,
            changed: 4
        }
    );
}

/// By UAI, to an edition of the register: the truth that counts are held against.
fn edition() -> impl Strategy<Value = BTreeMap<u8, (u8, bool)>> {
    prop::collection::btree_map(0..30u8, (0..3u8, any::<bool>()), 0..25)
}

fn as_rows(edition: &BTreeMap<u8, (u8, bool)>) -> Vec<Row> {
    let row = |(uai, (effectif, rennes)): (&u8, &(u8, bool))| Row {
        uai: format!("{uai:07}A"),
        nom: None,
        code_academie: Some(if *rennes { "14" } else { "24" }.to_owned()),
        effectif: Some((*effectif).into()),
        ouverture: None,
        point: Some((f64::from(*uai), 45.0)),
    };
    edition.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn counts_are_those_of_a_comparison_by_hand(before in edition(), after in edition()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(counts(&as_rows(&before), &as_rows(&after), &["uai"]));
        let added = after.keys().filter(|k| !before.contains_key(k)).count() as u64;
        let removed = before.keys().filter(|k| !after.contains_key(k)).count() as u64;
        let changed = after.iter().filter(|(k, v)| before.get(k).is_some_and(|old| old != *v)).count() as u64;
        prop_assert_eq!(found, ChangeCounts { added, removed, changed });
        prop_assert_eq!(before.len() as u64 + found.added - found.removed, after.len() as u64);
    }
}

fn hash(columns: &[ArrayRef]) -> Vec<[u8; 16]> {
    row_hashes(columns).unwrap()
}

#[test]
fn the_hash_is_the_documented_one() {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(vec![Some("é"), None])),
        Arc::new(Int64Array::from(vec![None, Some(7)])),
    ];
    let sha = |bytes: &[u8]| <sha2::Sha256 as sha2::Digest>::digest(bytes)[..16].to_vec();
    let hashes = hash(&columns);
    assert_eq!(
        hashes[0].to_vec(),
        sha(&[1, 2, 0, 0, 0, 0, 0, 0, 0, 0xc3, 0xa9, 0])
    );
    assert_eq!(hashes[1].to_vec(), sha(&[0, 1, 7, 0, 0, 0, 0, 0, 0, 0]));
}

#[test]
fn the_hash_sees_values_and_not_their_layout_in_memory() {
    let text: ArrayRef = Arc::new(StringArray::from(vec!["a", "bc"]));
    let view: ArrayRef = Arc::new(StringViewArray::from(vec!["a", "bc"]));
    let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![b"a".as_slice(), b"bc"]));
    assert_eq!(hash(&[Arc::clone(&text)]), hash(&[view]));
    assert_eq!(hash(&[Arc::clone(&text)]), hash(&[bytes]));
    assert_eq!(
        hash(&[Arc::clone(&text)])[1..],
        hash(&[text.slice(1, 1)])[..]
    );
    let zeros: ArrayRef = Arc::new(Float64Array::from(vec![0.0, -0.0]));
    assert_eq!(hash(&[Arc::clone(&zeros)])[0], hash(&[zeros])[1]);
}

#[test]
fn neighbouring_texts_do_not_run_together() {
    let column = |texts: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
    let hashes = [
        hash(&[column(vec!["ab"]), column(vec!["c"])]),
        hash(&[column(vec!["a"]), column(vec!["bc"])]),
    ];
    assert_ne!(hashes[0], hashes[1]);
}

#[tokio::test]
async fn row_hash_is_a_function_of_sql() {
    let ctx = SessionContext::new();
    ctx.register_udf(row_hash_udf());
    let found = sql(&ctx, "SELECT encode(row_hash('é', cast(NULL AS bigint)), 'hex') AS h, row_hash(1, [1, NULL], struct('a', 1.5)) = row_hash(1, [1, NULL], struct('a', 1.5)) AS same").await;
    assert!(found.contains("true"), "{found}");
}
