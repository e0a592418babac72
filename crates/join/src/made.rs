//! The queries of a join: of its rows, and of those that have no match.

use std::collections::BTreeSet;

use edulac_contract::KeyKind;
use edulac_engine::Released;

use crate::error::{Error, Result};
use crate::input::{Input, key_column};
use crate::pairs::check_times;
use crate::report::{LevelReport, PairReport};
use crate::request::{Keep, Request, kinds_asked};
use crate::spine::{Output, Spine};
use crate::sql::name;
use crate::{level, met, pairs, sql, successors};

/// What a join makes.
pub(crate) struct Made {
    pub(crate) query: String,
    pub(crate) unmatched: String,
    pub(crate) outputs: Vec<Output>,
    pub(crate) pairs: Vec<PairReport>,
    pub(crate) level: Option<LevelReport>,
}

/// Each input brought to a territory.
pub(crate) async fn at_level(
    released: &Released,
    inputs: &[Input],
    request: &Request,
    level: &str,
) -> Result<Made> {
    let (report, outputs) = Box::pin(level::make(released, inputs, request, level)).await?;
    let columns: Vec<String> = outputs.iter().map(|output| name(&output.name)).collect();
    let order = columns[..columns.len().min(3)]
        .iter()
        .map(|column| format!("{column} nulls last"));
    let order: Vec<String> = order.collect();
    Ok(Made {
        query: format!(
            "select {} from {} order by {}",
            columns.join(", "),
            level::VIEW,
            order.join(", ")
        ),
        unmatched: "select cast(null as varchar) as entree where false".to_owned(),
        outputs,
        pairs: Vec::new(),
        level: Some(report),
    })
}

/// The rows of the first input with the others beside them.
pub(crate) async fn row_by_row(
    released: &Released,
    inputs: &[Input],
    request: &Request,
) -> Result<Made> {
    let by = kinds_asked(&request.by)?;
    let order = pairs::order(inputs, &by, request.aggregate)?;
    level::check_measures(inputs, &request.measures)?;
    if by.is_empty() {
        let apart = order
            .iter()
            .filter(|pair| !pair.kinds.contains(&KeyKind::Rentree));
        let apart: Vec<&Input> = apart.map(|pair| &inputs[pair.right]).collect();
        check_times(released, &inputs[0], &apart).await?;
    }
    if request.follow_successors && successors::register(released).await?.is_none() {
        return Err(Error::UnknownInput {
            name: "etablissements_fermes".to_owned(),
            release: released.release.id.clone(),
            remedy: "`--follow-successors` needs the closed establishments: run the pipeline that makes the table".to_owned(),
        });
    }
    let mut spine = Spine::start(released, &inputs[0]).await?;
    let mut reports = Vec::new();
    for pair in &order {
        let joined = spine.join(released, &inputs[0], &inputs[pair.right], pair, request);
        reports.push(Box::pin(joined).await?);
    }
    let columns: Vec<String> = spine
        .outputs
        .iter()
        .map(|output| name(&output.name))
        .collect();
    let markers = (0..=order.len()).map(|number| format!("_m{number}"));
    let markers: Vec<String> = markers.collect();
    let filter = match request.keep {
        Keep::Matched => format!(" where {}", markers.join(" and ")),
        Keep::First | Keep::All => String::new(),
    };
    let keys = spine
        .kinds()
        .iter()
        .map(|kind| format!("{} nulls last", key_column(*kind)));
    let sorted: Vec<String> = keys.chain(["_cle".to_owned()]).collect();
    Ok(Made {
        query: format!(
            "select {} from (select * from {}{filter}) order by {}",
            columns.join(", "),
            spine.view(),
            sorted.join(", ")
        ),
        unmatched: unmatched(inputs, &order, &reports),
        outputs: spine.outputs.clone(),
        pairs: reports,
        level: None,
    })
}

/// All unmatched rows, in the order of the pairs.
fn unmatched(inputs: &[Input], order: &[pairs::Pair], reports: &[PairReport]) -> String {
    let kinds: BTreeSet<KeyKind> = inputs[0].keys.iter().map(|key| key.kind).collect();
    let kinds: BTreeSet<KeyKind> = order.iter().fold(kinds, |mut all, pair| {
        all.extend(pair.kinds.iter().copied());
        all
    });
    let part = |view: &str, of: &str, absent: &str, has: &dyn Fn(KeyKind) -> bool| {
        let keys = kinds.iter().map(|kind| {
            let column = key_column(*kind);
            let value = if has(*kind) {
                column
            } else {
                "cast(null as varchar)"
            };
            format!("{value} as {}", kind.as_str())
        });
        let keys: Vec<String> = keys.collect();
        format!(
            "select {} as entree, {} as absent_de, motif, detail, cle as ligne, {} from {view}",
            sql::text(of),
            sql::text(absent),
            keys.join(", ")
        )
    };
    let mut parts = Vec::new();
    for (number, (pair, report)) in order.iter().zip(reports).enumerate() {
        let [left, right] = met::unmatched_views(number + 1);
        let of_left = |kind: KeyKind| inputs[0].key(kind).is_some() || pair.kinds.contains(&kind);
        let of_right = |kind: KeyKind| inputs[pair.right].key(kind).is_some();
        parts.push(part(&left, &report.left, &report.right, &of_left));
        parts.push(part(&right, &report.right, &report.left, &of_right));
    }
    match parts.is_empty() {
        true => "select cast(null as varchar) as entree where false".to_owned(),
        false => format!(
            "select * from ({}) order by entree, absent_de, motif, ligne",
            parts.join(" union all ")
        ),
    }
}

/// Matched and unmatched are what was read, and no row of the first input is lost.
pub(crate) fn balance(inputs: &[Input], request: &Request, made: &Made, rows: u64) -> Result<()> {
    for pair in &made.pairs {
        for (of, side) in [(&pair.left, &pair.of_left), (&pair.right, &pair.of_right)] {
            if side.matched + side.unmatched != side.read {
                return Err(Error::Accounts(format!(
                    "`{of}`: {} read, {} matched, {} unmatched",
                    side.read, side.matched, side.unmatched
                )));
            }
        }
    }
    if made.level.is_none() && request.keep == Keep::First && rows != inputs[0].rows {
        let read = inputs[0].rows;
        return Err(Error::Accounts(format!(
            "{rows} rows of the {read} of the first input"
        )));
    }
    Ok(())
}
