//! From staged files to a release.

use arrow::datatypes::{DataType, Field, Schema};
use edulac_lake::{Contested, Error, Publisher, TableLayout};

use crate::support::{Bench, draft, layout, noon, publish, rows, table_draft};

#[tokio::test]
async fn the_first_commit_makes_the_table_and_a_release_binds_it() {
    let bench = Bench::new();
    assert_eq!(bench.lake.latest().await.unwrap(), None);
    let release = bench.publish(&layout(), &rows(60), 23).await;
    assert_eq!(
        (
            release.id.as_str(),
            release.serial,
            release.parent.as_deref()
        ),
        ("2026-11-23.0", 1, None)
    );
    let table = &release.tables["etablissements"];
    assert_eq!(
        (table.delta_version, table.rows, table.files.len()),
        (0, 60, 2)
    );
    assert_eq!(table.changed_in, "2026-11-23.0");
    assert_eq!(bench.lake.latest().await.unwrap(), Some(release));
    let head = bench.lake.head("etablissements").await.unwrap().unwrap();
    assert_eq!(
        head.files.values().map(|f| f.rows.unwrap()).sum::<u64>(),
        60
    );
}

#[tokio::test]
async fn equal_content_commits_nothing() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(60), 23).await;
    let mut publisher = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    let mut shuffled = rows(60);
    shuffled.reverse();
    let staged = bench.stage(&layout(), &shuffled).await;
    let commit = publisher
        .commit(&layout(), &staged, noon(24))
        .await
        .unwrap();
    assert!(!commit.changed);
    assert_eq!(
        (
            commit.version,
            commit.added,
            commit.removed,
            commit.unchanged
        ),
        (0, 0, 0, 2)
    );
    assert_eq!(bench.lake.history("etablissements").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_change_in_one_partition_replaces_its_file_alone_and_earlier_files_stay() {
    let bench = Bench::new();
    let first = bench.publish(&layout(), &rows(60), 23).await;
    let mut changed = rows(60);
    changed[0].effectif = Some(-1);
    let (commit, second) = publish(&bench.lake, &layout(), &changed, &bench.staging(), 24)
        .await
        .unwrap();
    assert_eq!(
        (
            commit.version,
            commit.added,
            commit.removed,
            commit.unchanged
        ),
        (1, 1, 1, 1)
    );
    assert_eq!(second.parent.as_deref(), Some("2026-11-23.0"));
    assert_eq!(
        second.tables["etablissements"].files[1],
        first.tables["etablissements"].files[1]
    );
    for url in bench.lake.files_of(&first, "etablissements").unwrap() {
        assert!(url.to_file_path().unwrap().is_file());
    }
}

#[tokio::test]
async fn a_release_keeps_the_tables_and_sources_that_its_run_did_not_touch() {
    let bench = Bench::new();
    let first = bench.publish(&layout(), &rows(60), 23).await;
    let other = TableLayout {
        name: "lycees".to_owned(),
        ..layout()
    };
    let mut publisher = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    let staged = bench.stage(&other, &rows(9)).await;
    let commit = publisher.commit(&other, &staged, noon(24)).await.unwrap();
    let mut draft = draft(
        &bench.staging(),
        24,
        vec![table_draft(&other, staged, &commit)],
    );
    draft.sources = [("lycees".to_owned(), serde_json::json!({}))].into();
    let second = publisher.publish(draft).await.unwrap();
    assert_eq!(
        second.tables.keys().collect::<Vec<_>>(),
        ["etablissements", "lycees"]
    );
    assert_eq!(
        second.sources.keys().collect::<Vec<_>>(),
        ["annuaire", "lycees"]
    );
    let (before, after) = (
        &first.tables["etablissements"],
        &second.tables["etablissements"],
    );
    assert_eq!(
        (&before.files, before.delta_version, &before.changed_in),
        (&after.files, after.delta_version, &after.changed_in)
    );
    let whole = bench.lake_path().join(&after.whole.as_ref().unwrap().path);
    assert!(whole.starts_with(bench.lake_path().join("releases/2026-11-24.0")) && whole.is_file());
}

#[tokio::test]
async fn releases_of_one_day_are_numbered_and_ids_never_go_back() {
    let bench = Bench::new();
    for (i, day) in [(1, 23), (2, 23), (3, 21)] {
        bench.publish(&layout(), &rows(i), day).await;
    }
    let ids: Vec<_> = bench
        .lake
        .releases()
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.id)
        .collect();
    assert_eq!(ids, ["2026-11-23.0", "2026-11-23.1", "2026-11-23.2"]);
}

