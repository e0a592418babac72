//! The same story on an object store, where there is no lock: a real S3 server on loopback.

use datafusion::prelude::SessionContext;
use edulac_lake::{Contested, Error, Lake, Location, Publisher, StorageOptions};

use crate::s3_server::{S3Server, s3_server};
use crate::support::{Bench, draft, layout, noon, publish, rows, sql, table_draft};

/// A lake of its own for each test, in the bucket of the server.
pub(crate) fn lake(server: &S3Server, name: &str) -> Lake {
    let options = StorageOptions {
        endpoint: Some(server.endpoint.clone()),
        region: Some(server.region.clone()),
        access_key_id: Some(server.access_key_id.clone()),
        secret_access_key: Some(server.secret_access_key.clone()),
        allow_http: true,
        ..StorageOptions::default()
    };
    let location = format!("s3://{}/{name}/lake", server.bucket);
    Lake::open(Location::parse(&location, &options).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_runs_on_s3() {
    let Some(server) = s3_server() else { return };
    let (bench, lake) = (Bench::new(), lake(server, "story"));
    assert_eq!(lake.latest().await.unwrap(), None);
    let (_, first) = publish(&lake, &layout(), &rows(60), &bench.staging(), 23)
        .await
        .unwrap();
    let mut changed = rows(60);
    changed[0].effectif = None;
    let (commit, second) = publish(&lake, &layout(), &changed, &bench.staging(), 23)
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
    assert_eq!(second.id, "2026-11-23.1");
    assert_eq!(lake.latest().await.unwrap().as_ref(), Some(&second));
    assert_eq!(lake.releases().await.unwrap().len(), 2);
    for (release, effectifs) in [(&first, 60), (&second, 59)] {
        let ctx = SessionContext::new();
        lake.register_release(&ctx, release).await.unwrap();
        let found = sql(
            &ctx,
            "SELECT count(*) AS n, count(effectif) AS e FROM etablissements",
        )
        .await;
        assert!(found.contains(&format!("| 60 | {effectifs} |")), "{found}");
    }
    let history = lake.history("etablissements").await.unwrap();
    assert_eq!(
        history
            .iter()
            .map(|e| e.release.as_deref())
            .collect::<Vec<_>>(),
        [Some("2026-11-23.0"), Some("2026-11-23.1")]
    );
    let staged = bench.stage(&layout(), &rows(61)).await;
    let found = lake
        .change_counts(
            &SessionContext::new(),
            &second.tables["etablissements"],
            &layout(),
            &staged,
        )
        .await
        .unwrap();
    assert_eq!((found.added, found.removed, found.changed), (1, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_s3_the_second_creator_of_a_table_is_refused() {
    let Some(server) = s3_server() else { return };
    let (bench, lake) = (Bench::new(), lake(server, "creator"));
    let mut one = Publisher::open(&lake, noon(23)).await.unwrap();
    let mut two = Publisher::open(&lake, noon(23)).await.unwrap();
    let staged = bench.stage(&layout(), &rows(10)).await;
    one.commit(&layout(), &staged, noon(23)).await.unwrap();
    let error = two
        .commit(
            &layout(),
            &bench.stage(&layout(), &rows(11)).await,
            noon(23),
        )
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Conflict {
                what: Contested::Table(_)
            }
        ),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_s3_a_stale_writer_is_refused_and_the_winner_stays_whole() {
    let Some(server) = s3_server() else { return };
    let (bench, lake) = (Bench::new(), lake(server, "stale"));
    publish(&lake, &layout(), &rows(10), &bench.staging(), 23)
        .await
        .unwrap();
    let mut stale = Publisher::open(&lake, noon(23)).await.unwrap();
    let (_, winner) = publish(&lake, &layout(), &rows(12), &bench.staging(), 23)
        .await
        .unwrap();
    let error = stale
        .commit(
            &layout(),
            &bench.stage(&layout(), &rows(11)).await,
            noon(23),
        )
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Conflict {
                what: Contested::Table(_)
            }
        ),
        "{error:?}"
    );
    assert_eq!(lake.latest().await.unwrap(), Some(winner));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_s3_of_two_releases_after_the_same_one_only_the_first_is_published() {
    let Some(server) = s3_server() else { return };
    let (bench, lake) = (Bench::new(), lake(server, "race"));
    publish(&lake, &layout(), &rows(10), &bench.staging(), 23)
        .await
        .unwrap();
    let other = edulac_lake::TableLayout {
        name: "lycees".to_owned(),
        ..layout()
    };
    let mut late = Publisher::open(&lake, noon(23)).await.unwrap();
    let staged = bench.stage(&other, &rows(5)).await;
    let commit = late.commit(&other, &staged, noon(23)).await.unwrap();
    // The winner finds a table that no release holds, and takes it back; its own is another one.
    let (_, winner) = publish(&lake, &layout(), &rows(12), &bench.staging(), 23)
        .await
        .unwrap();
    let draft = draft(
        &bench.staging(),
        23,
        vec![table_draft(&other, staged, &commit)],
    );
    let error = late.publish(draft).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Conflict {
                what: Contested::Release { serial: 2 }
            }
        ),
        "{error:?}"
    );
    assert_eq!(lake.latest().await.unwrap().as_ref(), Some(&winner));
    let ids: Vec<_> = lake
        .releases()
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.id)
        .collect();
    assert_eq!(ids, ["2026-11-23.0", "2026-11-23.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_s3_a_publisher_taken_for_dead_still_publishes_what_its_release_says() {
    let Some(server) = s3_server() else { return };
    let (bench, lake) = (Bench::new(), lake(server, "slow"));
    publish(&lake, &layout(), &rows(10), &bench.staging(), 23)
        .await
        .unwrap();
    let mut slow = Publisher::open(&lake, noon(24)).await.unwrap();
    let staged = bench.stage(&layout(), &rows(20)).await;
    let commit = slow.commit(&layout(), &staged, noon(24)).await.unwrap();
    assert_eq!(
        Publisher::open(&lake, noon(24))
            .await
            .unwrap()
            .reconciled()
            .len(),
        1
    );
    let draft = draft(
        &bench.staging(),
        24,
        vec![table_draft(&layout(), staged, &commit)],
    );
    let release = slow.publish(draft).await.unwrap();
    let ctx = SessionContext::new();
    lake.register_release(&ctx, &release).await.unwrap();
    assert!(
        sql(&ctx, "SELECT count(*) AS n FROM etablissements")
            .await
            .contains("| 20 |")
    );
    assert_eq!(
        Publisher::open(&lake, noon(25)).await.unwrap().reconciled()[0].released,
        Some(1)
    );
    let head = lake.head("etablissements").await.unwrap().unwrap();
    assert_eq!(
        head.files.values().map(|f| f.rows.unwrap()).sum::<u64>(),
        20
    );
}
