//! Rows of one establishment, without what the contracts keep for contacts.

use std::collections::BTreeMap;

use edulac_contract::{Classification, Contract};
use edulac_lake::Release;
use edulac_model::Uai;

use crate::error::{Error, Result};
use crate::released::{self, Released, Row, quoted};

/// What the parts of a story read from.
pub(super) struct Reader<'a> {
    pub(super) contracts: &'a BTreeMap<String, Contract>,
    pub(super) released: &'a Released,
    pub(super) uai: Uai,
}

impl Reader<'_> {
    /// The rows of a table whose column `uai` is the establishment's, by their key; none without such a table.
    pub(super) async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        self.where_is(table, "uai").await
    }

    /// The rows of a table of which this column is the establishment's UAI.
    pub(super) async fn where_is(&self, table: &str, column: &str) -> Result<Vec<Row>> {
        self.equal(table, column, self.uai.as_str()).await
    }

    /// The first row of a table of which this column has this value.
    pub(super) async fn one(&self, table: &str, column: &str, value: &str) -> Result<Option<Row>> {
        Ok(self.equal(table, column, value).await?.into_iter().next())
    }

    /// The rows of a table of which this column has this value, by their key.
    pub(super) async fn equal(&self, table: &str, column: &str, value: &str) -> Result<Vec<Row>> {
        if !self.released.has_column(table, column) {
            return Ok(Vec::new());
        }
        let sql = format!(
            "select {} from {table} where {column} = {} {}",
            self.selected(&self.released.release, table),
            quoted(value),
            by_key(&self.released.release, table)
        );
        self.released.rows(&sql).await
    }

    /// The establishment's rows of a table as another release of the lake has it.
    pub(super) async fn rows_in(&self, release: &Release, table: &str) -> Result<Vec<Row>> {
        if !released::columns(release, table).contains(&"uai") {
            return Ok(Vec::new());
        }
        let ctx = &self.released.ctx;
        let provider = self
            .released
            .lake
            .table_provider(ctx, release, table)
            .await?;
        let name = format!("{table} of {}", release.id);
        ctx.register_table(format!("\"{name}\""), provider)
            .map_err(Error::read_table(table))?;
        let rows = self
            .released
            .rows(&format!(
                "select {} from \"{name}\" where uai = {} {}",
                self.selected(release, table),
                quoted(self.uai.as_str()),
                by_key(release, table)
            ))
            .await;
        ctx.deregister_table(format!("\"{name}\""))
            .map_err(Error::read_table(table))?;
        rows
    }

    /// The columns of a table that tell how to reach people, as its contract says.
    pub(super) fn contacts(&self, table: &str) -> Vec<String> {
        let columns = self.contracts.get(table).map(Contract::columns);
        let columns = columns.into_iter().flatten();
        columns
            .filter(|column| column.classification >= Classification::Contact)
            .map(|column| column.name.clone())
            .collect()
    }

    /// The columns to read, as SQL.
    fn selected(&self, release: &Release, table: &str) -> String {
        let contacts = self.contacts(table);
        let geometry = release
            .tables
            .get(table)
            .and_then(|table| table.geometry.as_deref());
        let columns = released::columns(release, table)
            .into_iter()
            .filter(|name| !contacts.iter().any(|contact| contact == name));
        let selected: Vec<String> = columns
            .map(|name| match Some(name) == geometry {
                true => format!(
                    "round(st_x(st_centroid({name})), 7) as lon, round(st_y(st_centroid({name})), 7) as lat"
                ),
                false => name.to_owned(),
            })
            .collect();
        selected.join(", ")
    }
}

fn by_key(release: &Release, table: &str) -> String {
    match release.tables.get(table).map(|table| table.key.as_slice()) {
        None | Some([]) => String::new(),
        Some(key) => format!("order by {}", key.join(", ")),
    }
}
