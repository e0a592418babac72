//! The same story on an object store, where there is no lock: a real S3 server on loopback, named by
//! `EDULAC_S3_ENDPOINT`, with a bucket made by each test.

use datafusion::prelude::SessionContext;
use edulac_lake::{Contested, Error, Lake, Location, Publisher, StorageOptions};

use crate::support::{Bench, draft, layout, noon, publish, rows, sql, table_draft};

/// The server's endpoint, or a loud skip.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn endpoint() -> Option<String> {
    let endpoint = std::env::var("EDULAC_S3_ENDPOINT").ok();
    if endpoint.is_none() {
        eprintln!("SKIPPED: EDULAC_S3_ENDPOINT is not set; the lake is not tested on S3 here");
    }
    endpoint
}

/// A new bucket on the server, which is asked for it by a bare request: loopback servers take any key.
async fn lake(endpoint: &str, bucket: &str) -> Lake {
    let host = endpoint
        .strip_prefix("http://")
        .unwrap()
        .trim_end_matches('/');
    let bucket = format!(
        "{bucket}-{}",
        uuid::Uuid::new_v5(
            &uuid::Uuid::NAMESPACE_URL,
            format!("{:?}", std::time::SystemTime::now()).as_bytes()
        )
    );
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let authorization = "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    let request = format!(
        "PUT /{bucket} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer)
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let options = StorageOptions {
        endpoint: Some(endpoint.to_owned()),
        region: Some("us-east-1".to_owned()),
        access_key_id: Some("test".to_owned()),
        secret_access_key: Some("test".to_owned()),
        allow_http: true,
    };
    Lake::open(Location::parse(&format!("s3://{bucket}/a/lake"), &options).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_runs_on_s3() {
    let Some(endpoint) = endpoint() else { return };
    let (bench, lake) = (Bench::new(), lake(&endpoint, "story").await);
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
    let Some(endpoint) = endpoint() else { return };
    let (bench, lake) = (Bench::new(), lake(&endpoint, "creator").await);
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
    let Some(endpoint) = endpoint() else { return };
    let (bench, lake) = (Bench::new(), lake(&endpoint, "stale").await);
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
    let Some(endpoint) = endpoint() else { return };
    let (bench, lake) = (Bench::new(), lake(&endpoint, "race").await);
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
    let Some(endpoint) = endpoint() else { return };
    let (bench, lake) = (Bench::new(), lake(&endpoint, "slow").await);
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