#[tokio::test]
async fn of_two_publishers_on_a_folder_the_second_is_told_to_wait() {
    let bench = Bench::new();
    let first = Publisher::open(&bench.lake, noon(23)).await.unwrap();
    let second = Publisher::open(&bench.lake, noon(23)).await.unwrap_err();
    assert!(matches!(second, Error::Locked { .. }));
    assert_eq!(second.class(), edulac_model::ErrorClass::Conflict);
    drop(first);
    Publisher::open(&bench.lake, noon(23)).await.unwrap();
}

#[tokio::test]
async fn who_finds_the_next_place_of_the_log_taken_publishes_nothing() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let mut publisher = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    let staged = bench.stage(&layout(), &rows(20)).await;
    let commit = publisher
        .commit(&layout(), &staged, noon(24))
        .await
        .unwrap();
    // Another machine, without our lock, publishes first.
    let log = bench.lake_path().join("releases/log");
    let first = std::fs::read_to_string(log.join("00000001.json")).unwrap();
    std::fs::write(
        log.join("00000002.json"),
        first.replace("\"serial\": 1", "\"serial\": 2"),
    )
    .unwrap();
    let draft = draft(
        &bench.staging(),
        24,
        vec![table_draft(&layout(), staged, &commit)],
    );
    let error = publisher.publish(draft).await.unwrap_err();
    assert!(matches!(
        &error,
        Error::Conflict {
            what: Contested::Release { serial: 2 }
        }
    ));
    assert_eq!(error.class(), edulac_model::ErrorClass::Conflict);
    assert!(
        !bench
            .lake_path()
            .join("releases/2026-11-24.0")
            .join("manifest.json")
            .exists()
    );
    // And the table shows the released rows again.
    let head = bench.lake.head("etablissements").await.unwrap().unwrap();
    assert_eq!(
        head.files.values().map(|f| f.rows.unwrap()).sum::<u64>(),
        10
    );
}

#[tokio::test]
async fn who_finds_the_table_changed_since_it_read_the_lake_commits_nothing() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let mut publisher = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    let log = bench.lake_path().join("open/etablissements/_delta_log");
    let commit = r#"{"commitInfo":{"timestamp":1,"operation":"WRITE"}}"#;
    std::fs::write(log.join("00000000000000000001.json"), commit).unwrap();
    let staged = bench.stage(&layout(), &rows(20)).await;
    let error = publisher
        .commit(&layout(), &staged, noon(24))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Conflict { what: Contested::Table(t) } if t == "etablissements"),
        "{error:?}"
    );
}

fn with_columns(version: &str, fields: Vec<Field>) -> TableLayout {
    let mut layout = layout();
    let mut all: Vec<_> = layout
        .schema
        .fields()
        .iter()
        .map(|f| f.as_ref().clone())
        .collect();
    all.retain(|field| fields.iter().all(|f| f.name() != field.name()));
    all.extend(fields);
    layout.schema = std::sync::Arc::new(Schema::new(all));
    layout.contract.version = version.to_owned();
    layout
}

