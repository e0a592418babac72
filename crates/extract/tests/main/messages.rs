//! What people read when something is wrong.

use edulac_extract::{Error, Limits};
use serde_json::{Value, json};

use crate::bodies::{gzip, zip};
use crate::support::{Project, csv, file, with};

/// What is wrong, a body, the format, and more options.
type Case = (&'static str, Vec<u8>, Value, Value);

#[tokio::test]
async fn each_message_names_the_thing_and_the_remedy() {
    let case = |what, body: &[u8], format| -> Case { (what, body.to_vec(), format, json!({})) };
    let json = || json!({"type": "json"});
    let cut = gzip(b"a;b\n1;2\n3;4\n")[..18].to_vec();
    let cases = [
        case("web page", b"<html>", json()),
        case("no header", b"", csv()),
        case("open quote", b"a;b\n1;\"2\n", csv()),
        case("no text in the header", b"\xe9;b\n", csv()),
        case("utf-16", b"\xff\xfea\0", csv()),
        case("cut gzip", &cut, csv()),
        case("bomb", &gzip(&b"0\n".repeat(2 << 20)), csv()),
        case(
            "long record",
            &[b"a\n".to_vec(), vec![b'0'; 1 << 16]].concat(),
            csv(),
        ),
        case("cut json", b"[{\"a\":", json()),
        case(
            "no array",
            b"{}",
            json!({"type": "json", "records": "/results"}),
        ),
        case("no geojson", b"[]", json!({"type": "geojson"})),
        case("no parquet", b"PAR1", json!({"type": "parquet"})),
        case("no shapefile", b"shapes", json!({"type": "shapefile"})),
        case(
            "no member",
            &zip(&[("a.txt.bak", b""), ("b.md", b"")]),
            csv(),
        ),
        case(
            "two members",
            &zip(&[("a.csv", b""), ("b.csv", b"")]),
            csv(),
        ),
        case("cut zip", b"PK\x03\x04", csv()),
        (
            "rename conflict",
            b"Code postal;Code_postal\n1;2\n".to_vec(),
            csv(),
            json!({"renames": {"code_postal": ["Code postal", "Code_postal"]}}),
        ),
        (
            "rename to a name that is there",
            b"Code postal;code_postal\n1;2\n".to_vec(),
            csv(),
            json!({"renames": {"code_postal": ["Code postal"]}}),
        ),
    ];
    let mut messages = String::new();
    for (what, body, format, options) in cases {
        let limits = Limits {
            ratio_checked_from_bytes: 1 << 20,
            max_record_bytes: 1 << 14,
            ..Limits::default()
        };
        let project = Project::with("donnees", body).limited(limits);
        let error: Error = project.refusal(&with("donnees", &format, options)).await;
        let class = error.class();
        messages += &format!("{what} ({class:?}):\n  {error}\n");
    }
    let project = Project::new();
    let source = file("absent.csv", &csv());
    let absent = project.refusal(&source).await;
    messages += &format!("no file:\n  {absent}\n");
    let extractor = project.extractor(true);
    let frozen = Box::pin(extractor.extract("essai.source", &source)).await;
    let frozen = frozen.unwrap_err();
    messages += &format!("frozen:\n  {frozen}\n");
    insta::assert_snapshot!(messages);
}
