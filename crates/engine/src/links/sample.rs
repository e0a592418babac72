//! A stratified sample of links: which strata, how many of each, and which ones.
//!
//! A stratum is a method, a status and a quality of position. Within it links are taken at even steps along the
//! académies, so that each has its share without strata of their own (a country has thirty of them, and most would be
//! empty). Where a step falls is drawn from the seed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::LINKS;
use crate::error::Result;
use crate::released::{Released, Row, quoted, text};

/// Links of each stratum that are looked at however few the stratum holds: a share of fewer says nothing.
const FEW: u64 = 4;

/// Weight of the accepted links in the sample, against 1 of the others: it is they that are published as true.
const ACCEPTED: f64 = 3.0;

/// A stratum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StratumSize {
    /// Method of its links.
    pub methode: String,
    /// Their status.
    pub statut: String,
    /// Quality of the positions that they come from; null: not known.
    pub position_qualite: Option<String>,
    /// Links of the release.
    pub links: u64,
}

impl StratumSize {
    /// The condition of its links, as SQL.
    fn condition(&self) -> String {
        let quality = match &self.position_qualite {
            Some(quality) => format!("position_qualite = {}", quoted(quality)),
            None => "position_qualite is null".to_owned(),
        };
        format!(
            "methode = {} and statut = {} and {quality}",
            quoted(&self.methode),
            quoted(&self.statut)
        )
    }

    /// Whether a link is of it.
    pub(super) fn holds(&self, link: &Row) -> bool {
        text(link, "methode") == Some(&self.methode)
            && text(link, "statut") == Some(&self.statut)
            && text(link, "position_qualite") == self.position_qualite.as_deref()
    }
}

/// The strata of a release, in order.
pub(super) async fn strata(released: &Released) -> Result<Vec<StratumSize>> {
    let rows = released
        .rows(&format!(
            "select methode, statut, position_qualite, count(*) as liens from {LINKS}
             group by methode, statut, position_qualite"
        ))
        .await?;
    let known = |row: &Row, column| text(row, column).unwrap_or_default().to_owned();
    let mut strata: Vec<StratumSize> = rows
        .iter()
        .map(|row| StratumSize {
            methode: known(row, "methode"),
            statut: known(row, "statut"),
            position_qualite: text(row, "position_qualite").map(str::to_owned),
            links: row.get("liens").and_then(Value::as_u64).unwrap_or(0),
        })
        .collect();
    strata.sort();
    Ok(strata)
}

/// How many of each stratum: the few that each needs, then the rest of `size` by the square root of what the strata hold,
/// so that one ten times as large is looked at three times as much: the share of each is wanted, and that of a large one
/// weighs more in the whole. Never more than the stratum holds; the few are taken even when `size` is smaller.
pub(super) fn allocation(strata: &[StratumSize], size: u64) -> Vec<u64> {
    let mut taken: Vec<u64> = strata
        .iter()
        .map(|stratum| stratum.links.min(FEW))
        .collect();
    let mut left = size.saturating_sub(taken.iter().sum());
    // One link at a time, to the stratum that is furthest below its due: no remainder to be given away, no tie but the
    // order of the strata.
    while left > 0 {
        let due = |at: &usize| {
            let wanted = if strata[*at].statut == "accepte" {
                ACCEPTED
            } else {
                1.0
            };
            wanted * (strata[*at].links as f64).sqrt() / (taken[*at] as f64 + 0.5)
        };
        let open = (0..strata.len()).filter(|at| taken[*at] < strata[*at].links);
        let next = open.max_by(|a, b| due(a).total_cmp(&due(b)).then(b.cmp(a)));
        let Some(next) = next else {
            break;
        };
        taken[next] += 1;
        left -= 1;
    }
    taken
}

/// Ranks, from 1, of so many links of a stratum, at even steps; `start` in 0..1 says where the first falls.
fn ranks(links: u64, taken: u64, start: f64) -> Vec<u64> {
    let step = links as f64 / taken as f64;
    (0..taken)
        .map(|at| ((at as f64 + start) * step) as u64 + 1)
        .collect()
}

/// The condition on the links of the sample over [`ranked`], as SQL; false for an empty sample.
pub(super) fn chosen(strata: &[StratumSize], taken: &[u64], seed: &str) -> String {
    let each = strata.iter().zip(taken).filter(|(_, taken)| **taken > 0);
    let conditions: Vec<String> = each
        .map(|(stratum, taken)| {
            let start = unit(&format!("{seed} {}", stratum.condition()));
            let ranks = ranks(stratum.links, *taken, start);
            let ranks: Vec<String> = ranks.iter().map(u64::to_string).collect();
            format!(
                "({} and rang_tirage in ({}))",
                stratum.condition(),
                ranks.join(", ")
            )
        })
        .collect();
    match conditions.is_empty() {
        true => "false".to_owned(),
        false => conditions.join(" or "),
    }
}

/// The links with `rang_tirage`, their rank in their stratum: by académie, then by chance of the seed.
pub(super) fn ranked(seed: &str) -> String {
    format!(
        "select *, row_number() over (
           partition by methode, statut, position_qualite
           order by code_academie, md5({} || uai || ' ' || source || ' ' || id_source), uai, source, id_source
         ) as rang_tirage from {LINKS}",
        quoted(&format!("{seed} "))
    )
}

/// A number in 0..1 that a text gives, always the same.
fn unit(text: &str) -> f64 {
    let hash = crate::fingerprint::hash(text.as_bytes());
    let head = hash
        .get(..8)
        .and_then(|head| u32::from_str_radix(head, 16).ok());
    f64::from(head.unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::{FEW, StratumSize, allocation, ranks};

    fn strata(sizes: &[u64]) -> Vec<StratumSize> {
        let stratum = |links: &u64| StratumSize {
            methode: "contient".to_owned(),
            statut: "accepte".to_owned(),
            position_qualite: None,
            links: *links,
        };
        sizes.iter().map(stratum).collect()
    }

    #[test]
    fn every_stratum_has_its_few_and_the_sample_its_size() {
        let taken = allocation(&strata(&[2, 10, 1_000, 100_000]), 100);
        assert_eq!(taken.iter().sum::<u64>(), 100);
        assert_eq!(taken[0], 2);
        assert!(taken[1] >= FEW && taken[2] > taken[1] && taken[3] > taken[2]);
    }

    #[test]
    fn a_size_too_small_still_takes_the_few_and_one_too_large_takes_all() {
        assert_eq!(allocation(&strata(&[9, 9]), 1), [FEW, FEW]);
        assert_eq!(allocation(&strata(&[9, 3]), 1_000), [9, 3]);
    }

    #[test]
    fn steps_stay_in_the_stratum_and_never_meet() {
        for (links, taken) in [(1, 1), (5, 5), (7, 3), (1_000, 37)] {
            for start in [0.0, 0.5, 0.999_999] {
                let ranks = ranks(links, taken, start);
                assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
                assert!(
                    ranks.iter().all(|rank| (1..=links).contains(rank)),
                    "{ranks:?}"
                );
            }
        }
    }
}