#[tokio::test]
async fn a_new_column_is_let_in_and_read_by_delta_readers() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let wider = with_columns("1.1.0", vec![Field::new("secteur", DataType::Utf8, true)]);
    let ctx = datafusion::prelude::SessionContext::new();
    ctx.register_table("r", crate::support::frame(&rows(10)).into_view())
        .unwrap();
    let frame = ctx
        .sql("SELECT *, 'Public' AS secteur FROM r")
        .await
        .unwrap();
    let mut publisher = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    let staged = edulac_lake::stage(&wider, frame, &bench.staging())
        .await
        .unwrap();
    let commit = publisher.commit(&wider, &staged, noon(24)).await.unwrap();
    assert_eq!(commit.version, 1);
    let log = bench
        .lake_path()
        .join("open/etablissements/_delta_log/00000000000000000001.json");
    assert!(std::fs::read_to_string(log).unwrap().contains("secteur"));
}

#[tokio::test]
async fn a_column_that_changes_type_needs_a_new_major_version_of_its_contract() {
    let bench = Bench::new();
    bench.publish(&layout(), &rows(10), 23).await;
    let mut publisher = Publisher::open(&bench.lake, noon(24)).await.unwrap();
    let text = |version| with_columns(version, vec![Field::new("effectif", DataType::Utf8, true)]);
    let staged = bench.stage(&text("1.1.0"), &rows(10)).await;
    let error = publisher
        .commit(&text("1.1.0"), &staged, noon(24))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error);
    let staged = bench.stage(&text("2.0.0"), &rows(10)).await;
    assert!(
        publisher
            .commit(&text("2.0.0"), &staged, noon(24))
            .await
            .unwrap()
            .changed
    );
}

#[tokio::test]
async fn the_folder_of_a_release_lists_every_file_with_its_hash() {
    let bench = Bench::new();
    let release = bench.publish(&layout(), &rows(60), 23).await;
    let folder = bench.lake_path().join("releases/2026-11-23.0");
    let files = std::fs::read_to_string(folder.join("files.txt")).unwrap();
    assert_eq!(files.lines().count(), 3);
    for line in files.lines() {
        let (hash, path) = line.split_once("  ").unwrap();
        let bytes = std::fs::read(bench.lake_path().join(path)).unwrap();
        let found = <sha2::Sha256 as sha2::Digest>::digest(bytes);
        assert_eq!(
            hash,
            found.iter().map(|b| format!("{b:02x}")).collect::<String>()
        );
    }
    assert_eq!(
        std::fs::read_to_string(folder.join("notes.md")).unwrap(),
        "# Notes\n"
    );
    let sql = std::fs::read_to_string(folder.join("duckdb.sql")).unwrap();
    for file in &release.tables["etablissements"].files {
        assert!(sql.contains(&format!("'../../open/etablissements/{}'", file.path)));
        assert!(
            folder
                .join("../../open/etablissements")
                .join(&file.path)
                .is_file()
        );
    }
    assert!(!sql.contains('*') || sql.matches('*').count() == sql.matches("SELECT * FROM").count());
    insta::with_settings!({filters => vec![("[0-9a-f]{32}", "<hash>")]}, { insta::assert_snapshot!(sql) });
}

#[tokio::test]
async fn the_whole_table_of_one_file_is_that_file_and_of_several_all_their_rows() {
    let bench = Bench::new();
    let release = bench.publish(&layout(), &rows(60), 23).await;
    let whole = bench.lake_path().join(
        &release.tables["etablissements"]
            .whole
            .as_ref()
            .unwrap()
            .path,
    );
    let open = std::fs::File::open(whole).unwrap();
    let reader =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(open).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 60);
    let pairs = reader
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .unwrap();
    assert!(pairs.iter().any(|pair| pair.key == "geo"));

    let single = TableLayout {
        name: "seul".to_owned(),
        partition_by: vec![],
        ..layout()
    };
    let release = bench.publish(&single, &rows(60), 24).await;
    let table = &release.tables["seul"];
    assert_eq!(table.whole.as_ref().unwrap().sha256, table.files[0].sha256);
}
