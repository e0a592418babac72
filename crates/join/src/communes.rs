//! Commune codes of one vintage looked for among those of another: a code that is not there is followed through the
//! movements of communes (`passages_communes`), forwards and then backwards.

use std::collections::{BTreeMap, BTreeSet};

use edulac_engine::{Released, Row};
use edulac_model::values::parse_date;
use edulac_model::{Arrival, Movement, MovementKind, Movements, Vintage};

use crate::error::Result;
use crate::sql;

/// The table of movements.
const MOVEMENTS: &str = "passages_communes";

/// A passage made for a pair.
pub(crate) struct Passage {
    /// A view `ancien, nouveau`: codes that are not there, with the one code they became; null where they became
    /// several, of which the code alone does not tell which.
    pub(crate) view: String,
    pub(crate) note: String,
}

/// The passage of the codes of `left` that `right` does not have; none where all are there or nothing moved.
pub(crate) async fn passage(
    released: &Released,
    left: &str,
    right: &str,
    place: usize,
) -> Result<Option<Passage>> {
    if !released.has(MOVEMENTS) {
        return Ok(None);
    }
    let absent = codes(released, &format!(
        "select distinct l._k_commune as c from {left} l left anti join {right} r on r._k_commune = l._k_commune \
         where l._k_commune is not null"
    ))
    .await?;
    if absent.is_empty() {
        return Ok(None);
    }
    let there = codes(
        released,
        &format!("select distinct _k_commune as c from {right} where _k_commune is not null"),
    )
    .await?;
    let rows = released
        .rows(&format!(
            "select ancien, nouveau, cast(date_effet as varchar) as jour, mod from {MOVEMENTS}"
        ))
        .await?;
    let found = follow(&rows, &absent, &there);
    if found.is_empty() {
        return Ok(None);
    }
    let view = format!("_passage{place}");
    let one = found.values().flatten().count();
    let pairs = found
        .iter()
        .map(|(old, new)| (old.as_str(), new.as_deref()));
    sql::pairs(&released.ctx, &view, ["ancien", "nouveau"], pairs)?;
    let several = found.len() - one;
    let split = match several {
        0 => String::new(),
        several => format!(", {several} became several communes and stay unmatched"),
    };
    Ok(Some(Passage {
        view,
        note: format!(
            "{one} commune codes of another vintage taken to that of the other side ({MOVEMENTS}){split}"
        ),
    }))
}

async fn codes(released: &Released, query: &str) -> Result<BTreeSet<String>> {
    let rows = released.rows(query).await?;
    Ok(rows
        .iter()
        .filter_map(|row| row["c"].as_str().map(str::to_owned))
        .collect())
}

/// Where each absent code went, or came from: the passage over the fewest years that leads to codes that are there.
fn follow(
    rows: &[Row],
    absent: &BTreeSet<String>,
    there: &BTreeSet<String>,
) -> BTreeMap<String, Option<String>> {
    let movements: Movements = rows.iter().filter_map(movement).collect();
    let years: BTreeSet<i16> = rows.iter().filter_map(movement).map(|m| year(&m)).collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return BTreeMap::new();
    };
    let vintage = |year: i16| Vintage::parse(&year.to_string()).ok();
    let end = last + 1;
    let mut found = BTreeMap::new();
    // A movement shows from the year before its own on; the two ends are beyond all of them.
    let forwards = (first - 1..end).rev().map(|from| (from, end));
    let backwards = (first - 1..end).rev().map(|to| (end, to));
    for (from, to) in forwards.chain(backwards) {
        if found.len() == absent.len() {
            break;
        }
        let (Some(from), Some(to)) = (vintage(from), vintage(to)) else {
            continue;
        };
        if !years
            .iter()
            .any(|year| (from.min(to).year()..=from.max(to).year()).contains(year))
        {
            continue;
        }
        let passage = movements.passage(from, to);
        for code in absent {
            if found.contains_key(code) {
                continue;
            }
            match passage.of(code) {
                Arrival::One(new) if there.contains(&new) => {
                    found.insert(code.clone(), Some(new));
                }
                Arrival::Several(codes) if codes.iter().any(|code| there.contains(code)) => {
                    found.insert(code.clone(), None);
                }
                _ => {}
            }
        }
    }
    found
}

fn year(movement: &Movement) -> i16 {
    use chrono::Datelike;
    i16::try_from(movement.day.year()).unwrap_or_default()
}

fn movement(row: &Row) -> Option<Movement> {
    let text = |column: &str| row.get(column)?.as_str().map(str::to_owned);
    Some(Movement {
        kind: MovementKind::of(row["mod"].as_i64()?)?,
        day: parse_date(&text("jour")?).ok()?,
        before: text("ancien"),
        after: text("nouveau"),
    })
}
