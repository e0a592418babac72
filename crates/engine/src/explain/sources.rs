//! The sources behind the rows of an establishment, and how fresh they are.

use std::collections::{BTreeMap, BTreeSet};

use edulac_lake::Release;
use serde::Serialize;
use serde_json::Value;

use super::Explanation;
use crate::fingerprint::sources_behind;

/// A source, as the release tells it.
#[derive(Debug, Clone, Serialize)]
pub struct SourceStory {
    /// Pipeline and source, `etablissements.annuaire`.
    pub source: String,
    /// Since when its content is what it is, ISO 8601.
    pub as_of: Option<String>,
    /// The extract that was read.
    pub extract: Option<String>,
    /// When the source was asked, ISO 8601.
    pub requested_at: Option<String>,
    /// Records parsed.
    pub records: Option<u64>,
    /// Who produces it.
    pub producteur: Option<String>,
    /// Under which licence.
    pub licence: Option<String>,
    /// The tables made from it that have rows of the establishment.
    pub tables: Vec<String>,
}

/// The sources of the tables that have rows of the establishment, by name. A table made from another one stands on
/// the sources of that one too.
pub(super) fn sources(release: &Release, story: &Explanation) -> Vec<SourceStory> {
    let mut tables_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in tables(story) {
        for source in sources_behind(release, table) {
            let tables = tables_of.entry(source).or_default();
            tables.insert(table.to_owned());
        }
    }
    let told = |(source, tables): (String, BTreeSet<String>)| {
        let said = release.sources.get(&source).unwrap_or(&Value::Null);
        let (text, receipt) = (
            |value: &Value| value.as_str().map(str::to_owned),
            &said["receipt"],
        );
        SourceStory {
            as_of: text(&said["as_of"]),
            extract: text(&receipt["extract"]),
            requested_at: text(&receipt["requested_at"]),
            records: receipt["records"]["parsed"].as_u64(),
            producteur: text(&said["producteur"]),
            licence: text(&said["licence"]),
            tables: tables.into_iter().collect(),
            source,
        }
    };
    tables_of.into_iter().map(told).collect()
}

/// The tables with rows of the establishment.
fn tables(story: &Explanation) -> Vec<&str> {
    let rows = [
        ("etablissements", story.etablissement.is_some()),
        ("etablissements_fermes", story.ferme.is_some()),
        ("etablissements_batiments", !story.liens.is_empty()),
        ("etablissements_sites", !story.sites.is_empty()),
        ("groupes", !story.groupes.is_empty()),
        ("chevauchements", !story.chevauchements.is_empty()),
        ("evenements_etablissements", !story.evenements.is_empty()),
        (
            "etablissements_batiments_histoire",
            !story.histoire_liens.is_empty(),
        ),
    ];
    let told = rows.into_iter().filter(|(_, has)| *has);
    let others = story.tables.iter().map(|rows| rows.table.as_str());
    told.map(|(table, _)| table).chain(others).collect()
}
