//! What notices forbid: rows that must not be put together are looked for among the rows chosen of each table.

use std::collections::{BTreeMap, BTreeSet};

use edulac_contract::{Across, Column, Contract, Forbids, Notice};
use edulac_engine::{Released, Workspace};

use crate::error::{Error, Result};
use crate::input::Input;
use crate::report::NoticeReport;
use crate::request::Request;
use crate::sql::{name, text};

/// The warnings on what the inputs show, and those that are passed over.
pub(crate) struct Notices {
    pub(crate) all: Vec<NoticeReport>,
    pub(crate) despite: Vec<NoticeReport>,
}

/// Gathers the notices of the tables and of the columns that come out, and refuses what they forbid, unless it is asked for `despite`
/// them.
pub(crate) async fn check(
    workspace: &Workspace,
    released: &Released,
    inputs: &[Input],
    request: &Request,
) -> Result<Notices> {
    let despite = &request.despite;
    let mut by_table: BTreeMap<&str, Vec<&Input>> = BTreeMap::new();
    for input in inputs {
        if let Some(table) = &input.table {
            by_table.entry(table).or_default().push(input);
        }
    }
    let mut found = Notices {
        all: Vec::new(),
        despite: Vec::new(),
    };
    for (table, inputs) in by_table {
        let Some(contract) = workspace.contracts.get(table) else {
            continue;
        };
        let chosen = request.level.is_some() || request.aggregate && inputs[0].place > 0;
        let is_shown = |column: &Column| {
            !chosen || request.measures.is_empty() || request.measures.contains(&column.name)
        };
        for notice in notices(contract, &is_shown) {
            let told = NoticeReport {
                id: notice.id.clone(),
                table: table.to_owned(),
                text: notice.text.clone(),
            };
            let seen = match &notice.forbids {
                Some(forbids) => broken(released, &inputs, forbids).await?,
                None => None,
            };
            if let Some((seen, remedy)) = seen {
                if !despite.contains(&notice.id) {
                    return Err(Error::Forbidden {
                        notice: notice.id.clone(),
                        table: table.to_owned(),
                        text: notice.text.clone().into(),
                        seen: seen.into(),
                        remedy,
                    });
                }
                found.despite.push(told.clone());
            }
            found.all.push(told);
        }
    }
    known(&found, despite)?;
    Ok(found)
}

/// Warnings on a table and on those of its columns that come out.
fn notices<'a>(
    contract: &'a Contract,
    is_shown: &dyn Fn(&Column) -> bool,
) -> impl Iterator<Item = &'a Notice> {
    let shown = contract.columns().iter().filter(|column| is_shown(column));
    let of_columns = shown.flat_map(|column| &column.notices);
    contract.notices().iter().chain(of_columns)
}

fn known(found: &Notices, despite: &[String]) -> Result<()> {
    let ids = || found.all.iter().map(|notice| notice.id.as_str());
    match despite.iter().find(|asked| ids().all(|id| id != *asked)) {
        Some(asked) => Err(Error::UnknownNotice {
            notice: asked.clone(),
            remedy: match edulac_yaml::did_you_mean(asked, ids()) {
                Some(close) => format!("; did you mean `{close}`?"),
                None => String::new(),
            },
        }),
        None => Ok(()),
    }
}

/// What of the rows a notice forbids to put together, and how to keep it apart.
async fn broken(
    released: &Released,
    inputs: &[&Input],
    forbids: &Forbids,
) -> Result<Option<(String, String)>> {
    let mut mixed = Vec::new();
    for column in &forbids.mix {
        let values = values(released, inputs, &name(column), "true").await?;
        if values.len() > 1 {
            mixed.push((column, values));
        }
    }
    if let Some((column, values)) = mixed.first() {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let seen = format!(
            "the rows have several values of `{column}`: {}",
            values.join(", ")
        );
        let remedy = format!(
            "choose one: `{}:{column}={}`",
            inputs[0].asked.name, values[0]
        );
        return Ok(Some((seen, remedy)));
    }
    match &forbids.across {
        Some(across) => across_break(released, inputs, across).await,
        None => Ok(None),
    }
}

async fn across_break(
    released: &Released,
    inputs: &[&Input],
    across: &Across,
) -> Result<Option<(String, String)>> {
    let only: Vec<String> = across
        .only
        .iter()
        .map(|(column, value)| format!("cast({} as varchar) = {}", name(column), text(value)))
        .collect();
    let only = if only.is_empty() {
        "true".to_owned()
    } else {
        only.join(" and ")
    };
    let values = values(released, inputs, &name(&across.column), &only).await?;
    let (before, after): (Vec<&String>, Vec<&String>) =
        values.iter().partition(|value| **value < across.from);
    let (Some(before), Some(after)) = (before.last(), after.first()) else {
        return Ok(None);
    };
    let column = &across.column;
    let seen = format!("the rows are of both sides of the break: `{column}` {before} and {after}");
    let remedy = format!(
        "choose one side: `{}:{column}={after}`",
        inputs[0].asked.name
    );
    Ok(Some((seen, remedy)))
}

/// The values of an expression over all rows chosen.
async fn values(
    released: &Released,
    inputs: &[&Input],
    expression: &str,
    test: &str,
) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for input in inputs {
        let query = format!(
            "select distinct cast({expression} as varchar) as v from {} where {test}",
            input.chosen()
        );
        let rows = released.rows(&query).await?;
        all.extend(
            rows.iter()
                .filter_map(|row| row["v"].as_str().map(str::to_owned)),
        );
    }
    Ok(all)
}
