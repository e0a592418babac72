//! Which candidates are accepted.

use std::collections::BTreeMap;

use super::candidates::{Candidate, Gathered};
use super::establishments::{Establishment, Establishments};
use super::score::score;

/// Candidates kept of one establishment in one source, beside all that contain it.
pub(super) const KEPT: usize = 5;

/// The RNB's rule: the nearest building is the one when it is this near…
const NEAR_M: f64 = 8.0;
/// …and either no other stands within this distance…
pub(super) const ISOLATION_RADIUS_M: f64 = 30.0;
/// …or the second is at least this far…
const SECOND_AT_LEAST_M: f64 = 10.0;
/// …and at least so many times as far.
const SECOND_TIMES: f64 = 3.0;

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Accepted,
    Ambiguous,
    Rejected,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepte",
            Self::Ambiguous => "ambigu",
            Self::Rejected => "rejete",
        }
    }
}

/// One decided pair.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    /// Row of the establishment.
    pub(super) establishment: usize,
    pub(super) source: String,
    pub(super) candidate: Candidate,
    pub(super) status: Status,
    pub(super) score: f64,
    /// From 1 within UAI and source.
    pub(super) rank: i32,
    /// The establishment's share of the building, of accepted links.
    pub(super) share: Option<f64>,
}

/// Decides every candidate. Sorted by UAI, source and rank; one link per UAI and building, the best one
/// when a UAI has several positions.
pub(super) fn decide(
    establishments: &Establishments,
    gathered: Gathered,
    max_distance_m: f64,
) -> Vec<Link> {
    let mut by_source: BTreeMap<(&str, String), Vec<Link>> = BTreeMap::new();
    for ((row, source), nearest) in gathered {
        let Some(establishment) = establishments.rows.get(row) else {
            continue;
        };
        let links = decide_one(
            row,
            establishment,
            &source,
            &nearest.into_vec(),
            max_distance_m,
        );
        by_source
            .entry((establishment.uai.as_str(), source))
            .or_default()
            .extend(links);
    }
    let mut decided = Vec::new();
    for links in by_source.into_values() {
        decided.extend(ranked(links));
    }
    share(&mut decided);
    decided
}

fn decide_one(
    row: usize,
    establishment: &Establishment,
    source: &str,
    candidates: &[Candidate],
    max_distance_m: f64,
) -> Vec<Link> {
    let statuses = statuses(establishment, candidates);
    let links = candidates
        .iter()
        .zip(statuses)
        .enumerate()
        .map(|(at, (candidate, status))| Link {
            establishment: row,
            source: source.to_owned(),
            candidate: candidate.clone(),
            status,
            score: score(candidates, at, establishment.quality),
            rank: 0,
            share: None,
        });
    links
        .filter(|link| link.candidate.distance_m <= max_distance_m)
        .collect()
}

/// What becomes of each candidate; they come best first.
fn statuses(establishment: &Establishment, candidates: &[Candidate]) -> Vec<Status> {
    let Some(first) = candidates.first() else {
        return Vec::new();
    };
    let trusted = establishment.is_trusted();
    if first.inside {
        let containing = if trusted {
            Status::Accepted
        } else {
            Status::Ambiguous
        };
        return candidates
            .iter()
            .map(|c| {
                if c.inside {
                    containing
                } else {
                    Status::Rejected
                }
            })
            .collect();
    }
    if !trusted {
        return vec![Status::Rejected; candidates.len()];
    }
    let needed = SECOND_AT_LEAST_M.max(SECOND_TIMES * first.distance_m);
    let alone = candidates
        .get(1)
        .is_none_or(|second| second.distance_m > ISOLATION_RADIUS_M || second.distance_m >= needed);
    let fine = establishment
        .uncertainty_m
        .is_none_or(|metres| metres <= ISOLATION_RADIUS_M);
    if first.distance_m <= NEAR_M && alone && fine {
        let mut statuses = vec![Status::Rejected; candidates.len()];
        statuses[0] = Status::Accepted;
        return statuses;
    }
    let plausible = |c: &Candidate| {
        c.distance_m <= ISOLATION_RADIUS_M
            && (c.distance_m < needed || c.distance_m <= first.distance_m)
    };
    candidates
        .iter()
        .map(|c| {
            if plausible(c) {
                Status::Ambiguous
            } else {
                Status::Rejected
            }
        })
        .collect()
}

