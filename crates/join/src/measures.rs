//! How the columns of an input become those of a group of its rows.

use edulac_contract::Aggregation;
use edulac_export::ColumnNote;

use crate::error::{Error, Result};
use crate::input::{Column, Input};
use crate::sql::name;

/// A column of groups.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    /// Its name.
    pub(crate) name: String,
    /// Its value, as an SQL aggregate.
    pub(crate) sql: String,
    pub(crate) note: ColumnNote,
    /// How it adds up further; none: not at all.
    pub(crate) aggregation: Option<Aggregation>,
}

/// The measures of an input, and what has no value for a group with the reason.
#[derive(Debug, Default)]
pub(crate) struct Measures {
    pub(crate) taken: Vec<Measure>,
    /// Each in words: `ips: mean weighted by effectif`.
    pub(crate) ways: Vec<String>,
    pub(crate) left_out: Vec<(String, String)>,
    /// The pupils behind a group, as an SQL aggregate: the first column that counts them.
    pub(crate) pupils: Option<String>,
}

/// Unit of the columns that count pupils.
const PUPIL: &str = "élève";

/// The measures of an input; those `wanted`, else all that can be.
///
/// # Errors
/// [`Error::NotAdditive`] for a column that is wanted and has no value for a group.
pub(crate) fn of(input: &Input, wanted: &[String]) -> Result<Measures> {
    let mut measures = Measures::default();
    for column in input.columns.iter().filter(|column| column.numeric) {
        if !wanted.is_empty() && !wanted.contains(&column.name) {
            continue;
        }
        match &column.aggregation {
            Some(Aggregation::Sum | Aggregation::Share) => {
                let sum = format!("sum({})", name(&column.name));
                if measures.pupils.is_none() && column.note.unit.as_deref() == Some(PUPIL) {
                    measures.pupils = Some(sum.clone());
                }
                measures.taken.push(Measure {
                    name: column.name.clone(),
                    sql: sum,
                    note: column.note.clone(),
                    aggregation: column.aggregation.clone(),
                });
                measures.ways.push(format!("{}: sum", column.name));
            }
            Some(Aggregation::Mean(weight)) => measures.mean(column, weight),
            none => {
                let reason = reason(input, none.as_ref());
                if wanted.contains(&column.name) {
                    return Err(Error::NotAdditive {
                        input: input.asked.name.clone(),
                        column: column.name.clone(),
                        reason,
                    });
                }
                measures.leave_out(&column.name, reason);
            }
        }
    }
    Ok(measures)
}

impl Measures {
    fn leave_out(&mut self, column: &str, reason: String) {
        match self.left_out.iter_mut().find(|(_, known)| *known == reason) {
            Some((columns, _)) => *columns += &format!(", {column}"),
            None => self.left_out.push((column.to_owned(), reason)),
        }
    }

    /// What has no value for a group, in words.
    pub(crate) fn left_out(&self) -> Vec<String> {
        let all = self.left_out.iter();
        all.map(|(columns, reason)| format!("{columns}: {reason}"))
            .collect()
    }

    fn mean(&mut self, column: &Column, weight: &str) {
        let (value, by) = (name(&column.name), name(weight));
        let both = format!("{value} is not null and {by} is not null");
        let weights = format!("sum(case when {both} then cast({by} as double) end)");
        let note = |description: String, unit: Option<String>| ColumnNote {
            description,
            unit,
            table: column.note.table.clone(),
            ..ColumnNote::default()
        };
        self.taken.push(Measure {
            name: column.name.clone(),
            sql: format!("sum(case when {both} then {value} * {by} end) / nullif({weights}, 0)"),
            note: note(
                format!(
                    "Moyenne pondérée par {weight} : {}",
                    column.note.description
                ),
                column.note.unit.clone(),
            ),
            aggregation: None,
        });
        self.taken.push(Measure {
            name: format!("{}_poids", column.name),
            sql: weights,
            note: note(
                format!("Poids de la moyenne {} : somme de {weight}.", column.name),
                None,
            ),
            aggregation: Some(Aggregation::Sum),
        });
        self.taken.push(Measure {
            name: format!("{}_sans_poids", column.name),
            sql: format!("sum(case when {value} is not null and {by} is null then 1 else 0 end)"),
            note: note(
                format!(
                    "Lignes dont {} est connu et {weight} ne l'est pas : hors de la moyenne.",
                    column.name
                ),
                None,
            ),
            aggregation: Some(Aggregation::Sum),
        });
        self.ways
            .push(format!("{}: mean weighted by {weight}", column.name));
    }
}

fn reason(input: &Input, said: Option<&Aggregation>) -> String {
    match (said, &input.table) {
        (Some(_), _) => {
            "its contract says that it has no value for a group (`aggregation: none`); aggregate the counts it is made from"
                .to_owned()
        }
        (None, Some(table)) => format!(
            "its contract does not say how; add `aggregation` (sum, none, or mean with its weight) in \
             data-contracts/{table}.yaml"
        ),
        (None, None) => {
            "nothing says how; `--as COLUMN=sum` if it counts, `--as COLUMN=mean:WEIGHT` if it is a mean".to_owned()
        }
    }
}
