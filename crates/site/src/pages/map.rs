//! The page of the map. Its script fills it; without script it says where the same data are.

use maud::{Markup, html};

use crate::Content;
use crate::map::Map;
use crate::pages::layout::{Page, Place};

/// The scripts of the map, each after those that it uses.
const SCRIPTS: [&str; 6] = [
    "carte-donnees.js",
    "carte-vue.js",
    "carte-dessin.js",
    "carte-fiche.js",
    "carte-liste.js",
    "carte.js",
];

pub(crate) fn page(content: &Content<'_>, map: &Map) -> String {
    let body = match map.establishments {
        0 => html! {
            div class="cadre" {
                h1 { "Carte des établissements" }
                p { "Cette version n'a pas de table etablissements : il n'y a rien à dessiner." }
            }
        },
        _ => html! {
            div class="carte" id="carte" {
                (panel())
                (canvas())
            }
            (list())
        },
    };
    let page = Page {
        scripts: if map.establishments > 0 {
            &SCRIPTS
        } else {
            &[]
        },
        styles: &["carte.css"],
        ..Page::new("Carte", Place::Map, &content.facts.release.id)
    };
    page.around(&body)
}

fn panel() -> Markup {
    html! {
        section class="panneau" aria-labelledby="titre-carte" {
            h1 id="titre-carte" { "Carte des établissements" }
            noscript { p class="note" { "La carte demande JavaScript. Les mêmes données sont dans les tables etablissements, ips, resultats et effectifs_etablissements." } }
            form id="filtres" class="filtres" {
                div {
                    label for="indicateur" { "Colorer par" }
                    select id="indicateur" {}
                    p id="lecture" class="lecture" {}
                    div id="notices" class="notices" {}
                }
                section class="legende" aria-labelledby="titre-legende" {
                    h2 id="titre-legende" { "Légende" }
                    p id="periode" {}
                    ul id="classes" {}
                    div id="tailles" {}
                    ul id="formes" hidden {}
                }
                p id="compte" role="status" aria-live="polite" { "Chargement…" }
                div {
                    label for="academie" { "Académie" }
                    select id="academie" { option value="" { "Toutes" } }
                }
                fieldset {
                    legend { "Types d'établissement" }
                    div id="types" class="cases" {}
                }
                div {
                    label for="texte" { "Nom ou UAI" }
                    input id="texte" type="search" autocomplete="off" spellcheck="false";
                }
            }
        }
    }
}

fn canvas() -> Markup {
    html! {
        div class="toile" {
            p id="aide-carte" class="aide" {
                "Au clavier : flèches pour se déplacer, + et - pour zoomer, N et P d'un établissement à l'autre, Entrée pour ouvrir sa fiche, 0 pour tout voir."
            }
            canvas id="dessin" tabindex="0" role="application" aria-roledescription="carte"
                aria-label="Carte des établissements" aria-describedby="aide-carte annonce" {}
            div class="boutons" role="group" aria-label="Zoom" {
                button type="button" id="plus" aria-label="Zoomer" { "+" }
                button type="button" id="moins" aria-label="Dézoomer" { "−" }
                button type="button" id="tout" aria-label="Tout voir" { "⤢" }
            }
            p id="echelle" class="echelle" aria-hidden="true" { span {} }
            p id="annonce" class="annonce" role="status" aria-live="polite" {}
            section id="fiche" class="fiche" aria-labelledby="fiche-nom" tabindex="-1" hidden {}
        }
    }
}

fn list() -> Markup {
    html! {
        section class="cadre liste-carte" aria-labelledby="titre-liste" {
            h2 id="titre-liste" { "Les mêmes établissements, en liste" }
            p {
                input id="dans-la-vue" type="checkbox";
                " " label for="dans-la-vue" { "Seulement ceux que la carte montre en ce moment" }
            }
            p id="compte-liste" role="status" aria-live="polite" {}
            div class="large" role="region" aria-label="Liste des établissements" tabindex="0" {
                table class="liste" {
                    caption { "Établissements retenus par les filtres, par nom" }
                    thead {
                        tr {
                            th scope="col" { "Établissement" }
                            th scope="col" { "UAI" }
                            th scope="col" { "Type" }
                            th scope="col" { "Académie" }
                            th scope="col" class="nombre" { "Élèves" }
                            th scope="col" id="tete-indicateur" { "Indicateur" }
                        }
                    }
                    tbody id="lignes" {}
                }
            }
            p class="pagination" {
                button type="button" id="avant" { "Page précédente" }
                " " span id="page" {} " "
                button type="button" id="apres" { "Page suivante" }
            }
        }
    }
}
