//! Plain addresses: validators, redirections, retries.

use std::time::Duration;

use reqwest::header::HeaderValue;
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Bench, HasHeader, SourceKind, answer, asked, receipt, source};
use crate::fetch::Content;
use crate::progress::Event;

const DATA: &str = "https://data.example";

fn csv(url: &str) -> SourceKind {
    source(json!({"type": "http", "url": url, "format": {"type": "csv"}}))
}

fn ok() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string("uai\n0990001X\n")
}

#[tokio::test]
async fn a_304_to_the_validators_of_the_receipt_means_unchanged() {
    let server = MockServer::start().await;
    let conditional = |request: &wiremock::Request| {
        let header = |name| request.headers.get(name).map(HeaderValue::as_bytes);
        header("if-none-match") == Some(b"\"v1\"".as_slice())
            && header("if-modified-since") == Some(b"Mon, 02 Nov 2026 03:00:00 GMT".as_slice())
    };
    Mock::given(conditional)
        .respond_with(ResponseTemplate::new(304).insert_header("etag", "\"v1\""))
        .mount(&server)
        .await;
    let full = ok()
        .insert_header("etag", "\"v1\"")
        .insert_header("last-modified", "Mon, 02 Nov 2026 03:00:00 GMT")
        .insert_header("set-cookie", "session=secret");
    answer(&server, "/a.csv", full).await;
    let bench = Bench::new(&[(DATA, &server.uri())]);
    let kind = csv("https://data.example/a.csv");

    let part = bench.part(&kind, None).await.unwrap();
    assert_eq!(bench.body(&part), b"uai\n0990001X\n");
    assert_eq!(part.status, Some(200));
    let kept: Vec<_> = part.headers.keys().collect();
    assert_eq!(
        kept,
        ["content-length", "content-type", "etag", "last-modified"]
    );

    let first = receipt(&[part], None);
    let again = bench.part(&kind, Some(&first)).await.unwrap();
    assert_eq!(
        (again.status, &again.content),
        (Some(304), &Content::Unchanged)
    );
    assert_eq!(
        again.headers["last-modified"], "Mon, 02 Nov 2026 03:00:00 GMT",
        "a validator that the 304 does not repeat stays"
    );

    let other = csv("https://data.example/a.csv?edition=2");
    let other = bench.part(&other, Some(&first)).await.unwrap();
    assert_eq!(
        other.status,
        Some(200),
        "validators are those of one address"
    );
}

#[tokio::test]
async fn equal_bytes_are_unchanged_without_validators() {
    let server = MockServer::start().await;
    answer(&server, "/a.csv", ok()).await;
    let bench = Bench::new(&[(DATA, &server.uri())]);
    let kind = csv("https://data.example/a.csv");
    let first = bench.part(&kind, None).await.unwrap();
    let first = receipt(&[first], None);
    let again = bench.part(&kind, Some(&first)).await.unwrap();
    assert_eq!(
        (again.status, &again.content),
        (Some(200), &Content::Unchanged)
    );
    assert!(bench.staged().is_empty());
}

#[tokio::test]
async fn the_program_says_who_it_is_and_how_far_it_is() {
    let server = MockServer::start().await;
    answer(&server, "/a.csv", ok()).await;
    let bench = Bench::new(&[(DATA, &server.uri())]);
    bench
        .part(&csv("https://data.example/a.csv"), None)
        .await
        .unwrap();
    let requests = server.received_requests().await.unwrap();
    let agent = requests[0].headers["user-agent"].to_str().unwrap();
    assert_eq!(agent, concat!("edulac/", env!("CARGO_PKG_VERSION")));
    let received = Event::Received {
        part: None,
        bytes: 13,
        total: Some(13),
    };
    assert_eq!(bench.events.0.lock().unwrap().last(), Some(&received));
}

