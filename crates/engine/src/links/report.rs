//! `edulac link report`: how many establishments have their buildings, by what evidence, and how sure that is.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::truth::{self, TruthMeasure};
use super::{LINKS, LinkMeasure, measure, unlinked};
use crate::Workspace;
use crate::error::{Error, Result};
use crate::released::{Released, Row, text};

/// Methods and evidence, the strongest first, as in the column `preuves`.
const EVIDENCE: [(&str, Option<&str>); 7] = [
    ("correction", None),
    ("declare", Some("etablissements_rnb_declares")),
    ("perimetre", Some("perimetres")),
    ("adresse", Some("adresses")),
    ("contient", None),
    ("plus_proche", None),
    ("parcelle", None),
];

/// The links of a release in numbers.
#[derive(Debug, Clone, Serialize)]
pub struct LinkReport {
    /// The release.
    pub release: String,
    /// The lake, by its location.
    pub lake: String,
    /// Establishments with at least one accepted link: of all (`by` is `all`), and by type, academy and quality of the
    /// position.
    pub coverage: Vec<Coverage>,
    /// Links by method and status: `methode`, `statut`, `liens`, `etablissements`, `score_moyen`.
    pub methods: Vec<Row>,
    /// Metres from the position to accepted buildings, for all and by method.
    pub distances: Vec<Distances>,
    /// How many establishments have how many accepted buildings: `batiments`, `etablissements`.
    pub buildings_per_establishment: Vec<Row>,
    /// How many buildings are accepted for how many establishments: `etablissements`, `batiments`.
    pub establishments_per_building: Vec<Row>,
    /// Establishments without an accepted link, by the reason (French); null: the archive does not have the list.
    pub unlinked: Option<BTreeMap<String, u64>>,
    /// Establishments of the directory that are neither linked nor in that list: no step looked for their buildings. Null
    /// without the list.
    pub not_looked_for: Option<u64>,
    /// What links could rest on, and what they do rest on.
    pub evidence: Vec<Evidence>,
    /// Against a truth; null: none was given.
    pub truth: Option<TruthMeasure>,
    /// What labels measured, of this release or of the last one before it that has any; null: none was ever labelled,
    /// and a score is a score, not a probability.
    pub measured: Option<LinkMeasure>,
}

/// Establishments with an accepted link among some.
#[derive(Debug, Clone, Serialize)]
pub struct Coverage {
    /// `all`, or the column that tells them apart.
    pub by: String,
    /// Its value; null: unknown.
    pub value: Option<String>,
    /// Establishments of the directory.
    pub establishments: u64,
    /// Those with at least one accepted link.
    pub linked: u64,
}

/// Quantiles of distances in metres; 0 inside. Null without any.
#[derive(Debug, Clone, Serialize)]
pub struct Distances {
    /// `all`, or the method.
    pub method: String,
    /// Accepted links with a distance.
    pub links: u64,
    /// A quarter is nearer.
    pub p25: Option<f64>,
    /// Half are nearer.
    pub p50: Option<f64>,
    /// Nine in ten are nearer.
    pub p90: Option<f64>,
    /// Ninety-nine in a hundred are nearer.
    pub p99: Option<f64>,
    /// The farthest.
    pub max: Option<f64>,
}

/// A kind of evidence.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// As in `methode` and `preuves`.
    pub name: String,
    /// The table that it comes from; null: from the establishments and buildings themselves, or a file.
    pub table: Option<String>,
    /// Rows of that table; null: this lake does not have it.
    pub rows: Option<u64>,
    /// Accepted links of which it is the strongest.
    pub strongest_of: u64,
    /// Accepted links that it holds for; null: the release does not list the evidence of its links.
    pub holds_for: Option<u64>,
}

/// Reports on the links of a release, the newest when none is named, and against a truth when one is given.
///
/// # Errors
/// [`Error::NoLinks`], a file of truth that is wrong, [`Error::EmptyLake`], an unknown release.
pub async fn link_report(
    workspace: &Workspace,
    release: Option<&str>,
    truth: Option<&Path>,
) -> Result<LinkReport> {
    let released = Released::open(workspace, release).await?;
    need_links(&released)?;
    let list = unlinked(workspace, &released.release)?;
    let reasons = list.map(|rows| {
        let mut counts = BTreeMap::new();
        for reason in rows.iter().filter_map(|row| text(row, "motif")) {
            *counts.entry(reason.to_owned()).or_default() += 1;
        }
        counts
    });
    let coverage = coverage(&released).await?;
    let not_looked_for = reasons
        .as_ref()
        .and_then(|reasons: &BTreeMap<String, u64>| {
            let all = coverage.iter().find(|part| part.by == "all")?;
            Some((all.establishments - all.linked).saturating_sub(reasons.values().sum()))
        });
    let per = |inner: &str, counted: &str, by: &str| {
        format!(
            "select {inner} as {counted}, count(*) as {by} from (
               select count(distinct {by_what}) as {inner} from {LINKS} where statut = 'accepte'
               group by {group}) group by {inner} order by {inner}",
            by_what = if counted == "batiments" {
                "source || id_source"
            } else {
                "uai"
            },
            group = if counted == "batiments" {
                "uai"
            } else {
                "source, id_source"
            },
        )
    };
    Ok(LinkReport {
        release: released.release.id.clone(),
        lake: released.lake.location().to_string(),
        coverage,
        methods: released
            .rows(&format!(
                "select methode, statut, count(*) as liens, count(distinct uai) as etablissements,
                   round(avg(score), 3) as score_moyen
                 from {LINKS} group by methode, statut order by methode, statut"
            ))
            .await?,
        distances: distances(&released).await?,
        buildings_per_establishment: released
            .rows(&per("n", "batiments", "etablissements"))
            .await?,
        establishments_per_building: released
            .rows(&per("n", "etablissements", "batiments"))
            .await?,
        unlinked: reasons,
        not_looked_for,
        evidence: evidence(&released).await?,
        truth: match truth {
            Some(file) => Some(truth::against(&released, file).await?),
            None => None,
        },
        measured: measure::of(&released.lake, &released.release).await?,
    })
}

