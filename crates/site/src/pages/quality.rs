//! What was read, accepted and refused, and what is to be corrected at the source. Counts only: rows that were refused are not
//! public.

use edulac_catalogue::spaced;
use edulac_engine::Row;
use edulac_engine::record::TableRecord;
use edulac_lake::Release;
use maud::{Markup, html};

use crate::Content;
use crate::error::Result;
use crate::pages::layout::{Page, Place};

/// What the run that made a table counted.
pub(crate) fn account(release: &Release, table: &str) -> Option<TableRecord> {
    accounts(release)
        .into_iter()
        .find(|account| account.table == table)
}

fn accounts(release: &Release) -> Vec<TableRecord> {
    serde_json::from_value(release.counts["tables"].clone()).unwrap_or_default()
}

pub(crate) async fn page(content: &Content<'_>) -> Result<String> {
    let release = content.facts.release;
    let accounts = accounts(release);
    let rejected: u64 = accounts.iter().map(|account| account.rejected).sum();
    let read: u64 = accounts.iter().map(|account| account.read).sum();
    let reports = reports(content).await?;
    let body = html! {
        h1 { "Qualité" }
        p class="chapo" {
            "Chaque ligne lue est acceptée ou refusée par le contrat de sa table, et les comptes tombent juste ou rien n'est publié."
        }
        @if accounts.is_empty() {
            p class="note" { "Cette version ne garde pas les comptes de ses tables : c'est la copie d'une partie d'un autre lac, ou une version ancienne." }
        } @else {
            ul class="chiffres" {
                li { strong { (spaced(read)) } " " span { "lignes lues" } }
                li { strong { (spaced(rejected)) } " " span { "refusées" } }
                li { strong { (spaced(accounts.iter().map(|a| a.remarks).sum())) } " " span { "acceptées avec une remarque" } }
            }
            (account_table(&accounts))
        }
        @for part in &reports { (part) }
    };
    Ok(Page::new("Qualité", Place::Quality, &release.id).around(&body))
}

fn account_table(accounts: &[TableRecord]) -> Markup {
    html! {
        div class="large" role="region" aria-label="Comptes par table" tabindex="0" {
            table class="liste" {
                caption { "Comptes par table" }
                thead {
                    tr {
                        th scope="col" { "Table" }
                        @for title in ["Lues", "Acceptées", "Refusées", "Avec une remarque"] {
                            th scope="col" class="nombre" { (title) }
                        }
                    }
                }
                tbody {
                    @for account in accounts {
                        tr class=[(account.rejected > 0).then_some("saillant")] {
                            th scope="row" { a href={ "tables/" (account.table) ".html" } { (account.table) } }
                            @for count in [account.read, account.accepted, account.rejected, account.remarks] {
                                td class="nombre" { (spaced(count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A question about the rows of a table, answered by counts.
struct Question {
    /// The table and the columns that it needs.
    table: &'static str,
    columns: &'static [&'static str],
    title: &'static str,
    about: &'static str,
    heads: &'static [&'static str],
    sql: &'static str,
}

const QUESTIONS: [Question; 3] = [
    Question {
        table: "signalements",
        columns: &["type", "gravite", "responsable"],
        title: "À corriger à la source",
        about: "Ce qu'une source dit et qui ne tient pas, avec qui peut le corriger. La liste nominative est la table signalements.",
        heads: &["Constat", "Gravité", "À corriger par", "Nombre"],
        sql: "select type, gravite, responsable, count(*) from signalements group by 1, 2, 3 order by 2, 1, 3",
    },
    Question {
        table: "etablissements",
        columns: &["position_qualite"],
        title: "Positions des établissements",
        about: "Un centre de commune ou une position inconnue ne fonde jamais un lien accepté avec un bâtiment.",
        heads: &["Qualité de la position", "Établissements"],
        sql: "select coalesce(position_qualite, 'sans position'), count(*) from etablissements group by 1 order by 2 desc, 1",
    },
    Question {
        table: "etablissements_batiments",
        columns: &["methode", "statut"],
        title: "Liens avec les bâtiments",
        about: "Un lien est accepté, ambigu ou rejeté ; sa méthode est l'indice le plus fort. Le score n'est pas une probabilité.",
        heads: &["Indice", "Statut", "Liens"],
        sql: "select methode, statut, count(*) from etablissements_batiments group by 1, 2 order by 1, 2",
    },
];

async fn reports(content: &Content<'_>) -> Result<Vec<Markup>> {
    let released = content.released;
    let mut parts = Vec::new();
    for question in &QUESTIONS {
        if question
            .columns
            .iter()
            .all(|c| released.has_column(question.table, c))
        {
            let rows = released.rows(question.sql).await?;
            parts.push(report(question, &rows));
        }
    }
    Ok(parts)
}

fn report(question: &Question, rows: &[Row]) -> Markup {
    html! {
        section {
            h2 { (question.title) }
            p { (question.about) }
            @if rows.is_empty() { p { "Rien." } } @else {
                div class="large" role="region" aria-label=(question.title) tabindex="0" {
                    table class="liste" {
                        caption { (question.title) }
                        thead {
                            tr {
                                @for (place, head) in question.heads.iter().enumerate() {
                                    th scope="col" class=[(place + 1 == question.heads.len()).then_some("nombre")] { (head) }
                                }
                            }
                        }
                        tbody {
                            @for row in rows {
                                tr {
                                    @for (place, value) in row.values().enumerate() {
                                        @let shown = match value.as_u64() {
                                            Some(count) => spaced(count),
                                            None => value.as_str().unwrap_or("–").to_owned(),
                                        };
                                        @if place == 0 { th scope="row" { (shown) } }
                                        @else { td class=[value.is_number().then_some("nombre")] { (shown) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
