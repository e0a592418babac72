//! What is done to data.

use edulac_model::{CodeKind, ValueKind, Vintage};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::{Geometry, GeometryOptions};
use crate::schema;

/// A transformation, by its `type`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Step {
    /// Brings codes, values and positions to one form.
    Normalise(Normalise),
    /// A query over sources and other steps.
    Sql(Sql),
    /// Says in which areas each point is.
    Locate(Locate),
    /// Pairs establishments with buildings.
    LinkBuildings(LinkBuildings),
    /// Brings commune codes to another vintage.
    Passage(Passage),
    /// Says which places of establishments are one site.
    Sites(Sites),
}

/// Brings codes, values and positions to one form. What cannot be read becomes null and a problem of the row.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Normalise {
    /// Source or step to read.
    pub from: String,
    /// Columns that hold a code, and which.
    #[serde(default)]
    pub codes: IndexMap<String, CodeRule>,
    /// Columns that hold a number, a date or a boolean, and which.
    #[serde(default)]
    pub values: IndexMap<String, ValueRule>,
    /// Where the position or shape of a row is.
    #[serde(default)]
    #[schemars(with = "Option<GeometryOptions>")]
    pub geometry: Option<Geometry>,
}

/// The code that a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRule {
    /// Kind of code.
    #[schemars(schema_with = "schema::code_kind")]
    pub kind: CodeKind,
    /// Year that commune codes are valid for. The date of the extract when absent.
    #[serde(default)]
    #[schemars(schema_with = "schema::vintage")]
    pub vintage: VintageRule,
}

/// The year that commune codes are valid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "WrittenVintage")]
pub enum VintageRule {
    /// The vintage in force on the date of the extract.
    #[default]
    ExtractDate,
    /// A vintage known beforehand.
    Year(Vintage),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenVintage {
    ExtractDate(ExtractDate),
    Year(Year),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ExtractDate {
    ExtractDate,
}

#[derive(Deserialize)]
#[serde(try_from = "i64")]
struct Year(Vintage);

impl TryFrom<i64> for Year {
    type Error = edulac_model::CodeError;

    fn try_from(year: i64) -> Result<Self, Self::Error> {
        Vintage::parse(&year.to_string()).map(Self)
    }
}

impl From<WrittenVintage> for VintageRule {
    fn from(written: WrittenVintage) -> Self {
        match written {
            WrittenVintage::ExtractDate(ExtractDate::ExtractDate) => Self::ExtractDate,
            WrittenVintage::Year(Year(vintage)) => Self::Year(vintage),
        }
    }
}

/// The value that a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueRule {
    /// Kind of value.
    #[schemars(schema_with = "schema::value_kind")]
    pub kind: ValueKind,
    /// Column to read, when the value is to be a new column beside it. The column of this name when absent.
    #[serde(default)]
    pub column: Option<String>,
    /// Texts that mean that there is no value (`NS`, `ND`): null without a problem.
    #[serde(default)]
    pub nulls: Vec<String>,
}

/// A `DataFusion` SQL query over sources and other steps, under their names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sql {
    /// The query. Once loaded, always its text, also when it stands in a file.
    #[serde(default)]
    pub query: String,
    /// A file that holds the query, relative to the pipeline's.
    #[serde(default)]
    pub query_file: Option<String>,
    /// Why rows are dropped or merged, when they are: it stands in the accounts of a run.
    #[serde(default)]
    pub motive: Option<String>,
}

/// Says in which areas each point is, and how far from their borders.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Locate {
    /// Source or step that gives the points.
    pub points: String,
    /// Areas to look in; the name of each begins the names of its columns (`<name>_situee`).
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub within: IndexMap<String, Within>,
    /// Distance in metres under which the areas on the other side of a border are reported. None when absent.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub report_straddling_within_m: Option<f64>,
}

/// Areas to look in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// Source or step that gives the areas.
    pub areas: String,
    /// Levels of areas to keep, the first that holds a point wins (`[ARM, COM]`). All, without order, when empty.
    #[serde(default)]
    pub levels: Vec<String>,
    /// Column of the areas that says their level.
    #[serde(default = "level_column")]
    pub level_column: String,
    /// Column of the areas that holds their code.
    #[serde(default = "code_column")]
    pub code_column: String,
    /// Column of the points that holds the declared code. `code_<name>` when absent.
    #[serde(default)]
    pub declared: Option<String>,
}