#[tokio::test]
async fn a_failing_server_is_asked_again_after_longer_and_longer_waits() {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(3)
        .mount(&server)
        .await;
    answer(&server, "/a.csv", ok()).await;
    let bench = Bench::new(&[(DATA, &server.uri())]);
    let part = bench
        .part(&csv("https://data.example/a.csv"), None)
        .await
        .unwrap();
    assert_eq!(bench.body(&part), b"uai\n0990001X\n");
    let waits = bench.waits();
    assert_eq!(waits.len(), 3);
    for (wait, longest) in waits.iter().zip([500, 1000, 2000]) {
        let longest = Duration::from_millis(longest);
        assert!(
            (longest / 2..=longest).contains(wait),
            "{wait:?} of {longest:?}"
        );
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_in_seconds_and_as_a_date() {
    for (value, wait) in [("7", 7), ("Tue, 24 Nov 2026 00:00:00 GMT", 30)] {
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any())
            .respond_with(ResponseTemplate::new(503).insert_header("retry-after", value))
            .up_to_n_times(1)
            .mount(&server)
            .await;
        answer(&server, "/a.csv", ok()).await;
        let bench = Bench::new(&[(DATA, &server.uri())]);
        bench
            .part(&csv("https://data.example/a.csv"), None)
            .await
            .unwrap();
        assert_eq!(bench.waits(), [Duration::from_secs(wait)], "{value}");
    }
}

#[tokio::test]
async fn a_wait_of_more_than_a_minute_is_an_error_at_once() {
    let server = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("retry-after", "3600");
    answer(&server, "/a.csv", busy).await;
    let bench = Bench::new(&[(DATA, &server.uri())]);
    assert_eq!(
        bench.error(&csv("https://data.example/a.csv")).await,
        "source `exemple.source` (`https://data.example/a.csv`): the server failed (503) 1 times; \
         try again later"
    );
    assert!(bench.waits().is_empty());
}

#[tokio::test]
async fn redirections_are_followed_through_stand_ins() {
    let (first, second) = (MockServer::start().await, MockServer::start().await);
    let to = ResponseTemplate::new(302).insert_header("location", "https://files.example/b.csv");
    answer(&first, "/r/a", to).await;
    let near = ResponseTemplate::new(301).insert_header("location", "c.csv");
    answer(&second, "/b.csv", near).await;
    answer(&second, "/c.csv", ok()).await;
    let bench = Bench::new(&[
        (DATA, &first.uri()),
        ("https://files.example", &second.uri()),
    ]);
    let part = bench
        .part(&csv("https://data.example/r/a"), None)
        .await
        .unwrap();
    assert_eq!(bench.body(&part), b"uai\n0990001X\n");
    assert_eq!(&*part.origin.url, "https://data.example/r/a");
    assert_eq!(asked(&second).await, ["/b.csv", "/c.csv"]);
}

#[tokio::test]
async fn a_redirection_that_goes_round_or_nowhere_is_refused() {
    let server = MockServer::start().await;
    let round = ResponseTemplate::new(302).insert_header("location", "/round?token=abc123");
    answer(&server, "/round", round).await;
    let away = ResponseTemplate::new(302).insert_header("location", "ftp://files.example/a");
    answer(&server, "/away", away).await;
    answer(&server, "/nowhere", ResponseTemplate::new(302)).await;
    let bench = Bench::new(&[(DATA, &server.uri())]);
    let error = bench.error(&csv("https://data.example/round")).await;
    let error = error.replace(&server.uri(), "http://loopback");
    assert_eq!(
        error,
        "source `exemple.source` (`https://data.example/round`): redirected to \
         `http://loopback/round?token=***`, which is not followed (too many redirections); \
         give the final address"
    );
    assert_eq!(
        asked(&server).await.len(),
        6,
        "five redirections are followed"
    );
    let error = bench.error(&csv("https://data.example/away")).await;
    assert!(error.contains("`ftp://files.example/a`, which is not followed (it leaves the web)"));
    let error = bench.error(&csv("https://data.example/nowhere")).await;
    assert!(error.contains("it names no address"), "{error}");
}

#[tokio::test]
async fn an_unreachable_server_is_an_error_after_five_attempts() {
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let bench = Bench::new(&[(DATA, &format!("http://127.0.0.1:{port}"))]);
    let error = bench
        .error(&csv("https://data.example/a.csv?token=abc123"))
        .await;
    assert_eq!(
        error,
        "source `exemple.source` (`https://data.example/a.csv?token=***`): no answer after 5 \
         attempts (error sending request); check the network and the address"
    );
    assert_eq!(bench.waits().len(), 4);
}

#[tokio::test]
async fn a_conditional_request_is_not_made_without_a_receipt() {
    let server = MockServer::start().await;
    Mock::given(HasHeader("if-none-match"))
        .respond_with(ResponseTemplate::new(304))
        .mount(&server)
        .await;
    answer(&server, "/a.csv", ResponseTemplate::new(304)).await;
    let bench = Bench::new(&[(DATA, &server.uri())]);
    let error = bench.error(&csv("https://data.example/a.csv")).await;
    assert!(
        error.contains("did not accept the request (304)"),
        "{error}"
    );
}
