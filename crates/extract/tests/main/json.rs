//! JSON documents and JSON lines.

use edulac_extract::{Error, Limits};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Project, counts, file, lines, schema, unreadable, with};

fn json() -> Value {
    json!({"type": "json"})
}

fn jsonl() -> Value {
    json!({"type": "jsonl"})
}

#[tokio::test]
async fn columns_are_the_keys_of_all_records_in_the_order_in_which_they_come() {
    let records = r#"[{"b": 1, "a": "x"}, {"c": true, "b": null}, {"a": ""}]"#;
    let project = Project::with("a.json", records);
    let extract = project.extract(&file("a.json", &json())).await;
    assert_eq!(schema(&extract)[..3], ["b:Utf8", "a:Utf8", "c:Utf8"]);
    assert_eq!(
        lines(&extract),
        ["1| 1 | x | -", "2| - | - | true", "3| - |  | -"]
    );
}

#[tokio::test]
async fn scalars_keep_their_digits_and_nested_values_are_compact_json() {
    let record = r#"[{"n": 1.50, "big": 12345678901234567890123, "e": 1e3,
        "o": { "lon" : 2.10 , "t": "a \" b\\" }, "l": [ 1, null ], "u": "\u00e9\n"}]"#;
    let project = Project::with("a.json", record);
    let extract = project.extract(&file("a.json", &json())).await;
    assert_eq!(
        lines(&extract),
        [concat!(
            "1| 1.50 | 12345678901234567890123 | 1e3 | ",
            r#"{"lon":2.10,"t":"a \" b\\"} | [1,null] | "#,
            "é\n"
        )]
    );
}

#[tokio::test]
async fn pointers_lead_to_the_array_and_to_the_object_of_each_record() {
    let document = r#"{"total_count": 2, "a/b": [[], [
        {"record": {"fields": {"uai": "1"}}}, {"record": {"fields": {"uai": "2"}}}, {"record": 3}
    ]], "records": []}"#;
    let project = Project::with("a.json", document);
    let format = json!({"type": "json", "records": "/a~1b/1", "record": "/record/fields"});
    let extract = project.extract(&file("a.json", &format)).await;
    assert_eq!(lines(&extract), ["1| 1", "2| 2"]);
    assert_eq!(
        unreadable(&extract),
        [r#"3 at -: no `fields` in it: a number: {"record": 3}"#]
    );
}

#[rstest]
#[case::nothing("/x", "nothing")]
#[case::an_object("/o", "an object")]
#[case::a_text("/t", "a text")]
#[case::a_number("/o/n", "a number")]
#[case::null("/z", "null")]
#[case::past_the_end("/l/3", "nothing")]
#[case::the_document("", "an object")]
#[tokio::test]
async fn a_pointer_that_leads_to_no_array_is_refused(
    #[case] records: &str,
    #[case] expected: &str,
) {
    let project = Project::with(
        "a.json",
        r#"{"o": {"n": 1}, "t": "t", "z": null, "l": [[]]}"#,
    );
    let format = json!({"type": "json", "records": records});
    let error = project.refusal(&file("a.json", &format)).await;
    let Error::NoArray { pointer, found, .. } = error else {
        panic!("{error}");
    };
    assert_eq!((pointer.as_str(), found), (records, expected));
}

#[tokio::test]
async fn a_document_that_breaks_off_is_refused_with_its_place() {
    let project = Project::with("a.json", "[{\"a\": 1},\n {\"a\": 2");
    let error = project.refusal(&file("a.json", &json())).await;
    let Error::Malformed { reason, place, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(
        (reason.as_str(), place.as_str()),
        ("EOF while parsing an object", "line 2, column 8")
    );
}

#[tokio::test]
async fn text_after_the_document_is_refused() {
    let project = Project::with("a.json", "[{\"a\": 1}] Streaming interrupted");
    let error = project.refusal(&file("a.json", &json())).await;
    assert!(error.to_string().contains("trailing characters"), "{error}");
}

#[tokio::test]
async fn records_that_are_no_objects_are_unreadable_and_those_without_value_empty() {
    let project = Project::with("a.json", r#"[{"a": 1}, 2, [3], {}, {"a": null}, {"a": 4}]"#);
    let extract = project.extract(&file("a.json", &json())).await;
    assert_eq!(lines(&extract), ["1| 1", "6| 4"]);
    assert_eq!(
        unreadable(&extract),
        [
            "2 at -: a number where an object was expected: 2",
            "3 at -: an array where an object was expected: [3]",
        ]
    );
    assert_eq!(counts(&extract), (2, 2, 2));
}

#[tokio::test]
async fn keys_are_renamed_and_volatile_ones_left_out() {
    let project = Project::with(
        "a.json",
        r#"[{"Code postal": "35000", "maj": 1, "nom": "x"}]"#,
    );
    let options = json!({"renames": {"code_postal": ["Code postal"]}, "volatile": ["maj"]});
    let extract = project.extract(&with("a.json", &json(), options)).await;
    assert_eq!(extract.receipt.columns, ["code_postal", "nom"]);
}

#[tokio::test]
async fn a_json_record_longer_than_the_limit_is_refused_with_its_number() {
    let limits = Limits {
        max_record_bytes: 8 << 10,
        ..Limits::default()
    };
    let long = "x".repeat(200 << 10);
    let document = format!(r#"[{{"a": 1}}, {{"a": "{long}"}}]"#);
    let project = Project::with("a.json", document).limited(limits);
    let error = project.refusal(&file("a.json", &json())).await;
    let Error::Malformed { reason, place, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(
        (reason.as_str(), place.as_str()),
        ("longer than 8192 bytes", "record 2")
    );
}

#[tokio::test]
async fn many_short_records_are_not_one_long_one() {
    let limits = Limits {
        max_record_bytes: 1 << 10,
        ..Limits::default()
    };
    let records = vec![r#"{"a": "0123456789"}"#; 20_000].join(",");
    let project = Project::with("a.json", format!("[{records}]")).limited(limits);
    let extract = project.extract(&file("a.json", &json())).await;
    assert_eq!(counts(&extract), (20_000, 0, 0));
}

#[tokio::test]
async fn a_line_is_a_record_with_its_line_number() {
    let project = Project::with(
        "a.jsonl",
        b"\xef\xbb\xbf{\"a\": 1}\r\n\n{\"a\": \n{\"b\": \"\xe9\"}\n[1]\n{\"b\": [2]}",
    );
    let extract = project.extract(&file("a.jsonl", &jsonl())).await;
    assert_eq!(lines(&extract), ["1| 1 | -", "6| - | [2]"]);
    assert_eq!(
        unreadable(&extract),
        [
            "3 at 3: EOF while parsing a value at line 1 column 5: {\"a\":",
            "4 at 4: it is not UTF-8 text: {\"b\": \"\u{fffd}\"}",
            "5 at 5: an array where an object was expected: [1]",
        ]
    );
    assert_eq!(counts(&extract), (2, 3, 1));
}

#[tokio::test]
async fn a_line_longer_than_the_limit_is_refused() {
    let limits = Limits {
        max_record_bytes: 1 << 10,
        ..Limits::default()
    };
    let content = format!("{{\"a\": 1}}\n{{\"a\": \"{}\"}}\n", "x".repeat(2 << 10));
    let project = Project::with("a.jsonl", content).limited(limits);
    let error = project.refusal(&file("a.jsonl", &jsonl())).await;
    assert!(
        matches!(error, Error::RecordTooLong { line: 2, .. }),
        "{error}"
    );
}
