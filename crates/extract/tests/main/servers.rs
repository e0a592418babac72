//! Sources of servers on loopback.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edulac_extract::{Extract, Extractor, Limits, NoProgress, Options, system_clock};
use edulac_spec::pipeline::Source;
use futures::FutureExt;
use indexmap::IndexMap;
use serde_json::{Value, json};
use wiremock::matchers::{any, header, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{NAME, lines};

const KEY: &str = "clef-tres-secrete";

fn extractor(root: &Path, archive: &Path, endpoints: &[(&str, &str)]) -> Extractor {
    let endpoints = endpoints.iter();
    Extractor::new(Options {
        root: root.to_owned(),
        archive: archive.to_owned(),
        endpoints: endpoints
            .map(|(start, target)| ((*start).to_owned(), (*target).to_owned()))
            .collect::<IndexMap<_, _>>(),
        frozen: false,
        limits: Limits::default(),
        clock: system_clock(),
        progress: Arc::new(NoProgress),
    })
    .unwrap()
}

fn source(options: Value) -> Source {
    serde_json::from_value(options).unwrap()
}

async fn extract(extractor: &Extractor, name: &str, source: &Source) -> Extract {
    Box::pin(extractor.extract(name, source)).await.unwrap()
}

/// The text of every file below a folder that is text.
fn texts(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(texts(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}

#[tokio::test]
async fn a_busy_server_is_waited_for_and_asked_for_news_only() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(429).insert_header("retry-after", "40"))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(header("if-none-match", "\"v1\""))
        .respond_with(ResponseTemplate::new(304))
        .mount(&server)
        .await;
    let body = ResponseTemplate::new(200).insert_header("etag", "\"v1\"");
    Mock::given(path("/ecoles.csv"))
        .respond_with(body.set_body_string("uai\n0990001X\n"))
        .mount(&server)
        .await;
    let folder = tempfile::tempdir().unwrap();
    let waits = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&waits);
    let extractor = extractor(
        folder.path(),
        folder.path(),
        &[("https://data.example", &server.uri())],
    )
    .with_sleeper(Arc::new(move |wait| {
        heard.lock().unwrap().push(wait);
        async {}.boxed()
    }));
    let url = "https://data.example/ecoles.csv";
    let source = source(json!({"type": "http", "url": url, "format": {"type": "csv"}}));
    let first = extract(&extractor, NAME, &source).await;
    assert_eq!(lines(&first), ["1| 0990001X"]);
    assert_eq!(*waits.lock().unwrap(), [Duration::from_secs(40)]);
    for _ in 0..2 {
        let again = extract(&extractor, NAME, &source).await;
        assert!(again.unchanged);
        assert_eq!(again.receipt.parts[0].status, Some(304));
        assert_eq!(again.records, first.records);
    }
}

#[tokio::test]
async fn no_secret_gets_into_the_archive() {
    let server = MockServer::start().await;
    let metadata = json!({
        "fields": [{"name": "uai", "type": "text"}],
        "metas": {"default": {"modified": "2026-11-01", "records_count": 1}},
    });
    Mock::given(path("/api/explore/v2.1/catalog/datasets/ecoles"))
        .and(header("authorization", format!("Apikey {KEY}").as_str()))
        .respond_with(ResponseTemplate::new(200).set_body_json(metadata))
        .mount(&server)
        .await;
    let plain = Mock::given(path("/ecoles.csv")).and(query_param("apikey", KEY));
    let export = Mock::given(path(
        "/api/explore/v2.1/catalog/datasets/ecoles/exports/csv",
    ));
    for asked in [plain, export] {
        let body = ResponseTemplate::new(200).set_body_string("uai\n0990001X\n");
        asked.respond_with(body).mount(&server).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, KEY).unwrap();
    let archive = folder.path().join("archive");
    let extractor = extractor(
        folder.path(),
        &archive,
        &[("https://data.example", &server.uri())],
    );
    let portal = source(json!({
        "type": "opendatasoft", "portal": "https://data.example", "dataset": "ecoles",
        "export": "csv", "api_key": format!("file:{}", key.display()),
    }));
    let url = format!("https://data.example/ecoles.csv?apikey={KEY}");
    let plain = source(json!({"type": "http", "url": url, "format": {"type": "csv"}}));
    for (name, source) in [("essai.portail", &portal), ("essai.fichier", &plain)] {
        let found = extract(&extractor, name, source).await;
        assert_eq!(lines(&found), ["1| 0990001X"]);
        assert!(!format!("{found:?}").contains(KEY));
    }
    let texts = texts(&archive);
    assert!(texts.iter().any(|(path, _)| path.ends_with("receipt.json")));
    for (path, text) in texts {
        assert!(!text.contains(KEY), "{}", path.display());
    }
}
