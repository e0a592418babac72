//! The diff of buildings: each extract goes on from the one before.

use serde_json::json;
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Bench, SourceKind, asked, receipt, source};
use crate::fetch::Content;

const PATH: &str = "/api/alpha/buildings/diff/";
/// Half a minute before the day ends, 180 days before, and an hour.
const FIRST: &str = "2026-05-28T00:59:30Z";

fn diff(since: Option<&str>) -> SourceKind {
    source(json!({"type": "rnb_diff", "since": since}))
}

fn events(times: &[&str]) -> String {
    let rows = times
        .iter()
        .map(|time| format!("update,V8NJNTB7Z34Y,\"[\"\"{time}+00\"\",)\"\n"));
    std::iter::once("action,rnb_id,sys_period\n".to_owned())
        .chain(rows)
        .collect()
}

async fn bench() -> (MockServer, Bench) {
    let server = MockServer::start().await;
    let bench = Bench::new(&[("https://rnb-api.beta.gouv.fr", &server.uri())]);
    (server, bench)
}

async fn tells(server: &MockServer, since: &str, answer: ResponseTemplate) {
    Mock::given(method("GET"))
        .and(path(PATH))
        .and(query_param("since", since))
        .respond_with(answer)
        .mount(server)
        .await;
}

#[tokio::test]
async fn each_extract_goes_on_where_the_one_before_ends_and_keeps_its_parts() {
    let (server, first) = bench().await;
    let body = events(&["2026-06-02 00:01:33.798109", "2026-06-02 00:02:37.5"]);
    tells(
        &server,
        FIRST,
        ResponseTemplate::new(200).set_body_string(&body),
    )
    .await;
    // The name of the file is believed before its content.
    let last =
        "attachment; filename=\"diff_2026-06-02T00:02:37.5+00:00_2026-06-09T01:00:00+00:00.csv\"";
    let answer = ResponseTemplate::new(200).set_body_string(events(&["2026-06-08 00:00:00"]));
    tells(
        &server,
        "2026-06-02T00:02:37.500Z",
        answer.insert_header("content-disposition", last),
    )
    .await;
    tells(
        &server,
        "2026-06-09T01:00:00Z",
        ResponseTemplate::new(200).set_body_string(events(&[])),
    )
    .await;

    let parts = first.parts(&diff(None), None).await.unwrap();
    assert_eq!(first.body(&parts[0]), body.as_bytes());
    let before = receipt(&parts, None);
    let second = Bench::new(&[("https://rnb-api.beta.gouv.fr", &server.uri())]);
    let parts = second.parts(&diff(None), Some(&before)).await.unwrap();
    let names: Vec<_> = parts
        .iter()
        .map(|part| part.part.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["20260528T005930000000Z", "20260602T000237500000Z"]);
    assert_eq!(parts[0].content, Content::Unchanged);
    assert_ne!(parts[1].content, Content::Unchanged);

    // Nothing has happened since: the parts are those of before.
    let before = receipt(&parts, Some(&before));
    let third = Bench::new(&[("https://rnb-api.beta.gouv.fr", &server.uri())]);
    let same = third.parts(&diff(None), Some(&before)).await.unwrap();
    assert!(same.iter().all(|part| part.content == Content::Unchanged));
    assert_eq!(same.len(), 2);
    assert!(third.staged().is_empty());
    // Where the pipeline begins later than the last part ends, it is a gap that is meant.
    tells(
        &server,
        "2026-10-01T00:00:00Z",
        ResponseTemplate::new(200).set_body_string(events(&["2026-10-02 00:00:00"])),
    )
    .await;
    let later = third
        .parts(&diff(Some("2026-10-01")), Some(&before))
        .await
        .unwrap();
    assert_eq!(later.len(), 3);
    // Where it begins earlier than the first part, everything is asked for again.
    tells(
        &server,
        "2026-01-01T00:00:00Z",
        ResponseTemplate::new(400).set_body_string("too old"),
    )
    .await;
    let error = third
        .parts(&diff(Some("2026-01-01")), Some(&before))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "source `exemple.source` (`https://rnb-api.beta.gouv.fr/api/alpha/buildings/diff/?since=2026-01-01T00%3A00%3A00Z`): \
         the RNB gives the events of the last 180 days, and those after 2026-01-01 00:00:00 UTC are asked for; \
         give a later `since`, or none"
    );
}

#[tokio::test]
async fn an_archive_that_was_left_too_long_says_so() {
    let (server, bench) = bench().await;
    let old = ResponseTemplate::new(200).set_body_string(events(&["2026-04-01 00:00:00"]));
    tells(&server, FIRST, old).await;
    let parts = bench.parts(&diff(None), None).await.unwrap();
    let before = receipt(&parts, None);
    tells(&server, "2026-04-01T00:00:00Z", ResponseTemplate::new(400)).await;
    let error = bench
        .parts(&diff(None), Some(&before))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the last extract is too old to go on from"),
        "{error}"
    );
}

#[tokio::test]
async fn the_same_events_again_are_no_new_part() {
    let (server, bench) = bench().await;
    let same = ResponseTemplate::new(200).set_body_string(events(&["2025-06-02 00:00:00"]));
    Mock::given(method("GET"))
        .and(path(PATH))
        .respond_with(same)
        .mount(&server)
        .await;
    let parts = bench.parts(&diff(None), None).await.unwrap();
    let before = receipt(&parts, None);
    let again = bench.parts(&diff(None), Some(&before)).await.unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].content, Content::Unchanged);
    assert_eq!(asked(&server).await.len(), 2);
}
