//! How good the links between establishments and buildings are: what a release says, what a truth or labels measure.

mod interval;
mod labels;
mod measure;
mod report;
mod review;
mod sample;
mod scenes;
mod truth;
mod truth_pairs;
mod unlinked;

pub use interval::Share;
pub use labels::{Label, Verdict};
pub use measure::{Bin, LinkMeasure, MeasuredPart, label_links, link_measure};
pub use report::{Coverage, Distances, Evidence, LinkReport, link_report};
pub use review::{Drawn, LinkReview, ReviewOptions, link_review};
pub use sample::StratumSize;
pub use truth::{TruthMeasure, TruthPart};
pub use truth_pairs::TruthPairs;
pub(crate) use unlinked::unlinked;

/// The table that this is all about.
const LINKS: &str = "etablissements_batiments";

/// Name of what the labels of links measured, beside the releases.
const MEASURE: &str = "liens";
