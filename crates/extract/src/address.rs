//! Where a source is, for runs that ask nobody.

use edulac_spec::pipeline::SourceKind;
use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use url::Url;

use crate::fetch::{RNB_DATASET, RNB_DIFF};
use crate::redact::redacted;

/// The address of a source, without secrets.
pub(crate) fn address(kind: &SourceKind) -> String {
    match kind {
        SourceKind::Opendatasoft {
            portal, dataset, ..
        } => shown(&format!(
            "{}/explore/dataset/{dataset}",
            portal.trim_end_matches('/')
        )),
        SourceKind::Http { url, .. } => shown(url),
        SourceKind::File { url, .. } => url.clone(),
        SourceKind::Rnb { .. } | SourceKind::RnbNational {} => RNB_DATASET.to_owned(),
        SourceKind::RnbDiff { .. } => RNB_DIFF.to_owned(),
        SourceKind::Lake { table, .. } | SourceKind::Previous { table } => table.clone(),
    }
}

/// A short hash of what a source asks for, and of whom: its own options, and the stand-ins of the profile. Extracts with
/// equal ones can stand for each other.
pub fn asked(kind: &SourceKind, endpoints: &IndexMap<String, String>) -> String {
    let stand_ins = match kind {
        // They are read from this machine as they are.
        SourceKind::File { .. } | SourceKind::Lake { .. } | SourceKind::Previous { .. } => None,
        _ => Some(endpoints),
    };
    let digest = Sha256::digest(format!("{kind:?} {stand_ins:?}"));
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether a folder stands in for the server of a source: its content may be of any time.
pub fn is_played_by_a_folder(kind: &SourceKind, endpoints: &IndexMap<String, String>) -> bool {
    let address = address(kind);
    endpoints
        .iter()
        .any(|(start, instead)| address.starts_with(start.as_str()) && !instead.contains("://"))
}

fn shown(url: &str) -> String {
    // What is no address shows no query, where a key would be.
    Url::parse(url).map_or_else(
        |_| url.split(['?', '#']).next().unwrap_or_default().to_owned(),
        |url| redacted(&url),
    )
}
