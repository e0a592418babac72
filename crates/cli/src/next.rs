//! What to do after a run.

use std::collections::BTreeMap;

use edulac_contract::{ColumnType, Contract};
use edulac_engine::record::{Outcome, RunRecord, TableRecord};

use crate::args::DEFAULT_PROFILE;

/// Columns in the proposed query: as many as a terminal shows.
const COLUMNS: usize = 4;

/// Commands to go on with, under the profile of the run; none when there is nothing to look at.
pub(crate) fn what_next(
    record: &RunRecord,
    profile: &str,
    contracts: &BTreeMap<String, Contract>,
) -> Option<String> {
    let released = match &record.outcome {
        Outcome::Published { .. } => true,
        Outcome::NothingToDo { release } => release.is_some(),
        Outcome::Held | Outcome::Failed { .. } => false,
    };
    if !released {
        return None;
    }
    let table = record
        .tables
        .iter()
        .filter(|table| table.version.is_some())
        .max_by_key(|table| usefulness(table, contracts))?;
    let columns = contracts.get(&table.table).map(columns);
    let profile = match profile {
        DEFAULT_PROFILE => String::new(),
        other => format!("--profile {other} "),
    };
    Some(format!(
        "next: edulac {profile}query \"select {} from {} limit 5\"\n      edulac {profile}tables\n",
        columns.as_deref().unwrap_or("*"),
        table.table
    ))
}

/// The table that most others refer to is what the lake is about; then the largest, then the first by name.
fn usefulness<'a>(
    table: &'a TableRecord,
    contracts: &BTreeMap<String, Contract>,
) -> (usize, u64, std::cmp::Reverse<&'a str>) {
    let refers = |contract: &&Contract| {
        let mut references = contract.references().iter();
        contract.name() != table.table && references.any(|other| other.table == table.table)
    };
    let referring = contracts.values().filter(refers).count();
    (referring, table.accepted, std::cmp::Reverse(&table.table))
}

/// The first columns of a table that are short to read.
fn columns(contract: &Contract) -> String {
    let names = contract
        .columns()
        .iter()
        .filter(|column| !matches!(column.column_type, ColumnType::Geometry))
        .map(|column| column.name.as_str());
    names.take(COLUMNS).collect::<Vec<_>>().join(", ")
}
