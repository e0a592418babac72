//! What servers say when they refuse, and what the user reads.

use std::time::Duration;

use edulac_model::ErrorClass;
use serde_json::json;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Bench, SourceKind, answer, source};

const QUOTA: &str = r#"{"errorcode": 10002, "reset_time": "RESET", "limit_time_unit": "day", "call_limit": 10000, "error": "Too many requests on the domain."}"#;
const ANONYMOUS: &str = r#"{"errorcode": 10005, "reset_time": "2026-11-25T00:00:00Z", "limit_time_unit": "day", "call_limit": 1000, "error": "You have exceeded the requests limit for anonymous users."}"#;

fn json_source() -> SourceKind {
    let url = "https://data.example/a.json?apikey=abc123";
    source(json!({"type": "http", "url": url, "format": {"type": "json"}}))
}

/// The message that one answer gives, its class, and whether to try again.
async fn refused(with: ResponseTemplate) -> String {
    let server = MockServer::start().await;
    answer(&server, "/a.json", with).await;
    let bench = Bench::new(&[("https://data.example", &server.uri())]);
    let error = bench.parts(&json_source(), None).await.unwrap_err();
    let again = if error.retryable() { ", later" } else { "" };
    let class = match error.class() {
        ErrorClass::Config => "config",
        ErrorClass::Infrastructure => "infrastructure",
        _ => "other",
    };
    for text in [format!("{error}"), format!("{error:?}")] {
        assert!(!text.contains("abc123"), "{text}");
    }
    format!("[{class}{again}] {error}")
}

#[tokio::test]
async fn refusals_keep_the_words_and_the_code_of_the_server() {
    let html = "\n<!doctype html>\n<html lang=\"en\"><head><title>Not Found</title></head>\n<body><h1>Not Found</h1></body></html>";
    let s3 = "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>";
    let answers = [
        ResponseTemplate::new(404).set_body_raw(html, "text/html; charset=utf-8"),
        ResponseTemplate::new(403).set_body_raw(s3, "application/xml"),
        ResponseTemplate::new(401).set_body_string("the key abc123 is not known"),
        ResponseTemplate::new(400).set_body_string(
            r#"{"error_code": "InvalidRESTParameterError", "message": "Invalid value for limit API parameter: 1473 was found but -1 <= limit <= 100 is expected."}"#,
        ),
        ResponseTemplate::new(400).set_body_string(r#"{"code": 400, "message": "departmentcode is required"}"#),
        ResponseTemplate::new(410),
        ResponseTemplate::new(500).set_body_string("oops"),
        ResponseTemplate::new(501),
        ResponseTemplate::new(429).set_body_string(ANONYMOUS),
        ResponseTemplate::new(429).set_body_string(QUOTA.replace("RESET", "2026-11-25T00:00:00Z")),
        ResponseTemplate::new(429)
            .insert_header("x-ratelimit-limit", "5000")
            .insert_header("x-ratelimit-reset", "2026-11-25 00:00:00+00:00"),
        ResponseTemplate::new(429)
            .insert_header("x-ratelimit-limit", "5000")
            .insert_header("x-ratelimit-reset", "1795564800"),
        ResponseTemplate::new(429).insert_header("retry-after", "7200"),
        ResponseTemplate::new(429),
    ];
    let mut messages = Vec::new();
    for with in answers {
        messages.push(refused(with).await);
    }
    insta::assert_snapshot!(messages.join("\n"));
}

#[tokio::test]
async fn a_quota_that_opens_within_a_minute_is_waited_for() {
    let limited = || ResponseTemplate::new(429);
    for (with, wait) in [
        (
            limited().set_body_string(QUOTA.replace("RESET", "2026-11-24T00:00:00Z")),
            30,
        ),
        (
            limited().insert_header("x-ratelimit-reset", "2026-11-24 00:00:00+00:00"),
            30,
        ),
        (
            limited().insert_header("x-ratelimit-reset", "1795478400"),
            30,
        ),
        (limited().insert_header("ratelimit-reset", "1"), 1),
        (limited().insert_header("retry-after", "2"), 2),
    ] {
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any())
            .respond_with(with)
            .up_to_n_times(1)
            .mount(&server)
            .await;
        answer(
            &server,
            "/a.json",
            ResponseTemplate::new(200).set_body_string("[]"),
        )
        .await;
        let bench = Bench::new(&[("https://data.example", &server.uri())]);
        bench.part(&json_source(), None).await.unwrap();
        assert_eq!(bench.waits(), [Duration::from_secs(wait)]);
    }
}
