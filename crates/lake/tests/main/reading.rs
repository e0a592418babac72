//! Releases as their readers see them: DataFusion and other Delta readers.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::prelude::SessionContext;
use deltalake_core::logstore::{StorageConfig, default_logstore};
use edulac_lake::Error;

use crate::support::{Bench, layout, rows, sql};

#[tokio::test]
async fn a_registered_release_is_read_by_sql_and_stays_the_same_after_the_next_one() {
    let bench = Bench::new();
    let first = bench.publish(&layout(), &rows(60), 23).await;
    let mut changed = rows(70);
    changed[3].effectif = None;
    bench.publish(&layout(), &changed, 24).await;
    let ctx = SessionContext::new();
    bench.lake.register_release(&ctx, &first).await.unwrap();
    let found = sql(
        &ctx,
        "SELECT code_academie, count(*) AS n, sum(effectif) AS effectif, count(geometry) AS positions, min(bbox['xmin']) AS ouest
         FROM etablissements GROUP BY code_academie ORDER BY code_academie",
    )
    .await;
    insta::assert_snapshot!(found);
    let latest = bench.lake.latest().await.unwrap().unwrap();
    let ctx = SessionContext::new();
    bench.lake.register_release(&ctx, &latest).await.unwrap();
    assert!(
        sql(&ctx, "SELECT count(*) AS n FROM etablissements")
            .await
            .contains("70")
    );
}

#[tokio::test]
async fn a_table_keeps_the_exact_types_of_its_contract() {
    let bench = Bench::new();
    let release = bench.publish(&layout(), &rows(60), 23).await;
    let ctx = SessionContext::new();
    let provider = bench
        .lake
        .table_provider(&ctx, &release, "etablissements")
        .await
        .unwrap();
    let types: Vec<_> = provider
        .schema()
        .fields()
        .iter()
        .map(|f| f.data_type().clone())
        .collect();
    let expected = [
        DataType::Utf8,
        DataType::Utf8,
        DataType::Utf8,
        DataType::Int64,
        DataType::Date32,
        DataType::Binary,
    ];
    assert_eq!(types[..6], expected);
    assert_eq!(provider.schema().field(6).name(), "bbox");
}

#[tokio::test]
async fn a_table_without_rows_is_read_too() {
    let bench = Bench::new();
    let release = bench.publish(&layout(), &[], 23).await;
    let ctx = SessionContext::new();
    bench.lake.register_release(&ctx, &release).await.unwrap();
    assert!(
        sql(&ctx, "SELECT count(*) AS n FROM etablissements")
            .await
            .contains("| 0 |")
    );
}

#[tokio::test]
async fn delta_readers_find_the_files_their_statistics_and_the_protocol_they_know() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(60), 23).await;
    let mut changed = rows(60);
    changed[0].nom = None;
    bench.publish(&layout(), &changed, 24).await;
    let location = bench.lake.location().below("open/etablissements").unwrap();
    let root = Arc::new(object_store::local::LocalFileSystem::new());
    let log = default_logstore(
        location.store(),
        root,
        location.url(),
        &StorageConfig::default(),
    );
    let mut table = deltalake_core::DeltaTable::new(log);
    table.load().await.unwrap();
    let state = table.snapshot().unwrap();
    assert_eq!(state.version(), 1);
    assert_eq!(
        (
            state.protocol().min_reader_version(),
            state.protocol().min_writer_version()
        ),
        (1, 2)
    );
    assert_eq!(
        state.metadata().partition_columns(),
        &["code_academie".to_owned()]
    );
    let files: Vec<_> = state.log_data().iter().collect();
    assert_eq!(
        files
            .iter()
            .map(|f| f.num_records().unwrap())
            .sum::<usize>(),
        60
    );
    for file in files {
        let stats: serde_json::Value = serde_json::from_str(&file.stats().unwrap()).unwrap();
        assert!(stats["minValues"]["uai"].is_string());
        assert!(
            ["14", "24"].contains(
                &file.partition_values_map()["code_academie"]
                    .as_deref()
                    .unwrap()
            )
        );
    }
    let uai = state.schema().field("uai").unwrap().clone();
    assert_eq!(
        uai.metadata()["comment"].to_string(),
        "Identifiant de l'établissement."
    );
}

#[tokio::test]
async fn what_does_not_exist_is_named_with_what_does() {
    let bench = Bench::new();
    let release = bench.publish(&layout(), &rows(3), 23).await;
    let error = bench.lake.release("2020-01-01.0").await.unwrap_err();
    assert!(
        matches!(&error, Error::UnknownRelease { latest: Some(id), .. } if id == "2026-11-23.0")
    );
    let error = bench.lake.files_of(&release, "lycees").unwrap_err();
    assert!(matches!(&error, Error::UnknownTable { tables, .. } if tables == &["etablissements"]));
    assert!(matches!(
        bench.lake.history("lycees").await,
        Err(Error::UnknownTable { .. })
    ));
    assert!(bench.lake.head("lycees").await.unwrap().is_none());
}
