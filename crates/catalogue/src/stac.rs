//! STAC: a collection for each table, and in it an item for each release that holds the table.
//!
//! Forms: STAC 1.1.0, table extension 1.2.0, file extension 2.1.0. Hrefs are relative to the document.

use std::collections::BTreeMap;

use edulac_lake::{Release, ReleasedTable};
use serde_json::{Value, json};

use crate::facts::{Facts, TableFacts, instant};

const VERSION: &str = "1.1.0";
const TABLE: &str = "https://stac-extensions.github.io/table/v1.2.0/schema.json";
const FILE: &str = "https://stac-extensions.github.io/file/v2.1.0/schema.json";
/// From `catalogue/stac/<table>/` to the lake.
const LAKE: &str = "../../..";
/// A table without geometry is about the whole country: what STAC asks of a collection.
const FRANCE: [f64; 4] = [-178.4, -50.3, 172.1, 51.2];

/// Every document, by its path below `catalogue/stac/`.
pub(crate) fn documents(facts: &Facts<'_>, releases: &[Release]) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    found.insert("catalog.json".to_owned(), catalog(facts));
    for table in &facts.tables {
        let held: Vec<(&Release, &ReleasedTable)> = releases
            .iter()
            .filter_map(|release| Some((release, release.tables.get(table.name)?)))
            .collect();
        let path = format!("{}/collection.json", table.name);
        found.insert(path, collection(table, &held));
        for (release, released) in held {
            let path = format!("{}/{}.json", table.name, release.id);
            found.insert(path, item(table.name, release, released));
        }
    }
    found
}

fn link(rel: &str, href: &str, media: &str) -> Value {
    json!({"rel": rel, "href": href, "type": media})
}

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";

fn catalog(facts: &Facts<'_>) -> Value {
    let mut links = vec![link("root", "./catalog.json", JSON)];
    for table in &facts.tables {
        links.push(link(
            "child",
            &format!("./{}/collection.json", table.name),
            JSON,
        ));
    }
    json!({
        "type": "Catalog",
        "stac_version": VERSION,
        "id": "edulac",
        "title": "Lac de données de l’éducation",
        "description": format!("Les {} tables du lac, et leurs versions.", facts.tables.len()),
        "links": links,
    })
}

fn collection(table: &TableFacts<'_>, held: &[(&Release, &ReleasedTable)]) -> Value {
    let times: Vec<String> = held
        .iter()
        .map(|(release, _)| instant(release.created))
        .collect();
    let mut links = vec![
        link("root", "../catalog.json", JSON),
        link("parent", "../catalog.json", JSON),
    ];
    for (release, _) in held {
        links.push(link("item", &format!("./{}.json", release.id), GEOJSON));
    }
    let licences = table.licences();
    let licence = match licences.as_slice() {
        [one] => *one,
        _ => "other",
    };
    let mut producers: Vec<&str> = table
        .sources
        .iter()
        .filter_map(|source| source.producer.as_deref())
        .collect();
    producers.sort_unstable();
    producers.dedup();
    let providers: Vec<Value> = producers
        .into_iter()
        .map(|name| json!({"name": name, "roles": ["producer"]}))
        .collect();
    let said = match table.released.description.as_str() {
        "" => table.name,
        said => said,
    };
    json!({
        "type": "Collection",
        "stac_version": VERSION,
        "stac_extensions": [TABLE],
        "id": table.name,
        "title": table.name,
        "description": said,
        "license": licence,
        "providers": providers,
        "extent": {
            "spatial": {"bbox": [table.released.bbox.unwrap_or(FRANCE)]},
            "temporal": {"interval": [[times.first(), times.last()]]},
        },
        "table:columns": columns(table.released),
        "links": links,
    })
}

fn columns(table: &ReleasedTable) -> Vec<Value> {
    let column = |column: &edulac_lake::ReleasedColumn| {
        let mut about = json!({"name": column.name, "type": column.data_type});
        if let Some(said) = &column.description {
            about["description"] = said.as_str().into();
        }
        about
    };
    table.columns.iter().map(column).collect()
}

fn item(name: &str, release: &Release, table: &ReleasedTable) -> Value {
    let mut properties = json!({
        "datetime": instant(release.created),
        "title": format!("{name}, version {}", release.id),
        "table:columns": columns(table),
        "table:row_count": table.rows,
    });
    if let Some(geometry) = &table.geometry {
        properties["table:primary_geometry"] = geometry.as_str().into();
    }
    let mut assets = serde_json::Map::new();
    if let Some(whole) = &table.whole {
        let href = format!("{LAKE}/{}", whole.path);
        let asset = asset(&href, "La table entière", whole.bytes, &whole.sha256);
        assets.insert("table".to_owned(), asset);
    }
    for (number, file) in table.files.iter().enumerate() {
        let href = format!("{LAKE}/{}/{}", table.path, file.path);
        let asset = asset(&href, "Une partie de la table", file.bytes, &file.sha256);
        assets.insert(format!("part-{number:05}"), asset);
    }
    let manifest = format!("{LAKE}/releases/{}/manifest.json", release.id);
    let mut item = json!({
        "type": "Feature",
        "stac_version": VERSION,
        "stac_extensions": [TABLE, FILE],
        "id": format!("{name}-{}", release.id),
        "collection": name,
        "geometry": null,
        "properties": properties,
        "links": [
            link("root", "../catalog.json", JSON),
            link("parent", "./collection.json", JSON),
            link("collection", "./collection.json", JSON),
            link("via", &manifest, JSON),
        ],
        "assets": assets,
    });
    if let Some(bbox) = table.bbox {
        let [west, south, east, north] = bbox;
        item["bbox"] = json!(bbox);
        item["geometry"] = json!({"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south],
        ]]});
    }
    item
}

fn asset(href: &str, title: &str, bytes: u64, sha256: &str) -> Value {
    json!({
        "href": href,
        "title": title,
        "type": "application/vnd.apache.parquet",
        "roles": ["data"],
        "file:size": bytes,
        // A multihash: SHA-256 (0x12), of 32 bytes (0x20).
        "file:checksum": format!("1220{sha256}"),
    })
}
