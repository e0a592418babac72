//! What a table can be joined with, by the references that contracts declare.

use std::collections::BTreeSet;

use edulac_contract::{Contract, Reference};
use schemars::JsonSchema;
use serde::Serialize;

/// Columns that say of what year a row is: rows of two tables about the same thing are joined for the same year.
const YEARS: [&str; 3] = ["rentree", "session", "millesime"];

/// A join that makes sense.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Relation {
    /// The other table.
    pub table: String,
    /// Columns of this table.
    pub columns: Vec<String>,
    /// Columns of the other table, one for each of `columns`.
    pub target: Vec<String>,
    /// Rows of this table for how many of the other: `1:1`, `n:1`, `1:n` or `n:m`. Where the other side has several rows, a
    /// measure must not be summed after the join.
    pub cardinality: String,
    /// `reference`: declared, from this table or to it; `meme_objet`: both are about the same thing, and refer to it.
    pub kind: String,
}

/// The joins of a table with the others, by the name of the other.
pub(crate) fn relations(table: &Contract, all: &[&Contract]) -> Vec<Relation> {
    let mut found = BTreeSet::new();
    for reference in table.references() {
        if let Some(target) = all.iter().find(|other| other.name() == reference.table) {
            let (own, theirs) = (reference.columns.clone(), reference.target.clone());
            found.insert(relation(table, target, own, theirs, "reference"));
        }
    }
    for other in all.iter().filter(|other| other.name() != table.name()) {
        for reference in other.references() {
            if reference.table == table.name() {
                let (own, theirs) = (reference.target.clone(), reference.columns.clone());
                found.insert(relation(table, other, own, theirs, "reference"));
            }
            let mine = table.references().iter();
            for own in
                mine.filter(|own| own.table == reference.table && own.target == reference.target)
            {
                found.extend(of_same_thing(table, own, other, reference));
            }
        }
    }
    found.into_iter().collect()
}

/// Two tables that refer to the same thing by a column of their keys.
fn of_same_thing(
    table: &Contract,
    own: &Reference,
    other: &Contract,
    theirs: &Reference,
) -> Option<Relation> {
    let in_key = |contract: &Contract, columns: &[String]| {
        columns.iter().all(|column| contract.key().contains(column))
    };
    if !in_key(table, &own.columns) || !in_key(other, &theirs.columns) {
        return None;
    }
    let (mut mine, mut others) = (own.columns.clone(), theirs.columns.clone());
    let has = |contract: &Contract, name: &str| contract.columns().iter().any(|c| c.name == name);
    // A session of an examination and the rentrée that it closes are one year: `rentree` comes first.
    if let Some(year) = YEARS
        .iter()
        .find(|year| has(table, year) && has(other, year))
    {
        mine.push((*year).to_owned());
        others.push((*year).to_owned());
    }
    Some(relation(table, other, mine, others, "meme_objet"))
}

fn relation(
    table: &Contract,
    other: &Contract,
    columns: Vec<String>,
    target: Vec<String>,
    kind: &str,
) -> Relation {
    let is_one = |contract: &Contract, columns: &[String]| {
        contract.key().iter().all(|key| columns.contains(key))
    };
    let cardinality = match (is_one(table, &columns), is_one(other, &target)) {
        (true, true) => "1:1",
        (false, true) => "n:1",
        (true, false) => "1:n",
        (false, false) => "n:m",
    };
    Relation {
        table: other.name().to_owned(),
        columns,
        target,
        cardinality: cardinality.to_owned(),
        kind: kind.to_owned(),
    }
}
