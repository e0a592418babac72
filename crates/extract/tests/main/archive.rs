//! The archive: frozen runs, killed runs, names, times.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use edulac_extract::{Archive, Error};

use crate::support::{NAME, Project, csv, file, lines, names};

#[tokio::test]
async fn a_frozen_run_reads_the_newest_extract_and_asks_nobody() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    let source = file("a.csv", &csv());
    project.extract(&source).await;
    fs::remove_file(project.path("a.csv")).unwrap();
    let before = project.extracts();
    let frozen = Box::pin(project.extractor(true).extract(NAME, &source))
        .await
        .unwrap();
    assert!(frozen.unchanged);
    assert_eq!(lines(&frozen), ["1| 1 | 2"]);
    assert_eq!(project.extracts(), before);
}

#[tokio::test]
async fn a_frozen_run_reads_as_the_pipeline_now_says() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    project.extract(&file("a.csv", &csv())).await;
    let source = crate::support::with(
        "a.csv",
        &csv(),
        serde_json::json!({"renames": {"z": ["a"]}}),
    );
    let frozen = Box::pin(project.extractor(true).extract(NAME, &source))
        .await
        .unwrap();
    assert_eq!(frozen.receipt.columns, ["z", "b"]);
}

#[tokio::test]
async fn a_frozen_run_without_an_extract_is_refused() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    let source = file("a.csv", &csv());
    let frozen = Box::pin(project.extractor(true).extract(NAME, &source)).await;
    let error = frozen.unwrap_err();
    assert!(matches!(error, Error::Frozen { .. }), "{error}");
}

#[tokio::test]
async fn an_extract_that_fails_leaves_nothing_and_the_one_before_stays_the_newest() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    let source = file("a.csv", &csv());
    let first = project.extract(&source).await;
    project.write("a.csv", "<html>");
    project.refusal(&source).await;
    let archive = Archive::open(project.path("archive"));
    let newest = archive.newest(NAME).unwrap().unwrap();
    assert_eq!(newest, first.receipt);
    assert_eq!(project.extracts(), [first.receipt.extract.as_str()]);
}

#[tokio::test]
async fn what_a_killed_run_left_goes_after_a_day() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    for (name, hours) in [("recent", 23), ("ancien", 25)] {
        let folder = project.raw().join(format!(".partial-{name}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("body.csv"), "a").unwrap();
        let at = SystemTime::now() - Duration::from_secs(hours * 3_600);
        File::open(&folder).unwrap().set_modified(at).unwrap();
    }
    let extract = project.extract(&file("a.csv", &csv())).await;
    assert_eq!(
        project.extracts(),
        [".partial-recent", extract.receipt.extract.as_str()]
    );
}

#[tokio::test]
async fn a_body_that_is_gone_is_fetched_again() {
    let project = Project::with("a.csv", "a;b\n1;2\n");
    let source = file("a.csv", &csv());
    let first = project.extract(&source).await;
    let folder = project.raw().join(first.receipt.extract.as_str());
    fs::remove_file(folder.join("body.csv")).unwrap();
    let second = project.extract(&source).await;
    assert_eq!(second.receipt.unchanged_since, None);
    let folder = project.raw().join(second.receipt.extract.as_str());
    assert!(folder.join("body.csv").exists());
}

#[tokio::test]
async fn two_extracts_in_one_second_keep_their_order() {
    let project = Project::with("a.csv", "a\n1\n");
    let source = file("a.csv", &csv());
    let extractor = project.extractor(false);
    let mut ids = Vec::new();
    for content in ["a\n1\n", "a\n2\n", "a\n2\n", "a\n3\n"] {
        project.write("a.csv", content);
        let extract = Box::pin(extractor.extract(NAME, &source)).await.unwrap();
        ids.push(extract.receipt.extract);
    }
    let archive = Archive::open(project.path("archive"));
    assert_eq!(archive.extracts(NAME).unwrap(), ids);
}

#[tokio::test]
async fn the_body_in_the_archive_is_the_one_that_came() {
    let body = crate::bodies::gzip(b"a;b\n1;2\n");
    let project = Project::with("a.csv.gz", &body);
    let extract = project.extract(&file("a.csv.gz", &csv())).await;
    let folder = project.raw().join(extract.receipt.extract.as_str());
    let kept = &extract.receipt.parts[0].files[0];
    assert_eq!(fs::read(folder.join(&kept.name)).unwrap(), body);
    assert_eq!(kept.bytes, body.len() as u64);
}

#[tokio::test]
async fn a_name_that_is_no_folder_is_refused() {
    let project = Project::with("a.csv", "a\n1\n");
    let source = file("a.csv", &csv());
    for name in ["", ".", "..", "../x", "a.b.c", "a.", ".b", "a/b", "é"] {
        let extracted = Box::pin(project.extractor(false).extract(name, &source)).await;
        let error = extracted.unwrap_err();
        assert!(matches!(error, Error::SourceName { .. }), "{name}: {error}");
    }
    assert_eq!(names(&project.path("")), ["a.csv"]);
}
