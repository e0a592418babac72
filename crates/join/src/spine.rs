//! The rows of the output, input by input: `_s0` are those of the first, `_s<n>` with the n-th other beside them.
//!
//! ```text
//! _m<n>       whether the row has one of the n-th input (0: the first)
//! _k_<kind>   what it is about, of all inputs so far
//! columns     under the names of the output
//! ```

use std::collections::BTreeSet;

use edulac_contract::{Aggregation, KeyKind};
use edulac_engine::Released;
use edulac_export::ColumnNote;

use crate::error::Result;
use crate::input::{Column, Input, key_column};
use crate::met::Met;
use crate::pairs::{Pair, check_one_row};
use crate::report::PairReport;
use crate::request::{Keep, Request};
use crate::sides::{aggregated, looked_for, told_anew};
use crate::sql::{name, view};

/// A column of the output.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) note: ColumnNote,
}

/// The rows so far.
pub(crate) struct Spine {
    /// How many inputs were joined to the first.
    steps: usize,
    kinds: Vec<KeyKind>,
    pub(crate) outputs: Vec<Output>,
    taken: BTreeSet<String>,
}

impl Spine {
    /// The rows of the first input.
    pub(crate) async fn start(released: &Released, first: &Input) -> Result<Self> {
        let mut spine = Self {
            steps: 0,
            kinds: first.keys.iter().map(|key| key.kind).collect(),
            outputs: Vec::new(),
            taken: BTreeSet::new(),
        };
        let columns = spine.take(&first.columns, &first.alias);
        let keys = spine.kinds.iter().map(|kind| key_column(*kind).to_owned());
        let cle = format!("{} as _cle", words_of_key(first));
        let all: Vec<String> = keys
            .chain(columns)
            .chain(["true as _m0".to_owned(), cle])
            .collect();
        let query = format!("select {} from {}", all.join(", "), first.chosen());
        view(&released.ctx, "_s0", &query).await?;
        Ok(spine)
    }

    /// The view of the rows so far.
    pub(crate) fn view(&self) -> String {
        format!("_s{}", self.steps)
    }

    /// What its rows are about.
    pub(crate) fn kinds(&self) -> &[KeyKind] {
        &self.kinds
    }

    /// Names the columns of an input in the output; gives them as SQL.
    fn take(&mut self, columns: &[Column], alias: &str) -> Vec<String> {
        let mut all = Vec::new();
        for column in columns {
            let mut output = column.name.clone();
            if self.taken.contains(&output) {
                output = format!("{alias}_{}", column.name);
            }
            let (base, mut number) = (output.clone(), 1);
            while !self.taken.insert(output.clone()) {
                number += 1;
                output = format!("{base}_{number}");
            }
            all.push(format!("{} as {}", name(&column.name), name(&output)));
            self.outputs.push(Output {
                name: output,
                note: column.note.clone(),
            });
        }
        all
    }

