//! Whether a source has changed, and what a run that finds nothing new leaves.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Project, csv, file, lines, names, unreadable, with};

#[tokio::test]
async fn the_same_bytes_are_not_read_again_and_leave_an_unchanged_receipt() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    let source = file("a.csv", &csv());
    let first = project.extract(&source).await;
    assert!(!first.unchanged);
    // What the records file holds is not looked at again.
    fs::write(&first.records[0], "").unwrap();
    let second = project.extract(&source).await;
    assert!(second.unchanged);
    assert_eq!(second.records, first.records);
    assert_eq!(fs::read(&second.records[0]).unwrap(), b"");
    assert_eq!(
        second.receipt.unchanged_since,
        Some(first.receipt.extract.clone())
    );
    assert_eq!(second.receipt.change_hash, first.receipt.change_hash);
    assert_eq!(
        names(&project.raw().join(second.receipt.extract.as_str())),
        ["receipt.json"]
    );
    let third = project.extract(&source).await;
    assert_eq!(third.receipt.unchanged_since, Some(first.receipt.extract));
}

#[tokio::test]
async fn shuffled_records_are_unchanged_and_their_body_is_dropped() {
    let project = Project::with("a.csv", "a;b\n1;2\n3;4\n3;4\n");
    let source = file("a.csv", &csv());
    let first = project.extract(&source).await;
    project.write("a.csv", "a;b\r\n3;4\r\n1;2\r\n3;4\r\n");
    let second = project.extract(&source).await;
    assert!(second.unchanged);
    assert_eq!(second.records, first.records);
    assert_eq!(lines(&second), ["1| 1 | 2", "2| 3 | 4", "3| 3 | 4"]);
    assert_eq!(
        names(&project.raw().join(second.receipt.extract.as_str())),
        ["receipt.json"]
    );
}

#[tokio::test]
async fn columns_in_another_order_are_unchanged() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    let source = file("a.csv", &csv());
    project.extract(&source).await;
    project.write("a.csv", "b;a\n2;1\n");
    assert!(project.extract(&source).await.unchanged);
}

#[tokio::test]
async fn a_volatile_column_and_empty_records_change_nothing() {
    let project = Project::with("a.csv", "a;maj\n1;lundi\n");
    let source = with("a.csv", &csv(), json!({"volatile": ["maj"]}));
    project.extract(&source).await;
    project.write("a.csv", "a;maj\n1;mardi\n;mardi\n\n");
    assert!(project.extract(&source).await.unchanged);
}

#[tokio::test]
async fn any_other_difference_is_a_change() {
    for (before, after) in [
        ("a;b\n1;2\n", "a;b\n1;3\n"),
        ("a;b\n1;2\n", "a;b\n1;2\n1;2\n"),
        ("a;b\n1;2\n1;2\n3;4\n", "a;b\n1;2\n3;4\n3;4\n"),
        ("a;b\n1;2\n", "a;b\n2;1\n"),
        ("a;b\n12;3\n", "a;b\n1;23\n"),
        ("a;b\n1;2\n", "a;c\n1;2\n"),
        ("a;b\n1;2\n", "a;b;c\n1;2;\n"),
        ("a;b\n1; \n", "a;b\n1;\n"),
        ("a;b\n1;2\n", "a;b\n1;2\n3\n"),
        ("a;b\n", "a;c\n"),
    ] {
        let project = Project::with("a.csv", before);
        let source = file("a.csv", &csv());
        let first = project.extract(&source).await;
        project.write("a.csv", after);
        let second = project.extract(&source).await;
        assert!(!second.unchanged, "{before:?} {after:?}");
        assert_ne!(second.records, first.records);
        assert_eq!(second.receipt.unchanged_since, None);
        assert_eq!(project.extracts().len(), 2);
    }
}

#[tokio::test]
async fn null_and_the_empty_text_are_two_values() {
    let project = Project::with("a.json", r#"[{"a": "", "b": 1}]"#);
    let source = file("a.json", &json!({"type": "json"}));
    project.extract(&source).await;
    project.write("a.json", r#"[{"a": null, "b": 1}]"#);
    assert!(!project.extract(&source).await.unchanged);
}

#[tokio::test]
async fn a_content_that_comes_back_is_a_change_each_time() {
    let project = Project::with("a.csv", "a\n1\n");
    let source = file("a.csv", &csv());
    let first = project.extract(&source).await;
    project.write("a.csv", "a\n2\n");
    assert!(!project.extract(&source).await.unchanged);
    project.write("a.csv", "a\n1\n");
    let third = project.extract(&source).await;
    assert!(!third.unchanged);
    assert_eq!(third.receipt.change_hash, first.receipt.change_hash);
}

#[tokio::test]
async fn other_options_make_the_records_again_from_the_archived_body() {
    let project = Project::with("a.csv", "Nom;b\nx;-\n");
    let first = project.extract(&file("a.csv", &csv())).await;
    let format = json!({"type": "csv", "nulls": ["-"]});
    let source = with("a.csv", &format, json!({"renames": {"nom": ["Nom"]}}));
    let second = project.extract(&source).await;
    assert!(!second.unchanged);
    assert_eq!(second.receipt.columns, ["nom", "b"]);
    assert_eq!(lines(&second), ["1| x | -"]);
    // The body stays where it was.
    assert_eq!(second.records, first.records);
    let part = &second.receipt.parts[0];
    assert_eq!(second.receipt.holder(part), &first.receipt.extract);
    let third = project.extract(&source).await;
    assert!(third.unchanged);
    assert_eq!(third.receipt.unchanged_since, Some(second.receipt.extract));
    assert_eq!(lines(&third), ["1| x | -"]);
}

#[tokio::test]
async fn options_that_read_the_same_records_change_nothing() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    project.extract(&file("a.csv", &csv())).await;
    let declared = json!({"type": "csv", "delimiter": ";"});
    let extract = project.extract(&file("a.csv", &declared)).await;
    assert!(extract.unchanged);
    assert_eq!(lines(&extract), ["1| 1 | 2"]);
}

#[tokio::test]
async fn records_that_are_gone_are_made_again_under_the_id_of_their_body() {
    let project = Project::with("a.csv", "a;b\n1;2\n3\n");
    let source = file("a.csv", &csv());
    let first = project.extract(&source).await;
    fs::remove_file(&first.records[0]).unwrap();
    fs::remove_file(&first.unreadable[0]).unwrap();
    let second = project.extract(&source).await;
    assert!(second.unchanged);
    assert_eq!(lines(&second), ["1| 1 | 2"]);
    assert_eq!(
        unreadable(&second),
        ["2 at 3: 1 cells under a header of 2: 3"]
    );
    let batch = &crate::support::batches(&second)[0];
    let text = arrow::util::display::array_value_to_string(&batch["_extrait"], 0);
    assert_eq!(text.unwrap(), first.receipt.extract.as_str());
}

#[tokio::test]
async fn the_same_project_gives_the_same_receipt() {
    let receipt = || async {
        let project = Project::with("a.csv", "a;b\n1;2\n");
        let extract = project.extract(&file("a.csv", &csv())).await;
        serde_json::to_value(extract.receipt).unwrap()
    };
    let receipt: [Value; 2] = [receipt().await, receipt().await];
    assert_eq!(receipt[0], receipt[1]);
    insta::assert_json_snapshot!(receipt[0]);
}
