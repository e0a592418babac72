//! Why a table differs between two releases, from the fingerprints of what it was made from.
//!
//! - **source**: a source that it comes from has a newer content;
//! - **correction**: a source has another content of the same or an earlier date, which its publisher mended; or decisions
//!   of people (a source named `corrections`); or a release was withdrawn;
//! - **millésime**: a table of areas that it is, or reads, has other vintages (column `millesime`);
//! - **méthode**: its steps, their options or its contract are others, or one of the two releases does not have it.
//!
//! What a table reads of the lake is followed to its own sources. The causes are those of the whole table: rows do not keep
//! what they come from.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;
use arrow::datatypes::DataType;
use datafusion::logical_expr::cast;
use datafusion::prelude::{SessionContext, ident};
use edulac_extract::Receipt;
use edulac_lake::{Lake, Release, ReleasedTable};
use serde::Serialize;
use serde_json::Value;

use super::Ends;
use crate::error::{Error, Result};
use crate::fingerprint::Fingerprint;

/// The column of tables of areas that says for which year a row is valid.
const VINTAGE: &str = "millesime";
/// The source of decisions of people, in any pipeline.
const DECISIONS: &str = "corrections";

/// What kind of cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// A source has a newer content.
    Source,
    /// Something that was wrong was mended.
    Correction,
    /// Areas are of another year.
    Vintage,
    /// It is made in another way.
    Method,
}

/// A cause of what differs in a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ChangeCause {
    /// Its kind.
    pub kind: CauseKind,
    /// The source (`pipeline.source`), the table or the release concerned.
    pub of: String,
    /// What it was and what it is: the day of a content, vintages. Null: there is nothing to tell of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<[String; 2]>,
}

impl CauseKind {
    /// As the feed and the notes say it.
    #[must_use]
    pub fn in_french(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Correction => "correction",
            Self::Vintage => "millesime",
            Self::Method => "methode",
        }
    }
}

/// The kinds of causes, each once.
pub(crate) fn in_french(causes: &[ChangeCause]) -> String {
    let kinds: BTreeSet<CauseKind> = causes.iter().map(|cause| cause.kind).collect();
    let words: Vec<&str> = kinds.into_iter().map(CauseKind::in_french).collect();
    words.join(",")
}

/// What is known of the causes between two releases.
pub(super) struct Causes<'a> {
    older: &'a Release,
    newer: &'a Release,
    /// The newer one is the one after.
    forward: bool,
    /// Tables of areas with other vintages, older and newer.
    vintages: BTreeMap<String, [String; 2]>,
    /// Releases between the two that took one back, with that one.
    withdrawals: BTreeMap<String, String>,
}

impl<'a> Causes<'a> {
    pub(super) async fn between(ctx: &SessionContext, ends: &'a Ends) -> Result<Self> {
        let forward = ends.before.serial <= ends.after.serial;
        let (older, newer) = match forward {
            true => (&ends.before, &ends.after),
            false => (&ends.after, &ends.before),
        };
        let entries = ends.lake.releases().await?;
        let between = entries
            .into_iter()
            .filter(|entry| entry.serial > older.serial && entry.serial <= newer.serial);
        let withdrawals = between
            .filter_map(|entry| Some((entry.id, entry.withdraws?.release)))
            .collect();
        let mut vintages = BTreeMap::new();
        for (name, table) in &newer.tables {
            let Some(before) = older.tables.get(name) else {
                continue;
            };
            let dated = |table: &ReleasedTable| table.columns.iter().any(|c| c.name == VINTAGE);
            if dated(table) && dated(before) && !before.same_content(&table.files) {
                let pair = [
                    vintages_of(ctx, &ends.lake, older, name).await?,
                    vintages_of(ctx, &ends.lake, newer, name).await?,
                ];
                if pair[0] != pair[1] {
                    vintages.insert(name.clone(), pair);
                }
            }
        }
        Ok(Self {
            older,
            newer,
            forward,
            vintages,
            withdrawals,
        })
    }

    /// The causes of what differs in a table, each once, by kind.
    pub(super) fn of(&self, table: &str) -> Vec<ChangeCause> {
        let mut found = BTreeSet::new();
        self.add(table, &mut BTreeSet::new(), &mut found);
        let told = found.into_iter().map(|mut cause| {
            if let Some(values) = cause.values.as_mut().filter(|_| !self.forward) {
                values.reverse();
            }
            cause
        });
        told.collect()
    }

