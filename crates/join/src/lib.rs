//! Tables and one's own files joined by what their columns identify, every row of them accounted for.
//!
//! ```text
//! inputs ─open─▶ views of the rows chosen, keys in one form ─shared?─▶ ─forbidden?─▶ pairs, in an order of their own
//!        ─spine─▶ the rows of the first with the others beside them ─met─▶ match report, unmatched rows
//!        ─level─▶ or: each input brought to a territory, whole
//! ```
//!
//! Keys come from contracts, of files from their content ([`Request`] says how inputs are written). Nothing is joined by
//! names or labels. Rows are those of the first input unless asked otherwise; an input with several rows for one of them
//! is refused or aggregated. What a notice forbids is refused.

mod choices;
mod communes;
mod error;
mod file;
mod forbidden;
mod input;
mod keys;
mod level;
mod made;
mod measures;
mod met;
mod own;
mod pairs;
mod reasons;
mod report;
mod request;
mod shared;
mod sides;
mod spine;
mod sql;
mod successors;
mod table;
mod territory;

use std::collections::BTreeSet;

use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use edulac_engine::{Released, Workspace};
use edulac_export::{About, NoticeNote};

pub use error::{Error, Result};
pub use report::{
    InputReport, KeyReport, LevelInput, LevelReport, NoticeReport, PairReport, ReasonReport,
    Report, SideReport, Without,
};
pub use request::{Keep, Request};

use crate::forbidden::Notices;
use crate::input::{Input, count};
use crate::made::{Made, at_level, balance, row_by_row};
use crate::own::Known;

/// Rows as they come.
pub struct Rows {
    /// Their columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: SendableRecordBatchStream,
}

/// A join, ready to be read.
pub struct Joined {
    released: Released,
    query: String,
    unmatched: String,
    /// What was done.
    pub report: Report,
    /// What readers of the rows must know.
    pub about: About,
}

impl Joined {
    /// The rows, in the order of what they are about.
    ///
    /// # Errors
    /// The query cannot be computed.
    pub async fn rows(&self) -> Result<Rows> {
        self.run(&self.query).await
    }

    /// The rows of each input that have no match, with the reason (`motif`, `detail`) and what they are about.
    ///
    /// # Errors
    /// The query cannot be computed.
    pub async fn unmatched(&self) -> Result<Rows> {
        self.run(&self.unmatched).await
    }

    async fn run(&self, query: &str) -> Result<Rows> {
        let frame = self.released.ctx.sql(query).await.map_err(Error::query)?;
        let schema = std::sync::Arc::clone(frame.schema().inner());
        let batches = frame.execute_stream().await.map_err(Error::query)?;
        Ok(Rows { schema, batches })
    }
}

/// Joins what is asked.
///
/// # Errors
/// Inputs that are not there or cannot be joined, several rows for one, what a notice forbids ([`Error`]).
pub async fn join(workspace: &Workspace, request: &Request) -> Result<Joined> {
    let released = Released::open(workspace, request.release.as_deref()).await?;
    let known = Known::of(&released).await?;
    let mut inputs = Vec::new();
    for (place, text) in request.inputs.iter().enumerate() {
        let opened = input::open(workspace, &released, request, text, place, &known);
        inputs.push(Box::pin(opened).await?);
    }
    name_apart(&mut inputs);
    shared::share_out(&released, &mut inputs, request).await?;
    let notices = forbidden::check(workspace, &released, &inputs, request).await?;
    let made = match &request.level {
        Some(level) => at_level(&released, &inputs, request, level).await?,
        None => row_by_row(&released, &inputs, request).await?,
    };
    finish(workspace, released, request, &inputs, notices, made).await
}

async fn finish(
    workspace: &Workspace,
    released: Released,
    request: &Request,
    inputs: &[Input],
    notices: Notices,
    made: Made,
) -> Result<Joined> {
    let rows = count(
        &released,
        &format!("select count(*) as n from ({})", made.query),
    )
    .await?;
    balance(inputs, request, &made, rows)?;
    let tables: BTreeSet<String> = inputs
        .iter()
        .filter_map(|input| input.table.clone())
        .collect();
    let tables: Vec<String> = tables.into_iter().collect();
    let frame = released.ctx.sql(&made.query).await.map_err(Error::query)?;
    let asked = request.inputs.join(" ");
    let schema = frame.schema().inner();
    let mut about =
        edulac_engine::about(workspace, &released.release, &asked, false, &tables, schema);
    about.name = "jointure".to_owned();
    about.title = format!("Jointure de {}", request.inputs.join(", "));
    about.columns = made
        .outputs
        .into_iter()
        .map(|output| (output.name, output.note))
        .collect();
    let files = inputs.iter().filter(|input| input.table.is_none());
    let files: Vec<&str> = files.map(|input| input.asked.name.as_str()).collect();
    if tables.is_empty() {
        about.citation = format!("Lac edulac, version {}.", released.release.id);
    }
    if !files.is_empty() {
        about.citation += &format!(" Fichiers : {}.", files.join(" ; "));
    }
    let note = |notice: &NoticeReport, text: String| NoticeNote {
        id: notice.id.clone(),
        text,
        columns: Vec::new(),
    };
    let despite = notices.despite.iter().map(|notice| {
        let (id, table, text) = (&notice.id, &notice.table, &notice.text);
        note(
            notice,
            format!("Fait malgré l'avertissement {id} ({table}) : {text}"),
        )
    });
    let all = notices
        .all
        .iter()
        .map(|notice| note(notice, notice.text.clone()));
    about.notices = despite.chain(all).collect();
    let report = Report {
        release: released.release.id.clone(),
        inputs: inputs.iter().map(told).collect(),
        pairs: made.pairs,
        level: made.level,
        notices: notices.all,
        despite: notices.despite,
        rows,
        citation: about.citation.clone(),
    };
    Ok(Joined {
        released,
        query: made.query,
        unmatched: made.unmatched,
        report,
        about,
    })
}

fn told(input: &Input) -> InputReport {
    InputReport {
        input: String::from(&input.asked),
        name: input.alias.clone(),
        own_file: input.table.is_none(),
        rows: input.rows,
        all_rows: input.all_rows,
        evidence: input.evidence.clone(),
        notes: input.notes.clone(),
    }
}

/// Names inputs of one table by the values that were chosen of each, else by numbers.
fn name_apart(inputs: &mut [Input]) {
    for place in 0..inputs.len() {
        let same: Vec<usize> = (0..inputs.len())
            .filter(|at| inputs[*at].alias == inputs[place].alias)
            .collect();
        if same.len() < 2 {
            continue;
        }
        let names: Vec<String> = same
            .iter()
            .enumerate()
            .map(|(number, at)| {
                let own = &inputs[*at].asked.choices;
                let others = same.iter().filter(|other| *other != at);
                let common = |choice: &(String, Vec<String>)| {
                    others
                        .clone()
                        .all(|other| inputs[*other].asked.choices.contains(choice))
                };
                let values = own
                    .iter()
                    .filter(|choice| !common(choice))
                    .flat_map(|(_, values)| values);
                let words: Vec<String> = values.map(|value| own::plain(value)).collect();
                match words.is_empty() {
                    true => format!("{}_{}", inputs[*at].alias, number + 1),
                    false => format!("{}_{}", inputs[*at].alias, words.join("_")),
                }
            })
            .collect();
        for (at, name) in same.into_iter().zip(names) {
            inputs[at].alias = name;
        }
    }
}