    /// Joins an input; tells how it went.
    pub(crate) async fn join(
        &mut self,
        released: &Released,
        first: &Input,
        right: &Input,
        pair: &Pair,
        request: &Request,
    ) -> Result<PairReport> {
        let before = self.view();
        let number = self.steps + 1;
        let mut notes = Vec::new();
        let (source, columns) = match request.aggregate {
            true => aggregated(released, right, pair, number, request, &mut notes).await?,
            false => {
                check_one_row(released, right, &pair.kinds).await?;
                (right.chosen(), told_anew(right, pair, request))
            }
        };
        let looked =
            looked_for(released, &before, right, pair, number, request, &mut notes).await?;
        let outputs_before = self.outputs.clone();
        let right_columns = columns;
        let columns = self.take(&right_columns, &right.alias);
        let keep = if request.keep == Keep::All {
            "full outer"
        } else {
            "left"
        };
        let on: Vec<String> = pair
            .kinds
            .iter()
            .map(|kind| format!("s._j{0} = x.{0}", key_column(*kind)))
            .collect();
        let mut selected = Vec::new();
        for marker in 0..number {
            selected.push(format!("coalesce(s._m{marker}, false) as _m{marker}"));
        }
        selected.push(format!("coalesce(x._x, false) as _m{number}"));
        let mut kinds = self.kinds.clone();
        for key in right.keys.iter().map(|key| key.kind) {
            let known = request.aggregate && !pair.kinds.contains(&key);
            if !kinds.contains(&key) && key != KeyKind::Rentree && !known {
                kinds.push(key);
            }
        }
        for kind in &kinds {
            let column = key_column(*kind);
            let in_right =
                right.key(*kind).is_some() && (!request.aggregate || pair.kinds.contains(kind));
            selected.push(match (self.kinds.contains(kind), in_right) {
                (true, true) => format!("coalesce(s.{column}, x.{column}) as {column}"),
                (true, false) => format!("s.{column}"),
                _ => format!("x.{column}"),
            });
        }
        selected.push("coalesce(s._cle, x._cle) as _cle".to_owned());
        let joined: Vec<&KeyKind> = pair.kinds.iter().collect();
        for output in &outputs_before {
            selected.push(self.kept(first, output, &joined, request.keep));
        }
        for output in &self.outputs[outputs_before.len()..] {
            selected.push(format!("x.{}", name(&output.name)));
        }
        selected.extend(self.parts(first, &right_columns, outputs_before.len()));
        let in_right = kinds.iter().filter(|kind| {
            right.key(**kind).is_some() && (!request.aggregate || pair.kinds.contains(kind))
        });
        let mut of_right: Vec<String> = in_right.map(|kind| key_column(*kind).to_owned()).collect();
        of_right.extend(columns);
        let cle = if request.aggregate {
            "cast(null as varchar)".to_owned()
        } else {
            words_of_key(right)
        };
        let query = format!(
            "select {} from ({looked}) s {keep} join (select true as _x, {cle} as _cle, {} from {source}) x on {}",
            selected.join(", "),
            of_right.join(", "),
            on.join(" and ")
        );
        self.steps = number;
        self.kinds = kinds;
        view(&released.ctx, &self.view(), &query).await?;
        let met = Met {
            number,
            before,
            after: self.view(),
            looked,
        };
        met.report(released, first, right, pair, notes).await
    }

    /// A column of the rows so far: a key of the first input is that of the other where the row is of the other alone.
    fn kept(&self, first: &Input, output: &Output, joined: &[&KeyKind], keep: Keep) -> String {
        let column = format!("s.{}", name(&output.name));
        let key = first
            .keys
            .iter()
            .find(|key| key.column == output.name && !key.of_session);
        match key
            .filter(|key| keep == Keep::All && first.table.is_some() && joined.contains(&&key.kind))
        {
            Some(key) => format!(
                "coalesce({column}, x.{}) as {}",
                key.view_column(),
                name(&output.name)
            ),
            None => column,
        }
    }

    /// The part of each count of the other that falls to a row of a link: what adds up, where the count itself would count
    /// a shared thing for each row that leads to it.
    fn parts(&mut self, first: &Input, columns: &[Column], start: usize) -> Vec<String> {
        let is = |column: &&Column, how: Aggregation| column.aggregation == Some(how);
        let Some(share) = first
            .columns
            .iter()
            .find(|column| is(column, Aggregation::Share))
        else {
            return Vec::new();
        };
        let counts: Vec<(Output, &Column)> =
            self.outputs[start..].iter().cloned().zip(columns).collect();
        let counts = counts
            .iter()
            .filter(|(_, column)| is(column, Aggregation::Sum));
        let mut all = Vec::new();
        for (output, column) in counts {
            let part = format!("{}_part", output.name);
            all.push(format!(
                "x.{} * s.{} as {}",
                name(&output.name),
                name(&share.name),
                name(&part)
            ));
            let note = ColumnNote {
                description: format!(
                    "Part de {} qui revient à cette ligne : multiplié par {}.",
                    output.name, share.name
                ),
                ..column.note.clone()
            };
            self.taken.insert(part.clone());
            self.outputs.push(Output { name: part, note });
        }
        all
    }
}

/// The key of a row in words, for lists of unmatched rows.
pub(crate) fn words_of_key(input: &Input) -> String {
    let keys = input
        .keys
        .iter()
        .filter(|key| key.primary)
        .map(|key| key.column.as_str())
        // What was shared out has the key of its link.
        .filter(|key| input.columns.iter().any(|column| column.name == *key));
    let columns: Vec<String> = keys
        .chain(input.tells_apart.iter().map(String::as_str))
        .map(|column| format!("cast({} as varchar)", name(column)))
        .collect();
    match (columns.is_empty(), &input.table) {
        (true, _) => "cast(null as varchar)".to_owned(),
        (false, Some(_)) => format!("concat_ws(' ', {})", columns.join(", ")),
        (false, None) => format!(
            "concat('line ', cast(_ligne as varchar), ': ', concat_ws(' ', {}))",
            columns.join(", ")
        ),
    }
}
