//! What a pipeline file says, as types. Their documentation is that of the options, in the JSON Schema too.

mod crs;
mod format;
mod geometry;
mod schedule;
mod source;
mod step;
mod table;

pub use crs::Crs;
pub use format::{Delimiter, Encoding, Format, FormatKind, Quote};
pub(crate) use geometry::GeometryOptions;
pub use geometry::{CrsOf, Geometry, LonLat, Projected};
pub use schedule::{Cadence, Schedule};
pub use source::{Export, Source, SourceKind};
pub use step::{
    CodeRule, LinkBuildings, Locate, Normalise, Passage, Sites, Sql, Step, ValueRule, VintageRule,
    Within,
};
pub use table::{Table, Zone};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::schema;

/// A pipeline: where data comes from, what is done to it, and the tables it makes.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineFile {
    /// Version of this format.
    #[schemars(schema_with = "schema::version")]
    pub version: u32,
    /// Name of the pipeline, unique in the project.
    #[schemars(schema_with = "schema::name")]
    pub pipeline: String,
    /// What the pipeline makes, for its readers.
    #[serde(default)]
    pub description: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<Owner>,
    /// How often it is worth running. Only when it is named, or when all run, when absent.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// Where data comes from, by name.
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub sources: IndexMap<String, Source>,
    /// What is done to it, by name: a step reads sources and other steps.
    #[serde(default)]
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub steps: IndexMap<String, Step>,
    /// The tables of the lake that come out, by name.
    #[serde(default)]
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub tables: IndexMap<String, Table>,
}

/// Who answers for a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// Service or person.
    pub name: String,
    /// Where to write to them.
    #[serde(default)]
    pub contact: Option<String>,
}
