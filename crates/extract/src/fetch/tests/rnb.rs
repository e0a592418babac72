//! Exports of buildings, one a département.

use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use wiremock::{MockServer, ResponseTemplate};

use super::{Bench, SourceKind, answer, asked, receipt, source};
use crate::fetch::Content;

const DATASET: &str = "/api/1/datasets/65a5568dfc88169d0a5416ca/";

fn rnb(departements: &[&str]) -> SourceKind {
    source(json!({"type": "rnb", "departements": departements}))
}

fn body(area: &str) -> String {
    format!("rnb_id;point\n{area}\n")
}

/// What data.gouv.fr says of an export.
fn resource(area: &str) -> Value {
    let body = body(area);
    json!({
        "title": format!("Export Départemental {area}"),
        "url": format!("https://files.example/files/RNB_{area}.csv.zip"),
        "filesize": body.len(),
        "checksum": {"type": "sha1", "value": format!("{:X}", Sha1::digest(&body))},
        "last_modified": "2026-11-21T03:00:00+00:00",
        "extras": {"analysis:last-modified-at": "2026-11-21T02:00:00+00:00"},
    })
}

/// data.gouv.fr and the store of the exports, on one server.
async fn bench(resources: Value) -> (MockServer, Bench) {
    let server = MockServer::start().await;
    let national = json!({"url": "https://files.example/files/RNB_nat.csv.zip"});
    let page = json!({"url": "https://rnb.example/documentation", "checksum": null, "extras": {}});
    let mut all = vec![national, page];
    all.extend(resources.as_array().unwrap().clone());
    let list = ResponseTemplate::new(200).set_body_json(json!({"resources": all}));
    answer(&server, DATASET, list).await;
    for area in ["35", "2A", "971"] {
        let with = ResponseTemplate::new(200).set_body_string(body(area));
        answer(&server, &format!("/files/RNB_{area}.csv.zip"), with).await;
    }
    let bench = Bench::new(&[
        ("https://www.data.gouv.fr", &server.uri()),
        ("https://files.example", &server.uri()),
    ]);
    (server, bench)
}

#[tokio::test]
async fn each_departement_is_a_part_in_the_order_asked_for() {
    let (_server, bench) = bench(json!([resource("35"), resource("2A"), resource("971")])).await;
    let parts = bench
        .parts(&rnb(&["971", "2A", "35", "035"]), None)
        .await
        .unwrap();
    let names: Vec<_> = parts
        .iter()
        .map(|part| part.part.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["971", "02A", "035"]);
    for (part, area) in parts.iter().zip(["971", "2A", "35"]) {
        assert_eq!(bench.body(part), body(area).as_bytes());
    }
    let staged = ["body-02A.csv.zip", "body-035.csv.zip", "body-971.csv.zip"];
    assert_eq!(bench.staged(), staged);
}

#[tokio::test]
async fn an_equal_sha1_spares_the_download_whatever_the_date() {
    let (_server, first) = bench(json!([resource("35"), resource("2A")])).await;
    let kind = rnb(&["35", "2A"]);
    let parts = first.parts(&kind, None).await.unwrap();
    let before = receipt(&parts, None);

    let mut touched = resource("35");
    touched["extras"] = json!({"analysis:last-modified-at": "2026-11-22T02:00:00+00:00"});
    let mut changed = resource("2A");
    changed["checksum"]["value"] = json!("00");
    let (server, second) = bench(json!([touched, changed])).await;
    let error = second.parts(&kind, Some(&before)).await.unwrap_err();
    let announced = format!("its sha1 is {:x} where", Sha1::digest(body("2A")));
    assert!(error.to_string().contains(&announced), "{error}");
    assert_eq!(asked(&server).await, [DATASET, "/files/RNB_2A.csv.zip"]);

    let (server, third) = bench(json!([resource("35"), resource("2A")])).await;
    let parts = third.parts(&kind, Some(&before)).await.unwrap();
    assert!(parts.iter().all(|part| part.content == Content::Unchanged));
    assert_eq!(asked(&server).await, [DATASET]);
}

#[tokio::test]
async fn without_a_sha1_size_and_date_decide_together() {
    let unsigned = |date: &str| {
        let mut resource = resource("35");
        resource["checksum"] = Value::Null;
        resource["extras"] = json!({});
        resource["last_modified"] = json!(date);
        json!([resource])
    };
    let (_server, first) = bench(unsigned("2026-11-14")).await;
    let parts = first.parts(&rnb(&["35"]), None).await.unwrap();
    let before = receipt(&parts, None);
    for (date, requests) in [("2026-11-14", 1), ("2026-11-21", 2)] {
        let (server, bench) = bench(unsigned(date)).await;
        let part = bench.part(&rnb(&["35"]), Some(&before)).await.unwrap();
        assert_eq!(part.content, Content::Unchanged);
        assert_eq!(asked(&server).await.len(), requests, "{date}");
    }
}

#[tokio::test]
async fn a_body_of_another_size_and_an_unknown_departement_are_errors() {
    let mut short = resource("35");
    short["filesize"] = json!(1);
    let (server, bench) = bench(json!([short, resource("2A")])).await;
    let messages = [
        bench.error(&rnb(&["35"])).await,
        bench.error(&rnb(&["2A", "099"])).await,
    ];
    insta::assert_snapshot!(messages.join("\n"));
    let downloads = asked(&server).await.len() - 2;
    assert_eq!(downloads, 1, "nothing is fetched when one is unknown");
}

#[tokio::test]
async fn the_export_of_all_buildings_is_one_part() {
    let (server, bench) = bench(json!([resource("35")])).await;
    let with = ResponseTemplate::new(200).set_body_string(body("nat"));
    answer(&server, "/files/RNB_nat.csv.zip", with).await;
    let kind = source(json!({"type": "rnb_national"}));
    let part = bench.part(&kind, None).await.unwrap();
    assert_eq!(part.part, None);
    assert_eq!(bench.body(&part), body("nat").as_bytes());
}
