//! The first page: what there is, and where to go.

use edulac_catalogue::spaced;
use maud::html;

use crate::Content;
use crate::map::Map;
use crate::pages::layout::{Page, Place, plural};
use crate::pages::search;

pub(crate) fn page(content: &Content<'_>, map: &Map) -> String {
    let release = content.facts.release;
    let rows: u64 = content.facts.tables.iter().map(|t| t.released.rows).sum();
    let columns: usize = content
        .facts
        .tables
        .iter()
        .map(|t| t.released.columns.len())
        .sum();
    let sources = release.sources.len();
    let day = release.created.format("%d/%m/%Y");
    let figures = [
        (spaced(map.establishments), "établissements"),
        (spaced(map.buildings), "bâtiments rattachés"),
        (content.facts.tables.len().to_string(), "tables"),
        (spaced(columns as u64), "colonnes"),
        (sources.to_string(), "sources"),
        (spaced(rows), "lignes"),
    ];
    let doors = [
        (
            "carte.html",
            "La carte",
            "Chaque établissement à sa place, à la taille de ses effectifs, coloré par l'indicateur de votre choix ; ses bâtiments et sa cour quand on s'approche.",
        ),
        (
            "tables.html",
            "Les tables",
            "Ce que veut dire chaque colonne, son unité, ses pièges, et la requête à copier pour DuckDB, Polars, R, Python, Spark ou QGIS.",
        ),
        (
            "versions.html",
            "Les versions",
            "Ce que chaque version a apporté, et pourquoi.",
        ),
        (
            "qualite.html",
            "La qualité",
            "Ce qui a été lu, accepté, refusé ; ce qui reste à corriger à la source, et par qui.",
        ),
        (
            "lignage.html",
            "Le lignage",
            "De quelles sources chaque table est faite.",
        ),
    ];
    let body = html! {
        div class="accueil" {
            h1 { "Les établissements scolaires, leurs bâtiments, leurs territoires" }
            p class="chapo" {
                "Des données publiques de l'éducation rassemblées, vérifiées contre leurs contrats et versionnées, dans des fichiers que tout le monde peut ouvrir."
            }
            @if let Some(description) = release_words(content) { p class="profil" { (description) } }
            p { "Version " strong { (release.id) } ", publiée le " (day) "." }
        }
        (search::form("", false))
        ul class="chiffres" {
            @for (number, what) in &figures {
                li { strong { (number) } " " span { (what) } }
            }
        }
        ul class="portes" {
            @for (path, name, what) in &doors {
                li { h2 { a href=(path) { (name) } } p { (what) } }
            }
        }
        @if map.without_position > 0 {
            p class="note" {
                (plural(map.without_position, "établissement n'a", "établissements n'ont"))
                " pas de position connue : absents de la carte, ils sont dans sa liste."
            }
        }
    };
    Page::new("Accueil", Place::Home, &release.id).around(&body)
}

/// What the release says of its reach, in the first lines of its notes.
fn release_words(content: &Content<'_>) -> Option<String> {
    let notes = &content.releases.first()?.notes;
    let mut lines = notes
        .lines()
        .skip_while(|line| line.starts_with('#') || line.is_empty());
    let first = lines.next()?;
    let is_prose = !first.starts_with(['|', '-', '>'])
        && !first.starts_with("Première version")
        && !first.starts_with("Fait suite");
    is_prose.then(|| first.to_owned())
}
