//! The pages.

mod about;
mod home;
mod layout;
mod lineage;
mod map;
mod quality;
mod queries;
mod releases;
mod search;
mod table;

use std::collections::BTreeMap;

use crate::Content;
use crate::error::Result;
use crate::map::Map;

/// Every page and the data of the search, by path.
pub(crate) async fn pages(content: &Content<'_>, map: &Map) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut put = |path: &str, text: String| {
        files.insert(path.to_owned(), text);
    };
    put("index.html", home::page(content, map));
    put("carte.html", map::page(content, map));
    put("tables.html", table::list(content));
    put("versions.html", releases::list(content));
    put("qualite.html", quality::page(content).await?);
    put("lignage.html", lineage::page(content));
    put("a-propos.html", about::page(content));
    for table in &content.facts.tables {
        let path = format!("tables/{}.html", table.name);
        put(&path, table::page(content, table));
    }
    for past in &content.releases {
        let path = format!("versions/{}.html", past.release.id);
        put(&path, releases::page(content, past));
    }
    let (path, text) = search::index(content);
    put(&path, text);
    Ok(files)
}
