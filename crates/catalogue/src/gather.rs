//! The meaning of a release, gathered from it and from contracts.

use std::collections::BTreeMap;

use edulac_contract::{Aggregation, ColumnCheck, Contract, Limit, RowTest, Scalar};
use edulac_engine::citation_of;
use edulac_export::SourceNote;

use crate::dictionary::kind;
use crate::facts::{Facts, TableFacts, instant};
use crate::meaning::{
    BreakMeaning, ColumnMeaning, ForbidsMeaning, Meaning, NoticeMeaning, SourceMeaning,
    TableMeaning,
};
use crate::relations::relations;

impl Meaning {
    /// That of a release.
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

fn source(note: &SourceNote) -> SourceMeaning {
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
