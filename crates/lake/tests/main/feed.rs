//! The change feed: taking `avant` away and putting `apres` in its place makes one content of a table of another.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::SessionContext;
use edulac_lake::{Feed, FeedRequest, Release, TableLayout, Tally, stage};
use proptest::prelude::*;

use crate::support::{Bench, Row, draft, frame, layout, noon, rows, table_draft};

const TABLE: &str = "etablissements";

/// A row as text; the rows of a table with their number.
type Line = Vec<Option<String>>;
type Content = BTreeMap<Line, i64>;

fn lines(batch: &RecordBatch, columns: &[String]) -> Vec<Line> {
    let options = FormatOptions::default();
    let columns: Vec<_> = columns
        .iter()
        .map(|name| {
            let column = batch.column_by_name(name).unwrap();
            (column, ArrayFormatter::try_new(column, &options).unwrap())
        })
        .collect();
    let line = |row| {
        let value = |(column, text): &(&Arc<dyn Array>, ArrayFormatter<'_>)| {
            column.is_valid(row).then(|| text.value(row).to_string())
        };
        columns.iter().map(value).collect()
    };
    (0..batch.num_rows()).map(line).collect()
}

/// The content of a table in a release, with its columns in the form of another.
async fn content(bench: &Bench, release: &Release, columns: &[String]) -> Content {
    let mut content = Content::new();
    if !release.tables.contains_key(TABLE) {
        return content;
    }
    let ctx = SessionContext::new();
    bench.lake.register_release(&ctx, release).await.unwrap();
    let table = ctx.table(TABLE).await.unwrap();
    let select =
        columns.iter().map(
            |name| match table.schema().has_column_with_unqualified_name(name) {
                true => format!("\"{name}\""),
                false => format!("CAST(NULL AS VARCHAR) AS \"{name}\""),
            },
        );
    let sql = format!(
        "SELECT {} FROM {TABLE}",
        select.collect::<Vec<_>>().join(", ")
    );
    for batch in ctx.sql(&sql).await.unwrap().collect().await.unwrap() {
        for line in lines(&batch, columns) {
            *content.entry(line).or_default() += 1;
        }
    }
    content
}

/// A release and, of a table, its columns.
fn columns(release: &Release) -> Vec<String> {
    let columns = &release.tables[TABLE].columns;
    let names = columns.iter().map(|column| column.name.clone());
    names.filter(|name| name != "bbox").collect()
}

async fn feed(bench: &Bench, before: &Release, after: &Release) -> (Vec<RecordBatch>, Tally) {
    let ctx = SessionContext::new();
    let work = bench.staging();
    let request = FeedRequest {
        table: TABLE,
        before: before.tables.get(TABLE),
        after: after.tables.get(TABLE),
        cause: Some("source"),
        work: &work,
    };
    let mut feed: Feed = bench.lake.feed(&ctx, request).await.unwrap();
    let mut batches = Vec::new();
    while let Some(batch) = feed.next().await.unwrap() {
        assert_eq!(&batch.schema(), feed.schema());
        batches.push(batch);
    }
    (batches, feed.tally().clone())
}

/// The content after, by the content before and the feed.
fn apply(
    feed: &[RecordBatch],
    key: &[String],
    columns: &[String],
    mut content: Content,
) -> Content {
    let side = |prefix: &str| -> Vec<String> {
        let name = |column: &String| match key.contains(column) {
            true => column.clone(),
            false => format!("{prefix}_{column}"),
        };
        columns.iter().map(name).collect()
    };
    for batch in feed {
        let operations = lines(batch, &["operation".to_owned()]);
        let (before, after) = (lines(batch, &side("avant")), lines(batch, &side("apres")));
        for ((operation, before), after) in operations.into_iter().zip(before).zip(after) {
            let operation = operation[0].clone().unwrap();
            if operation != "ajout" {
                let count = content
                    .get_mut(&before)
                    .unwrap_or_else(|| panic!("no row {before:?}"));
                *count -= 1;
                content.retain(|_, count| *count > 0);
            }
            if operation != "retrait" {
                *content.entry(after).or_default() += 1;
            }
        }
    }
    content
}

/// Both ways: `apply(feed, A) = B` and back.
async fn assert_applies(bench: &Bench, a: &Release, b: &Release) -> Tally {
    let mut there = Tally::default();
    for (before, after) in [(b, a), (a, b)] {
        let shape = [after, before]
            .into_iter()
            .find(|r| r.tables.contains_key(TABLE))
            .unwrap();
        let (columns, key) = (columns(shape), &shape.tables[TABLE].key);
        let (feed, tally) = feed(bench, before, after).await;
        let found = apply(&feed, key, &columns, content(bench, before, &columns).await);
        assert_eq!(found, content(bench, after, &columns).await);
        there = tally;
    }
    there
}

fn keyed(key: &[&str]) -> TableLayout {
    TableLayout {
        key: key.iter().map(|name| (*name).to_owned()).collect(),
        ..layout()
    }
}

#[tokio::test]
async fn each_row_says_what_happened_to_it() {
    let bench = Bench::new();
    let before = bench.publish(&layout(), &rows(9), 23).await;
    let mut edition = rows(9);
    edition.remove(5);
    edition[0].effectif = None;
    edition[1].nom = Some("Collège de l'Anse".to_owned());
    edition[1].point = Some((0.0, 45.0));
    edition.extend(rows(10).split_off(9));
    let after = bench.publish(&layout(), &edition, 24).await;
    let (feed, tally) = feed(&bench, &before, &after).await;
    insta::assert_snapshot!(arrow::util::pretty::pretty_format_batches(&feed).unwrap());
    let columns = ["effectif", "geometry", "nom"].map(|name| (name.to_owned(), 1));
    assert_eq!(tally.columns, columns.into());
    assert_eq!(assert_applies(&bench, &before, &after).await, tally);
}

