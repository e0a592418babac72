//! What only a set of contracts can show.

use std::collections::BTreeMap;

use edulac_yaml::{Diagnostic, Span};

use crate::contract::{Contract, Reference};
use crate::lint::suggest;

/// Looks across the contracts of one lake: ids and names given twice, references to tables or columns that no
/// contract has, or of another type. Findings come in the order of `contracts`; none means that the set holds.
#[must_use]
pub fn lint_set(contracts: &[Contract]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut tables: BTreeMap<&str, &Contract> = BTreeMap::new();
    let mut ids: BTreeMap<&str, &Contract> = BTreeMap::new();
    for contract in contracts {
        for (what, name, first) in [
            (
                "table",
                contract.name(),
                tables.insert(contract.name(), contract),
            ),
            ("id", contract.id(), ids.insert(contract.id(), contract)),
        ] {
            if let Some(first) = first {
                let message = format!("the {what} `{name}` is that of another contract too");
                let help = format!(
                    "`{}` has it already: give one of the two another one",
                    first.source.name
                );
                found.push(
                    Diagnostic::error(
                        "edulac::contract::repeated_contract",
                        &contract.source,
                        Span::default(),
                        message,
                    )
                    .with_help(help),
                );
            }
        }
    }
    for contract in contracts {
        for reference in &contract.references {
            found.extend(broken(contract, reference, &tables));
        }
    }
    found
}

/// What is wrong with a reference.
fn broken(
    contract: &Contract,
    reference: &Reference,
    tables: &BTreeMap<&str, &Contract>,
) -> Option<Diagnostic> {
    let error = |message: String, help: String| {
        let code = "edulac::contract::broken_reference";
        Some(Diagnostic::error(code, &contract.source, reference.span, message).with_help(help))
    };
    let Some(target) = tables.get(reference.table.as_str()) else {
        let names: Vec<&str> = tables.keys().copied().collect();
        return error(
            format!("no contract is about a table `{}`", reference.table),
            suggest(&reference.table, &names),
        );
    };
    for (own, other) in reference.columns.iter().zip(&reference.target) {
        let Some(column) = target.columns.iter().find(|column| column.name == *other) else {
            let names: Vec<&str> = target
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .collect();
            return error(
                format!("the table `{}` has no column `{other}`", reference.table),
                suggest(other, &names),
            );
        };
        let own_type = contract
            .columns
            .iter()
            .find(|column| column.name == *own)?
            .column_type;
        if own_type != column.column_type {
            return error(
                format!(
                    "`{own}` is of type {own_type} and `{}.{other}` of type {}",
                    reference.table, column.column_type
                ),
                "give both columns the same type".to_owned(),
            );
        }
    }
    None
}
