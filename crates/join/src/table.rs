//! A table of the release as an input: its keys and what its columns mean come from its contract.

use edulac_contract::{Classification, ColumnType, Contract, RowRule, RowTest};
use edulac_engine::{Released, Workspace};
use edulac_export::ColumnNote;

use crate::error::{Error, Result};
use crate::input::{Column, HAS_VALUE, Input, count, register};
use crate::keys::{Key, of_contract};
use crate::request::Asked;
use crate::sql::name;

pub(crate) async fn of_table(
    workspace: &Workspace,
    released: &Released,
    asked: Asked,
    place: usize,
) -> Result<Input> {
    let table = asked.name.clone();
    let Some(contract) = workspace.contracts.get(&table) else {
        return Err(Error::NoContract { table });
    };
    let there = released.columns(&table);
    let shown = |column: &&edulac_contract::Column| {
        there.contains(&column.name.as_str()) && column.classification == Classification::Public
    };
    let columns: Vec<Column> = contract
        .columns()
        .iter()
        .filter(shown)
        .map(|column| column_of(column, &table))
        .collect();
    let mut notes = Vec::new();
    let contacts = contract.columns().len() - columns.len();
    if contacts > 0 {
        notes.push(format!("{contacts} columns of contacts left out"));
    }
    let keys = of_contract(contract, &there);
    let key_of_rows = contract.key().iter();
    let tells_apart = key_of_rows.filter(|column| keys.iter().all(|key| key.column != **column));
    let mut input = Input {
        place,
        alias: table.clone(),
        columns,
        tells_apart: tells_apart.cloned().collect(),
        status: status(contract),
        keys,
        evidence: Vec::new(),
        notes,
        rows: 0,
        all_rows: 0,
        table: Some(table.clone()),
        asked,
    };
    let keys: Vec<(String, String)> = input
        .keys
        .iter()
        .map(|key| (key.expression(&key.column), key.view_column().to_owned()))
        .collect();
    register(released, &input, &table, &keys).await?;
    for key in input.keys.clone() {
        note_forms(released, &mut input, &table, contract, &key).await?;
    }
    Ok(input)
}

/// Columns of which one of the allowed words says that there is a value.
fn status(contract: &Contract) -> Vec<String> {
    let says = |rule: &RowRule| match &rule.test {
        RowTest::OneOf(words) => words.iter().any(|word| word.to_string() == HAS_VALUE),
        _ => false,
    };
    let columns = contract.checks().columns.iter();
    let columns = columns.filter(|column| column.rules.iter().any(says));
    columns.map(|column| column.name.clone()).collect()
}

/// Says how a key is brought to the form of the others, where its values are written otherwise.
async fn note_forms(
    released: &Released,
    input: &mut Input,
    table: &str,
    contract: &Contract,
    key: &Key,
) -> Result<()> {
    if key.of_session {
        let column = &key.column;
        input.notes.push(format!(
            "`{column}` N is rentrée N-1: session 2023 closes 2022-2023"
        ));
    }
    let primary = contract.key().contains(&key.column);
    if let Some(test) = key.merged_test().filter(|_| primary) {
        let query = format!("select count(*) as n from {} where {test}", name(table));
        let merged = count(released, &query).await?;
        if merged > 0 {
            input.notes.push(format!(
                "{merged} rows of académies merged into Normandie (70)"
            ));
        }
    }
    Ok(())
}

fn column_of(column: &edulac_contract::Column, table: &str) -> Column {
    Column {
        name: column.name.clone(),
        note: ColumnNote {
            description: column.description.clone(),
            unit: column.unit.clone(),
            table: table.to_owned(),
            ..ColumnNote::default()
        },
        numeric: matches!(
            column.column_type,
            ColumnType::Int32 | ColumnType::Int64 | ColumnType::Float64
        ),
        aggregation: column.aggregation.clone(),
    }
}
