//! Bodies as they come: packed, damaged, hostile, or not data at all.

use std::io::{Cursor, Write};

use edulac_extract::{Error, Limits};
use rstest::rstest;
use serde_json::json;
use zip::write::SimpleFileOptions;

use crate::support::{Project, csv, file, lines, names};

const CONTENT: &str = "a;b\n1;2\n";

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn xz(content: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn content() -> &'static [u8] {
    CONTENT.as_bytes()
}

#[rstest]
#[case::gzip("a.csv.gz", gzip(content()))]
#[case::several_gzip_members("a.csv", [gzip(b"a;b\n"), gzip(b"1;2\n")].concat())]
#[case::xz_under_another_name("a.csv.lzma", xz(content()))]
#[case::bzip2("a", bzip2(content()))]
#[case::zip("a.zip", zip(&[("dossier/", b""), ("dossier/a.csv", content()), ("lisez-moi.md", b"x")]))]
#[case::gzip_in_zip("a.zip", zip(&[("a.csv.gz", &gzip(content()))]))]
#[case::zip_in_gzip("a", gzip(&zip(&[("a.csv", content())])))]
#[case::droppings_of_macos("a.zip", zip(&[("a.csv", content()), ("__MACOSX/._a.csv", b"x")]))]
#[tokio::test]
async fn compression_is_seen_from_the_bytes(#[case] name: &str, #[case] body: Vec<u8>) {
    let project = Project::with(name, body);
    let extract = project.extract(&file(name, &csv())).await;
    assert_eq!(lines(&extract), ["1| 1 | 2"]);
}

#[tokio::test]
async fn a_pattern_chooses_among_several_members() {
    let project = Project::with(
        "a.zip",
        zip(&[
            ("2025/communes.csv", content()),
            ("2025/cantons.csv", b"x\ny\n"),
        ]),
    );
    let error = project.refusal(&file("a.zip", &csv())).await;
    assert!(matches!(error, Error::Member { matches: 2, .. }), "{error}");
    let format = json!({"type": "csv", "member": "COMM*.csv"});
    let extract = project.extract(&file("a.zip", &format)).await;
    assert_eq!(lines(&extract), ["1| 1 | 2"]);
}

#[tokio::test]
async fn the_name_of_a_member_never_becomes_a_path() {
    let project = Project::with(
        "a.zip",
        zip(&[
            ("../../../evade.csv", content()),
            ("/etc/absolu.txt.bak", b"x"),
        ]),
    );
    let extract = project.extract(&file("a.zip", &csv())).await;
    assert_eq!(lines(&extract), ["1| 1 | 2"]);
    assert_eq!(names(&project.path("")), ["a.zip", "archive"]);
    assert_eq!(names(&project.path("archive")), ["raw"]);
    let folder = project.raw().join(extract.receipt.extract.as_str());
    assert_eq!(
        names(&folder),
        [
            "body.zip",
            "receipt.json",
            "records.json",
            "records.parquet"
        ]
    );
}

#[rstest]
#[case::gzip(gzip(&vec![b'0'; 4 << 20]))]
#[case::zip(zip(&[("a.csv", &vec![b'0'; 4 << 20])]))]
#[case::gzip_of_gzip(gzip(&gzip(&vec![b'0'; 4 << 20])))]
#[case::gzip_in_zip(zip(&[("a.csv.gz", &gzip(&vec![b'0'; 4 << 20]))]))]
#[tokio::test]
async fn a_body_that_grows_beyond_reason_is_refused(#[case] body: Vec<u8>) {
    let limits = Limits {
        ratio_checked_from_bytes: 1 << 20,
        max_expansion_ratio: 2,
        ..Limits::default()
    };
    let project = Project::with("bombe", body).limited(limits);
    let error = project.refusal(&file("bombe", &csv())).await;
    assert!(
        matches!(error, Error::Expansion { limit, .. } if limit == 1 << 20),
        "{error}"
    );
    assert_eq!(project.extracts(), [""; 0]);
}

