//! Links against the truth of a generated or well-known place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use edulac_yaml::{Diagnostic, Source, Span};
use serde::Serialize;
use serde_json::Value;

use super::interval::Share;
use super::labels::{Table, read_table};
use super::truth_pairs::{self, TruthPairs};
use crate::error::{Error, Result};
use crate::released::{Released, text};

/// What a truth measures. It speaks of the establishments that it names, no others.
#[derive(Debug, Clone, Serialize)]
pub struct TruthMeasure {
    /// Establishments of the release that the truth names.
    pub establishments: u64,
    /// Accepted links that are true.
    pub precision: Share,
    /// The same by method.
    pub by_method: Vec<TruthPart>,
    /// Links of each status that are true: what was ambiguous or rejected and should not have been.
    pub by_status: Vec<TruthPart>,
    /// Linkable establishments with an accepted true link.
    pub recall: Share,
    /// True links of linkable establishments that are accepted.
    pub recall_of_links: Share,
    /// Establishments on one site, and in one group of each type; none where no truth of them lies beside.
    pub pairs: Vec<TruthPairs>,
    /// What makes an establishment linkable here.
    pub linkable: String,
}

/// The share of true links among some.
#[derive(Debug, Clone, Serialize)]
pub struct TruthPart {
    /// Method or status.
    pub name: String,
    /// Those that are true.
    pub precision: Share,
}

/// Measures a release against `liens.csv` (`uai,rnb_id`) and, where it lies beside, `positions.csv` (`uai`,
/// `rattachable` oui or non), `sites.csv` and `groupes.csv`.
pub(super) async fn against(released: &Released, file: &Path) -> Result<TruthMeasure> {
    let links = read_table(file)?;
    let pairs: BTreeSet<(String, String)> = pairs(&links)?;
    let positions = file.with_file_name("positions.csv");
    let linkable: Option<BTreeMap<String, bool>> = match positions.exists() {
        true => Some(linkable(&read_table(&positions)?)?),
        false => None,
    };
    let mut named: BTreeSet<&str> = pairs.iter().map(|(uai, _)| uai.as_str()).collect();
    named.extend(
        linkable
            .iter()
            .flat_map(|all| all.keys())
            .map(String::as_str),
    );
    let pairs_of_truth = truth_pairs::pairs(released, file, &named).await?;
    let can_be_linked = |uai: &str| {
        linkable
            .as_ref()
            .is_none_or(|all| all.get(uai) == Some(&true))
    };
    let able: BTreeSet<&str> = named
        .iter()
        .copied()
        .filter(|uai| can_be_linked(uai))
        .collect();
    let ctx = &released.ctx;
    let register = |name: &str, columns: Vec<(&str, ArrayRef)>| -> Result<()> {
        let batch = RecordBatch::try_from_iter(columns).map_err(|e| Error::query(e.into()))?;
        ctx.register_batch(name, batch).map_err(Error::query)?;
        Ok(())
    };
    let texts = |values: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let of_pair = |(uai, id): &(String, String)| (uai.clone(), id.clone());
    let (uais, ids): (Vec<String>, Vec<String>) = pairs.iter().map(of_pair).unzip();
    register(
        "\"la vérité\"",
        vec![
            ("uai", texts(uais.iter().map(String::as_str).collect())),
            ("rnb_id", texts(ids.iter().map(String::as_str).collect())),
        ],
    )?;
    register(
        "\"les connus\"",
        vec![("uai", texts(named.into_iter().collect()))],
    )?;
    register(
        "\"les rattachables\"",
        vec![("uai", texts(able.into_iter().collect()))],
    )?;
    measured(released, linkable.is_some(), pairs_of_truth).await
}

