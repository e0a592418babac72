//! Releases and their notes.

use edulac_catalogue::spaced;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Event, Options, Parser};

use crate::pages::layout::{Page, Place};
use crate::{Content, Past};

pub(crate) fn list(content: &Content<'_>) -> String {
    let release = content.facts.release;
    let body = html! {
        h1 { "Versions" }
        p class="chapo" { "Une version est un ensemble cohérent de tables, daté et immuable." }
        div class="large" role="region" aria-label="Liste des versions" tabindex="0" {
            table class="liste" {
                caption { "Versions du lac, la plus récente d'abord" }
                thead {
                    tr {
                        th scope="col" { "Version" }
                        th scope="col" { "Publiée le" }
                        th scope="col" class="nombre" { "Tables" }
                        th scope="col" class="nombre" { "Lignes" }
                        th scope="col" { "Tables changées" }
                        th scope="col" { "État" }
                    }
                }
                tbody {
                    @for past in &content.releases {
                        @let r = &past.release;
                        tr {
                            th scope="row" { a href={ "versions/" (r.id) ".html" } { (r.id) } }
                            td { (r.created.format("%d/%m/%Y à %H:%M UTC")) }
                            td class="nombre" { (r.tables.len()) }
                            td class="nombre" { (spaced(r.tables.values().map(|t| t.rows).sum())) }
                            td { (changed(past)) }
                            td { (state(past, &release.id)) }
                        }
                    }
                }
            }
        }
    };
    Page::new("Versions", Place::Releases, &release.id).around(&body)
}

fn changed(past: &Past) -> String {
    let tables = past.release.tables.values();
    let count = tables.filter(|t| t.changed_in == past.release.id).count();
    match count == past.release.tables.len() {
        true => "toutes".to_owned(),
        false => count.to_string(),
    }
}

fn state(past: &Past, newest: &str) -> Markup {
    html! {
        @if let Some(reason) = &past.withdrawn { "retirée : " (reason) }
        @else if past.is_gone { "fichiers effacés, notes gardées" }
        @else if past.release.id == newest { "en cours" }
        @else { "disponible" }
    }
}

pub(crate) fn page(content: &Content<'_>, past: &Past) -> String {
    let id = &past.release.id;
    let body = html! {
        p class="fil" { a href="../versions.html" { "Versions" } " › " (id) }
        h1 { "Version " (id) }
        p class="chapo" { "Publiée le " (past.release.created.format("%d/%m/%Y à %H:%M UTC")) " : " (state(past, &content.facts.release.id)) "." }
        article class="notes" { (notes(&past.notes)) }
    };
    let title = format!("Version {id}");
    let page = Page {
        depth: 1,
        ..Page::new(&title, Place::Releases, &content.facts.release.id)
    };
    page.around(&body)
}

/// Notes as the page shows them. Their first title is the page's own; HTML in them is shown as text.
fn notes(markdown: &str) -> Markup {
    let body = match markdown.trim_start().split_once('\n') {
        Some((title, rest)) if title.starts_with("# ") => rest,
        _ => markdown,
    };
    let events = Parser::new_ext(body, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    // The policy of the pages forbids inline style.
    let html = html
        .replace(" style=\"text-align: right\"", " class=\"nombre\"")
        .replace(" style=\"text-align: left\"", "")
        .replace(" style=\"text-align: center\"", "")
        .replace("<th", "<th scope=\"col\"")
        .replace("<th scope=\"col\"ead", "<thead")
        .replace(
            "<table>",
            "<div class=\"large\" role=\"region\" aria-label=\"Tableau des notes\" tabindex=\"0\"><table>",
        )
        .replace("</table>", "</table></div>");
    PreEscaped(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_in_notes_is_text() {
        let shown =
            notes("# Titre\n\nUn <script>alert(1)</script> et\n\n<div onclick=x>bloc</div>\n")
                .into_string();
        assert!(
            !shown.contains("<script") && !shown.contains("<div onclick"),
            "{shown}"
        );
        assert!(shown.contains("&lt;script&gt;"), "{shown}");
        assert!(!shown.contains("Titre"), "{shown}");
    }
}
