//! Where a source is, for messages of runs that ask nobody.

use edulac_spec::pipeline::SourceKind;
use url::Url;

use crate::fetch::RNB_DATASET;
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
        SourceKind::Rnb { .. } => RNB_DATASET.to_owned(),
        SourceKind::Lake { table } => table.clone(),
    }
}

fn shown(url: &str) -> String {
    // What is no address shows no query, where a key would be.
    Url::parse(url).map_or_else(
        |_| url.split(['?', '#']).next().unwrap_or_default().to_owned(),
        |url| redacted(&url),
    )
}
