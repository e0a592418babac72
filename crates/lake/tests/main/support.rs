//! A small register of establishments, and the way from rows to a release.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::{DateTime, TimeZone, Utc};
use datafusion::dataframe::DataFrame;
use datafusion::prelude::SessionContext;
use edulac_lake::{
    Commit, ContractRef, Lake, Location, Publisher, Release, ReleaseDraft, Result, Staged,
    StorageOptions, TableDraft, TableLayout, stage,
};
use serde_json::json;
use tempfile::TempDir;

/// One establishment of the test table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) uai: String,
    pub(crate) nom: Option<String>,
    pub(crate) code_academie: Option<String>,
    pub(crate) effectif: Option<i64>,
    pub(crate) ouverture: Option<i32>,
    pub(crate) point: Option<(f64, f64)>,
}

/// `n` establishments over two académies; every seventh has no position.
pub(crate) fn rows(n: usize) -> Vec<Row> {
    (0..n)
        .map(|i| Row {
            uai: format!("{i:07}A"),
            nom: Some(format!("École n° {i}")),
            code_academie: Some(if i % 3 == 0 { "14" } else { "24" }.to_owned()),
            effectif: Some((i as i64 * 37) % 900),
            ouverture: Some(10_000 + i as i32),
            point: (i % 7 != 0).then(|| {
                (
                    -4.0 + (i % 101) as f64 / 20.0,
                    44.0 + (i % 89) as f64 / 30.0,
                )
            }),
        })
        .collect()
}

pub(crate) fn wkb((x, y): (f64, f64)) -> Vec<u8> {
    let mut bytes = vec![1, 1, 0, 0, 0];
    bytes.extend_from_slice(&x.to_le_bytes());
    bytes.extend_from_slice(&y.to_le_bytes());
    bytes
}

pub(crate) fn layout() -> TableLayout {
    let schema = Schema::new(vec![
        Field::new("uai", DataType::Utf8, false),
        Field::new("nom", DataType::Utf8, true),
        Field::new("code_academie", DataType::Utf8, true),
        Field::new("effectif", DataType::Int64, true),
        Field::new("ouverture", DataType::Date32, true),
        Field::new("geometry", DataType::Binary, true),
    ]);
    TableLayout {
        name: "etablissements".to_owned(),
        contract: ContractRef {
            id: "etablissements".to_owned(),
            version: "1.0.0".to_owned(),
        },
        description: "Établissements d'essai.".to_owned(),
        schema: Arc::new(schema),
        geometry: Some("geometry".to_owned()),
        partition_by: vec!["code_academie".to_owned()],
        key: vec!["uai".to_owned()],
        column_descriptions: BTreeMap::from([(
            "uai".to_owned(),
            "Identifiant de l'établissement.".to_owned(),
        )]),
        properties: BTreeMap::from([("licence".to_owned(), "Licence Ouverte 2.0".to_owned())]),
    }
}

pub(crate) fn batch(rows: &[Row]) -> RecordBatch {
    let text = |of: fn(&Row) -> Option<&str>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let points: Vec<_> = rows.iter().map(|row| row.point.map(wkb)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("uai", text(|r| Some(&r.uai))),
        ("nom", text(|r| r.nom.as_deref())),
        ("code_academie", text(|r| r.code_academie.as_deref())),
        (
            "effectif",
            Arc::new(rows.iter().map(|r| r.effectif).collect::<Int64Array>()),
        ),
        (
            "ouverture",
            Arc::new(rows.iter().map(|r| r.ouverture).collect::<Date32Array>()),
        ),
        (
            "geometry",
            Arc::new(points.iter().map(Option::as_deref).collect::<BinaryArray>()),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true)))
        .unwrap()
}

/// The rows in batches of an odd size, so that nothing can depend on where batches end.
pub(crate) fn frame(rows: &[Row]) -> DataFrame {
    let ctx = SessionContext::new();
    let batches: Vec<_> = rows.chunks(777).map(batch).collect();
    if batches.is_empty() {
        return ctx.read_batch(batch(&[])).unwrap();
    }
    ctx.read_batches(batches).unwrap()
}

pub(crate) fn noon(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, day, 12, 0, 0).unwrap()
}

/// A lake in a folder of its own, with room for staging.
pub(crate) struct Bench {
    pub(crate) dir: TempDir,
    pub(crate) lake: Lake,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let location = dir.path().join("lake");
        let lake = Lake::open(
            Location::parse(location.to_str().unwrap(), &StorageOptions::default()).unwrap(),
        );
        Self { dir, lake }
    }

    /// A fresh staging folder.
    pub(crate) fn staging(&self) -> std::path::PathBuf {
        tempfile::Builder::new()
            .prefix("staging")
            .tempdir_in(self.dir.path())
            .unwrap()
            .keep()
    }

    pub(crate) fn lake_path(&self) -> std::path::PathBuf {
        self.dir.path().join("lake")
    }

    pub(crate) async fn stage(&self, layout: &TableLayout, rows: &[Row]) -> Staged {
        stage(layout, frame(rows), &self.staging()).await.unwrap()
    }

    /// Stages, commits and publishes `rows` as the only table of a run.
    pub(crate) async fn publish(&self, layout: &TableLayout, rows: &[Row], day: u32) -> Release {
        publish(&self.lake, layout, rows, &self.staging(), day)
            .await
            .unwrap()
            .1
    }
}

pub(crate) async fn publish(
    lake: &Lake,
    layout: &TableLayout,
    rows: &[Row],
    dir: &Path,
    day: u32,
) -> Result<(Commit, Release)> {
    let mut publisher = Publisher::open(lake, noon(day)).await?;
    let staged = stage(layout, frame(rows), dir).await?;
    let commit = publisher.commit(layout, &staged, noon(day)).await?;
    let draft = draft(dir, day, vec![table_draft(layout, staged, &commit)]);
    let release = publisher.publish(draft).await?;
    Ok((commit, release))
}

pub(crate) fn table_draft(layout: &TableLayout, staged: Staged, commit: &Commit) -> TableDraft {
    TableDraft {
        layout: layout.clone(),
        staged,
        version: commit.version,
        fingerprint: "annuaire@1".to_owned(),
        changes: None,
    }
}

pub(crate) fn draft(dir: &Path, day: u32, tables: Vec<TableDraft>) -> ReleaseDraft {
    ReleaseDraft {
        created: noon(day),
        scope: json!({"departements": ["035"]}),
        sources: BTreeMap::from([("annuaire".to_owned(), json!({"status": 200}))]),
        counts: json!({"read": 3}),
        notes: "# Notes\n".to_owned(),
        tables,
        dir: dir.to_owned(),
    }
}

/// What `SELECT …` gives, as the rows of a text table.
pub(crate) async fn sql(ctx: &SessionContext, query: &str) -> String {
    let batches = ctx.sql(query).await.unwrap().collect().await.unwrap();
    arrow::util::pretty::pretty_format_batches(&batches)
        .unwrap()
        .to_string()
}