/// The links of one UAI in one source, each building once, best first.
fn ranked(mut links: Vec<Link>) -> Vec<Link> {
    links.sort_by(|a, b| {
        let by_place = a
            .status
            .cmp(&b.status)
            .then(a.candidate.distance_m.total_cmp(&b.candidate.distance_m));
        by_place
            .then_with(|| b.score.total_cmp(&a.score))
            .then_with(|| a.candidate.id_source.cmp(&b.candidate.id_source))
            .then(a.establishment.cmp(&b.establishment))
    });
    let mut seen = std::collections::BTreeSet::new();
    links.retain(|link| seen.insert(link.candidate.id_source.clone()));
    for (rank, link) in (1..).zip(&mut links) {
        link.rank = rank;
    }
    links
}

/// Shares each building equally between the UAI that are accepted in it.
fn share(links: &mut [Link]) {
    let mut accepted: BTreeMap<(String, String), u32> = BTreeMap::new();
    let key = |link: &Link| (link.source.clone(), link.candidate.id_source.clone());
    for link in links.iter().filter(|link| link.status == Status::Accepted) {
        *accepted.entry(key(link)).or_default() += 1;
    }
    for link in links
        .iter_mut()
        .filter(|link| link.status == Status::Accepted)
    {
        link.share = accepted
            .get(&key(link))
            .map(|&count| 1.0 / f64::from(count));
    }
}

#[cfg(test)]
mod tests {
    use super::super::establishments::Quality;
    use super::*;

    fn establishment(quality: Quality, uncertainty_m: Option<f64>) -> Establishment {
        Establishment {
            uai: "0350001A".into(),
            position: None,
            quality,
            uncertainty_m,
            misplaced: false,
            site_id: None,
            code_academie: None,
        }
    }

    /// The statuses of candidates at these distances, 0 being inside.
    fn decided(quality: Quality, uncertainty_m: Option<f64>, distances: &[f64]) -> String {
        let candidate = |(id, &distance_m): (usize, &f64)| Candidate {
            id_source: id.to_string(),
            rnb_id: None,
            distance_m,
            inside: distance_m == 0.0,
        };
        let candidates: Vec<_> = distances.iter().enumerate().map(candidate).collect();
        let statuses = statuses(&establishment(quality, uncertainty_m), &candidates);
        statuses
            .iter()
            .map(|status| status.name())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn containing_buildings_are_all_accepted_and_the_others_kept_as_evidence() {
        assert_eq!(
            decided(Quality::Precise, None, &[0.0, 0.0, 1.0]),
            "accepte accepte rejete"
        );
        assert_eq!(
            decided(Quality::Rue, Some(200.0), &[0.0, 3.0]),
            "accepte rejete"
        );
    }

    #[test]
    fn the_nearest_is_accepted_only_when_the_rule_of_the_rnb_holds() {
        for (distances, expected) in [
            (&[7.9][..], "accepte"),
            (&[8.1], "ambigu"),
            (&[2.0, 31.0], "accepte rejete"),
            (&[2.0, 10.0], "accepte rejete"),
            (&[2.0, 9.9], "ambigu ambigu"),
            (&[5.0, 15.0], "accepte rejete"),
            (&[5.0, 14.0, 40.0], "ambigu ambigu rejete"),
            (&[20.0, 25.0, 29.0, 31.0], "ambigu ambigu ambigu rejete"),
            (&[31.0, 50.0], "rejete rejete"),
            (&[], ""),
        ] {
            assert_eq!(
                decided(Quality::Precise, Some(5.0), distances),
                expected,
                "{distances:?}"
            );
        }
    }

    #[test]
    fn a_position_that_cannot_be_trusted_accepts_nothing() {
        for quality in [Quality::Commune, Quality::Inconnue] {
            assert_eq!(decided(quality, None, &[0.0, 1.0]), "ambigu rejete");
            assert_eq!(decided(quality, None, &[1.0]), "rejete");
        }
        assert_eq!(decided(Quality::Rue, Some(200.0), &[1.0]), "ambigu");
    }
}
