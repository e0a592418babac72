//! What labels of real links say of all links of a release, kept with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use edulac_lake::{Lake, Release};
use edulac_yaml::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::interval::Share;
use super::labels::{self, Label, Labels, Verdict};
use super::report::need_links;
use super::sample::{self, StratumSize};
use super::{LINKS, MEASURE};
use crate::Workspace;
use crate::error::{Error, Result};
use crate::released::{Released, Row, quoted, text};

/// Widths of the bins of scores.
const BINS: u32 = 5;

/// The measured quality of the links of a release. A link that cannot be told counts on neither side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkMeasure {
    /// The release whose links were labelled.
    pub release: String,
    /// Links labelled `vrai`, `faux` and `indecidable`.
    pub vrai: u64,
    /// See `vrai`.
    pub faux: u64,
    /// See `vrai`.
    pub indecidable: u64,
    /// Links of the file that nobody looked at yet.
    pub blank: u64,
    /// Share of accepted links that are true, each label weighted by the links of its stratum.
    pub precision: Share,
    /// The same by method.
    pub by_method: Vec<MeasuredPart>,
    /// Share of true links by status, weighted likewise: what was wrongly left out.
    pub by_status: Vec<MeasuredPart>,
    /// Share of true links by score, whatever the status, weighted likewise.
    pub calibration: Vec<Bin>,
    /// Accepted links of strata without any label, for which the precision says nothing.
    pub accepted_unseen: u64,
    /// The strata, with the links that each holds.
    pub strata: Vec<StratumSize>,
    /// The labels, by link.
    pub labels: Vec<Label>,
}

/// The share of true links among some.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasuredPart {
    /// Method or status.
    pub name: String,
    /// Links of the release.
    pub links: u64,
    /// Those that are true.
    pub share: Share,
}

/// The share of true links among those of about the same score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Least score.
    pub from: f64,
    /// Scores are below it; the last bin holds 1 too.
    pub to: f64,
    /// Mean score of the labelled links, weighted; null without any.
    pub score: Option<f64>,
    /// Those that are true.
    pub share: Share,
}

/// A labelled link: its row, its verdict, and the links that it stands for.
struct Seen<'a> {
    row: &'a Row,
    is_true: bool,
    weight: f64,
}

/// Reads labels back, measures the links of the release that they are of (which the file names, else `release`, else the
/// newest), and keeps the result with it: a later file for the same release takes its place.
///
/// # Errors
/// [`Error::Files`] with every mistake of the file at its line; [`Error::NoLabels`] when it holds none;
/// [`Error::NoLinks`], [`Error::EmptyLake`], an unknown release, a lake that cannot be written.
pub async fn label_links(
    workspace: &Workspace,
    file: &Path,
    release: Option<&str>,
) -> Result<LinkMeasure> {
    let labels = labels::read(file)?;
    let id = release
        .map(str::to_owned)
        .or_else(|| labels.release.clone());
    let released = Released::open(workspace, id.as_deref()).await?;
    need_links(&released)?;
    if labels.labels.is_empty() {
        return Err(Error::NoLabels {
            file: file.to_owned(),
        });
    }
    let measure = measured(&released, &labels).await?;
    let lake = &released.lake;
    lake.keep_measure(&released.release.id, MEASURE, &measure)
        .await?;
    Ok(measure)
}

/// What labels measured of the links of a release, or of the last one before it that has any; none: nobody labelled any.
///
/// # Errors
/// A lake that cannot be read.
pub async fn link_measure(workspace: &Workspace, release: &Release) -> Result<Option<LinkMeasure>> {
    of(&workspace.lake()?, release).await
}

/// What labels measured of a release, or of the last one before it that has any.
pub(super) async fn of(lake: &Lake, release: &Release) -> Result<Option<LinkMeasure>> {
    let measured: BTreeSet<String> = lake.measured(MEASURE).await?.into_iter().collect();
    if measured.is_empty() {
        return Ok(None);
    }
    let past = lake.releases().await?;
    let past = past
        .iter()
        .rev()
        .filter(|entry| entry.serial <= release.serial);
    for entry in past {
        if measured.contains(&entry.id) {
            return Ok(lake.measure(&entry.id, MEASURE).await?);
        }
    }
    Ok(None)
}

