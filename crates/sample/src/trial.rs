//! What a trial leaves out.

use crate::draw::{Draw, Topic};
use crate::plan::Establishment;
use crate::{Mix, Options};

/// Share of the establishments whose address is known in a trial.
const ADDRESSES: f64 = 0.6;
/// Share of the sites whose ground is drawn in a trial.
const GROUNDS: f64 = 0.4;

/// Whether the directory has an address.
pub(crate) fn has_address(options: &Options, establishment: &Establishment) -> bool {
    let serial = u64::from(establishment.serial);
    keeps(options, [0, serial], ADDRESSES)
}

/// Whether the BD TOPO draws the ground of a site.
pub(crate) fn has_ground(options: &Options, site: usize) -> bool {
    keeps(options, [1, site as u64], GROUNDS)
}

fn keeps(options: &Options, [kind, number]: [u64; 2], share: f64) -> bool {
    options.mix == Mix::Island || Draw::new(options.seed, Topic::Trial, kind, number).chance(share)
}
