//! The whole story of one establishment, read from a release and from the archive.
//!
//! What a release lacks (an older one, a lake of a few pipelines) is missing from the story, which says so in
//! [`Explanation::missing`]. Columns of contacts are left out, whatever the table.

mod changes;
mod places;
mod reader;
mod rejects;
mod sources;
mod tables;
mod unknown;

use edulac_lake::ReleaseEntry;
use edulac_model::Uai;
use serde::Serialize;

pub use changes::{Change, ChangeKind};
pub use places::{Group, Shared, Site};
pub use rejects::RejectedRow;
pub use sources::SourceStory;
pub use tables::TableRows;

use crate::Workspace;
use crate::error::{Error, Result};
use crate::links;
use crate::released::{Released, Row, text};
use reader::Reader;

/// Tables that the story is made of before any other; the others come as they are in [`Explanation::tables`].
const TOLD_APART: [&str; 10] = [
    "etablissements",
    "etablissements_fermes",
    "etablissements_batiments",
    "etablissements_sites",
    "sites",
    "registre_sites",
    "groupes",
    "chevauchements",
    "evenements_etablissements",
    "etablissements_batiments_histoire",
];

/// What a lake knows of one establishment. Rows are as in the tables, without contacts; a geometry is the `lon` and
/// `lat` of its centroid, in degrees.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The establishment.
    pub uai: Uai,
    /// The release that was read.
    pub release: String,
    /// When it was published, UTC, ISO 8601.
    pub published_at: String,
    /// The run that published it.
    pub run: Option<String>,
    /// The lake, by its location.
    pub lake: String,
    /// Its row of `etablissements`: identity, position, territories. Null: it is not in the directory.
    pub etablissement: Option<Row>,
    /// Its row of `etablissements_fermes`. Null: it is not among the closed ones.
    pub ferme: Option<Row>,
    /// The row of `etablissements` of its presumed successor. Null: it has none, or it is not in the directory.
    pub successeur: Option<Row>,
    /// Closed establishments whose presumed successor it is.
    pub predecesseurs: Vec<Row>,
    /// Columns that are left out: they tell how to reach people.
    pub contacts_left_out: Vec<String>,
    /// Its candidate buildings, best first: rows of `etablissements_batiments`.
    pub liens: Vec<Row>,
    /// Why it has no accepted link: its row of the list in the archive. Null: it has one, or there is no such list.
    pub sans_batiment: Option<Row>,
    /// Other establishments that its accepted buildings are also accepted for.
    pub batiments_partages: Vec<Shared>,
    /// Its sites, the principal one first.
    pub sites: Vec<Site>,
    /// Its groups.
    pub groupes: Vec<Group>,
    /// Its rows of `chevauchements` and those of its sites: territories that they straddle, with the share in each.
    pub chevauchements: Vec<Row>,
    /// Every other table with rows of its own, by name.
    pub tables: Vec<TableRows>,
    /// Rows of `evenements_etablissements` that are its own or name it, oldest first, those without a date last.
    pub evenements: Vec<Row>,
    /// Its rows of `etablissements_batiments_histoire`, oldest first.
    pub histoire_liens: Vec<Row>,
    /// Broken rules that name it, in the runs that made the tables of the release and in the newest run.
    pub rejets: Vec<RejectedRow>,
    /// Rows of its own that differ from one release to the next, newest first.
    pub versions: Vec<Change>,
    /// The oldest release that `versions` goes back to.
    pub versions_depuis: Option<String>,
    /// The sources that the tables with rows of its own were made from.
    pub sources: Vec<SourceStory>,
    /// Tables of the story that the release does not have, and `archive` when that cannot be read.
    pub missing: Vec<String>,
}

/// Which release to explain, and how far to look back.
#[derive(Debug, Clone, Default)]
pub struct ExplainOptions {
    /// Id of the release; none: the newest.
    pub release: Option<String>,
    /// Releases to compare with the ones before them, from that one back; none: all.
    pub look_back: Option<usize>,
}

