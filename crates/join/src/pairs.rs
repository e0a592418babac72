//! What two inputs are joined by, and in what order.

use edulac_contract::KeyKind;
use edulac_engine::Released;

use crate::choices::values_of;
use crate::error::{Error, Result};
use crate::input::{Input, key_column};
use crate::sql::name;

/// Kinds that say what a row is about; a rentrée only says when.
fn identifies(kind: KeyKind) -> bool {
    kind != KeyKind::Rentree
}

/// The kinds that `right` is joined by to rows that have keys of the kinds of `spine`: all of its own key that they have,
/// else the key of the first input; none when nothing that identifies is in both.
fn kinds(spine: &[KeyKind], first: &Input, right: &Input, by: &[KeyKind]) -> Option<Vec<KeyKind>> {
    let both = |kind: &KeyKind| spine.contains(kind) && right.key(*kind).is_some();
    let of = |input: &Input| -> Vec<KeyKind> {
        let primary = input
            .keys
            .iter()
            .filter(|key| key.primary)
            .map(|key| key.kind);
        primary.filter(both).collect()
    };
    // A link and what it leads to: neither has the other in its key.
    let things = [KeyKind::Rnb, KeyKind::Site];
    let things = things.into_iter().filter(both).collect();
    let choices: Vec<Vec<KeyKind>> = match by.is_empty() {
        true => vec![of(right), of(first), things],
        false => vec![by.iter().copied().filter(both).collect()],
    };
    let mut choices = choices.into_iter();
    choices.find(|kinds| kinds.iter().copied().any(identifies))
}

/// An input to join, and by what.
pub(crate) struct Pair {
    pub(crate) right: usize,
    pub(crate) kinds: Vec<KeyKind>,
}

/// The other inputs in the order in which they are joined: first those about the same things as the first input, then
/// those that some input before leads to. So the order in which they are given does not matter.
pub(crate) fn order(inputs: &[Input], by: &[KeyKind], aggregate: bool) -> Result<Vec<Pair>> {
    let first = &inputs[0];
    let primary = |input: &Input| -> Vec<KeyKind> {
        let mut kinds: Vec<KeyKind> = input
            .keys
            .iter()
            .filter(|k| k.primary)
            .map(|k| k.kind)
            .collect();
        kinds.sort_unstable();
        kinds
    };
    let mut left: Vec<usize> = (1..inputs.len()).collect();
    left.sort_by_key(|at| primary(&inputs[*at]) != primary(first));
    let mut spine: Vec<KeyKind> = first.keys.iter().map(|key| key.kind).collect();
    let mut pairs = Vec::new();
    while !left.is_empty() {
        let tied = left
            .iter()
            .position(|at| kinds(&spine, first, &inputs[*at], by).is_some());
        let Some(position) = tied else {
            let right = &inputs[left[0]];
            return Err(Error::NoCommonKey {
                left: first.asked.name.clone(),
                left_kinds: first.kinds(),
                right: right.asked.name.clone(),
                right_kinds: right.kinds(),
            });
        };
        let right = left.remove(position);
        let kinds = kinds(&spine, first, &inputs[right], by).unwrap_or_default();
        // A rentrée of another input is not that of the row; a group of rows leads nowhere.
        let more = inputs[right]
            .keys
            .iter()
            .map(|key| key.kind)
            .filter(|kind| identifies(*kind));
        let more: Vec<KeyKind> = more
            .filter(|kind| !aggregate && !spine.contains(kind))
            .collect();
        spine.extend(more);
        pairs.push(Pair { right, kinds });
    }
    Ok(pairs)
}

/// Refuses an input with several rows for a key.
pub(crate) async fn check_one_row(
    released: &Released,
    input: &Input,
    kinds: &[KeyKind],
) -> Result<()> {
    let keys: Vec<&str> = kinds.iter().map(|kind| key_column(*kind)).collect();
    let there: Vec<String> = keys
        .iter()
        .map(|key| format!("{key} is not null"))
        .collect();
    let there = there.join(" and ");
    let keys = keys.join(", ");
    let grouped = format!(
        "select count(*) as n from {} where {there} group by {keys} having count(*) > 1",
        input.chosen()
    );
    let counts = released
        .rows(&format!(
            "select count(*) as several, coalesce(max(n), 0) as most from ({grouped})"
        ))
        .await?;
    let number = |column: &str| {
        counts
            .first()
            .and_then(|row| row[column].as_u64())
            .unwrap_or_default()
    };
    if number("several") == 0 {
        return Ok(());
    }
    let mut apart = input.tells_apart.clone();
    let time = input
        .key(KeyKind::Rentree)
        .filter(|key| key.primary && !kinds.contains(&key.kind));
    apart.extend(time.map(|key| key.column.clone()));
    let mut choices = Vec::new();
    for column in &apart {
        let values = values_of(released, input, column).await?;
        choices.push(format!("`{}:{column}=…` ({values})", input.asked.name));
    }
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    Err(Error::FanOut {
        input: input.asked.name.clone(),
        most: number("most"),
        keys: number("several"),
        key: kinds.join(" and "),
        remedy: match choices.is_empty() {
            true => "put it first, so that its rows are those of the output".to_owned(),
            false => format!("say which with {}", choices.join(" and ")),
        },
    })
}

/// Refuses measures of two rentrées side by side where nothing says so: of the inputs that are not joined by their rentrée.
pub(crate) async fn check_times(
    released: &Released,
    first: &Input,
    apart: &[&Input],
) -> Result<()> {
    let mut seen: Option<(&Input, String)> = None;
    for input in apart {
        let Some(time) = only_time(released, input).await? else {
            continue;
        };
        match &seen {
            Some((other, of)) if *of != time => {
                return Err(Error::OtherTimes {
                    base: first.asked.name.clone(),
                    left: other.asked.name.clone(),
                    left_time: of.clone().into(),
                    right: input.asked.name.clone(),
                    right_time: time.into(),
                });
            }
            _ => seen = Some((input, time)),
        }
    }
    Ok(())
}

/// The only rentrée of the rows chosen.
pub(crate) async fn only_time(released: &Released, input: &Input) -> Result<Option<String>> {
    if input.key(KeyKind::Rentree).is_none() {
        return Ok(None);
    }
    let column = name(key_column(KeyKind::Rentree));
    let query = format!(
        "select min({column}) as low, max({column}) as high from {}",
        input.chosen()
    );
    let rows = released.rows(&query).await?;
    let text = |side: &str| {
        rows.first()
            .and_then(|row| row[side].as_str().map(str::to_owned))
    };
    Ok(text("low").filter(|low| text("high").as_ref() == Some(low)))
}
