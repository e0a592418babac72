//! One measure of several things over time: a line for each thing, a column for each moment.

use std::collections::{BTreeMap, BTreeSet};

use edulac_engine::Row;
use serde_json::Value;

use super::grid::MOST_MOMENTS;
use crate::page::value;
use crate::table::{Align, Table};

/// Columns that date a row.
const MOMENTS: [&str; 3] = ["rentree", "session", "annee"];

/// Rows that differ by a moment and by something else, and that measure one thing only. What depends on the thing alone
/// (its unit) is a column of its own, what depends on the moment alone (the rentrée of a session) is left out. None for
/// other rows.
pub(super) fn pivoted(key: &[&String], measures: &[&String], rows: &[Row]) -> Option<Table> {
    let moment = key
        .iter()
        .find(|column| MOMENTS.contains(&column.as_str()))?;
    let things: Vec<&String> = key
        .iter()
        .filter(|column| *column != moment)
        .copied()
        .collect();
    let cells = |columns: &[&String], row: &Row| -> Vec<String> {
        let cell = |column: &&String| row.get(column.as_str()).map(value).unwrap_or_default();
        columns.iter().map(cell).collect()
    };
    let at = |row: &Row| cells(&[*moment], row).concat();
    let moments: BTreeSet<String> = rows.iter().map(at).collect();
    if things.is_empty() || !(2..=MOST_MOMENTS).contains(&moments.len()) {
        return None;
    }
    let follows = |column: &str, by: &dyn Fn(&Row) -> Vec<String>| {
        let mut known: BTreeMap<Vec<String>, Option<&Value>> = BTreeMap::new();
        rows.iter()
            .all(|row| *known.entry(by(row)).or_insert(row.get(column)) == row.get(column))
    };
    let of_thing = |column: &&&String| follows(column, &|row| cells(&things, row));
    let of_moment = |column: &&&String| follows(column, &|row| vec![at(row)]);
    let told: Vec<&String> = measures
        .iter()
        .filter(of_thing)
        .filter(|c| !of_moment(c))
        .copied()
        .collect();
    let mut measured = measures
        .iter()
        .filter(|column| !of_thing(column) && !of_moment(column));
    let (Some(measure), None) = (measured.next(), measured.next()) else {
        return None;
    };
    let first = [things.clone(), told].concat();
    let titles = first.iter().map(|column| ((*column).clone(), Align::Left));
    let mut table =
        Table::new(titles.chain(moments.iter().map(|moment| (moment.clone(), Align::Right))));
    let mut lines: Vec<(Vec<String>, BTreeMap<String, String>)> = Vec::new();
    for row in rows {
        let name = cells(&first, row);
        let measured = row.get(measure.as_str()).map(value).unwrap_or_default();
        match lines.iter_mut().find(|(line, _)| *line == name) {
            Some((_, line)) => _ = line.insert(at(row), measured),
            None => lines.push((name, BTreeMap::from([(at(row), measured)]))),
        }
    }
    for (name, line) in lines {
        let cells = moments
            .iter()
            .map(|moment| line.get(moment).cloned().unwrap_or_else(|| "-".to_owned()));
        table.row(name.into_iter().chain(cells.collect::<Vec<_>>()));
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use edulac_engine::Row;
    use serde_json::json;

    use super::pivoted;

    fn row(session: &str, indicateur: &str, valeur: i32, unite: &str) -> Row {
        let row = json!({"session": session, "indicateur": indicateur, "rentree": format!("de {session}"), "valeur": valeur, "unite": unite});
        row.as_object().unwrap().clone()
    }

    #[test]
    fn sessions_stand_beside_each_other() {
        let rows = [
            row("2024", "presents", 110, "élève"),
            row("2024", "taux", 70, "%"),
            row("2025", "presents", 118, "élève"),
        ];
        let names = ["session", "indicateur", "rentree", "valeur", "unite"].map(str::to_owned);
        let [session, thing, year, value, unit] = names.each_ref();
        let table = pivoted(&[session, thing], &[year, value, unit], &rows).unwrap();
        insta::assert_snapshot!(table.render(), @r"
        indicateur  unite  2024  2025
        presents    élève   110   118
        taux        %        70     -
        ");
        // Two measures need their own columns.
        assert!(
            pivoted(
                &[session, thing],
                &[value, unit],
                &[row("2024", "a", 1, "x"), row("2025", "a", 2, "y")]
            )
            .is_none()
        );
        assert!(pivoted(&[session], &[value], &rows).is_none());
    }
}
