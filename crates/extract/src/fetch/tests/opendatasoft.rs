//! Datasets of a portal.

use serde_json::{Value, json};
use wiremock::matchers::{header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Bench, HasHeader, SourceKind, answer, asked, receipt, source};
use crate::error::Error;
use crate::fetch::Content;
use crate::receipt::Upstream;

const PORTAL: &str = "https://data.example";
const DATASET: &str = "/api/explore/v2.1/catalog/datasets/ecoles";

fn dataset(more: Value) -> SourceKind {
    let mut options = json!({
        "type": "opendatasoft", "portal": PORTAL, "dataset": "ecoles", "export": "csv",
    });
    options
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    source(options)
}

fn metadata(modified: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "dataset_id": "ecoles",
        "fields": [
            {"name": "uai", "label": "UAI", "type": "text", "annotations": {}, "description": null},
            {"name": "position", "label": "Position", "type": "geo_point_2d"},
        ],
        "metas": {"default": {
            "title": "Écoles", "modified": modified, "data_processed": "2026-11-01T03:00:00+00:00",
            "metadata_processed": "2026-11-01T03:00:05.518000+00:00", "records_count": 1,
        }},
    }))
}

async fn export(server: &MockServer, body: &str) {
    let with = ResponseTemplate::new(200).set_body_string(body);
    answer(server, &format!("{DATASET}/exports/csv"), with).await;
}

#[tokio::test]
async fn equal_metadata_spare_the_export_and_other_metadata_do_not() {
    let server = MockServer::start().await;
    Mock::given(path(DATASET))
        .respond_with(metadata("2026-11-01"))
        .up_to_n_times(2)
        .mount(&server)
        .await;
    answer(&server, DATASET, metadata("2026-11-22")).await;
    export(&server, "uai\n0990001X\n").await;
    let bench = Bench::new(&[(PORTAL, &server.uri())]);
    let kind = dataset(json!({}));

    let first = bench.part(&kind, None).await.unwrap();
    assert_eq!(bench.body(&first), b"uai\n0990001X\n");
    assert_eq!(
        &*first.origin.url,
        "https://data.example/api/explore/v2.1/catalog/datasets/ecoles/exports/csv?use_labels=false&delimiter=%3B&with_bom=true"
    );
    assert_eq!(
        first.upstream,
        Some(Upstream::Opendatasoft {
            modified: Some("2026-11-01".to_owned()),
            data_processed: Some("2026-11-01T03:00:00+00:00".to_owned()),
            metadata_processed: Some("2026-11-01T03:00:05.518000+00:00".to_owned()),
            records_count: Some(1),
            fields: vec!["uai:text".to_owned(), "position:geo_point_2d".to_owned()],
        })
    );
    let first = receipt(&[first], None);
    std::fs::remove_file(bench.staging.path().join("body.csv")).unwrap();

    let second = bench.part(&kind, Some(&first)).await.unwrap();
    assert_eq!(
        (second.status, &second.content),
        (None, &Content::Unchanged)
    );
    let second = receipt(&[second], Some(&first));
    assert_eq!(
        asked(&server).await.len(),
        3,
        "the export was not asked for"
    );

    let third = bench.part(&kind, Some(&second)).await.unwrap();
    assert_eq!(
        (third.status, &third.content),
        (Some(200), &Content::Unchanged),
        "an editorial change with the same bytes"
    );
    assert!(bench.staged().is_empty());
}

#[tokio::test]
async fn metadata_without_any_date_spare_nothing() {
    let server = MockServer::start().await;
    let undated = json!({"fields": [], "metas": {"default": {"records_count": 1}}});
    answer(
        &server,
        DATASET,
        ResponseTemplate::new(200).set_body_json(undated),
    )
    .await;
    export(&server, "uai\n0990001X\n").await;
    let bench = Bench::new(&[(PORTAL, &server.uri())]);
    let kind = dataset(json!({}));
    let first = bench.part(&kind, None).await.unwrap();
    let first = receipt(&[first], None);
    let second = bench.part(&kind, Some(&first)).await.unwrap();
    assert_eq!(second.status, Some(200));
}

#[tokio::test]
async fn another_filter_is_another_export() {
    let server = MockServer::start().await;
    answer(&server, DATASET, metadata("2026-11-01")).await;
    export(&server, "uai\n0990001X\n").await;
    let bench = Bench::new(&[(PORTAL, &server.uri())]);
    let first = bench.part(&dataset(json!({})), None).await.unwrap();
    let first = receipt(&[first], None);
    let filter = dataset(json!({"where": "etat = \"OUVERT\" & x+1"}));
    let part = bench.part(&filter, Some(&first)).await.unwrap();
    assert_eq!(part.status, Some(200));
    let asked = asked(&server).await;
    let query = asked.last().unwrap();
    assert!(
        query.ends_with("&where=etat+%3D+%22OUVERT%22+%26+x%2B1"),
        "{query}"
    );
}

