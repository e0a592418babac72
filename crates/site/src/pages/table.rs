//! The list of tables, and a page for each.

use edulac_catalogue::{TableFacts, about_list, column_table, notice_list, source_list, spaced};
use edulac_contract::Contract;
use maud::{Markup, html};

use crate::Content;
use crate::pages::layout::{Page, Place, plural, size};
use crate::pages::lineage::{parents, read_by};
use crate::pages::quality::account;
use crate::pages::{queries, search};

pub(crate) fn list(content: &Content<'_>) -> String {
    let facts = &content.facts;
    let body = html! {
        h1 { "Tables" }
        p class="chapo" {
            (facts.tables.len()) " tables, chacune sous un contrat : une description, une clé, des règles vérifiées avant chaque publication."
        }
        (search::form("", true))
        div class="large" role="region" aria-label="Liste des tables" tabindex="0" {
            table class="liste" {
                caption { "Tables de la version " (facts.release.id) }
                thead {
                    tr {
                        th scope="col" { "Table" }
                        th scope="col" { "Ce qu'elle contient" }
                        th scope="col" { "Une ligne est" }
                        th scope="col" class="nombre" { "Lignes" }
                        th scope="col" { "Géométrie" }
                    }
                }
                tbody {
                    @for table in &facts.tables {
                        tr {
                            th scope="row" { a href={ "tables/" (table.name) ".html" } { (table.name) } }
                            td { (table.released.description) }
                            td { (table.contract.map(Contract::grain).unwrap_or_default()) }
                            td class="nombre" { (spaced(table.released.rows)) }
                            td { (if table.released.geometry.is_some() { "oui" } else { "non" }) }
                        }
                    }
                }
            }
        }
    };
    Page::new("Tables", Place::Tables, &facts.release.id).around(&body)
}

pub(crate) fn page(content: &Content<'_>, table: &TableFacts<'_>) -> String {
    let release = content.facts.release;
    let released = table.released;
    let notices = notice_list(table);
    let body = html! {
        p class="fil" { a href="../tables.html" { "Tables" } " › " (table.name) }
        h1 { code { (table.name) } }
        p class="chapo" { (released.description) "." }
        ul class="chiffres" {
            li { strong { (spaced(released.rows)) } " " span { (if released.rows < 2 { "ligne" } else { "lignes" }) } }
            li { strong { (released.columns.len()) } " " span { "colonnes" } }
            li { strong { (size(released.bytes)) } " " span { (plural(released.files.len() as u64, "fichier", "fichiers")) } }
        }
        @if !table.notices().is_empty() {
            section aria-labelledby="a-savoir" class="avertissements" {
                h2 id="a-savoir" { "Avant de lire" }
                (notices)
            }
        }
        section aria-labelledby="colonnes" {
            h2 id="colonnes" { "Dictionnaire" }
            (about_list(table))
            (column_table(table))
        }
        section aria-labelledby="ouvrir" {
            h2 id="ouvrir" { "Ouvrir cette table" }
            (queries::queries(content, table))
        }
        section aria-labelledby="qualite" {
            h2 id="qualite" { "Qualité" }
            (quality(content, table))
        }
        section aria-labelledby="lignage" {
            h2 id="lignage" { "D'où elle vient" }
            (lineage(content, table))
        }
    };
    let page = Page {
        depth: 1,
        ..Page::new(table.name, Place::Tables, &release.id)
    };
    page.around(&body)
}

fn quality(content: &Content<'_>, table: &TableFacts<'_>) -> Markup {
    let released = table.released;
    let Some(account) = account(content.facts.release, table.name) else {
        return html! { p { "La version ne garde pas les comptes de cette table." } };
    };
    html! {
        dl {
            dt { "Lignes lues" } dd { (spaced(account.read)) }
            dt { "Acceptées" } dd { (spaced(account.accepted)) }
            dt { "Refusées par le contrat" } dd { (spaced(account.rejected)) }
            dt { "Acceptées avec une remarque" } dd { (spaced(account.remarks)) }
            dt { "Contenu changé pour la dernière fois" } dd { "version " a href={ "../versions/" (released.changed_in) ".html" } { (released.changed_in) } }
        }
        p {
            "Une ligne refusée n'est pas perdue : elle est gardée avec sa source, sa ligne et la règle, hors du dépôt public. Voir "
            a href="../qualite.html" { "la qualité de toutes les tables" } "."
        }
    }
}

fn lineage(content: &Content<'_>, table: &TableFacts<'_>) -> Markup {
    let release = content.facts.release;
    let (_, tables) = parents(release, table.name);
    let readers = read_by(release, table.name);
    let links = |names: &[String]| {
        html! {
            @for (place, name) in names.iter().enumerate() {
                @if place > 0 { ", " }
                a href={ (name) ".html" } { code { (name) } }
            }
        }
    };
    html! {
        @if !tables.is_empty() { p { "Faite à partir des tables " (links(&tables)) "." } }
        @if !readers.is_empty() { p { "Lue pour faire " (links(&readers)) "." } }
        @if !table.sources.is_empty() {
            p { "Sources, celles des tables lues comprises :" }
            (source_list(table))
        }
    }
}
