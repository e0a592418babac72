//! Sources whose records are dated: those of dates that a publisher no longer has are taken from earlier extracts.

use std::collections::BTreeSet;

use arrow::array::AsArray;
use arrow::datatypes::DataType;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{cast, lit};
use datafusion::prelude::ident;
use edulac_extract::Extract;
use edulac_spec::Pipeline;

use crate::Workspace;
use crate::error::{Error, Result};
use crate::extraction::{Extracted, full_name};
use crate::graph::Graph;
use crate::session::{Limits, session};

/// The records of a source, those of the newest extract first, and their number. Dates are compared by their year, since
/// their form changes (`2023`, `2023-2024`, `2023-09-01`); records without one are taken from the newest extract alone.
pub(crate) async fn records(
    graph: &Graph<'_>,
    pipeline: &Pipeline,
    name: &str,
    newest: &Extract,
    past: &[Extract],
) -> Result<(DataFrame, u64)> {
    let fail = Error::step(&pipeline.name, name);
    let mut frame = graph.read(name, &newest.records).await?;
    let mut rows = newest.receipt.records.parsed;
    let Some(column) = pipeline.sources[name].history.as_deref() else {
        return Ok((frame, rows));
    };
    let dated = dates(&frame, column).await.map_err(fail.clone())?;
    let mut known: BTreeSet<String> = dated.iter().map(|date| year(date)).collect();
    for extract in past {
        let earlier = graph.read(name, &extract.records).await?;
        let mut gone = dates(&earlier, column).await.map_err(fail.clone())?;
        gone.retain(|date| !known.contains(&year(date)));
        if gone.is_empty() {
            continue;
        }
        known.extend(gone.iter().map(|date| year(date)));
        let wanted = gone.iter().map(lit).collect();
        let earlier = earlier
            .filter(cast(ident(column), DataType::Utf8).in_list(wanted, false))
            .map_err(fail.clone())?;
        rows += earlier.clone().count().await.map_err(fail.clone())? as u64;
        frame = frame.union_by_name(earlier).map_err(fail.clone())?;
    }
    Ok((frame, rows))
}

/// The year of a date, or the whole of what is none.
fn year(date: &str) -> String {
    let digits = |year: &&str| year.bytes().all(|b| b.is_ascii_digit());
    date.get(..4).filter(digits).unwrap_or(date).to_owned()
}

/// The dates of records; none when they have no such column.
async fn dates(frame: &DataFrame, column: &str) -> datafusion::error::Result<BTreeSet<String>> {
    let mut dates = BTreeSet::new();
    if !frame.schema().has_column_with_unqualified_name(column) {
        return Ok(dates);
    }
    let texts = frame
        .clone()
        .select(vec![cast(ident(column), DataType::Utf8)])?;
    for batch in texts.distinct()?.collect().await? {
        let texts = batch.column(0).as_string_opt::<i32>();
        dates.extend(texts.into_iter().flatten().flatten().map(str::to_owned));
    }
    Ok(dates)
}

/// Refuses a backfill that cannot be had: each pipeline needs a source that has the rentrée, now or in the archive.
///
/// # Errors
/// [`Error::Backfill`] with a sentence for each pipeline that cannot have it.
pub(crate) async fn check_backfill(
    workspace: &Workspace,
    pipelines: &[&Pipeline],
    extracted: &Extracted,
    rentree: &str,
    work: &std::path::Path,
) -> Result<()> {
    let mut refused = Vec::new();
    for pipeline in pipelines {
        let outside = pipeline
            .sources
            .iter()
            .filter(|(_, source)| source.kind.table().is_none());
        let names: Vec<String> = outside.map(|(name, _)| full_name(pipeline, name)).collect();
        // A source that failed tells of itself, and a pipeline over tables of the lake has no source of its own.
        if names.is_empty()
            || names
                .iter()
                .any(|name| extracted.failures.contains_key(name))
        {
            continue;
        }
        let ctx = session(Limits::of(&workspace.profile), work)?;
        let graph = Graph::new(ctx, pipeline, work, work);
        let (mut snapshots, mut had) = (Vec::new(), BTreeSet::new());
        for (name, source) in &pipeline.sources {
            let full = full_name(pipeline, name);
            let Some(newest) = extracted.extracts.get(&full) else {
                continue;
            };
            match &source.history {
                Some(column) => {
                    let past = extracted.past.get(&full).map_or(&[][..], Vec::as_slice);
                    let (frame, _) = records(&graph, pipeline, name, newest, past).await?;
                    let dates = dates(&frame, column).await;
                    had.extend(dates.map_err(Error::step(&pipeline.name, name))?);
                }
                None => snapshots.push(full),
            }
        }
        if had.iter().any(|date| year(date) == year(rentree)) {
            continue;
        }
        refused.push(match had.is_empty() {
            true => format!(
                "{}: {} is a snapshot of its day, without any date in its records: only releases and extracts made at the time tell of {rentree}",
                pipeline.name,
                snapshots.join(", ")
            ),
            false => format!(
                "{}: neither its sources nor their earlier extracts have {rentree}; they have {}",
                pipeline.name,
                had.into_iter().collect::<Vec<_>>().join(", ")
            ),
        });
    }
    if refused.is_empty() {
        Ok(())
    } else {
        Err(Error::Backfill { refused })
    }
}
