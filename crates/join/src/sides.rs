//! The two sides of a joint: what the rows so far are looked for by, and the rows of the other input as they are found.

use edulac_contract::{Aggregation, KeyKind};
use edulac_engine::Released;
use edulac_export::ColumnNote;

use crate::communes::passage;
use crate::error::Result;
use crate::input::{Column, Input, count, key_column};
use crate::pairs::Pair;
use crate::request::Request;
use crate::sql::{name, view};
use crate::{measures, successors};

/// The rows so far with `_j_k_<kind>`: what each is looked for by.
pub(crate) async fn looked_for(
    released: &Released,
    before: &str,
    right: &Input,
    pair: &Pair,
    number: usize,
    request: &Request,
    notes: &mut Vec<String>,
) -> Result<String> {
    let mut columns = vec!["b.*".to_owned()];
    let mut joins = String::new();
    for kind in &pair.kinds {
        let key = key_column(*kind);
        let mut looked = format!("b.{key}");
        if *kind == KeyKind::Commune
            && let Some(passage) = passage(released, before, &right.chosen(), number).await?
        {
            joins += &format!(" left join {} p on p.ancien = b.{key}", passage.view);
            looked = format!("coalesce(p.nouveau, b.{key})");
            notes.push(passage.note);
        }
        if *kind == KeyKind::Uai && request.follow_successors {
            joins += &format!(
                " left join (select distinct {key} as id from {}) d on d.id = b.{key} \
                 left join {} u on u.uai = b.{key}",
                right.chosen(),
                successors::VIEW
            );
            looked = format!(
                "case when d.id is null then coalesce(u.successeur, b.{key}) else b.{key} end"
            );
            let (there, taken_over) = (right.chosen(), successors::VIEW);
            let followed = format!(
                "select count(*) as n from (select b.{key} from (select {key} from {before} where _m0) b \
                 left anti join {there} d on d.{key} = b.{key}) b join {taken_over} u on u.uai = b.{key} \
                 where u.successeur in (select {key} from {there})"
            );
            let followed = count(released, &followed).await?;
            notes.push(format!(
                "{followed} rows of closed establishments taken to their successor (inferred)"
            ));
        }
        columns.push(format!("{looked} as _j{key}"));
    }
    Ok(format!(
        "select {} from {before} b{joins}",
        columns.join(", ")
    ))
}

/// The other input with one row for each key.
pub(crate) async fn aggregated(
    released: &Released,
    right: &Input,
    pair: &Pair,
    number: usize,
    request: &Request,
    notes: &mut Vec<String>,
) -> Result<(String, Vec<Column>)> {
    let taken = measures::of(right, &request.measures)?;
    let keys: Vec<&str> = pair.kinds.iter().map(|kind| key_column(*kind)).collect();
    let keys = keys.join(", ");
    let lignes = Column {
        name: format!("{}_lignes", right.alias),
        note: ColumnNote {
            description: format!("Lignes de {} réunies.", right.alias),
            unit: None,
            table: right.alias.clone(),
            ..ColumnNote::default()
        },
        numeric: true,
        aggregation: Some(Aggregation::Sum),
    };
    notes.extend(
        taken
            .left_out()
            .into_iter()
            .map(|columns| format!("left out, {columns}")),
    );
    let mut columns = vec![lignes];
    let mut selected = vec![format!("count(*) as {}", name(&columns[0].name))];
    for measure in taken.taken {
        selected.push(format!("{} as {}", measure.sql, name(&measure.name)));
        columns.push(Column {
            name: measure.name,
            note: measure.note,
            numeric: true,
            aggregation: measure.aggregation,
        });
    }
    let source = format!("_agg{number}");
    let query = format!(
        "select {keys}, {} from {} group by {keys}",
        selected.join(", "),
        right.chosen()
    );
    view(&released.ctx, &source, &query).await?;
    notes.push(format!(
        "`{}` aggregated: {}",
        right.asked.name,
        taken.ways.join(", ")
    ));
    Ok((source, columns))
}

/// The columns of an input without those that would repeat what it is joined by.
pub(crate) fn told_anew(right: &Input, pair: &Pair, request: &Request) -> Vec<Column> {
    let repeats = |column: &&Column| {
        let key = right.keys.iter().find(|key| key.column == column.name);
        key.is_some_and(|key| match key.kind {
            KeyKind::Uai => pair.kinds.contains(&key.kind) && !request.follow_successors,
            // Of another vintage, or a session: not the same text.
            KeyKind::Commune => false,
            kind => pair.kinds.contains(&kind) && !key.of_session,
        })
    };
    right
        .columns
        .iter()
        .filter(|column| !repeats(column))
        .cloned()
        .collect()
}
