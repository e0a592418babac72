//! What a lake says of itself to people and to catalogues.
//!
//! ```text
//! catalogue/dictionnaire.md, dictionnaire.html     tables and columns, for people
//! catalogue/dcat.jsonld                            DCAT-AP, for data.gouv.fr's harvester
//! catalogue/openlineage/<release>/<pipeline>.json  OpenLineage: what the tables were made from, column by column
//! catalogue/schemas/<table>.json                   Table Schemas
//! catalogue/semantics.json                         tables, columns, joins, notices, sources, questions, for programs that answer
//! catalogue/stac/catalog.json                      STAC: a collection per table, an item per release
//! datapackage.json                                 Frictionless Data Package; its paths may not climb, so it stands at the root
//! ```
//!
//! Beside them, [`paper`] is the skeleton of a data paper, for whoever writes one.
//!
//! All of it follows from releases and contracts: writing it again gives the same bytes. Links are relative, so that a copy of
//! the lake is as good as the lake.

mod dcat;
mod dictionary;
mod facts;
mod gather;
mod html;
mod meaning;
mod openlineage;
mod package;
mod paper;
mod relations;
mod search;
mod semantics;
mod stac;
mod words;

use std::collections::BTreeMap;

use edulac_contract::Contract;
use edulac_engine::Workspace;
use edulac_lake::Release;

pub use dictionary::spaced;
pub use facts::{Facts, TableFacts};
pub use html::{about_list, column_table, notice_list, reuse_list, source_list};

pub use meaning::{
    BreakMeaning, ColumnMeaning, ForbidsMeaning, Meaning, NoticeMeaning, SourceMeaning,
    TableMeaning,
};
pub use relations::Relation;
pub use search::{Hit, Reason, search};
pub use semantics::{Answered, Asked, Refused, Semantics, semantics_schema};

pub use paper::paper;

/// The folder that is written anew with each release.
pub const FOLDER: &str = "catalogue";
/// The document that stands outside of it.
pub const PACKAGE: &str = "datapackage.json";

/// The documents about the newest of `releases` (given oldest first, those that still stand), by their path below the lake; none
/// without a release.
#[must_use]
pub fn documents(
    releases: &[Release],
    workspace: &Workspace,
    asked: &Asked<'_>,
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let Some(release) = releases.last() else {
        return found;
    };
    let lineage = edulac_engine::lineage_of(workspace, release);
    let facts = Facts::of(release, &workspace.contracts).with(workspace, &lineage);
    let mut put = |path: String, text: String| {
        found.insert(path, text);
    };
    put(
        format!("{FOLDER}/dictionnaire.html"),
        html::dictionary(&facts),
    );
    put(
        format!("{FOLDER}/dictionnaire.md"),
        dictionary::markdown(&facts),
    );
    put(
        format!("{FOLDER}/dcat.jsonld"),
        json(&dcat::catalog(&facts)),
    );
    put(PACKAGE.to_owned(), json(&package::package(&facts)));
    let semantics = semantics(release, &workspace.contracts, asked);
    put(
        format!("{FOLDER}/semantics.json"),
        json(&serde_json::to_value(semantics).unwrap_or_default()),
    );
    put(
        format!("{FOLDER}/{}", semantics::SCHEMA),
        json(&semantics_schema()),
    );
    for table in &facts.tables {
        let path = format!("{FOLDER}/schemas/{}.json", table.name);
        put(path, json(&package::schema(table)));
    }
    for (path, event) in openlineage::events(&facts, releases) {
        put(format!("{FOLDER}/openlineage/{path}"), json(&event));
    }
    for (path, document) in stac::documents(&facts, releases) {
        put(format!("{FOLDER}/stac/{path}"), json(&document));
    }
    found
}

/// What a release means, to describe it, to search it, and for programs that answer questions.
#[must_use]
pub fn semantics(
    release: &Release,
    contracts: &BTreeMap<String, Contract>,
    asked: &Asked<'_>,
) -> Semantics {
    let meaning = Meaning::of(&Facts::of(release, contracts));
    Semantics::of(release, &meaning, asked)
}

fn json(document: &serde_json::Value) -> String {
    // A value of ours has no keys that are not texts: this cannot fail.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
