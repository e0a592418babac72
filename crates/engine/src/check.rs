//! What only the pipelines and the contracts together can show, before anything is read.

use edulac_contract::Contract;
use edulac_spec::Pipeline;
use edulac_spec::pipeline::{Table, Zone};
use edulac_yaml::{Diagnostic, did_you_mean, list};

use crate::{Workspace, columns, extraction};

/// Everything that does not fit, each finding at its place in a pipeline.
pub(crate) fn check(workspace: &Workspace) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pipeline in &workspace.project.pipelines {
        for (name, table) in &pipeline.tables {
            match workspace.contracts.get(&table.contract) {
                None => {
                    let pointer = format!("/tables/{name}/contract");
                    let label = "no table goes into the lake without one";
                    found.push(
                        no_contract(workspace, pipeline, &pointer, name, &table.contract)
                            .with_label(label),
                    );
                }
                Some(contract) => fits(pipeline, name, table, contract, &mut found),
            }
        }
        for (name, source) in &pipeline.sources {
            // What is always there brings its own columns.
            let table = match source.kind.needed_table() {
                Some(_) => None,
                None => source.kind.table(),
            };
            if let Some(table) = table.filter(|table| !workspace.contracts.contains_key(*table)) {
                let pointer = format!("/sources/{name}/table");
                let label = "its columns when it is absent are those of its contract";
                found.push(
                    no_contract(workspace, pipeline, &pointer, table, table).with_label(label),
                );
            }
        }
        let no_source = |_: &str| None;
        let faults = columns::check(workspace, pipeline, &no_source).into_iter();
        found.extend(faults.map(|fault| fault.finding));
    }
    let tables: Vec<&str> = workspace.contracts.keys().map(String::as_str).collect();
    found.extend(workspace.reuses.lost(&tables, &|table| {
        let columns = workspace.contracts.get(table)?.columns().iter();
        Some(columns.map(|column| column.name.clone()).collect())
    }));
    found
}

/// What of the pipelines does not fit their sources as they were extracted last, each finding at its place.
///
/// Not among the findings of [`check`]: a source that lost a column is mended by its producer, and the next run must be
/// free to ask it again.
pub(crate) fn columns_of_sources(
    workspace: &Workspace,
    pipelines: &[&Pipeline],
) -> Vec<Diagnostic> {
    let found = pipelines.iter().flat_map(|pipeline| {
        let archived = |name: &str| extraction::archived_schema(workspace, pipeline, name);
        columns::check(workspace, pipeline, &archived)
    });
    let found = found.map(|fault| fault.finding);
    found.collect()
}

fn no_contract(
    workspace: &Workspace,
    pipeline: &Pipeline,
    pointer: &str,
    table: &str,
    contract: &str,
) -> Diagnostic {
    let known = workspace.contracts.keys().map(String::as_str);
    let folders = workspace.profile.contracts.join("`, `");
    let help = match did_you_mean(contract, known) {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("write `{contract}.yaml` in `{folders}`"),
    };
    pipeline
        .diagnostic_at(
            pointer,
            "edulac::engine::missing_contract",
            format!("there is no contract `{contract}` for the table `{table}`"),
        )
        .with_help(help)
}

fn fits(
    pipeline: &Pipeline,
    name: &str,
    table: &Table,
    contract: &Contract,
    found: &mut Vec<Diagnostic>,
) {
    let columns: Vec<&str> = contract
        .columns()
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    if contract.name() != name {
        let message = format!(
            "the contract `{}` is about the table `{}`, not about `{name}`",
            table.contract,
            contract.name()
        );
        found.push(
            pipeline
                .diagnostic_at(
                    &format!("/tables/{name}/contract"),
                    "edulac::engine::contract_of_another",
                    message,
                )
                .with_label("another table's contract")
                .with_help("a table and its contract bear the same name"),
        );
    }
    for (index, column) in table.partition_by.iter().enumerate() {
        if columns.contains(&column.as_str()) {
            continue;
        }
        let help = match did_you_mean(column, columns.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("the contract has {}", list(columns.iter().copied())),
        };
        found.push(
            pipeline
                .diagnostic_at(
                    &format!("/tables/{name}/partition_by/{index}"),
                    "edulac::engine::unknown_column",
                    format!("the table `{name}` has no column `{column}` to be split by"),
                )
                .with_label("not in its contract")
                .with_help(help),
        );
    }
    if table.zone == Zone::Restricted {
        found.push(
            pipeline
                .diagnostic_at(
                    &format!("/tables/{name}/zone"),
                    "edulac::engine::restricted",
                    format!("the table `{name}` is of the restricted zone, which this version does not write yet"),
                )
                .with_label("only `open` is published")
                .with_help("leave the table out until then: it must not go into the public lake"),
        );
    }
}
