//! What the tables of a release mean, for people who describe and search, and for programs that answer questions.
//!
//! All of it is said once, in contracts, and gathered here: grain, keys, what joins with what, units, what null means, notices
//! against misreading, sources with their dates, licences, how to cite. In documents, what is null or empty is left out.

use std::collections::BTreeMap;

use edulac_contract::{Aggregation, ColumnCheck, Contract, Limit, RowTest, Scalar};
use edulac_engine::citation_of;
use edulac_export::SourceNote;
use schemars::JsonSchema;
use serde::Serialize;

use crate::dictionary::kind;
use crate::facts::{Facts, TableFacts, instant};
use crate::relations::{Relation, relations};

/// A table of a release.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TableMeaning {
    /// Its name.
    pub table: String,
    /// What it holds.
    pub description: String,
    /// What it is for. Null: the project has no contract of it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What it does not hold, and where it may be wrong. Null: as `purpose`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<String>,
    /// What one row is. Null: as `purpose`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grain: Option<String>,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// Its rows.
    pub rows: u64,
    /// The geometry that maps show, WKB in longitude and latitude (CRS84). Null: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geometry: Option<String>,
    /// First and last value of the columns that say of what year rows are.
    pub vintages: BTreeMap<String, [String; 2]>,
    /// The whole table as one Parquet file, below the lake. Null: too large, `files.txt` of the release has its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its contract: identifier and version.
    pub contract: String,
    /// Its columns, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnMeaning>,
    /// What it can be joined with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Warnings against misreading it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<NoticeMeaning>,
    /// Names of the sources that it, and the tables that it is made from, were made from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Licences of those sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<String>,
    /// The sentence to cite it with.
    pub citation: String,
}

/// A column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ColumnMeaning {
    /// Its name.
    pub name: String,
    /// `texte`, `entier`, `nombre`, `booléen`, `date`, `instant`, `géométrie (WKB)` or `liste de textes`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Unit of its values. Null: there is none to give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What its values mean.
    pub description: String,
    /// What null means. Null: it is never null, or nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_means: Option<String>,
    /// Whether it may be null.
    pub nullable: bool,
    /// The values that it may have; empty: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Least value that it may have. Null: none is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// Largest value that it may have. Null: none is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// The form of its texts, a regular expression. Null: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// What its codes are valid for: a year, `extract_date`, or the column that dates each row. Null: no code that changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vintage: Option<String>,
    /// What its values identify: tables are joined by columns of one kind. Null: nothing that tables are joined by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifies: Option<String>,
    /// How its values become that of a group of rows: `sum`, `mean` of them weighted by `weighted_by`, `share` of the thing that a
    /// row of a link stands for, or `none`, not at all. Null: nothing is declared, and it must not be aggregated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregation: Option<String>,
    /// The column that weights its mean. Null: it has no weighted mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_by: Option<String>,
    /// `public`, or `contact`: it may tell how to reach a person, and stays out of maps.
    pub classification: String,
    /// Ids of the notices that are about it in particular.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// A warning against misreading.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoticeMeaning {
    /// Its id.
    pub id: String,
    /// The warning.
    pub text: String,
    /// The columns that it is about; empty: the whole table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Rows that it forbids to put together. Null: it is to be read, and nothing is refused for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forbids: Option<ForbidsMeaning>,
}

/// Rows that must not be put together: averaged, chained, or compared as if they were one measure.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ForbidsMeaning {
    /// Rows that differ in one of these columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mix: Vec<String>,
    /// Rows of the two sides of a break in a series. Null: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub across: Option<BreakMeaning>,
}

/// A break in a series.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BreakMeaning {
    /// The column that orders the series.
    pub column: String,
    /// First value after the break; values are compared as texts.
    pub from: String,
    /// Values of other columns that a row must have for the break to concern it; empty: all rows.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub only: BTreeMap<String, String>,
}