/// Tells the story of an establishment. Blanks, case and lost leading zeros of `uai` are made good.
///
/// # Errors
/// [`Error::NoUai`] for what is no UAI; [`Error::UnknownUai`] for one that neither the release nor the rejects name;
/// [`Error::EmptyLake`], an unknown release, a table that cannot be read.
pub async fn explain(
    workspace: &Workspace,
    uai: &str,
    options: &ExplainOptions,
) -> Result<Explanation> {
    let uai = Uai::parse(uai).map_err(|fault| Error::NoUai {
        text: uai.to_owned(),
        fault,
    })?;
    let released = Released::open(workspace, options.release.as_deref()).await?;
    let reader = Reader {
        contracts: &workspace.contracts,
        released: &released,
        uai,
    };
    let rejected = rejects::naming(workspace, &released.release, uai)?;
    let mut story = read(&reader).await?;
    story.rejets = rejected.rows;
    story.missing.extend(rejected.missing);
    let without = links::unlinked(workspace, &released.release)?;
    let mut without = without.into_iter().flatten();
    story.sans_batiment = without.find(|row| text(row, "uai") == Some(uai.as_str()));
    let is_known = story.etablissement.is_some() || story.ferme.is_some();
    if !is_known && story.tables.is_empty() && story.liens.is_empty() && story.rejets.is_empty() {
        return Err(unknown::error(&reader).await?);
    }
    let entries = released.lake.releases().await?;
    let until = entries.iter().position(|e| e.id == story.release);
    let past: &[ReleaseEntry] = &entries[..until.map_or(0, |at| at + 1)];
    let compared = options.look_back.unwrap_or(past.len()).min(past.len());
    let past = &past[past.len() - compared..];
    // Nothing can be compared with a release whose files are gone.
    let gone = released.lake.gone().await?;
    let is_gone = |id: &String| gone.contains_key(id);
    let lost = past
        .iter()
        .rposition(|entry| is_gone(&entry.id) || entry.parent.as_ref().is_some_and(is_gone));
    let past = &past[lost.map_or(0, |at| at + 1)..];
    story.versions_depuis = past.first().map(|entry| entry.id.clone());
    story.versions = changes::changes(&reader, past).await?;
    story.sources = sources::sources(&released.release, &story);
    Ok(story)
}

/// What the release itself says.
async fn read(reader: &Reader<'_>) -> Result<Explanation> {
    let release = &reader.released.release;
    let directory = reader.rows("etablissements").await?.into_iter().next();
    let closed = reader
        .rows("etablissements_fermes")
        .await?
        .into_iter()
        .next();
    let successor = closed
        .as_ref()
        .and_then(|row| text(row, "successeur_infere"));
    let successeur = match successor {
        Some(uai) => reader.one("etablissements", "uai", uai).await?,
        None => None,
    };
    let sites = places::sites(reader).await?;
    Ok(Explanation {
        uai: reader.uai,
        release: release.id.clone(),
        published_at: release
            .created
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        run: release.counts["run"].as_str().map(str::to_owned),
        lake: reader.released.lake.location().to_string(),
        contacts_left_out: reader.contacts("etablissements"),
        predecesseurs: reader
            .where_is("etablissements_fermes", "successeur_infere")
            .await?,
        successeur,
        etablissement: directory,
        ferme: closed,
        liens: places::links(reader).await?,
        sans_batiment: None,
        batiments_partages: places::shared(reader).await?,
        chevauchements: places::straddling(reader, &sites).await?,
        sites,
        groupes: places::groups(reader).await?,
        tables: tables::others(reader).await?,
        evenements: places::events(reader).await?,
        histoire_liens: places::history(reader).await?,
        rejets: Vec::new(),
        versions: Vec::new(),
        versions_depuis: None,
        sources: Vec::new(),
        missing: TOLD_APART
            .into_iter()
            .filter(|table| !reader.released.has(table))
            .map(str::to_owned)
            .collect(),
    })
}