async fn measured(released: &Released, labels: &Labels) -> Result<LinkMeasure> {
    let strata = sample::strata(released).await?;
    let rows = labelled(released, labels).await?;
    let told = |row: &Row| rows_verdict(labels, row);
    let (mut of_stratum, mut count) = (vec![0_u64; strata.len()], BTreeMap::new());
    let at = |row: &Row| strata.iter().position(|stratum| stratum.holds(row));
    for row in &rows {
        let Some(verdict) = told(row) else {
            continue;
        };
        *count.entry(verdict).or_insert(0) += 1;
        if verdict != Verdict::Indecidable
            && let Some(at) = at(row)
        {
            of_stratum[at] += 1;
        }
    }
    let seen: Vec<Seen<'_>> = rows
        .iter()
        .filter_map(|row| {
            let at = at(row)?;
            let is_true = match told(row)? {
                Verdict::Vrai => true,
                Verdict::Faux => false,
                Verdict::Indecidable => return None,
            };
            let weight = strata[at].links as f64 / of_stratum[at] as f64;
            Some(Seen {
                row,
                is_true,
                weight,
            })
        })
        .collect();
    let accepted = |row: &Row| text(row, "statut") == Some("accepte");
    let of = |wanted: &dyn Fn(&Row) -> bool| {
        let wanted = seen.iter().filter(|seen| wanted(seen.row));
        Share::weighted(wanted.map(|seen| (seen.is_true, seen.weight)))
    };
    let part = |name: &str, wanted: &dyn Fn(&Row) -> bool, holds: &dyn Fn(&StratumSize) -> bool| {
        let links = strata.iter().filter(|stratum| holds(stratum));
        MeasuredPart {
            name: name.to_owned(),
            links: links.map(|stratum| stratum.links).sum(),
            share: of(wanted),
        }
    };
    let is_accepted = |stratum: &&StratumSize| stratum.statut == "accepte";
    let methods: BTreeSet<&str> = strata
        .iter()
        .filter(is_accepted)
        .map(|stratum| stratum.methode.as_str())
        .collect();
    let statuses: BTreeSet<&str> = strata
        .iter()
        .map(|stratum| stratum.statut.as_str())
        .collect();
    let unseen = strata
        .iter()
        .zip(&of_stratum)
        .filter(|(_, seen)| **seen == 0);
    let counted = |verdict| count.get(&verdict).copied().unwrap_or(0);
    Ok(LinkMeasure {
        release: released.release.id.clone(),
        vrai: counted(Verdict::Vrai),
        faux: counted(Verdict::Faux),
        indecidable: counted(Verdict::Indecidable),
        blank: labels.blank as u64,
        precision: of(&accepted),
        by_method: methods
            .into_iter()
            .map(|method| {
                part(
                    method,
                    &|row| accepted(row) && text(row, "methode") == Some(method),
                    &|stratum| is_accepted(&stratum) && stratum.methode == method,
                )
            })
            .collect(),
        by_status: statuses
            .into_iter()
            .map(|status| {
                part(
                    status,
                    &|row| text(row, "statut") == Some(status),
                    &|stratum| stratum.statut == status,
                )
            })
            .collect(),
        calibration: (0..BINS).map(|bin| calibrated(bin, &seen)).collect(),
        accepted_unseen: unseen
            .map(|(stratum, _)| stratum)
            .filter(is_accepted)
            .map(|stratum| stratum.links)
            .sum(),
        strata,
        labels: labels
            .labels
            .iter()
            .map(|((uai, source, id_source), (verdict, _))| Label {
                uai: uai.clone(),
                source: source.clone(),
                id_source: id_source.clone(),
                verdict: *verdict,
            })
            .collect(),
    })
}

fn calibrated(bin: u32, seen: &[Seen<'_>]) -> Bin {
    let score = |seen: &Seen<'_>| seen.row.get("score").and_then(Value::as_f64);
    let is_of = |seen: &&Seen<'_>| {
        score(seen).is_some_and(|score| ((score * f64::from(BINS)) as u32).min(BINS - 1) == bin)
    };
    let within: Vec<&Seen<'_>> = seen.iter().filter(is_of).collect();
    let weight: f64 = within.iter().map(|seen| seen.weight).sum();
    let sum: f64 = within
        .iter()
        .map(|seen| seen.weight * score(seen).unwrap_or(0.0))
        .sum();
    let edge = |at: u32| f64::from(at) / f64::from(BINS);
    Bin {
        from: edge(bin),
        to: edge(bin + 1),
        score: (weight > 0.0).then(|| (sum / weight * 1e4).round() / 1e4),
        share: Share::weighted(within.iter().map(|seen| (seen.is_true, seen.weight))),
    }
}

/// The links of the release that are labelled, by key; an error for each label of a link that it does not have.
async fn labelled(released: &Released, labels: &Labels) -> Result<Vec<Row>> {
    let uais: BTreeSet<String> = labels.labels.keys().map(|(uai, ..)| quoted(uai)).collect();
    let uais: Vec<String> = uais.into_iter().collect();
    let rows = released
        .rows(&format!(
            "select uai, source, id_source, methode, statut, position_qualite, score from {LINKS}
             where uai in ({}) order by uai, source, id_source",
            uais.join(", ")
        ))
        .await?;
    let known: BTreeSet<(String, String, String)> = rows.iter().map(key).collect();
    let id = &released.release.id;
    let found: Vec<Diagnostic> = labels
        .labels
        .iter()
        .filter(|(key, _)| !known.contains(*key))
        .map(|((uai, source, building), (_, span))| {
            let message = format!("release {id} has no link of {uai} with {source} {building}");
            Diagnostic::error("edulac::labels::link", &labels.source, *span, message).with_help(
                "read the labels for the release that they were drawn from: `--release`, or the column `release` of the file",
            )
        })
        .collect();
    match found.is_empty() {
        true => Ok(rows
            .into_iter()
            .filter(|row| labels.labels.contains_key(&key(row)))
            .collect()),
        false => Err(Error::Files(found)),
    }
}

fn key(row: &Row) -> (String, String, String) {
    let cell = |column| text(row, column).unwrap_or_default().to_owned();
    (cell("uai"), cell("source"), cell("id_source"))
}

fn rows_verdict(labels: &Labels, row: &Row) -> Option<Verdict> {
    labels.labels.get(&key(row)).map(|(verdict, _)| *verdict)
}
