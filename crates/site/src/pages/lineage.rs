//! From sources to tables: a drawing, and the same as a table.

use std::collections::{BTreeMap, BTreeSet};

use edulac_engine::Fingerprint;
use edulac_lake::Release;
use maud::{Markup, html};

use crate::Content;
use crate::pages::layout::{Page, Place};

/// The sources and the tables that a table was made from itself.
pub(crate) fn parents(release: &Release, table: &str) -> (Vec<String>, Vec<String>) {
    let released = release.tables.get(table);
    let made_of = released.and_then(|t| serde_json::from_str::<Fingerprint>(&t.fingerprint).ok());
    let Some(made_of) = made_of else {
        return (Vec::new(), Vec::new());
    };
    let tables = made_of.tables.into_keys();
    let there = tables.filter(|name| release.tables.contains_key(name) && name != table);
    (made_of.sources.into_keys().collect(), there.collect())
}

/// The tables that are made from a table.
pub(crate) fn read_by(release: &Release, table: &str) -> Vec<String> {
    let names = release.tables.keys();
    names
        .filter(|name| {
            parents(release, name)
                .1
                .iter()
                .any(|parent| parent == table)
        })
        .cloned()
        .collect()
}

const ROW: usize = 26;
const WIDTH: usize = 240;
const GAP: usize = 80;
const TOP: usize = 40;

pub(crate) fn page(content: &Content<'_>) -> String {
    let facts = &content.facts;
    let body = html! {
        h1 { "Lignage" }
        p class="chapo" { "De quelles sources, et de quelles autres tables, chaque table est faite." }
        p { "Le dessin et le tableau disent la même chose. Passer sur une boîte, ou la choisir au clavier, montre ce dont elle est faite et ce qui est fait d'elle." }
        div class="large dessin" role="region" aria-label="Dessin du lignage" tabindex="0" { (drawing(facts.release)) }
        div class="large" role="region" aria-label="Tableau du lignage" tabindex="0" {
            table {
                caption { "Ce dont chaque table est faite" }
                thead {
                    tr {
                        th scope="col" { "Table" }
                        th scope="col" { "Sources lues" }
                        th scope="col" { "Tables lues" }
                    }
                }
                tbody {
                    @for table in &facts.tables {
                        @let (sources, tables) = parents(facts.release, table.name);
                        tr {
                            th scope="row" { a href={ "tables/" (table.name) ".html" } { (table.name) } }
                            td { (sources.join(", ")) }
                            td {
                                @for (place, name) in tables.iter().enumerate() {
                                    @if place > 0 { ", " }
                                    a href={ "tables/" (name) ".html" } { (name) }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    let page = Page {
        scripts: &["lignage.js"],
        ..Page::new("Lignage", Place::Lineage, &facts.release.id)
    };
    page.around(&body)
}

/// Sources at the left, then each table right of all that it is made from.
fn drawing(release: &Release) -> Markup {
    let mut depth: BTreeMap<String, usize> = BTreeMap::new();
    for name in release.tables.keys() {
        measure(release, name, &mut depth, &mut BTreeSet::new());
    }
    let sources: BTreeSet<String> = release
        .tables
        .keys()
        .flat_map(|t| parents(release, t).0)
        .collect();
    let mut columns: Vec<Vec<String>> = vec![sources.into_iter().collect()];
    for (name, depth) in &depth {
        columns.resize_with(columns.len().max(depth + 1), Vec::new);
        columns[*depth].push(name.clone());
    }
    untangle(release, &mut columns);
    let mut places: BTreeMap<(bool, String), (usize, usize)> = BTreeMap::new();
    for (column, names) in columns.iter().enumerate() {
        for (row, name) in names.iter().enumerate() {
            let place = (column * (WIDTH + GAP) + 1, TOP + row * ROW);
            places.insert((column == 0, name.clone()), place);
        }
    }
    let height = TOP + ROW * columns.iter().map(Vec::len).max().unwrap_or_default() + 10;
    let width = columns.len() * (WIDTH + GAP) - GAP + 2;
    let box_height = ROW - 6;
    html! {
        svg class="lignage" viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="group"
            aria-label="Sources à gauche, tables à droite de ce dont elles sont faites" {
            text class="titre" x="1" y="20" { "Sources" }
            @if width > WIDTH { text class="titre" x=(WIDTH + GAP + 1) y="20" { "Tables" } }
            g class="aretes" {
                @for name in release.tables.keys() {
                    @let (sources, tables) = parents(release, name);
                    @let to = places.get(&(false, name.clone()));
                    @for (is_source, parent) in sources.into_iter().map(|s| (true, s)).chain(tables.into_iter().map(|t| (false, t))) {
                        @if let (Some(from), Some(to)) = (places.get(&(is_source, parent.clone())), to) {
                            path d=(curve(*from, *to)) data-de=(parent) data-a=(name) {}
                        }
                    }
                }
            }
            @for ((is_source, name), (x, y)) in &places {
                @let shape = html! {
                    rect x=(x) y=(y) width=(WIDTH) height=(box_height) rx="4" {}
                    text x=(x + 8) y=(y + 14) { (name) }
                };
                @if *is_source {
                    g class="boite source" data-nom=(name) { (shape) }
                } @else {
                    a class="boite" data-nom=(name) href={ "tables/" (name) ".html" } { (shape) }
                }
            }
        }
    }
}

/// Puts each table near the middle of what it is made from, so that fewer lines cross.
fn untangle(release: &Release, columns: &mut [Vec<String>]) {
    let mut heights: BTreeMap<String, f64> = BTreeMap::new();
    for column in columns {
        let mut middles: Vec<(f64, String)> = Vec::with_capacity(column.len());
        for name in column.drain(..) {
            let (sources, tables) = parents(release, &name);
            let above: Vec<f64> = sources
                .iter()
                .chain(&tables)
                .filter_map(|parent| heights.get(parent).copied())
                .collect();
            #[expect(clippy::cast_precision_loss, reason = "a count of tables")]
            let middle = above.iter().sum::<f64>() / above.len().max(1) as f64;
            middles.push((middle, name));
        }
        middles.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        for (row, (_, name)) in middles.into_iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a count of tables")]
            heights.insert(name.clone(), row as f64);
            column.push(name);
        }
    }
}

/// The longest way from the sources to a table; a table that reads itself, by way of others, counts once.
fn measure(
    release: &Release,
    name: &str,
    depth: &mut BTreeMap<String, usize>,
    above: &mut BTreeSet<String>,
) -> usize {
    if let Some(known) = depth.get(name) {
        return *known;
    }
    if !above.insert(name.to_owned()) {
        return 0;
    }
    let (_, tables) = parents(release, name);
    let deepest = tables
        .iter()
        .map(|table| measure(release, table, depth, above))
        .max();
    above.remove(name);
    let found = 1 + deepest.unwrap_or_default();
    depth.insert(name.to_owned(), found);
    found
}

fn curve((x1, y1): (usize, usize), (x2, y2): (usize, usize)) -> String {
    let middle = (ROW - 6) / 2;
    let (start, end) = (x1 + WIDTH, x2);
    let bend = (start + end) / 2;
    format!(
        "M{start} {a}C{bend} {a} {bend} {b} {end} {b}",
        a = y1 + middle,
        b = y2 + middle
    )
}