#[rstest]
#[case::cut(|mut body: Vec<u8>| { body.truncate(body.len() / 2); body })]
#[case::changed(|mut body: Vec<u8>| { let at = body.len() - 6; body[at] ^= 0xff; body })]
#[tokio::test]
async fn a_damaged_gzip_is_refused_and_leaves_nothing(#[case] damage: fn(Vec<u8>) -> Vec<u8>) {
    let content: String = (0..5_000).map(|n| format!("{n};{}\n", n * 7_919)).collect();
    let project = Project::with("a.csv.gz", damage(gzip(content.as_bytes())));
    let error = project.refusal(&file("a.csv.gz", &csv())).await;
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
    assert_eq!(project.extracts(), [""; 0]);
}

#[tokio::test]
async fn a_damaged_zip_is_refused() {
    let mut body = zip(&[("a.csv", content())]);
    body.truncate(body.len() - 10);
    let project = Project::with("a.zip", body);
    let error = project.refusal(&file("a.zip", &csv())).await;
    assert!(matches!(error, Error::Zip { .. }), "{error}");
}

#[rstest]
#[case::csv("csv")]
#[case::json("json")]
#[case::jsonl("jsonl")]
#[case::geojson("geojson")]
#[case::parquet("parquet")]
#[case::shapefile("shapefile")]
#[tokio::test]
async fn a_web_page_is_not_data(#[case] format: &str) {
    let project = Project::with(
        "a",
        "\u{feff}\n <!DOCTYPE html>\n<html><body>404</body></html>",
    );
    let error = project.refusal(&file("a", &json!({"type": format}))).await;
    assert!(matches!(error, Error::WebPage { .. }), "{error}");
}

#[tokio::test]
async fn an_empty_body_has_no_header() {
    for body in ["", "\n\n", "\u{feff}"] {
        let project = Project::with("a.csv", body);
        let error = project.refusal(&file("a.csv", &csv())).await;
        assert!(matches!(error, Error::NoHeader { .. }), "{body:?}: {error}");
    }
}

#[tokio::test]
async fn utf_16_is_named_and_refused() {
    let project = Project::with("a.csv", b"\xff\xfea\0;\0b\0\n\0");
    let error = project.refusal(&file("a.csv", &csv())).await;
    assert!(matches!(error, Error::Encoding { .. }), "{error}");
}

/// A solid 7z of `BDTOPO/LISEZ-MOI.txt` and `BDTOPO/1_DONNEES/a.csv`, which is `uai;nom` and one school.
const SEVEN_ZIP: &str = "377abcaf271c0004258ccfed8e000000000000002900000000000000d77f445801001e6c6973657a2d6d6f697561693b6e6f\
    6d0a303939303030314e3b506f72740a000000813307ae0fd03c64d405037499d3cb0fa018a441b297d060f8598e99cbec13\
    cff849a7f5202b0a0bedd7ac501cd07941d5156637181de4b9988d3050061aeee75e009b7398036887097350d705f58cef23\
    476d563d22c406ec2417b6ffe6265f36ce814c1687c75d0017062301096b0a01030a052100070b01000123030101055d0000\
    80000c808a00080a01cac5e65f0000";

fn seven_zip() -> Vec<u8> {
    let pairs = SEVEN_ZIP.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}

#[tokio::test]
async fn the_member_of_a_7z_is_read_behind_the_others() {
    let project = Project::with("a.7z", seven_zip());
    let one = json!({"type": "csv", "member": "*/a.csv"});
    let extract = project.extract(&file("a.7z", &one)).await;
    assert_eq!(lines(&extract), ["1| 0990001N | Port"]);
    let other = json!({"type": "csv", "member": "*.md"});
    let error = project.refusal(&file("a.7z", &other)).await.to_string();
    assert!(
        error.contains("no members of the archive answer to `*.md`; its members are `BDTOPO/LISEZ-MOI.txt`, `BDTOPO/1_DONNEES/a.csv`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_damaged_7z_is_refused() {
    let one = json!({"type": "csv", "member": "*/a.csv"});
    let mut cut = seven_zip();
    cut.truncate(150);
    let mut wrong = seven_zip();
    wrong[70] ^= 0xff;
    for body in [cut, wrong] {
        let project = Project::with("a.7z", body);
        let error = project.refusal(&file("a.7z", &one)).await;
        let said = error.to_string();
        assert!(
            said.contains("the 7z cannot be read") || said.contains("damaged"),
            "{said}"
        );
    }
}
