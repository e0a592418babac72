//! The static site of a lake, in French: pages that open from a folder or a bucket, with no server and no request to anyone.
//!
//! ```text
//! index.html  carte.html  tables.html  tables/<table>.html  versions.html  versions/<id>.html  qualite.html  lignage.html
//! habillage/  style and scripts, as they are in `assets/`
//! donnees/    what the map and the search read, as scripts: a page opened from a folder may not fetch
//!   carte.js               indicators, académies, which tiles there are
//!   points/<académie>.js   a column of values for each thing that draws, filters or lists establishments
//!   fiches/<académie>.js   the rest of their cards, read at the first card
//!   contours/…             académies, and communes by département, simplified
//!   batiments/<tile>.js    linked buildings, grounds and yards of a tenth of a degree, read when the map is close
//! fichiers.txt  the names of all of it
//! ```
//!
//! All of it follows from a release and the contracts: making it again gives the same bytes. Values of columns that are not
//! classified `public` never enter it.

mod assets;
mod error;
mod map;
mod pages;
mod script;

use std::collections::BTreeMap;

use edulac_catalogue::Facts;
use edulac_engine::{Released, Workspace};
use edulac_lake::Release;

pub use error::{Error, Result};

/// The folder of the site in a lake. The catalogue's own folder is written anew with each release; this one stays until the site
/// is made again.
pub const FOLDER: &str = "site";
/// The list of the files of a site, one a line.
pub const LIST: &str = "fichiers.txt";

/// A site, not written yet.
#[derive(Debug)]
pub struct Site {
    /// The release that it shows.
    pub release: String,
    /// Establishments on its map, those without a position too.
    pub establishments: u64,
    /// Those without a position.
    pub without_position: u64,
    /// Linked buildings on its map.
    pub buildings: u64,
    /// Its files, by their path below its folder.
    pub files: BTreeMap<String, String>,
}

/// What the pages are made from.
pub(crate) struct Content<'a> {
    /// The release shown, open for queries.
    pub(crate) released: &'a Released,
    /// Its tables.
    pub(crate) facts: Facts<'a>,
    /// The lake as the profile names it, in queries to copy.
    pub(crate) address: &'a str,
    /// All releases, newest first.
    pub(crate) releases: Vec<Past>,
}

/// A release of the lake, for the list.
pub(crate) struct Past {
    pub(crate) release: Release,
    /// Its notes, in Markdown; vacuum leaves them.
    pub(crate) notes: String,
    /// Its files are gone.
    pub(crate) is_gone: bool,
    /// Why it was withdrawn.
    pub(crate) withdrawn: Option<String>,
}

/// Makes the site of the newest release of a lake.
///
/// # Errors
/// [`Error::Engine`] for a lake without a release and for a table that cannot be read, [`Error::Lake`], [`Error::Geometry`].
pub async fn site(workspace: &Workspace) -> Result<Site> {
    let released = Released::open(workspace, None).await?;
    let facts = Facts::of(&released.release, &workspace.contracts);
    let releases = past(&released).await?;
    let map = map::map(&released, &workspace.contracts).await?;
    let content = Content {
        released: &released,
        facts,
        address: workspace.profile.lake.trim_end_matches('/'),
        releases,
    };
    let mut files = pages::pages(&content, &map).await?;
    files.extend(map.files);
    files.extend(assets::files());
    let mut list: Vec<&str> = files.keys().map(String::as_str).chain([LIST]).collect();
    list.sort_unstable();
    let list = list.join("\n") + "\n";
    files.insert(LIST.to_owned(), list);
    Ok(Site {
        release: released.release.id.clone(),
        establishments: map.establishments,
        without_position: map.without_position,
        buildings: map.buildings,
        files,
    })
}

async fn past(released: &Released) -> Result<Vec<Past>> {
    let lake = &released.lake;
    let gone = lake.gone().await?;
    let entries = lake.releases().await?;
    let withdrawn: BTreeMap<&str, &str> = entries
        .iter()
        .filter_map(|entry| entry.withdraws.as_ref())
        .map(|withdrawal| (withdrawal.release.as_str(), withdrawal.reason.as_str()))
        .collect();
    let mut past = Vec::new();
    for entry in entries.iter().rev() {
        let release = lake.release(&entry.id).await?;
        past.push(Past {
            notes: lake.notes(&release).await?,
            is_gone: gone.contains_key(&entry.id),
            withdrawn: withdrawn
                .get(entry.id.as_str())
                .map(|reason| (*reason).to_owned()),
            release,
        });
    }
    Ok(past)
}
