//! What several share, brought to each of them: an input about buildings becomes one about establishments, by the share
//! that a link gives each.
//!
//! ```text
//! rnb  surface          uai  rnb  part           uai   surface
//! B1   900         ×    U1   B1   0.75      ─▶   U1    675
//!                       U2   B1   0.25           U2    225
//! B2   400                                       null  400
//! ```
//!
//! Totals stay: what no link takes has no owner.

use edulac_contract::{Aggregation, KeyKind};
use edulac_engine::Released;

use crate::error::Result;
use crate::input::{Input, count, key_column};
use crate::keys::Key;
use crate::request::Request;
use crate::sql::{name, view_instead};

/// What is shared.
const THING: KeyKind = KeyKind::Rnb;

/// A link among the inputs.
struct Link {
    place: usize,
    alias: String,
    owner: Key,
    /// The view of its rows that have a share.
    rows: String,
    /// The column of the shares.
    share: String,
}

/// Shares out each input about shared things, where rows are brought together and a link is among the inputs.
pub(crate) async fn share_out(
    released: &Released,
    inputs: &mut [Input],
    request: &Request,
) -> Result<()> {
    let (at_level, together) = (request.level.is_some(), request.aggregate);
    let Some(link) = inputs.iter().find_map(link_of) else {
        return Ok(());
    };
    // Rows of the link or of the things themselves are what was asked for.
    if !at_level && (!together || link.place == 0) {
        return Ok(());
    }
    let is_shared = |input: &&mut Input| {
        input.place != link.place
            && (at_level || input.place > 0)
            && input
                .key(THING)
                .is_some_and(|key| key.primary || input.table.is_some())
            && input.key(link.owner.kind).is_none()
    };
    for input in inputs.iter_mut().filter(is_shared) {
        share(released, input, &link).await?;
    }
    Ok(())
}

fn link_of(input: &Input) -> Option<Link> {
    let share = input
        .columns
        .iter()
        .find(|column| column.aggregation == Some(Aggregation::Share))?;
    let owner = input
        .keys
        .iter()
        .find(|key| key.primary && key.kind != KeyKind::Rentree && key.kind != THING)?;
    input.key(THING)?;
    let part = name(&share.name);
    Some(Link {
        place: input.place,
        alias: input.alias.clone(),
        owner: owner.clone(),
        rows: format!(
            "(select {} as _owner, {} as _thing, sum({part}) as _share from {} where {part} > 0 group by 1, 2)",
            key_column(owner.kind),
            key_column(THING),
            input.chosen()
        ),
        share: share.name.clone(),
    })
}

async fn share(released: &Released, input: &mut Input, link: &Link) -> Result<()> {
    let thing = key_column(THING);
    let shared = format!(
        "select count(*) as n from {} where {thing} in (select _thing from {})",
        input.chosen(),
        link.rows
    );
    let shared = count(released, &shared).await?;
    for of in [input.chosen(), input.all()] {
        view_instead(&released.ctx, &of, &shares(input, link, &of)).await?;
    }
    let read = input.rows;
    input.rows = count(
        released,
        &format!("select count(*) as n from {}", input.chosen()),
    )
    .await?;
    input.notes.push(format!(
        "{shared} of {read} rows shared out by `{}.{}`, which makes {}; what no link takes has no {}",
        link.alias,
        link.share,
        input.rows,
        link.owner.kind
    ));
    input.all_rows = count(
        released,
        &format!("select count(*) as n from {}", input.all()),
    )
    .await?;
    for key in &mut input.keys {
        key.primary = false;
    }
    let things = input.keys.extract_if(.., |key| key.kind == THING);
    input.tells_apart.extend(things.map(|key| key.column));
    input.keys.push(link.owner.clone());
    for column in &mut input.columns {
        if column.aggregation == Some(Aggregation::Sum) {
            column.note.description += &format!(" Réparti par {}.", link.share);
        }
    }
    Ok(())
}

/// The rows of a view as those of their owners, and what is left of each.
fn shares(input: &Input, link: &Link, of: &str) -> String {
    let (owner, thing) = (key_column(link.owner.kind), key_column(THING));
    let keys = input.keys.iter().map(|key| key.kind);
    let keys = keys.filter(|kind| *kind != THING).map(key_column);
    let keys: Vec<String> = keys.map(|key| format!("x.{key}")).collect();
    let columns = |share: &str| {
        let columns = input.columns.iter().map(|column| {
            let value = name(&column.name);
            match column.aggregation {
                Some(Aggregation::Sum) => format!("x.{value} * {share} as {value}"),
                _ => format!("x.{value}"),
            }
        });
        let line = input
            .table
            .is_none()
            .then(|| format!("x.{}", name(crate::own::LINE)));
        let all: Vec<String> = keys.iter().cloned().chain(columns).chain(line).collect();
        all.join(", ")
    };
    let rows = &link.rows;
    format!(
        "select l._owner as {owner}, {} from {of} x join {rows} l on l._thing = x.{thing} \
         union all \
         select null as {owner}, {} from {of} x \
         left join (select _thing, sum(_share) as _taken from {rows} group by _thing) t on t._thing = x.{thing} \
         where coalesce(t._taken, 0) < 1 - 1e-9",
        columns("l._share"),
        columns("(1 - coalesce(t._taken, 0))"),
    )
}