async fn measured(
    released: &Released,
    has_positions: bool,
    pairs: Vec<TruthPairs>,
) -> Result<TruthMeasure> {
    let by = |column: &str, only: &str| {
        format!(
            "select l.{column} as name, count(*) as n, count(t.uai) as good
             from etablissements_batiments l join \"les connus\" k on k.uai = l.uai
             left join \"la vérité\" t on t.uai = l.uai and t.rnb_id = l.rnb_id
             {only} group by l.{column} order by l.{column}"
        )
    };
    let by_method = parts(released, &by("methode", "where l.statut = 'accepte'")).await?;
    let by_status = parts(released, &by("statut", "")).await?;
    let sum = |parts: &[TruthPart]| {
        let good = parts.iter().map(|part| part.precision.good).sum();
        Share::of(good, parts.iter().map(|part| part.precision.of).sum())
    };
    let directory = match released.has("etablissements") {
        true => "etablissements",
        false => "(select distinct uai from etablissements_batiments)",
    };
    let accepted = "select l.uai, l.rnb_id from etablissements_batiments l
         join \"la vérité\" t on t.uai = l.uai and t.rnb_id = l.rnb_id where l.statut = 'accepte'";
    let able = format!(
        "select count(distinct e.uai) as n, count(distinct a.uai) as good from {directory} e
         join \"les rattachables\" r on r.uai = e.uai left join ({accepted}) a on a.uai = e.uai"
    );
    let of_links = format!(
        "select count(*) as n, count(a.uai) as good from \"la vérité\" t
         join \"les rattachables\" r on r.uai = t.uai join {directory} e on e.uai = t.uai
         left join ({accepted}) a on a.uai = t.uai and a.rnb_id = t.rnb_id"
    );
    let known = format!(
        "select count(distinct e.uai) as n, 0 as good from {directory} e join \"les connus\" k on k.uai = e.uai"
    );
    Ok(TruthMeasure {
        establishments: share(released, &known).await?.of,
        precision: sum(&by_method),
        by_method,
        by_status,
        recall: share(released, &able).await?,
        recall_of_links: share(released, &of_links).await?,
        pairs,
        linkable: match has_positions {
            true => "rattachable = oui in positions.csv".to_owned(),
            false => "named by the truth (no positions.csv beside it)".to_owned(),
        },
    })
}

async fn parts(released: &Released, sql: &str) -> Result<Vec<TruthPart>> {
    let rows = released.rows(sql).await?;
    let part = |row: &crate::Row| TruthPart {
        name: text(row, "name").unwrap_or_default().to_owned(),
        precision: counted(row),
    };
    Ok(rows.iter().map(part).collect())
}

async fn share(released: &Released, sql: &str) -> Result<Share> {
    let rows = released.rows(sql).await?;
    Ok(rows.first().map_or(Share::of(0, 0), counted))
}

fn counted(row: &crate::Row) -> Share {
    let number = |column: &str| row.get(column).and_then(Value::as_u64).unwrap_or(0);
    Share::of(number("good"), number("n"))
}

fn pairs(table: &Table) -> Result<BTreeSet<(String, String)>> {
    table.need(&["uai", "rnb_id"])?;
    let cell = |row: usize, column| table.cell(row, column).to_owned();
    Ok((0..table.len())
        .map(|row| (cell(row, "uai"), cell(row, "rnb_id")))
        .collect())
}

fn linkable(table: &Table) -> Result<BTreeMap<String, bool>> {
    table.need(&["uai", "rattachable"])?;
    let mut found = BTreeMap::new();
    for row in 0..table.len() {
        let able = match table.cell(row, "rattachable") {
            "oui" => true,
            "non" => false,
            other => {
                let message = format!("`{other}` is neither `oui` nor `non`");
                return Err(Error::Files(vec![wrong(
                    &table.source,
                    table.span(row, "rattachable"),
                    message,
                )]));
            }
        };
        // Of several sites, one that can be linked is enough.
        *found
            .entry(table.cell(row, "uai").to_owned())
            .or_insert(false) |= able;
    }
    Ok(found)
}

fn wrong(source: &Source, span: Span, message: String) -> Diagnostic {
    Diagnostic::error("edulac::truth::value", source, span, message)
        .with_help("write `oui` where the establishment can be linked, else `non`")
}
