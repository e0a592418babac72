//! The data dictionary as a page, and the parts of it that other pages show: no script, no request, readable by keyboard and
//! screen readers.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::dictionary::{about, columns, used, warning};
use crate::facts::{Facts, TableFacts};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:72rem;margin:0 auto;padding:1rem}\
a:focus-visible{outline:3px solid}\
table{border-collapse:collapse;width:100%;margin:1rem 0}\
caption{text-align:left;font-weight:bold}\
th,td{border:1px solid;padding:.3rem .5rem;text-align:left;vertical-align:top}\
.large{overflow-x:auto}\
.notice{border-left:.4rem solid #b34000;padding:.2rem .8rem;margin:1rem 0}\
dt{font-weight:bold}dd{margin:0 0 .4rem 1rem}\
ul.tables{columns:20rem}";

pub(crate) fn dictionary(facts: &Facts<'_>) -> String {
    let release = &facts.release.id;
    let page = html! {
        (DOCTYPE)
        html lang="fr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Dictionnaire des données, version " (release) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Dictionnaire des données" }
                    p { "Version " (release) " du lac : " (facts.tables.len()) " tables." }
                }
                nav aria-label="Tables" {
                    ul class="tables" {
                        @for table in &facts.tables {
                            li { a href={ "#" (table.name) } { (table.name) } }
                        }
                    }
                }
                main {
                    @for table in &facts.tables { (section(table)) }
                }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn section(table: &TableFacts<'_>) -> Markup {
    let name = table.name;
    html! {
        section id=(name) aria-labelledby={ "titre-" (name) } {
            h2 id={ "titre-" (name) } { (name) }
            p { (table.released.description) }
            (about_list(table))
            (notice_list(table))
            (column_table(table))
            @if !table.reuses.is_empty() {
                h3 { "Réutilisations" }
                (reuse_list(table))
            }
            @if !table.sources.is_empty() {
                h3 { "Sources" }
                (source_list(table))
            }
        }
    }
}

/// What is said of a table, each under its word: grain, key, rows, contract, licence.
#[must_use]
pub fn about_list(table: &TableFacts<'_>) -> Markup {
    html! {
        dl {
            @for (what, said) in about(table) {
                dt { (what) } dd { (said) }
            }
        }
    }
}

/// The warnings against misreading a table and its columns.
#[must_use]
pub fn notice_list(table: &TableFacts<'_>) -> Markup {
    html! {
        @for notice in table.notices() {
            p class="notice" {
                strong { "À savoir" } " (" code { (notice.id) } ") : " (warning(notice))
            }
        }
    }
}

/// The columns of a table; each has an anchor, `<table>-<column>`.
#[must_use]
pub fn column_table(table: &TableFacts<'_>) -> Markup {
    let name = table.name;
    html! {
        div class="large" role="region" aria-label={ "Colonnes de " (name) } tabindex="0" {
            table {
                caption { "Colonnes de " (name) }
                thead {
                    tr {
                        @for title in ["Colonne", "Type", "Nulle", "Unité", "Sens"] {
                            th scope="col" { (title) }
                        }
                    }
                }
                tbody {
                    @for column in columns(table) {
                        tr id={ (name) "-" (column.name) } {
                            th scope="row" { code { (column.name) } }
                            td { (column.kind) }
                            td { (if column.nullable { "oui" } else { "non" }) }
                            td { (column.unit.unwrap_or_default()) }
                            td { (column.meaning) }
                        }
                    }
                }
            }
        }
    }
}

/// The sources of a table, with producer, day and licence.
#[must_use]
pub fn source_list(table: &TableFacts<'_>) -> Markup {
    html! {
        ul {
            @for source in &table.sources {
                li {
                    code { (source.name) } " : "
                    (source.producer.as_deref().unwrap_or("producteur non déclaré")) ", "
                    (source.date.as_deref().unwrap_or("date inconnue")) ", "
                    (source.licence.as_deref().unwrap_or("licence non déclarée"))
                }
            }
        }
    }
}

/// Those who use a table outside of the lake, with the columns that they use.
#[must_use]
pub fn reuse_list(table: &TableFacts<'_>) -> Markup {
    html! {
        ul {
            @for reuse in &table.reuses {
                li {
                    @match &reuse.address {
                        Some(address) => { a href=(address) { (reuse.title) } }
                        None => { (reuse.title) }
                    }
                    ", " (reuse.author) (used(reuse, table.name))
                }
            }
        }
    }
}
