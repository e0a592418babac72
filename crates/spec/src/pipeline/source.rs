//! Where data comes from.

use chrono::NaiveDate;
use edulac_model::Departement;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Format;
use crate::{Secret, schema};

/// A source of data.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[schemars(transform = schema::merge_common_options)]
pub struct Source {
    /// Where it is and how it is asked for.
    #[serde(flatten)]
    pub kind: SourceKind,
    /// Columns that change at every extract and mean nothing: left out of change hashes and of tables.
    #[serde(default)]
    pub volatile: Vec<String>,
    /// Today's name of a column, and the names it had in other extracts.
    #[serde(default)]
    pub renames: IndexMap<String, Vec<String>>,
    /// Column that dates each record (`rentree_scolaire`): records of dates that the source has no more are taken from its
    /// earlier extracts. Without it the source is what it is on its day.
    #[serde(default)]
    pub history: Option<String>,
    /// Age in days after which an extract is reported as stale. No limit when absent.
    #[serde(default)]
    pub freshness_days: Option<u32>,
    /// Licence under which the source is published.
    #[serde(default)]
    pub licence: Option<String>,
    /// Who produces the source.
    #[serde(default)]
    pub producer: Option<String>,
}

/// Where a source is, by its `type`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SourceKind {
    /// A dataset of an Opendatasoft portal, as a whole export.
    Opendatasoft {
        /// Root of the portal.
        #[schemars(schema_with = "schema::http_url")]
        portal: String,
        /// Identifier of the dataset.
        #[schemars(length(min = 1))]
        dataset: String,
        /// Format of the export.
        export: Export,
        /// Filter in the portal's query language (ODSQL). Everything when absent.
        #[serde(default, rename = "where")]
        filter: Option<String>,
        /// Key of the portal's API, for a higher quota or closed datasets.
        #[serde(default)]
        api_key: Option<Secret>,
    },
    /// A file behind an address.
    Http {
        /// Address of the file.
        #[schemars(schema_with = "schema::http_url")]
        url: String,
        /// Format of the file.
        format: Format,
    },
    /// A file of this machine.
    File {
        /// Path relative to the root of the project, or a `file:` address.
        #[schemars(schema_with = "schema::file_url")]
        url: String,
        /// Format of the file.
        format: Format,
    },
    /// The exports of the Référentiel national des bâtiments, one per département.
    Rnb {
        /// Départements to take, in any of their forms (`35`, `035`, `2A`, `971`).
        #[schemars(schema_with = "schema::departements")]
        departements: Vec<Departement>,
    },
    /// The export of the whole Référentiel national des bâtiments, in one file.
    RnbNational {},
    /// What happened to the buildings of the Référentiel national des bâtiments: created, updated, merged, split. Each
    /// extract adds what is new to what earlier ones hold.
    RnbDiff {
        /// The first day of the events, in UTC. The register gives those of the last 180 days: from there when absent.
        #[serde(default)]
        #[schemars(schema_with = "schema::optional_day")]
        since: Option<NaiveDate>,
    },
    /// A table of this lake, made by another pipeline, which then runs first.
    Lake {
        /// Name of the table.
        #[schemars(schema_with = "schema::name")]
        table: String,
        /// The pipeline can do without: as long as the table is neither in the lake nor made by this run, it has no rows
        /// and the columns of its contract, and the run says so. What is made from it is made again once it is there.
        #[serde(default)]
        optional: bool,
        /// Column (a date) to add, the same in all rows: of what day the content of the table is, that of the newest source
        /// that it was made from. Its change alone does not make a table again.
        #[serde(default)]
        #[schemars(schema_with = "schema::optional_name")]
        dated_as: Option<String>,
    },
    /// A table of this lake as the last release has it, whichever pipeline makes it, this one too: it orders nothing, and
    /// what is made from it is not made again because of it. Without rows, and with the columns of its contract, when
    /// there is none yet or its contract was of another major version.
    Previous {
        /// Name of the table.
        #[schemars(schema_with = "schema::name")]
        table: String,
    },
}

impl SourceKind {
    /// The table of the lake that it is, now or as of the last release; none when it comes from outside.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        match self {
            Self::Lake { table, .. } | Self::Previous { table } => Some(table),
            _ => None,
        }
    }

    /// The table that it cannot do without.
    #[must_use]
    pub fn needed_table(&self) -> Option<&str> {
        match self {
            Self::Lake {
                table,
                optional: false,
                ..
            } => Some(table),
            _ => None,
        }
    }
}

/// Format of an Opendatasoft export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Export {
    /// CSV with `;`.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// GeoJSON.
    Geojson,
    /// Parquet.
    Parquet,
}
