//! How a table is written: its columns, order, partitions and what is said about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::error::{Error, LayoutProblem, Result};
use crate::geometry;

/// A contract's identity, as its file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractRef {
    /// Its id.
    pub id: String,
    /// Its version, `major.minor.patch`.
    pub version: String,
}

impl ContractRef {
    /// The part of the version that a breaking change must raise.
    pub(crate) fn major(&self) -> &str {
        self.version.split('.').next().unwrap_or_default()
    }
}

/// How a table is written. Its rows are those of `schema`; the lake adds `bbox` where there is geometry.
#[derive(Debug, Clone)]
pub struct TableLayout {
    /// The table, folder and SQL name at once: `etablissements`.
    pub name: String,
    /// The contract it stands under.
    pub contract: ContractRef,
    /// What the table holds, for its readers.
    pub description: String,
    /// Its columns with their exact types. Nullability is the contract's to check: files are nullable throughout.
    pub schema: SchemaRef,
    /// The column of WKB in CRS84, if any.
    pub geometry: Option<String>,
    /// Columns of codes, one folder per value; they stay inside the files as well.
    pub partition_by: Vec<String>,
    /// Columns that identify a row; empty: the whole row does.
    pub key: Vec<String>,
    /// What each column means.
    pub column_descriptions: BTreeMap<String, String>,
    /// Anything else that must travel inside the files (notices, licence), by name.
    pub properties: BTreeMap<String, String>,
}

impl TableLayout {
    /// Refuses what some reader of Delta tables or GeoParquet cannot read.
    ///
    /// # Errors
    /// [`Error::Layout`] with the first problem found.
    pub fn check(&self) -> Result<()> {
        let fail = |problem| {
            Err(Error::Layout {
                table: self.name.clone(),
                problem,
            })
        };
        let word = |s: &str| {
            s.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        if !self.name.starts_with(|c: char| c.is_ascii_lowercase()) || !word(&self.name) {
            return fail(LayoutProblem::TableName);
        }
        for field in self.schema.fields() {
            let name = field.name();
            let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
            if name.is_empty() || !plain || name == geometry::BBOX {
                return fail(LayoutProblem::ColumnName(name.clone()));
            }
            if !portable(field.data_type()) {
                return fail(LayoutProblem::Type {
                    column: name.clone(),
                    data_type: field.data_type().to_string(),
                });
            }
        }
        let geometry = self.geometry.iter().map(|c| (c, "geometry"));
        let partition = self.partition_by.iter().map(|c| (c, "partition_by"));
        let key = self.key.iter().map(|c| (c, "key"));
        for (column, role) in geometry.chain(partition).chain(key) {
            if self.schema.field_with_name(column).is_err() {
                return fail(LayoutProblem::Unknown {
                    column: column.clone(),
                    role,
                });
            }
        }
        if let Some(column) = &self.geometry
            && self
                .schema
                .field_with_name(column)
                .is_ok_and(|f| *f.data_type() != DataType::Binary)
        {
            return fail(LayoutProblem::Geometry(column.clone()));
        }
        Ok(())
    }

    /// The schema of the rows: no Arrow metadata (readers differ on it), everything nullable.
    pub(crate) fn row_schema(&self) -> SchemaRef {
        Arc::new(Schema::new(
            self.schema
                .fields()
                .iter()
                .map(|f| plain(f))
                .collect::<Fields>(),
        ))
    }

    /// The schema of the files: the rows, then `bbox` where there is geometry.
    pub(crate) fn file_schema(&self) -> SchemaRef {
        let mut fields: Vec<_> = self.row_schema().fields().iter().cloned().collect();
        if self.geometry.is_some() {
            fields.push(Arc::new(geometry::bbox_field()));
        }
        Arc::new(Schema::new(fields))
    }

    /// What is said about a column, `bbox` included.
    pub(crate) fn describe(&self, column: &str) -> Option<&str> {
        match column {
            geometry::BBOX if self.geometry.is_some() => Some(geometry::BBOX_DESCRIPTION),
            _ => self.column_descriptions.get(column).map(String::as_str),
        }
    }
}

fn plain(field: &Field) -> Field {
    let data_type = match field.data_type() {
        DataType::List(item) => DataType::List(Arc::new(plain(item))),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(|f| plain(f)).collect()),
        other => other.clone(),
    };
    Field::new(field.name(), data_type, true)
}

fn portable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8
        | DataType::Binary
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Float32
        | DataType::Float64
        | DataType::Date32
        | DataType::Decimal128(..) => true,
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) => {
            matches!(&**zone, "UTC" | "+00:00")
        }
        DataType::List(item) => portable(item.data_type()),
        DataType::Struct(fields) => fields.iter().all(|f| portable(f.data_type())),
        _ => false,
    }
}
