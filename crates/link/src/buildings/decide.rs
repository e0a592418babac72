//! Which candidates are accepted.
//!
//! Each place of an establishment is decided by itself, then the establishments of one ground are compared
//! ([`super::ground`]), and each building is shared out.

use std::collections::BTreeMap;

use super::candidates::{Candidate, Gathered};
use super::establishments::{Establishment, Establishments};
use super::named::Correction;
use super::position::{NEAR_M, chances};
use super::reason::Reason;
use super::{by_address, by_ground, ground};

/// A declared building that is so far from a position is questioned.
const DECLARED_M: f64 = 500.0;
/// The chance that a position alone must give to a building.
const CERTAIN: f64 = 0.75;
/// Below this chance a building is out of question.
const POSSIBLE: f64 = 0.08;

/// What became of a candidate, and why.
pub(super) type Decision = (Status, Reason);

/// The candidates of one place in one source, the nearest first, and their chances by the position alone.
pub(super) struct Place<'a> {
    pub(super) establishment: &'a Establishment,
    pub(super) candidates: &'a [Candidate],
    pub(super) chances: &'a [f64],
}

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
    /// Row of the place.
    pub(super) establishment: usize,
    pub(super) source: String,
    pub(super) candidate: Candidate,
    pub(super) status: Status,
    /// As it would be without a correction.
    pub(super) computed: Status,
    pub(super) reason: Reason,
    /// By the position alone.
    pub(super) chance: f64,
    /// It stands on the parcel of an accepted building.
    pub(super) same_plot: bool,
    pub(super) score: f64,
    /// From 1 within UAI and source.
    pub(super) rank: i32,
    /// The establishment's share of the building, of accepted links.
    pub(super) share: Option<f64>,
}

/// Decides every candidate. Sorted by UAI, source and rank; one link per UAI and building, the best one
/// when a UAI has several places.
pub(super) fn decide(establishments: &Establishments, gathered: Gathered) -> Vec<Link> {
    let mut by_source: BTreeMap<(&str, String), Vec<Link>> = BTreeMap::new();
    for ((row, source), candidates) in gathered {
        let Some(establishment) = establishments.rows.get(row) else {
            continue;
        };
        let links = of_place(row, establishment, &source, candidates.into_vec());
        by_source
            .entry((establishment.uai.as_str(), source))
            .or_default()
            .extend(links);
    }
    let mut decided: Vec<Link> = by_source.into_values().flat_map(once_each).collect();
    ground::compare(establishments, &mut decided);
    super::plots::mark(establishments, &mut decided);
    for link in &mut decided {
        correct(link);
        link.score = rounded(super::score::score(link));
    }
    let mut ranked = ranked(establishments, decided);
    share(&mut ranked);
    ranked
}

/// Decides the candidates of one place in one source, the nearest first.
pub(super) fn of_place(
    row: usize,
    establishment: &Establishment,
    source: &str,
    candidates: Vec<Candidate>,
) -> Vec<Link> {
    let trusted = establishment.is_trusted();
    let chances = if trusted {
        chances(establishment, &candidates)
    } else {
        vec![0.0; candidates.len()]
    };
    let mut decisions: Vec<Decision> = candidates
        .iter()
        .map(|candidate| declared(candidate, trusted))
        .collect();
    let place = Place {
        establishment,
        candidates: &candidates,
        chances: &chances,
    };
    by_ground::decide(&place, &mut decisions);
    by_address::decide(&place, &mut decisions);
    by_position(&place, &mut decisions);
    candidates
        .into_iter()
        .zip(decisions)
        .zip(chances)
        .map(|((candidate, (status, reason)), chance)| Link {
            establishment: row,
            source: source.to_owned(),
            candidate,
            status,
            computed: status,
            reason,
            chance,
            same_plot: false,
            score: 0.0,
            rank: 0,
            share: None,
        })
        .collect()
}

