//! A release cut to some académies, and what stands across their limits.
//!
//! | table partitioned by | copied |
//! |---|---|
//! | `code_academie` | the files of the académies |
//! | `code_departement` | the files of their départements |
//! | anything else, or nothing | all files |
//!
//! Rows of other partitions come along, in small files written here, so that nothing that is copied refers to what is
//! not: sites that an establishment of the académies is on; all links at those sites and of the buildings that they link (the
//! shares of a building still sum to 1); the establishments of those links and sites; the buildings of those links.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use datafusion::dataframe::DataFrame;
use datafusion::datasource::TableProvider;
use datafusion::logical_expr::lit;
use datafusion::prelude::SessionContext;
use url::Url;

use super::Work;
use super::layout::layout_of_file;
use super::neighbours::BUILDINGS;
use super::select::{ACADEMIE, DEPARTEMENT, Selected, Selection};
use crate::data_file::DataFile;
use crate::error::{Error, Result};
use crate::lake::table_path;
use crate::read::file_list;
use crate::release::Release;
use crate::stage::stage;

/// Tables that tell what stands across a limit.
const TOLD_BY: [&str; 4] = [
    "etablissements",
    "sites",
    "etablissements_sites",
    "etablissements_batiments",
];

/// Cuts a selection to académies, and adds what comes along.
pub(super) async fn cut(
    work: &Work<'_>,
    selection: &mut Selection,
    academies: &[String],
) -> Result<()> {
    let view = View::open(work, academies).await?;
    let codes: BTreeSet<String> = academies.iter().cloned().collect();
    let departements = view.departements().await?;
    for (name, selected) in &mut selection.tables {
        let by = &work.release.tables[name].partition_by;
        if by.iter().any(|column| column == ACADEMIE) {
            selected.retain(ACADEMIE, &codes);
        } else if by.iter().any(|column| column == DEPARTEMENT) {
            selected.retain(DEPARTEMENT, &departements);
        }
    }
    if view.is_whole {
        for (table, rows) in view.along() {
            if let Some(selected) = selection.tables.get_mut(table) {
                let frame = view.sql(table, &rows).await?;
                view.add(table, selected, frame).await?;
            }
        }
        if let Some(selected) = selection.tables.get_mut(BUILDINGS)
            && let Some(frame) = view.buildings(selected).await?
        {
            view.add(BUILDINGS, selected, frame).await?;
        }
    }
    // Readers that are given a list of files need one to know the columns.
    for (name, selected) in &mut selection.tables {
        if selected.files.is_empty() && selected.along.is_none() {
            let frame = view
                .read(name, &work.release.tables[name].files[..1])
                .await?;
            let frame = frame.filter(lit(false)).map_err(|e| Error::rows(name, e))?;
            view.write(name, selected, frame).await?;
        }
    }
    Ok(())
}

/// The tables that tell what comes along, as the source has them, verified.
pub(super) struct View<'a> {
    pub(super) work: &'a Work<'a>,
    pub(super) ctx: &'a SessionContext,
    pub(super) release: &'a Release,
    /// The académies as a list of SQL.
    codes: String,
    /// Whether the release has all of [`TOLD_BY`].
    is_whole: bool,
}

impl<'a> View<'a> {
    async fn open(work: &'a Work<'a>, academies: &[String]) -> Result<Self> {
        let codes: Vec<String> = academies
            .iter()
            .map(|code| format!("'{}'", code.replace('\'', "''")))
            .collect();
        let view = Self {
            work,
            ctx: work.ctx,
            release: &work.release,
            codes: codes.join(", "),
            is_whole: TOLD_BY
                .iter()
                .all(|name| work.release.tables.contains_key(*name)),
        };
        for name in TOLD_BY.into_iter().chain(["departements"]) {
            if let Some(table) = work.release.tables.get(name) {
                let frame = view.read(name, &table.files).await?;
                let registered = view.ctx.register_table(name, frame.into_view());
                registered.map_err(|e| Error::rows(name, e))?;
            }
        }
        Ok(view)
    }

    /// Files of a table of the source as rows.
    pub(super) async fn read(&self, table: &str, files: &[DataFile]) -> Result<DataFrame> {
        let provider = file_list(self.ctx, table, &self.local(table, files).await?).await?;
        self.ctx
            .read_table(provider)
            .map_err(|e| Error::rows(table, e))
    }

    async fn local(&self, table: &str, files: &[DataFile]) -> Result<Vec<Url>> {
        let mut urls = Vec::new();
        for file in files {
            urls.extend(Url::from_file_path(self.path(table, file).await?));
        }
        Ok(urls)
    }

    async fn path(&self, table: &str, file: &DataFile) -> Result<PathBuf> {
        let path = format!("{}/{}", table_path(table), file.path);
        let local = self
            .work
            .courier
            .local(&path, file.bytes, &file.sha256)
            .await?;
        std::path::absolute(&local).map_err(|e| Error::io(local, e))
    }

    pub(super) async fn sql(&self, table: &str, sql: &str) -> Result<DataFrame> {
        self.ctx.sql(sql).await.map_err(|e| Error::rows(table, e))
    }

