//! The report on links, for people.

use edulac_engine::{LinkReport, Row, TruthMeasure};
use serde_json::Value;

use super::{add, measure, shares};
use crate::table::{Align, Table};

pub(super) fn text(report: &LinkReport, lake: &str) -> String {
    let mut out = format!("release {} in {lake}\n", report.release);
    let mut part = |title: &str, table: &Table| {
        if table.len() > 0 {
            out += &format!("\n{title}\n{}", table.render());
        }
    };
    part("establishments with an accepted link", &coverage(report));
    part("links by method and status", &of_rows(&report.methods));
    part("metres to accepted buildings", &distances(report));
    part(
        "accepted buildings of an establishment",
        &of_rows(&report.buildings_per_establishment),
    );
    part(
        "establishments of an accepted building",
        &of_rows(&report.establishments_per_building),
    );
    part("evidence of accepted links", &evidence(report));
    match &report.unlinked {
        Some(reasons) => {
            let mut table = Table::new([("reason", Align::Left), ("establishments", Align::Right)]);
            for (reason, establishments) in reasons {
                table.row([reason.clone(), establishments.to_string()]);
            }
            if let Some(others) = report.not_looked_for.filter(|others| *others > 0) {
                table.row([
                    "no step looked for their buildings".to_owned(),
                    others.to_string(),
                ]);
            }
            part("establishments without an accepted link", &table);
        }
        None => out += "\nwhy others have no link: the archive does not have the list of the run\n",
    }
    if let Some(truth) = &report.truth {
        out.push('\n');
        out += &of_truth(truth);
    }
    out.push('\n');
    match &report.measured {
        Some(measured) => out += &measure::text(measured),
        None => {
            out += "no link was labelled yet: a score is a score, not a probability (`edulac link review`)\n";
        }
    }
    out
}

fn coverage(report: &LinkReport) -> Table {
    let mut table = Table::new([
        ("by", Align::Left),
        ("", Align::Left),
        ("establishments", Align::Right),
        ("linked", Align::Right),
        ("%", Align::Right),
    ]);
    for part in &report.coverage {
        let value = match part.by.as_str() {
            "all" => String::new(),
            _ => part.value.clone().unwrap_or_else(|| "null".to_owned()),
        };
        let share = 100.0 * part.linked as f64 / part.establishments.max(1) as f64;
        table.row([
            part.by.clone(),
            value,
            part.establishments.to_string(),
            part.linked.to_string(),
            format!("{share:.1}"),
        ]);
    }
    table
}

/// Rows of the report, as they are.
fn of_rows(rows: &[Row]) -> Table {
    let first = rows.first();
    let columns: Vec<&String> = first.into_iter().flat_map(|row| row.keys()).collect();
    let align = |column: &str| match first.and_then(|row| row.get(column)) {
        Some(Value::Number(_)) => Align::Right,
        _ => Align::Left,
    };
    let mut table = Table::new(
        columns
            .iter()
            .map(|column| (column.as_str(), align(column))),
    );
    for row in rows {
        table.row(columns.iter().map(|column| match row.get(column.as_str()) {
            None | Some(Value::Null) => "null".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }));
    }
    table
}

fn distances(report: &LinkReport) -> Table {
    let numbers = ["links", "p25", "p50", "p90", "p99", "max"].map(|title| (title, Align::Right));
    let mut table = Table::new(std::iter::once(("method", Align::Left)).chain(numbers));
    let metres = |metres: Option<f64>| metres.map_or_else(|| "-".to_owned(), |m| format!("{m:.1}"));
    for of in report.distances.iter().filter(|of| of.links > 0) {
        let quantiles = [of.p25, of.p50, of.p90, of.p99, of.max].map(metres);
        let first = [of.method.clone(), of.links.to_string()];
        table.row(first.into_iter().chain(quantiles));
    }
    table
}

fn evidence(report: &LinkReport) -> Table {
    let mut table = Table::new([
        ("evidence", Align::Left),
        ("from", Align::Left),
        ("strongest of", Align::Right),
        ("holds for", Align::Right),
    ]);
    for evidence in &report.evidence {
        let from = match (&evidence.table, evidence.rows) {
            (None, _) => String::new(),
            (Some(table), Some(rows)) => format!("{table}, {rows} rows"),
            (Some(table), None) => format!("{table}: not in this lake"),
        };
        table.row([
            evidence.name.clone(),
            from,
            evidence.strongest_of.to_string(),
            evidence
                .holds_for
                .map_or_else(|| "-".to_owned(), |links| links.to_string()),
        ]);
    }
    table
}

fn of_truth(truth: &TruthMeasure) -> String {
    let mut table = shares("against the truth");
    add(&mut table, "accepted links that are true", &truth.precision);
    for part in &truth.by_method {
        add(&mut table, &format!("  {}", part.name), &part.precision);
    }
    for part in truth.by_status.iter().filter(|part| part.name != "accepte") {
        add(
            &mut table,
            &format!("{} links that are true", part.name),
            &part.precision,
        );
    }
    add(
        &mut table,
        "linkable establishments with a true link",
        &truth.recall,
    );
    add(
        &mut table,
        "true links of those that are accepted",
        &truth.recall_of_links,
    );
    for pairs in &truth.pairs {
        let what = match pairs.name.as_str() {
            "site" => "one site".to_owned(),
            kind => format!("one {kind}"),
        };
        add(
            &mut table,
            &format!("pairs put in {what} that are"),
            &pairs.precision,
        );
        add(
            &mut table,
            &format!("pairs of {what} put there"),
            &pairs.recall,
        );
    }
    format!(
        "{}{} establishments of the release are in the truth; linkable: {}\n",
        table.render(),
        truth.establishments,
        truth.linkable
    )
}