#[tokio::test]
async fn a_table_that_only_one_release_has_comes_or_goes_whole() {
    let bench = Bench::new();
    let other = TableLayout {
        name: "lycees".to_owned(),
        ..layout()
    };
    let before = bench.publish(&other, &rows(3), 23).await;
    let after = bench.publish(&layout(), &rows(20), 24).await;
    let tally = assert_applies(&bench, &before, &after).await;
    assert_eq!((tally.counts.added, tally.counts.removed), (20, 0));
}

#[tokio::test]
async fn a_table_is_compared_in_its_form_after_when_its_contract_changed() {
    let bench = Bench::new();
    let before = bench.publish(&layout(), &rows(40), 23).await;
    // A column more, one of another type, one less; and another major version, which allows it.
    let mut other = layout();
    let fields = other
        .schema
        .fields()
        .iter()
        .filter(|field| field.name() != "ouverture");
    let mut fields: Vec<Field> = fields.map(|field| (**field).clone()).collect();
    fields.push(Field::new("secteur", DataType::Utf8, true));
    for field in fields.iter_mut().filter(|field| field.name() == "effectif") {
        *field = Field::new("effectif", DataType::Utf8, true);
    }
    other.schema = Arc::new(Schema::new(fields));
    other.contract.version = "2.0.0".to_owned();
    let ctx = SessionContext::new();
    ctx.register_table("r", frame(&rows(41)).into_view())
        .unwrap();
    let sql = "SELECT *, CASE WHEN uai < '0000004A' THEN 'PU' END AS secteur FROM r WHERE uai <> '0000009A'";
    let staged = stage(&other, ctx.sql(sql).await.unwrap(), &bench.staging())
        .await
        .unwrap();
    let mut publisher = edulac_lake::Publisher::open(&bench.lake, noon(24))
        .await
        .unwrap();
    let commit = publisher.commit(&other, &staged, noon(24)).await.unwrap();
    let tables = vec![table_draft(&other, staged, &commit)];
    let after = publisher
        .publish(draft(&bench.staging(), 24, tables))
        .await
        .unwrap();
    let tally = assert_applies(&bench, &before, &after).await;
    // What kept its value is no change, whatever its type.
    assert_eq!(tally.columns, [("secteur".to_owned(), 4)].into());
    assert_eq!((tally.counts.added, tally.counts.removed), (1, 1));
}

#[tokio::test]
async fn files_that_both_have_are_not_read() {
    let bench = Bench::new();
    let before = bench.publish(&layout(), &rows(40), 23).await;
    let mut edition = rows(40);
    edition[0].effectif = None;
    let after = bench.publish(&layout(), &edition, 24).await;
    let shared = before.tables[TABLE]
        .files
        .iter()
        .find(|f| after.tables[TABLE].files.contains(f));
    std::fs::remove_file(
        bench
            .lake_path()
            .join("open")
            .join(TABLE)
            .join(&shared.unwrap().path),
    )
    .unwrap();
    let (_, tally) = feed(&bench, &before, &after).await;
    assert_eq!(tally.columns, [("effectif".to_owned(), 1)].into());
}

/// Rows of few values, so that keys and whole rows repeat.
fn edition() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        0..12u8,
        prop::option::of(0..2i64),
        any::<bool>(),
        prop::option::of(0..2u8),
    );
    let row = row.prop_map(|(uai, effectif, rennes, nom)| Row {
        uai: format!("{uai:07}A"),
        nom: nom.map(|nom| format!("École, \"{nom}\"")),
        code_academie: Some(if rennes { "14" } else { "24" }.to_owned()),
        effectif,
        ouverture: None,
        point: Some((f64::from(uai), 45.0)),
    });
    prop::collection::vec(row, 0..30)
}

fn key() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::select(vec![
        vec![],
        vec!["uai"],
        vec!["uai", "nom"],
        vec!["effectif"],
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_a_feed_says_makes_the_one_edition_of_the_other(
        before in edition(),
        after in edition(),
        key in key(),
        other in key(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::new();
            let a = bench.publish(&keyed(&key), &before, 23).await;
            // Another key is another major version; rows are then compared by that of the release after.
            let mut layout = keyed(&other);
            if other != key {
                layout.contract.version = "2.0.0".to_owned();
            }
            let b = bench.publish(&layout, &after, 24).await;
            let counts = assert_applies(&bench, &a, &b).await.counts;
            prop_assert_eq!(before.len() as u64 + counts.added - counts.removed, after.len() as u64);
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn more_differences_than_memory_holds_spill() {
    let bench = Bench::new();
    let before = bench.publish(&layout(), &rows(60_000), 23).await;
    let mut edition = rows(60_000);
    edition
        .iter_mut()
        .for_each(|row| row.effectif = row.effectif.map(|n| n + 1));
    let after = bench.publish(&layout(), &edition, 24).await;
    let work = bench.staging();
    let runtime = datafusion::execution::runtime_env::RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(
            datafusion::execution::memory_pool::FairSpillPool::new(64 << 20),
        ))
        .build_arc()
        .unwrap();
    let config = datafusion::prelude::SessionConfig::new()
        .with_target_partitions(1)
        .with_sort_spill_reservation_bytes(1 << 20);
    let ctx = SessionContext::new_with_config_rt(config, runtime);
    let request = FeedRequest {
        table: TABLE,
        before: before.tables.get(TABLE),
        after: after.tables.get(TABLE),
        cause: None,
        work: &work,
    };
    let tally = bench
        .lake
        .feed(&ctx, request)
        .await
        .unwrap()
        .count()
        .await
        .unwrap();
    assert_eq!(tally.counts.changed, 60_000);
}