/// A release without links has nothing to report on or to label.
pub(super) fn need_links(released: &Released) -> Result<()> {
    match released.has(LINKS) {
        true => Ok(()),
        false => Err(Error::NoLinks {
            release: released.release.id.clone(),
        }),
    }
}

async fn coverage(released: &Released) -> Result<Vec<Coverage>> {
    let mut found = Vec::new();
    if !released.has("etablissements") {
        return Ok(found);
    }
    let columns = ["type_etablissement", "code_academie", "position_qualite"];
    let columns = columns
        .into_iter()
        .filter(|column| released.has_column("etablissements", column));
    for by in std::iter::once("all").chain(columns) {
        let value = match by {
            "all" => "cast(null as varchar)".to_owned(),
            column => format!("e.{column}"),
        };
        let rows = released
            .rows(&format!(
                "select {value} as value, count(*) as n, count(l.uai) as linked from etablissements e
                 left join (select distinct uai from {LINKS} where statut = 'accepte') l on l.uai = e.uai
                 group by 1 order by 1"
            ))
            .await?;
        found.extend(rows.iter().map(|row| Coverage {
            by: by.to_owned(),
            value: text(row, "value").map(str::to_owned),
            establishments: number(row, "n"),
            linked: number(row, "linked"),
        }));
    }
    Ok(found)
}

/// The quantiles are those of the sorted distances, the nearest rank of each: the same whatever the order of rows.
async fn distances(released: &Released) -> Result<Vec<Distances>> {
    let mut of_method: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let rows = released
        .rows(&format!(
            "select methode, distance_m from {LINKS} where statut = 'accepte' and distance_m is not null"
        ))
        .await?;
    for row in &rows {
        let Some(distance) = row.get("distance_m").and_then(Value::as_f64) else {
            continue;
        };
        let method = text(row, "methode").unwrap_or_default().to_owned();
        of_method.entry(method).or_default().push(distance);
    }
    let all = of_method.values().flatten().copied().collect();
    let named = std::iter::once(("all".to_owned(), all)).chain(of_method.clone());
    let quantiles = |(method, mut values): (String, Vec<f64>)| {
        values.sort_by(f64::total_cmp);
        let rank = |share: f64| {
            let rank = (share * values.len() as f64).ceil() as usize;
            values.get(rank.saturating_sub(1)).copied()
        };
        Distances {
            method,
            links: values.len() as u64,
            p25: rank(0.25),
            p50: rank(0.5),
            p90: rank(0.9),
            p99: rank(0.99),
            max: values.last().copied(),
        }
    };
    Ok(named.map(quantiles).collect())
}

async fn evidence(released: &Released) -> Result<Vec<Evidence>> {
    let lists_evidence = released.has_column(LINKS, "preuves");
    let mut found = Vec::new();
    for (name, table) in EVIDENCE {
        let holds = match lists_evidence {
            true => {
                format!("sum(case when ' ' || preuves || ' ' like '% {name} %' then 1 else 0 end)")
            }
            false => "cast(null as bigint)".to_owned(),
        };
        let rows = released
            .rows(&format!(
                "select sum(case when methode = '{name}' then 1 else 0 end) as strongest, {holds} as holds
                 from {LINKS} where statut = 'accepte'"
            ))
            .await?;
        let row = rows.into_iter().next().unwrap_or_default();
        let tables = &released.release.tables;
        found.push(Evidence {
            name: name.to_owned(),
            table: table.map(str::to_owned),
            rows: table
                .and_then(|table| tables.get(table))
                .map(|table| table.rows),
            strongest_of: number(&row, "strongest"),
            holds_for: row.get("holds").and_then(Value::as_u64),
        });
    }
    Ok(found)
}

fn number(row: &Row, column: &str) -> u64 {
    row.get(column).and_then(Value::as_u64).unwrap_or(0)
}