fn level_column() -> String {
    "type".to_owned()
}

fn code_column() -> String {
    "code".to_owned()
}

impl Within {
    /// The column of the points that holds the declared code, for areas called `name`.
    #[must_use]
    pub fn declared_column(&self, name: &str) -> String {
        match &self.declared {
            Some(column) => column.clone(),
            None => format!("code_{name}"),
        }
    }
}

/// Pairs establishments with buildings, by all the evidence that is given: declared identifiers, grounds, addresses,
/// positions.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBuildings {
    /// Source or step that gives the places of the establishments.
    pub establishments: String,
    /// Source or step that gives the buildings.
    pub buildings: String,
    /// Distance in metres beyond which a building is no candidate by its position.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub max_distance_m: f64,
    /// Source or step that gives the buildings that the ministry declares (`uai`, `rnb_id`).
    #[serde(default)]
    pub declared: Option<String>,
    /// Source or step that gives the grounds of establishments, with the columns of the table `perimetres`.
    #[serde(default)]
    pub perimeters: Option<String>,
    /// Source or step that gives addresses with their keys, with the columns of the table `adresses`.
    #[serde(default)]
    pub addresses: Option<String>,
    /// Source or step that gives decisions of people (`uai`, `id_source`, `decision`: `accepte` or `rejete`, `auteur`, `motif`):
    /// they win over the evidence.
    #[serde(default)]
    pub corrections: Option<String>,
}

/// Says which places of establishments are one site, and gives each site an identifier that lasts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sites {
    /// Source or step that gives the places (`uai`, `lieu_id`, `geometry`, `position_qualite`).
    pub places: String,
    /// Step that links them to buildings.
    pub links: String,
    /// Source or step that gives the grounds of establishments, with the columns of the table `perimetres`.
    #[serde(default)]
    pub perimeters: Option<String>,
    /// Source or step that gives groups of establishments (`groupe_id`, `uai`, `type`): those of type `cite_scolaire` tie.
    #[serde(default)]
    pub groups: Option<String>,
    /// Source that gives the sites of the last release, with the columns of the table `registre_sites`.
    #[serde(default)]
    pub previous: Option<String>,
}

/// Brings the commune codes of a column from one vintage to another, later or earlier, by following the movements of
/// communes. A code with one successor is replaced by it; one with several (a split) or none becomes null, and a problem
/// of the row names the candidates.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Source or step to read.
    pub from: String,
    /// Column that holds the commune codes. It keeps its name; the codes as they were go to `<column>_origine`.
    pub column: String,
    /// Year that the codes are valid for.
    #[serde(deserialize_with = "year")]
    #[schemars(schema_with = "schema::year")]
    pub from_vintage: Vintage,
    /// Year to bring them to.
    #[serde(deserialize_with = "year")]
    #[schemars(schema_with = "schema::year")]
    pub to_vintage: Vintage,
    /// Source or step that gives the movements, with the columns of the table `passages_communes`: `ancien` and `nouveau`
    /// (null or `00000` for no commune), `date_effet`, `mod`.
    pub movements: String,
    /// Source or step that lists the communes of `to_vintage` (column `code`): a code that arrives nowhere in it is lost,
    /// and told. Not compared when absent.
    #[serde(default)]
    pub communes: Option<String>,
}

fn year<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vintage, D::Error> {
    Year::deserialize(deserializer).map(|year| year.0)
}

impl Passage {
    /// The columns of commune codes that come out of the step, each with its vintage: the column itself, and the codes as
    /// they were.
    #[must_use]
    pub fn vintages(&self) -> [(String, Vintage); 2] {
        [
            (self.column.clone(), self.to_vintage),
            (self.origin_column(), self.from_vintage),
        ]
    }

    /// The column that holds the codes as they were.
    #[must_use]
    pub fn origin_column(&self) -> String {
        format!("{}_origine", self.column)
    }
}
