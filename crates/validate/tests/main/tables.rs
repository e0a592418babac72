use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::dataframe::DataFrame;
use datafusion::prelude::SessionContext;
use edulac_contract::{Checks, Measure, Severity};
use edulac_validate::{Finding, RowChecker, TableChecks};

use crate::{Row, batch, checks};

/// The findings on accepted rows, two batches, with the given UAI in the other table.
async fn findings(checks: &Checks, rows: &[Row], known: &[&str]) -> Vec<Finding> {
    let input = batch(rows);
    let checker = RowChecker::new(checks, &input.schema()).unwrap();
    let accepted = checker.check(&input).unwrap().accepted;
    let middle = accepted.num_rows() / 2;
    let batches = [
        accepted.slice(0, middle),
        accepted.slice(middle, accepted.num_rows() - middle),
    ];
    let mut table = TableChecks::new(checks).unwrap();
    batches.iter().for_each(|batch| table.add(batch));
    assert_eq!(table.rows(), accepted.num_rows() as u64);
    let staged = frame(accepted);
    let known: ArrayRef = Arc::new(StringArray::from(known.to_vec()));
    let other = frame(RecordBatch::try_from_iter([("uai", known)]).unwrap());
    table
        .finish(
            staged,
            &BTreeMap::from([("etablissements".to_owned(), other)]),
        )
        .await
        .unwrap()
}

fn frame(batch: RecordBatch) -> DataFrame {
    SessionContext::new().read_batch(batch).unwrap()
}

fn shown(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        format!(
            "{} {}",
            if finding.blocks() {
                "blocks"
            } else {
                "reports"
            },
            finding.message
        )
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn good() -> Vec<Row> {
    ["0350852K", "0351234A", "0220001B", "0290001C"]
        .map(|uai| Row {
            uai: Some(uai),
            ..Row::default()
        })
        .to_vec()
}

const ALL: [&str; 4] = ["0350852K", "0351234A", "0220001B", "0290001C"];

#[tokio::test]
async fn a_good_table_has_no_finding() {
    assert_eq!(shown(&findings(&checks(), &good(), &ALL).await), "");
}

#[tokio::test]
async fn a_reference_may_miss_as_much_as_the_contract_says() {
    assert_eq!(shown(&findings(&checks(), &good(), &ALL[..3]).await), "");
    insta::assert_snapshot!(shown(&findings(&checks(), &good(), &ALL[..2]).await));
}

#[tokio::test]
async fn each_broken_rule_gives_its_numbers_and_examples() {
    let mut rows = good();
    rows[1].uai = Some("0350852K");
    rows[2].eleves = None;
    rows[3].eleves = None;
    rows[3].voie = Some("ensemble");
    rows[0].voie = None;
    for row in &mut rows[..3] {
        row.mail = Some("sans arobase");
    }
    insta::assert_snapshot!(shown(&findings(&checks(), &rows, &[]).await));
}

#[tokio::test]
async fn duplicates_count_the_rows_beyond_the_first_of_each_group() {
    let mut rows = good();
    rows.extend(good());
    rows.extend(good().into_iter().take(1));
    rows.push(Row {
        rentree: Some(2020),
        ..Row::default()
    });
    let found = findings(&checks(), &rows, &ALL).await;
    let key = found
        .iter()
        .find(|finding| finding.rule == "table.key")
        .unwrap();
    assert_eq!((key.observed, key.severity), (Some(5.0), Severity::Error));
    assert!(
        key.message.contains("(0350852K, 2024) 3 times"),
        "{}",
        key.message
    );
}

#[tokio::test]
async fn an_empty_table_breaks_only_its_row_count() {
    let found = findings(&checks(), &[], &[]).await;
    assert_eq!(
        found
            .iter()
            .map(|finding| finding.rule.as_str())
            .collect::<Vec<_>>(),
        ["table.rowCount"]
    );
}

#[tokio::test]
async fn a_reference_to_a_table_that_is_not_there_is_a_finding() {
    let checks = checks();
    let accepted = RowChecker::new(&checks, &batch(&[]).schema())
        .unwrap()
        .check(&batch(&good()))
        .unwrap()
        .accepted;
    let mut table = TableChecks::new(&checks).unwrap();
    table.add(&accepted);
    let found = table
        .finish(frame(accepted), &BTreeMap::new())
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].observed, None);
    insta::assert_snapshot!(shown(&found));
}

#[tokio::test]
async fn a_table_may_refer_to_itself_and_null_refers_to_nothing() {
    let mut checks = checks();
    let rule = checks
        .table_rules
        .iter_mut()
        .find(|rule| rule.id == "uai.etablissements")
        .unwrap();
    rule.measure = Measure::Orphans {
        columns: vec!["mail".into()],
        table: "ecoles".into(),
        target: vec!["uai".into()],
    };
    let mut rows = good();
    rows[0].mail = Some("0351234A");
    rows[1].mail = None;
    rows[2].mail = None;
    rows[3].mail = Some("0350852K");
    let orphans = |found: Vec<Finding>| {
        found
            .into_iter()
            .find(|finding| finding.rule == "uai.etablissements")
    };
    assert_eq!(orphans(findings(&checks, &rows, &[]).await), None);
    rows[1].mail = Some("9999999Z");
    rows[3].mail = Some("9999999Z");
    assert_eq!(
        orphans(findings(&checks, &rows, &[]).await)
            .unwrap()
            .observed,
        Some(50.0)
    );
}
