//! Files of this machine.

use std::fs;

use serde_json::json;

use super::{Bench, receipt, source};
use crate::error::Error;
use crate::fetch::Content;

fn csv(url: &str) -> super::SourceKind {
    source(json!({"type": "file", "url": url, "format": {"type": "csv"}}))
}

#[tokio::test]
async fn a_file_is_copied_once_and_unchanged_until_its_bytes_change() {
    let bench = Bench::new(&[]);
    let path = bench.root.path().join("ecoles.csv");
    fs::write(&path, "uai\n0990001X\n").unwrap();
    let kind = csv("ecoles.csv");

    let part = bench.part(&kind, None).await.unwrap();
    assert_eq!(bench.body(&part), b"uai\n0990001X\n");
    assert_eq!(part.status, None);
    let Content::Files(files) = &part.content else {
        unreachable!();
    };
    assert_eq!(files[0].name, "body.csv");
    assert_eq!(
        files[0].sha256,
        "e38a161dae2210606bb181c8932d8aa7ce01a574d25d9fe06c08ad556d298316"
    );

    let first = receipt(&[part], None);
    fs::remove_file(bench.staging.path().join("body.csv")).unwrap();
    let again = bench.part(&kind, Some(&first)).await.unwrap();
    assert_eq!(again.content, Content::Unchanged);
    assert!(bench.staged().is_empty(), "nothing is left behind");

    fs::write(&path, "uai\n0990001Y\n").unwrap();
    let changed = bench.part(&kind, Some(&first)).await.unwrap();
    assert_eq!(bench.body(&changed), b"uai\n0990001Y\n");
}

#[tokio::test]
async fn a_shapefile_brings_its_companions() {
    let bench = Bench::new(&[]);
    for name in [
        "a.SHP", "a.dbf", "a.PRJ", "a.cpg", "a.shx", "a.qix", "b.dbf",
    ] {
        fs::write(bench.root.path().join(name), name).unwrap();
    }
    let kind = source(json!({"type": "file", "url": "a.SHP", "format": {"type": "shapefile"}}));
    let part = bench.part(&kind, None).await.unwrap();
    assert_eq!(bench.body(&part), b"a.SHP");
    let staged = ["body.cpg", "body.dbf", "body.prj", "body.shp", "body.shx"];
    assert_eq!(bench.staged(), staged);

    let before = receipt(&[part], None);
    fs::write(bench.root.path().join("a.dbf"), "other").unwrap();
    let changed = bench.part(&kind, Some(&before)).await.unwrap();
    assert!(
        matches!(changed.content, Content::Files(_)),
        "a companion counts"
    );
}

#[tokio::test]
async fn a_file_may_be_given_by_an_address() {
    let bench = Bench::new(&[]);
    let path = bench.root.path().join("deux mots.csv");
    fs::write(&path, "x").unwrap();
    let address = url::Url::from_file_path(&path).unwrap();
    for url in [address.as_str(), "file:deux mots.csv"] {
        let part = bench.part(&csv(url), None).await.unwrap();
        assert_eq!(bench.body(&part), b"x", "{url}");
    }
}

#[tokio::test]
async fn a_missing_file_is_named_as_the_pipeline_names_it() {
    let bench = Bench::new(&[]);
    assert_eq!(
        bench.error(&csv("files/ecoles.csv")).await,
        "source `exemple.source` (`files/ecoles.csv`): there is no file `files/ecoles.csv`; \
         check the path, which is relative to the working folder"
    );
}

#[tokio::test]
async fn a_frozen_run_asks_nobody() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().to_owned();
    fs::write(path.join("ecoles.csv"), "x").unwrap();
    let bench = Bench::in_root(root, &path, &[], true);
    for kind in [
        csv("ecoles.csv"),
        source(
            json!({"type": "http", "url": "http://data.example/a.csv", "format": {"type": "csv"}}),
        ),
        source(json!({"type": "rnb", "departements": ["099"]})),
        source(json!({
            "type": "opendatasoft", "portal": "http://data.example", "dataset": "a", "export": "csv",
            "api_key": "env:EDULAC_TEST_KEY_THAT_IS_NOT_SET",
        })),
    ] {
        let error = bench.parts(&kind, None).await.unwrap_err();
        assert!(matches!(error, Error::Frozen { .. }), "{error}");
    }
}