/// A source.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceMeaning {
    /// Its name in the lake, `pipeline.source`.
    pub name: String,
    /// Who makes it. Null: not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub producer: Option<String>,
    /// Its licence. Null: not declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Day of its content, or of its extract. Null: unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Its address. Null: it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A release, as its readers must understand it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Meaning {
    /// The release.
    pub release: String,
    /// When it was published, UTC, ISO 8601.
    pub published: String,
    /// Its tables, by name.
    pub tables: Vec<TableMeaning>,
    /// The sources of its tables, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceMeaning>,
}

impl Meaning {
    pub(crate) fn of(facts: &Facts<'_>) -> Self {
        let contracts: Vec<&Contract> = facts.tables.iter().filter_map(|t| t.contract).collect();
        let mut sources = BTreeMap::new();
        for note in facts.tables.iter().flat_map(|table| &table.sources) {
            sources.insert(note.name.clone(), source(note));
        }
        let tables = facts.tables.iter();
        Self {
            release: facts.release.id.clone(),
            published: instant(facts.release.created),
            tables: tables.map(|t| table(facts, t, &contracts)).collect(),
            sources: sources.into_values().collect(),
        }
    }

    /// The table of that name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&TableMeaning> {
        self.tables.iter().find(|table| table.table == name)
    }
}

fn table(facts: &Facts<'_>, table: &TableFacts<'_>, contracts: &[&Contract]) -> TableMeaning {
    let released = table.released;
    let said = table
        .contract
        .map(|contract| &contract.document().description);
    TableMeaning {
        table: table.name.to_owned(),
        description: released.description.clone(),
        purpose: said.and_then(|said| said.purpose.clone()),
        limits: said.and_then(|said| said.limitations.clone()),
        grain: table.contract.map(|contract| contract.grain().to_owned()),
        key: released.key.clone(),
        rows: released.rows,
        geometry: released.geometry.clone(),
        vintages: released.vintages.clone(),
        file: released.whole.as_ref().map(|whole| whole.path.clone()),
        contract: format!("{} {}", released.contract.id, released.contract.version),
        columns: columns(table),
        relations: table
            .contract
            .map(|c| relations(c, contracts))
            .unwrap_or_default(),
        notices: notices(table),
        sources: table.sources.iter().map(|note| note.name.clone()).collect(),
        licences: table.licences().into_iter().map(str::to_owned).collect(),
        citation: citation_of(facts.release, &[table.name.to_owned()]),
    }
}

fn columns(table: &TableFacts<'_>) -> Vec<ColumnMeaning> {
    let checks = table.contract.map(|contract| &contract.checks().columns);
    let columns = table.released.columns.iter();
    let meaning = |released: &edulac_lake::ReleasedColumn| {
        let agreed = table.column(&released.name);
        let check = checks.and_then(|all| all.iter().find(|check| check.name == released.name));
        // That of the release says the unit too.
        let said = agreed.map(|column| column.description.clone());
        let description = said.or(released.description.clone()).unwrap_or_default();
        let aggregation = agreed.and_then(|c| c.aggregation.as_ref()).map(how);
        let mut meaning = ColumnMeaning {
            name: released.name.clone(),
            kind: kind(&released.data_type).to_owned(),
            unit: agreed.and_then(|column| column.unit.clone()),
            null_means: null_means(&description),
            description,
            nullable: agreed.is_none_or(|column| column.nullable),
            values: Vec::new(),
            minimum: None,
            maximum: None,
            pattern: None,
            vintage: agreed.and_then(|column| column.vintage.clone()),
            identifies: agreed.and_then(|c| c.kind).map(|kind| kind.to_string()),
            aggregation: aggregation.map(|(word, _)| word.to_owned()),
            weighted_by: aggregation
                .and_then(|(_, weight)| weight)
                .map(str::to_owned),
            classification: agreed
                .map_or("public", |c| c.classification.as_str())
                .to_owned(),
            notices: agreed
                .map(|c| c.notices.iter().map(|n| n.id.clone()).collect())
                .unwrap_or_default(),
        };
        if let Some(check) = check {
            allowed(check, &mut meaning);
        }
        meaning
    };
    columns.map(meaning).collect()
}

