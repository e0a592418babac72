//! The sample of the project, which stands in for all servers.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::json;

use super::{Bench, Receipt, SourceKind, receipt, source};
use crate::fetch::{Content, FetchedPart};
use crate::receipt::Upstream;

fn bench(edition: u8) -> Bench {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let hosts = [
        "data.education.gouv.fr",
        "www.data.gouv.fr",
        "rnb-opendata.s3.fr-par.scw.cloud",
    ];
    let endpoints = hosts.map(|host| {
        let folder = format!("config/sample/edition-{edition}/{host}");
        (format!("https://{host}"), folder)
    });
    let endpoints = endpoints
        .each_ref()
        .map(|(start, folder)| (start.as_str(), folder.as_str()));
    Bench::in_root(tempfile::tempdir().unwrap(), &root, &endpoints, false)
}

fn dataset(id: &str, export: &str) -> SourceKind {
    source(json!({
        "type": "opendatasoft", "portal": "https://data.education.gouv.fr",
        "dataset": id, "export": export,
    }))
}

fn sources() -> [SourceKind; 4] {
    [
        dataset("fr-en-annuaire-education", "csv"),
        dataset("fr-en-contour-academies-2020", "geojson"),
        dataset("fr-en-ips-ecoles-ap2022", "csv"),
        source(json!({"type": "rnb", "departements": ["099"]})),
    ]
}

fn announced(part: &FetchedPart) -> u64 {
    match part.upstream.as_ref().unwrap() {
        Upstream::Opendatasoft { records_count, .. } => records_count.unwrap(),
        Upstream::DataGouv { filesize, .. } => filesize.unwrap(),
        Upstream::RnbDiff { .. } => unreachable!("{part:?}"),
    }
}

fn unpacked(bench: &Bench, part: &FetchedPart) -> String {
    let mut text = String::new();
    let file = File::open(bench.body_path(part)).unwrap();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[tokio::test]
async fn every_kind_of_source_of_the_sample_comes_whole() {
    let bench = bench(1);
    let [annuaire, contours, ips, rnb] = sources();

    let part = bench.part(&annuaire, None).await.unwrap();
    assert_eq!((part.status, part.headers.len()), (None, 0));
    let text = unpacked(&bench, &part);
    assert!(text.starts_with("\u{feff}identifiant_de_l_etablissement;"));
    assert!(text.lines().count() as u64 > announced(&part));

    let part = bench.part(&contours, None).await.unwrap();
    let contours: serde_json::Value = serde_json::from_str(&unpacked(&bench, &part)).unwrap();
    assert_eq!(
        contours["features"].as_array().unwrap().len() as u64,
        announced(&part)
    );

    let part = bench.part(&ips, None).await.unwrap();
    assert!(unpacked(&bench, &part).contains("rentree_scolaire"));

    let part = bench.part(&rnb, None).await.unwrap();
    assert_eq!(part.part.as_deref(), Some("099"));
    assert_eq!(bench.body(&part).len() as u64, announced(&part));
    assert!(bench.body(&part).starts_with(b"PK"));
}

#[tokio::test]
async fn a_second_run_on_the_sample_finds_nothing_new_and_the_next_edition_does() {
    let (first, second) = (bench(1), bench(2));
    let mut changed = Vec::new();
    for kind in sources() {
        let parts = first.parts(&kind, None).await.unwrap();
        let before: Receipt = receipt(&parts, None);
        let again = first.part(&kind, Some(&before)).await.unwrap();
        assert_eq!(again.content, Content::Unchanged);
        let next = second.part(&kind, Some(&before)).await.unwrap();
        changed.push(next.content != Content::Unchanged);
    }
    assert_eq!(changed, [true, false, false, true]);
}

#[tokio::test]
async fn what_the_sample_lacks_is_named_by_its_path() {
    let bench = bench(1);
    let missing = dataset("fr-en-effectifs-inconnus", "csv");
    assert_eq!(
        bench.error(&missing).await,
        "source `exemple.source` (`https://data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-effectifs-inconnus`): \
         the server has nothing there (404): \"no file `config/sample/edition-1/data.education.gouv.fr/api/explore/v2.1/catalog/datasets/fr-en-effectifs-inconnus` stands in for it\"; \
         check the address, the dataset id and the export"
    );
    let unknown = source(json!({"type": "rnb", "departements": ["035"]}));
    let error = bench.error(&unknown).await;
    assert!(
        error.ends_with("no export for the département `35`; there are `99`"),
        "{error}"
    );
}
