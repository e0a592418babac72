//! What the evidence of a link is worth together.

use super::by_ground::MOSTLY;
use super::decide::{Link, Status};
use super::named::Correction;

/// Worth of a declaration by the ministry.
const DECLARED: f64 = 0.97;
/// Worth of a ground that holds the whole building; one that holds half of it is worth [`HALF_GROUND`].
const WHOLE_GROUND: f64 = 0.98;
const HALF_GROUND: f64 = 0.9;
/// Worth of an address that agrees to the letter.
const ADDRESS: f64 = 0.93;
/// Worth of the parcel of an accepted building.
const PLOT: f64 = 0.8;
/// What a question and a refusal leave of it.
const AMBIGUOUS: f64 = 0.6;
const REJECTED: f64 = 0.3;

/// From 0 to 1: 1 − the product of what each evidence leaves to doubt, lowered for what is not accepted. It is no
/// probability: it has not been measured on labelled cases.
pub(super) fn score(link: &Link) -> f64 {
    let tie = &link.candidate.tie;
    match tie.correction {
        Some(Correction::Accept) => return 1.0,
        Some(Correction::Reject) => return 0.0,
        None => {}
    }
    let ground = tie.on_ground.map_or(0.0, |share| {
        if share >= MOSTLY {
            HALF_GROUND + (WHOLE_GROUND - HALF_GROUND) * (share - MOSTLY) / (1.0 - MOSTLY)
        } else {
            share * HALF_GROUND
        }
    });
    let worths = [
        if tie.declared { DECLARED } else { 0.0 },
        ground,
        tie.address.unwrap_or_default() * ADDRESS,
        if link.same_plot { PLOT } else { 0.0 },
        link.chance,
    ];
    let doubt: f64 = worths.iter().map(|worth| 1.0 - worth).product();
    let left = match link.status {
        Status::Accepted => 1.0,
        Status::Ambiguous => AMBIGUOUS,
        Status::Rejected => REJECTED,
    };
    (1.0 - doubt) * left
}