/// How values add up, and by what they are weighted.
fn how(aggregation: &Aggregation) -> (&'static str, Option<&str>) {
    match aggregation {
        Aggregation::Sum => ("sum", None),
        Aggregation::Mean(weight) => ("mean", Some(weight)),
        Aggregation::Share => ("share", None),
        Aggregation::None => ("none", None),
    }
}

/// What the rules of a column allow.
fn allowed(check: &ColumnCheck, meaning: &mut ColumnMeaning) {
    for rule in &check.rules {
        match &rule.test {
            RowTest::OneOf(values) => meaning.values = values.iter().map(scalar).collect(),
            RowTest::Minimum(limit) => meaning.minimum = Some(number(limit)),
            RowTest::Maximum(limit) => meaning.maximum = Some(number(limit)),
            RowTest::Pattern(pattern) => meaning.pattern = Some(pattern.clone()),
            _ => {}
        }
    }
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => text.clone(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::Number(value) => value.to_string(),
        Scalar::Boolean(value) => value.to_string(),
    }
}

fn number(limit: &Limit) -> String {
    match limit {
        Limit::Integer(value) => value.to_string(),
        Limit::Number(value) => value.to_string(),
        Limit::Date(day) => day.to_string(),
        Limit::Timestamp(at) => instant(*at),
    }
}

/// Descriptions say what null means in a sentence of its own: `Nul : non renseigné.`
fn null_means(description: &str) -> Option<String> {
    let starts = ["Nul : ", "Nulle : ", "Nul partout : "];
    let (at, start) = starts
        .iter()
        .find_map(|start| Some((description.find(start)?, start)))?;
    let rest = &description[at + start.len()..];
    let end = rest.find(". ").map_or(rest.len(), |end| end + 1);
    Some(rest[..end].trim_end_matches('.').to_owned())
}

fn notices(table: &TableFacts<'_>) -> Vec<NoticeMeaning> {
    let Some(contract) = table.contract else {
        return Vec::new();
    };
    let of_table = |id: &str| contract.notices().iter().any(|notice| notice.id == id);
    let meaning = |notice: &edulac_contract::Notice| {
        let about = contract.columns().iter();
        let about = about.filter(|column| column.notices.iter().any(|n| n.id == notice.id));
        NoticeMeaning {
            id: notice.id.clone(),
            text: notice.text.clone(),
            columns: match of_table(&notice.id) {
                true => Vec::new(),
                false => about.map(|column| column.name.clone()).collect(),
            },
            forbids: notice.forbids.as_ref().map(|forbids| ForbidsMeaning {
                mix: forbids.mix.clone(),
                across: forbids.across.as_ref().map(|across| BreakMeaning {
                    column: across.column.clone(),
                    from: across.from.clone(),
                    only: across.only.clone(),
                }),
            }),
        }
    };
    table.notices().into_iter().map(meaning).collect()
}

pub(crate) fn source(note: &SourceNote) -> SourceMeaning {
    SourceMeaning {
        name: note.name.clone(),
        producer: note.producer.clone(),
        licence: note.licence.clone(),
        date: note.date.clone(),
        address: note.address.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::null_means;

    #[test]
    fn what_null_means_is_one_sentence_of_the_description() {
        let said = "Le code déclaré est le bon. Nul : l'un des deux est inconnu. Faux : désaccord.";
        assert_eq!(
            null_means(said).as_deref(),
            Some("l'un des deux est inconnu")
        );
        assert_eq!(
            null_means("Date. Nul : non renseignée.").as_deref(),
            Some("non renseignée")
        );
        assert_eq!(null_means("Code UAI."), None);
    }
}
