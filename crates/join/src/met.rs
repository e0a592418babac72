//! How two inputs met: every row of both accounted for.

use edulac_contract::KeyKind;
use edulac_engine::Released;

use crate::error::Result;
use crate::input::{HAS_VALUE, Input, count, key_column};
use crate::pairs::Pair;
use crate::reasons::{Unmatched, of_view, tell};
use crate::report::{KeyReport, PairReport, SideReport, Without};
use crate::sql::{name, text};

/// The views of a step.
pub(crate) struct Met {
    pub(crate) number: usize,
    /// The rows before the step.
    pub(crate) before: String,
    /// And after it.
    pub(crate) after: String,
    /// A query of the rows before it, with what each was looked for by.
    pub(crate) looked: String,
}

/// The views of the unmatched rows of a step: of the first input, of the other.
pub(crate) fn unmatched_views(number: usize) -> [String; 2] {
    [format!("_ul{number}"), format!("_ur{number}")]
}

impl Met {
    /// Tells how the inputs met; makes the views of their unmatched rows.
    pub(crate) async fn report(
        &self,
        released: &Released,
        first: &Input,
        right: &Input,
        pair: &Pair,
        notes: Vec<String>,
    ) -> Result<PairReport> {
        let [of_left, of_right] = unmatched_views(self.number);
        let matched = format!("_m0 and _m{}", self.number);
        let passage = pair
            .kinds
            .contains(&KeyKind::Commune)
            .then(|| format!("_passage{}", self.number));
        let passage =
            passage.filter(|view| released.ctx.table_exist(view.as_str()).unwrap_or(false));
        let is_timed = first.key(KeyKind::Rentree).is_some() && first.key(KeyKind::Uai).is_some();
        tell(
            released,
            &Unmatched {
                view: of_left.clone(),
                rows: format!(
                    "select *, _cle as cle from {} where _m0 and not _m{}",
                    self.after, self.number
                ),
                kinds: &pair.kinds,
                chosen: format!("select * from {}", right.chosen()),
                all: (!right.asked.choices.is_empty())
                    .then(|| format!("select * from {}", right.all())),
                history: is_timed.then(|| first.all()),
                in_table: right.covers(),
                passage: passage.clone(),
            },
        )
        .await?;
        let on: Vec<String> = pair
            .kinds
            .iter()
            .map(|kind| format!("s._j{0} = x.{0}", key_column(*kind)))
            .collect();
        let on = on.join(" and ");
        let looked = format!("(select * from ({}) where _m0)", self.looked);
        let chosen = right.chosen();
        let in_first = pair.kinds.iter().all(|kind| first.key(*kind).is_some());
        let is_timed = right.key(KeyKind::Rentree).is_some() && right.key(KeyKind::Uai).is_some();
        let cle = crate::spine::words_of_key(right);
        tell(
            released,
            &Unmatched {
                view: of_right.clone(),
                rows: format!(
                    "select x.*, {cle} as cle from {chosen} x left anti join {looked} s on {on}"
                ),
                kinds: &pair.kinds,
                chosen: format!("select * from {} where _m0", self.before),
                all: (in_first && !first.asked.choices.is_empty())
                    .then(|| format!("select * from {}", first.all())),
                history: is_timed.then(|| right.all()),
                in_table: first.covers(),
                passage,
            },
        )
        .await?;
        let left = SideReport {
            read: count(
                released,
                &format!("select count(*) as n from {} where _m0", self.before),
            )
            .await?,
            matched: count(
                released,
                &format!("select count(*) as n from {} where {matched}", self.after),
            )
            .await?,
            unmatched: count(released, &format!("select count(*) as n from {of_left}")).await?,
            reasons: of_view(released, &of_left).await?,
        };
        let semi = format!("from {chosen} x left semi join {looked} s on {on}");
        let other = SideReport {
            read: right.rows,
            matched: count(released, &format!("select count(*) as n {semi}")).await?,
            unmatched: count(released, &format!("select count(*) as n from {of_right}")).await?,
            reasons: of_view(released, &of_right).await?,
        };
        Ok(PairReport {
            left: first.alias.clone(),
            right: right.alias.clone(),
            keys: keys(first, right, pair),
            notes,
            shared: left.matched.saturating_sub(other.matched),
            of_left: left,
            of_right: other,
            without_value: self.without(released, right, &semi).await?,
        })
    }

    async fn without(
        &self,
        released: &Released,
        right: &Input,
        semi: &str,
    ) -> Result<Vec<Without>> {
        let mut all = Vec::new();
        for column in &right.status {
            let status = name(column);
            let query = format!(
                "select {status} as says, count(*) as n {semi} where {status} <> {} group by 1 order by 1",
                text(HAS_VALUE)
            );
            for row in released.rows(&query).await? {
                all.push(Without {
                    column: column.clone(),
                    says: row["says"].as_str().unwrap_or_default().to_owned(),
                    rows: row["n"].as_u64().unwrap_or_default(),
                });
            }
        }
        Ok(all)
    }
}

fn keys(first: &Input, right: &Input, pair: &Pair) -> Vec<KeyReport> {
    let column = |input: &Input, kind: KeyKind| match input.key(kind) {
        Some(key) => format!("{}.{}", input.alias, key.column),
        None => "of an input before".to_owned(),
    };
    let keys = pair.kinds.iter().map(|kind| KeyReport {
        kind: kind.as_str().to_owned(),
        left: column(first, *kind),
        right: column(right, *kind),
    });
    keys.collect()
}
