//! The notes of a release that takes another one back.

use std::collections::BTreeMap;

use crate::release::{Release, ReleasedTable};

/// What readers are told of a withdrawal: the reason, and what it gives back and takes away.
pub(crate) fn return_notes(
    parent: &Release,
    earlier: &Release,
    tables: &BTreeMap<String, ReleasedTable>,
    reason: &str,
) -> String {
    let mut notes = format!(
        "# Notes de version\n\nRetrait de la version {} : {reason}\n\n\
         Les tables reviennent à leur état de la version {}.\n\n\
         | table | état | lignes avant | lignes | ajoutées | retirées | modifiées | cause |\n\
         |---|---|---:|---:|---:|---:|---:|---|\n",
        parent.id, earlier.id
    );
    let gone = parent
        .tables
        .iter()
        .filter(|(name, _)| !tables.contains_key(*name));
    for (name, was) in gone {
        notes += &format!(
            "| {name} | retirée | {} | | | {} | | correction |\n",
            was.rows, was.rows
        );
    }
    for (name, table) in tables {
        let was = parent.tables.get(name);
        let rows = table.rows;
        let before = was.map_or_else(String::new, |was| was.rows.to_string());
        let line = match (was, table.changes) {
            (Some(was), _) if was.same_content(&table.files) => {
                format!("inchangée | {before} | {rows} | 0 | 0 | 0 | ")
            }
            (Some(_), Some(changes)) => format!(
                "rendue | {before} | {rows} | {} | {} | {} | correction ",
                changes.added, changes.removed, changes.changed
            ),
            _ => format!("rendue | {before} | {rows} | | | | correction "),
        };
        notes += &format!("| {name} | {line}|\n");
    }
    notes
}