#[tokio::test]
async fn each_export_has_its_format_and_technical_names() {
    for format in ["jsonl", "geojson", "parquet"] {
        let server = MockServer::start().await;
        answer(
            &server,
            "/portail/api/explore/v2.1/catalog/datasets/ecoles",
            metadata("x"),
        )
        .await;
        let at = format!("/portail/api/explore/v2.1/catalog/datasets/ecoles/exports/{format}");
        answer(
            &server,
            &at,
            ResponseTemplate::new(200).set_body_string("data"),
        )
        .await;
        let bench = Bench::new(&[(PORTAL, &server.uri())]);
        let kind = dataset(json!({"portal": "https://data.example/portail/", "export": format}));
        let part = bench.part(&kind, None).await.unwrap();
        let name = format!("body.{format}");
        assert_eq!(bench.staged(), [name]);
        assert!(
            part.origin
                .url
                .ends_with(&format!("/exports/{format}?use_labels=false"))
        );
    }
}

#[tokio::test]
async fn an_error_text_inside_a_200_is_an_error() {
    let mut messages = Vec::new();
    for body in [
        "uai\n0990001X\nStreaming interrupted due to the following error: Invalid value for sum of offset + limit API parameter: 10001 was found but <= 10000 is expected. (error_code: InvalidRESTParameterError)",
        "uai\n0990001X\n{\"errorcode\": 10002, \"error\": \"Too many requests on the domain.\"}",
    ] {
        let server = MockServer::start().await;
        answer(&server, DATASET, metadata("2026-11-01")).await;
        export(&server, body).await;
        let bench = Bench::new(&[(PORTAL, &server.uri())]);
        messages.push(bench.error(&dataset(json!({}))).await);
    }
    insta::assert_snapshot!(messages.join("\n"));
}

#[tokio::test]
async fn metadata_of_another_form_are_an_error_with_the_reason() {
    let mut messages = Vec::new();
    for body in ["<html>Connexion</html>", r#"{"metas": {}}"#] {
        let server = MockServer::start().await;
        let with = ResponseTemplate::new(200).set_body_string(body);
        answer(&server, DATASET, with).await;
        let bench = Bench::new(&[(PORTAL, &server.uri())]);
        messages.push(bench.error(&dataset(json!({}))).await);
    }
    insta::assert_snapshot!(messages.join("\n"));
}

#[tokio::test]
async fn a_key_goes_in_a_header_to_its_host_and_shows_nowhere() {
    let (portal, elsewhere) = (MockServer::start().await, MockServer::start().await);
    Mock::given(path(DATASET))
        .and(header("authorization", "Apikey clef-tres-secrete"))
        .respond_with(metadata("2026-11-01"))
        .mount(&portal)
        .await;
    let away = format!("{}/export.csv?X-Amz-Signature=abc123", elsewhere.uri());
    Mock::given(HasHeader("authorization"))
        .and(path(format!("{DATASET}/exports/csv")))
        .respond_with(ResponseTemplate::new(302).insert_header("location", away.as_str()))
        .mount(&portal)
        .await;
    answer(
        &elsewhere,
        "/export.csv",
        ResponseTemplate::new(200).set_body_string("uai\n"),
    )
    .await;
    let bench = Bench::new(&[(PORTAL, &portal.uri())]);
    let file = bench.root.path().join("key");
    std::fs::write(&file, "clef-tres-secrete\n").unwrap();
    let kind = dataset(json!({"api_key": format!("file:{}", file.display())}));

    let part = bench.part(&kind, None).await.unwrap();
    for request in elsewhere.received_requests().await.unwrap() {
        assert!(!request.headers.contains_key("authorization"));
    }
    let receipt = receipt(std::slice::from_ref(&part), None);
    let mut shown = vec![
        format!("{part:?}"),
        format!("{receipt:?}"),
        serde_json::to_string(&receipt).unwrap(),
    ];
    for request in portal.received_requests().await.unwrap() {
        shown.push(request.url.to_string());
    }

    // Servers that repeat the key, in each way to fail.
    for status in [400, 401, 404, 429, 500] {
        let server = MockServer::start().await;
        let with = ResponseTemplate::new(status).set_body_json(
            json!({"error": "the key clef-tres-secrete is not known", "errorcode": 10003}),
        );
        answer(&server, DATASET, with).await;
        let bench = Bench::new(&[(PORTAL, &server.uri())]);
        let error = bench.parts(&kind, None).await.unwrap_err();
        assert!(
            error.to_string().contains("the key *** is not known"),
            "{error}"
        );
        shown.extend([format!("{error}"), format!("{error:?}")]);
    }
    for text in shown {
        assert!(!text.contains("clef-tres-secrete"), "{text}");
        assert!(!text.contains("abc123"), "{text}");
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_an_error_before_any_request() {
    let server = MockServer::start().await;
    let bench = Bench::new(&[(PORTAL, &server.uri())]);
    let file = bench.root.path().join("key");
    std::fs::write(&file, "deux\nlignes\n").unwrap();
    let kind = dataset(json!({"api_key": format!("file:{}", file.display())}));
    let error = bench.parts(&kind, None).await.unwrap_err();
    assert!(matches!(error, Error::KeyForm { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("lignes"));
    let kind = dataset(json!({"api_key": "env:EDULAC_TEST_KEY_THAT_IS_NOT_SET"}));
    let error = bench.parts(&kind, None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "source `exemple.source` (`https://data.example/`): the secret \
         `env:EDULAC_TEST_KEY_THAT_IS_NOT_SET` cannot be read: set the environment variable \
         `EDULAC_TEST_KEY_THAT_IS_NOT_SET`"
    );
    assert!(asked(&server).await.is_empty());
}