/// What the ministry says.
fn declared(candidate: &Candidate, trusted: bool) -> (Status, Reason) {
    let tie = &candidate.tie;
    let far = trusted && tie.distance_m.is_some_and(|metres| metres > DECLARED_M);
    match tie.declared {
        true if far => (Status::Ambiguous, Reason::DeclaredFar),
        true => (Status::Accepted, Reason::Declared),
        false => (Status::Rejected, Reason::Far),
    }
}

/// Where nothing better is known, the buildings at the position; else they are questions at most.
fn by_position(place: &Place<'_>, decisions: &mut [Decision]) {
    let Place {
        candidates,
        chances,
        ..
    } = *place;
    let known = decisions
        .iter()
        .any(|(status, _)| *status == Status::Accepted);
    let contested = decisions
        .iter()
        .any(|(_, reason)| *reason == Reason::AddressAgainstPosition);
    let trusted = place.establishment.is_trusted();
    for (at, decision) in decisions.iter_mut().enumerate() {
        let candidate = &candidates[at];
        if decision.0 != Status::Rejected {
            continue;
        }
        let holds = candidate.tie.inside;
        let chance = chances[at];
        *decision = if !trusted {
            match holds {
                true => (Status::Ambiguous, Reason::Untrusted),
                false => (Status::Rejected, Reason::Untrusted),
            }
        } else if known && holds {
            (Status::Ambiguous, Reason::BetterElsewhere)
        } else if known {
            (Status::Rejected, Reason::BetterElsewhere)
        } else if chance >= CERTAIN && candidate.metres() <= NEAR_M && !contested {
            match holds {
                true => (Status::Accepted, Reason::Holds),
                false => (Status::Accepted, Reason::Nearest),
            }
        } else if chance >= POSSIBLE {
            (Status::Ambiguous, Reason::Uncertain)
        } else {
            (Status::Rejected, Reason::Far)
        };
    }
}

/// Four decimals: more would only tell machines apart, and rank by chance.
fn rounded(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}

/// Corrections win.
fn correct(link: &mut Link) {
    let Some(correction) = link.candidate.tie.correction else {
        return;
    };
    (link.status, link.reason) = match correction {
        Correction::Accept => (Status::Accepted, Reason::Corrected),
        Correction::Reject => (Status::Rejected, Reason::Corrected),
    };
}

/// The links of one UAI in one source, each building once: by its best place.
fn once_each(mut links: Vec<Link>) -> Vec<Link> {
    links.sort_by(|a, b| {
        (a.status.cmp(&b.status))
            .then_with(|| a.candidate.compare(&b.candidate))
            .then(a.establishment.cmp(&b.establishment))
    });
    let mut seen = std::collections::BTreeSet::new();
    links.retain(|link| seen.insert(link.candidate.id_source.clone()));
    links
}

/// Sorted by UAI, source, status, then score; ranked within UAI and source. Of those rejected for being far, the first few are
/// kept as evidence.
fn ranked(establishments: &Establishments, mut links: Vec<Link>) -> Vec<Link> {
    const EVIDENCE: usize = 5;
    let uai = |link: &Link| establishments.rows[link.establishment].uai.as_str();
    links.sort_by(|a, b| {
        (uai(a).cmp(uai(b)))
            .then_with(|| a.source.cmp(&b.source))
            .then(a.status.cmp(&b.status))
            .then_with(|| b.score.total_cmp(&a.score))
            .then_with(|| a.candidate.compare(&b.candidate))
    });
    let mut kept: Vec<Link> = Vec::with_capacity(links.len());
    let (mut rank, mut rejected) = (0, 0);
    for mut link in links {
        let same = kept
            .last()
            .is_some_and(|last| uai(last) == uai(&link) && last.source == link.source);
        if !same {
            (rank, rejected) = (0, 0);
        }
        let loose = link.status == Status::Rejected && !link.candidate.is_tied();
        if loose && rejected >= EVIDENCE {
            continue;
        }
        rejected += usize::from(loose);
        rank += 1;
        link.rank = rank;
        kept.push(link);
    }
    kept
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
