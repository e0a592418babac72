//! Buildings on the parcel of an accepted one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::candidates::Candidate;
use super::decide::{Link, Status};
use super::establishments::Establishments;
use super::reason::Reason;

/// A building is on a parcel when this share of it is.
const ON_PLOT: f64 = 0.5;

/// A parcel in the cell of a building of the RNB.
#[derive(Deserialize)]
struct Plot {
    id: String,
    bdg_cover_ratio: f64,
}

/// Marks the candidates that stand on a parcel of an accepted building of the same establishment. Those without an address of
/// their own go with it; the others are questions.
pub(super) fn mark(establishments: &Establishments, links: &mut [Link]) {
    let uai = |link: &Link| establishments.rows[link.establishment].uai.clone();
    let mut own: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for link in links.iter().filter(|link| link.status == Status::Accepted) {
        let key = (uai(link), link.source.clone());
        own.entry(key).or_default().extend(plots(&link.candidate));
    }
    for link in links
        .iter_mut()
        .filter(|link| link.status != Status::Accepted)
    {
        let Some(own) = own.get(&(uai(link), link.source.clone())) else {
            continue;
        };
        if plots(&link.candidate).iter().any(|plot| own.contains(plot)) {
            link.same_plot = true;
            let open = matches!(
                link.reason,
                Reason::Far | Reason::BetterElsewhere | Reason::Uncertain
            );
            if open {
                link.status = match link.candidate.has_address {
                    true => Status::Ambiguous,
                    false => Status::Accepted,
                };
                link.computed = link.status;
                link.reason = Reason::SamePlot;
            }
        }
    }
}

/// Whether two buildings stand on one parcel; none when one of them tells no parcel.
pub(super) fn shares_plot(one: &Candidate, other: &Candidate) -> Option<bool> {
    let (one, other) = (plots(one), plots(other));
    if one.is_empty() || other.is_empty() {
        return None;
    }
    Some(one.iter().any(|plot| other.contains(plot)))
}

fn plots(candidate: &Candidate) -> Vec<String> {
    let cell = candidate.plots.as_deref().unwrap_or("[]");
    let plots: Vec<Plot> = serde_json::from_str(cell).unwrap_or_default();
    plots
        .into_iter()
        .filter(|plot| plot.bdg_cover_ratio >= ON_PLOT)
        .map(|plot| plot.id)
        .collect()
}