    fn add(&self, table: &str, seen: &mut BTreeSet<String>, found: &mut BTreeSet<ChangeCause>) {
        if !seen.insert(table.to_owned()) {
            return;
        }
        let cause = |kind, of: &str| ChangeCause {
            kind,
            of: of.to_owned(),
            values: None,
        };
        let (older, newer) = match (self.older.tables.get(table), self.newer.tables.get(table)) {
            (Some(older), Some(newer)) => (older, newer),
            (None, None) => return,
            _ => {
                found.insert(cause(CauseKind::Method, table));
                return;
            }
        };
        if let Some(withdrawn) = self.withdrawals.get(&newer.changed_in) {
            found.insert(cause(CauseKind::Correction, withdrawn));
        }
        if let Some(values) = self.vintages.get(table) {
            found.insert(ChangeCause {
                values: Some(values.clone()),
                ..cause(CauseKind::Vintage, table)
            });
        }
        let read = |table: &ReleasedTable| serde_json::from_str::<Fingerprint>(&table.fingerprint);
        let (Ok(was), Ok(is)) = (read(older), read(newer)) else {
            found.insert(cause(CauseKind::Method, table));
            return;
        };
        if was.method != is.method || was.contract != is.contract {
            found.insert(cause(CauseKind::Method, table));
        }
        for source in differing(&was.sources, &is.sources) {
            found.insert(self.of_source(source));
        }
        for read in differing(&was.tables, &is.tables) {
            match self.vintages.get(read) {
                Some(values) => {
                    found.insert(ChangeCause {
                        values: Some(values.clone()),
                        ..cause(CauseKind::Vintage, read)
                    });
                }
                None => self.add(read, seen, found),
            }
        }
    }

    fn of_source(&self, source: &str) -> ChangeCause {
        let [was, is] = [self.older, self.newer].map(|release| release.sources.get(source));
        let day = |told| Some(receipt(told)?.as_of().format("%Y-%m-%d").to_string());
        ChangeCause {
            kind: match is_mended(source, was, is) {
                true => CauseKind::Correction,
                false => CauseKind::Source,
            },
            of: source.to_owned(),
            values: day(was).zip(day(is)).map(|(was, is)| [was, is]),
        }
    }
}

/// Whether another content of a source mends what was wrong: decisions of people, or a content of the same or an earlier
/// date. `was`, `is`: what releases say of it.
pub(crate) fn is_mended(source: &str, was: Option<&Value>, is: Option<&Value>) -> bool {
    let name = source.split_once('.').map_or(source, |(_, name)| name);
    let published = |told| receipt(told)?.published_at();
    match (published(was), published(is)) {
        _ if name == DECISIONS => true,
        (Some(was), Some(is)) => is <= was,
        _ => false,
    }
}

fn receipt(told: Option<&Value>) -> Option<Receipt> {
    serde_json::from_value(told?["receipt"].clone()).ok()
}

/// Keys whose values differ, or that only one of them has.
fn differing<'a>(
    was: &'a BTreeMap<String, String>,
    is: &'a BTreeMap<String, String>,
) -> BTreeSet<&'a str> {
    let keys = was.keys().chain(is.keys());
    let differs = |key: &&String| was.get(*key) != is.get(*key);
    keys.filter(differs).map(String::as_str).collect()
}

/// The vintages of the rows of a table, in their order, separated by commas.
async fn vintages_of(
    ctx: &SessionContext,
    lake: &Lake,
    release: &Release,
    table: &str,
) -> Result<String> {
    let provider = lake.table_provider(ctx, release, table).await?;
    let fail = Error::read_table(table);
    let frame = ctx.read_table(provider).map_err(&fail)?;
    let frame = frame
        .select(vec![cast(ident(VINTAGE), DataType::Utf8).alias(VINTAGE)])
        .and_then(datafusion::dataframe::DataFrame::distinct)
        .map_err(&fail)?;
    let mut found = BTreeSet::new();
    for batch in frame.collect().await.map_err(fail)? {
        let texts = batch.column(0).as_string_opt::<i32>();
        found.extend(texts.into_iter().flatten().flatten().map(str::to_owned));
    }
    Ok(found.into_iter().collect::<Vec<_>>().join(", "))
}