    pub(super) async fn collect(&self, table: &str, sql: &str) -> Result<Vec<RecordBatch>> {
        let frame = self.sql(table, sql).await?;
        frame.collect().await.map_err(|e| Error::rows(table, e))
    }

    /// The départements of the académies; where no table says so, those of their establishments.
    async fn departements(&self) -> Result<BTreeSet<String>> {
        let sources = [("departements", "code"), ("etablissements", DEPARTEMENT)];
        let codes = &self.codes;
        let mut found = BTreeMap::new();
        for (table, column) in sources {
            let columns = self.release.tables.get(table).map(|table| &table.columns);
            let has = |name| columns.is_some_and(|columns| columns.iter().any(|c| c.name == name));
            if !has(column) || !has(ACADEMIE) {
                continue;
            }
            let sql = format!(
                "SELECT DISTINCT {ACADEMIE}, {column} FROM {table} WHERE {ACADEMIE} IN ({codes}) AND {column} IS NOT NULL"
            );
            let mut here: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for batch in self.collect(table, &sql).await? {
                let (academies, departements) = (
                    batch.column(0).as_string::<i32>(),
                    batch.column(1).as_string::<i32>(),
                );
                for (academie, departement) in academies
                    .iter()
                    .flatten()
                    .zip(departements.iter().flatten())
                {
                    here.entry(academie.to_owned())
                        .or_default()
                        .insert(departement.to_owned());
                }
            }
            for (academie, departements) in here {
                found.entry(academie).or_insert(departements);
            }
        }
        Ok(found.into_values().flatten().collect())
    }

    /// Subqueries: `s` sites of the académies' establishments, `o` their own links, `b` the buildings that those do not
    /// reject, `l` links of others that come along, `p` and `k` sites and buildings of all of these.
    pub(super) fn with(&self) -> String {
        let codes = &self.codes;
        let others = self.others("x");
        format!(
            "WITH u AS (SELECT uai FROM etablissements WHERE {ACADEMIE} IN ({codes})),
             s AS (SELECT site_id FROM sites WHERE {ACADEMIE} IN ({codes})
                   UNION SELECT x.site_id FROM etablissements_sites x JOIN u ON u.uai = x.uai),
             o AS (SELECT source, id_source, statut FROM etablissements_batiments WHERE {ACADEMIE} IN ({codes})),
             b AS (SELECT DISTINCT source, id_source FROM o WHERE statut <> 'rejeté'),
             l AS (SELECT x.* FROM etablissements_batiments x
                   LEFT JOIN s ON s.site_id = x.site_id
                   LEFT JOIN b ON b.source = x.source AND b.id_source = x.id_source
                   WHERE {others} AND (s.site_id IS NOT NULL OR (b.id_source IS NOT NULL AND x.statut <> 'rejeté'))),
             p AS (SELECT site_id FROM s UNION SELECT site_id FROM l),
             k AS (SELECT source, id_source FROM o UNION SELECT source, id_source FROM l) "
        )
    }

    /// That a row is of none of the académies.
    fn others(&self, rows: &str) -> String {
        format!("coalesce({rows}.{ACADEMIE}, '') NOT IN ({})", self.codes)
    }

    /// Rows of other académies that come along, by table.
    fn along(&self) -> [(&'static str, String); 3] {
        let (with, others) = (self.with(), self.others("x"));
        [
            ("etablissements_batiments", format!("{with} SELECT * FROM l")),
            ("sites", format!("{with} SELECT x.* FROM sites x LEFT SEMI JOIN p ON p.site_id = x.site_id WHERE {others}")),
            (
                "etablissements",
                format!(
                    "{with}, e AS (SELECT uai FROM l UNION SELECT y.uai FROM etablissements_sites y JOIN s ON s.site_id = y.site_id)
                     SELECT x.* FROM etablissements x LEFT SEMI JOIN e ON e.uai = x.uai WHERE {others}"
                ),
            ),
        ]
    }

    pub(super) fn register(&self, name: &str, table: Arc<dyn TableProvider>) -> Result<()> {
        self.ctx
            .register_table(name, table)
            .map(drop)
            .map_err(|e| Error::rows(name, e))
    }

    /// Adds rows to a selection, if there are any.
    async fn add(&self, table: &str, selected: &mut Selected, frame: DataFrame) -> Result<()> {
        self.write(table, selected, frame).await?;
        if selected
            .along
            .as_ref()
            .is_some_and(|staged| staged.rows == 0)
        {
            selected.along = None;
        }
        Ok(())
    }

    async fn write(&self, table: &str, selected: &mut Selected, frame: DataFrame) -> Result<()> {
        let released = &self.release.tables[table];
        let Some(first) = released.files.first() else {
            return Ok(());
        };
        let layout = layout_of_file(table, released, &self.path(table, first).await?)?;
        let dir = self.work.courier.dir().join("along");
        selected.along = Some(stage(&layout, frame, &dir).await?);
        Ok(())
    }
}
