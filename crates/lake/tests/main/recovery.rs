//! What a run leaves when it dies, and what the next one makes of it.

use edulac_lake::{Publisher, Reconciled, TableLayout};

use crate::support::{Bench, draft, layout, noon, publish, rows, table_draft};

async fn rows_of_head(bench: &Bench, table: &str) -> u64 {
    let head = bench.lake.head(table).await.unwrap().unwrap();
    head.files.values().map(|f| f.rows.unwrap()).sum()
}

#[tokio::test]
async fn a_table_committed_and_not_published_goes_back_to_its_release() {
    let bench = Bench::new();
    let first = bench.publish(&layout(), &rows(10), 23).await;
    let mut dying = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    let staged = bench.stage(&layout(), &rows(20)).await;
    dying.commit(&layout(), &staged, noon(24)).await.unwrap();
    drop(dying);

    assert_eq!(bench.lake.latest().await.unwrap(), Some(first));
    let next = Publisher::open(&bench.lake, noon(25)).await.unwrap();
    let expected = Reconciled {
        table: "etablissements".to_owned(),
        found: 1,
        released: Some(0),
        restored_as: 2,
    };
    assert_eq!(next.reconciled(), [expected]);
    drop(next);
    assert_eq!(rows_of_head(&bench, "etablissements").await, 10);
    // Once is enough.
    assert_eq!(
        Publisher::open(&bench.lake, noon(25))
            .await
            .unwrap()
            .reconciled(),
        []
    );
}

#[tokio::test]
async fn the_run_after_a_dead_one_completes_and_doubles_nothing() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let mut dying = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    let staged = bench.stage(&layout(), &rows(20)).await;
    dying.commit(&layout(), &staged, noon(24)).await.unwrap();
    drop(dying);

    let release = bench.publish(&layout(), &rows(20), 24).await;
    assert_eq!(release.tables["etablissements"].rows, 20);
    assert_eq!(rows_of_head(&bench, "etablissements").await, 20);
    let operations: Vec<_> = bench.lake.history("etablissements").await.unwrap();
    let story: Vec<_> = operations
        .iter()
        .map(|e| (e.operation.as_str(), e.rows, e.release.as_deref()))
        .collect();
    assert_eq!(
        story,
        [
            ("WRITE", Some(10), Some("2026-11-23.0")),
            ("WRITE", Some(20), None),
            ("RESTORE", Some(10), None),
            ("WRITE", Some(20), Some("2026-11-24.0")),
        ]
    );
}

#[tokio::test]
async fn a_table_that_was_never_released_is_emptied() {
    let bench = Bench::new();
    let mut dying = Publisher::open(&bench.lake, noon(23)).await.unwrap();
    let staged = bench.stage(&layout(), &rows(20)).await;
    dying.commit(&layout(), &staged, noon(23)).await.unwrap();
    drop(dying);

    let next = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    assert_eq!(next.reconciled()[0].released, None);
    drop(next);
    assert_eq!(rows_of_head(&bench, "etablissements").await, 0);
    assert_eq!(
        bench.publish(&layout(), &rows(20), 24).await.tables["etablissements"].rows,
        20
    );
}

#[tokio::test]
async fn a_release_folder_without_a_log_entry_is_no_release_and_its_id_is_skipped() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let orphan = bench.lake_path().join("releases/2026-11-24.0");
    std::fs::create_dir_all(&orphan).unwrap();
    std::fs::write(orphan.join("manifest.json"), "{}").unwrap();
    assert_eq!(
        bench.lake.latest().await.unwrap().unwrap().id,
        "2026-11-23.0"
    );
    assert_eq!(
        bench.publish(&layout(), &rows(11), 24).await.id,
        "2026-11-24.1"
    );
}

#[tokio::test]
async fn a_pointer_lost_or_left_behind_changes_nothing_and_is_put_right() {
    let bench = Bench::new();
    let latest = bench.lake_path().join("releases/latest.json");
    bench.publish(&layout(), &rows(10), 23).await;
    let old = std::fs::read_to_string(&latest).unwrap();
    bench.publish(&layout(), &rows(11), 24).await;
    let right = std::fs::read_to_string(&latest).unwrap();
    for wrong in [
        Some(old.as_str()),
        Some("{\"serial\": 1"),
        Some(r#"{"serial":77,"id":"x","manifest":"y"}"#),
        None,
    ] {
        match wrong {
            Some(text) => std::fs::write(&latest, text).unwrap(),
            None => std::fs::remove_file(&latest).unwrap(),
        }
        assert_eq!(
            bench.lake.latest().await.unwrap().unwrap().id,
            "2026-11-24.0",
            "{wrong:?}"
        );
    }
    drop(Publisher::open(&bench.lake, noon(25)).await.unwrap());
    assert_eq!(std::fs::read_to_string(&latest).unwrap(), right);
}

#[tokio::test]
async fn a_published_release_survives_the_death_before_its_pointer_moves() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let latest = bench.lake_path().join("releases/latest.json");
    let before = std::fs::read(&latest).unwrap();
    bench.publish(&layout(), &rows(11), 24).await;
    std::fs::write(&latest, before).unwrap();
    let next = bench.publish(&layout(), &rows(12), 25).await;
    assert_eq!(
        (next.serial, next.parent.as_deref()),
        (3, Some("2026-11-24.0"))
    );
}

#[tokio::test]
async fn a_manifest_that_was_edited_is_reported_as_damaged() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let manifest = bench
        .lake_path()
        .join("releases/2026-11-23.0/manifest.json");
    let edited = std::fs::read_to_string(&manifest)
        .unwrap()
        .replace("\"rows\": 10", "\"rows\": 11");
    std::fs::write(manifest, edited).unwrap();
    let error = bench.lake.latest().await.unwrap_err();
    assert!(matches!(error, edulac_lake::Error::Damaged { .. }));
}

#[tokio::test]
async fn only_the_tables_of_the_dead_run_are_touched() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let other = TableLayout {
        name: "lycees".to_owned(),
        ..layout()
    };
    bench.publish(&other, &rows(5), 24).await;
    let mut dying = Publisher::open(&bench.lake, noon(25)).await.unwrap();
    let staged = bench.stage(&other, &rows(6)).await;
    let commit = dying.commit(&other, &staged, noon(25)).await.unwrap();
    drop((
        dying,
        draft(
            &bench.staging(),
            25,
            vec![table_draft(&other, staged, &commit)],
        ),
    ));
    let (commit, release) = publish(&bench.lake, &layout(), &rows(11), &bench.staging(), 25)
        .await
        .unwrap();
    assert_eq!(commit.version, 1);
    assert_eq!(
        (
            release.tables["lycees"].rows,
            rows_of_head(&bench, "lycees").await
        ),
        (5, 5)
    );
}
