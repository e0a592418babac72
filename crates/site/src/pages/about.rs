//! Where the data come from, what one may do with them, and what was done for everyone to read the site.

use edulac_engine::sources_of;
use maud::html;

use crate::Content;
use crate::pages::layout::{Page, Place};

pub(crate) fn page(content: &Content<'_>) -> String {
    let release = content.facts.release;
    let tables: Vec<String> = release.tables.keys().cloned().collect();
    let sources = sources_of(release, &tables);
    let body = html! {
        h1 { "À propos" }
        section {
            h2 { "Sources et licences" }
            p { "Réutiliser ces données demande de citer leurs producteurs et la date de leur mise à jour." }
            div class="large" role="region" aria-label="Sources" tabindex="0" {
                table class="liste" {
                    caption { "Sources de la version " (release.id) }
                    thead {
                        tr { @for title in ["Source", "Producteur", "Contenu du", "Licence"] { th scope="col" { (title) } } }
                    }
                    tbody {
                        @for source in &sources {
                            tr {
                                th scope="row" { code { (source.name) } }
                                td { (source.producer.as_deref().unwrap_or("non déclaré")) }
                                td { (source.date.as_deref().unwrap_or("inconnu")) }
                                td { (source.licence.as_deref().unwrap_or("non déclarée")) }
                            }
                        }
                    }
                }
            }
        }
        section {
            h2 { "Ce qui n'est pas sur ce site" }
            p { "Téléphones et courriels des établissements, qui peuvent être ceux de personnes, n'entrent pas dans le site. Les lignes refusées par un contrat n'y sont que comptées." }
        }
        section {
            h2 { "Accessibilité" }
            p { "Le site est fait selon les habitudes du RGAA. Ce qui est tenu, et éprouvé dans un navigateur à chaque changement :" }
            ul {
                li { "tout se fait au clavier, la carte comprise, et le focus se voit ;" }
                li { "la liste des établissements, avec les mêmes filtres, dit en texte ce que montre la carte ;" }
                li { "aucune information n'est donnée par la couleur seule : les classes ont une forme ou une valeur écrite ;" }
                li { "les contrastes tiennent en thème clair et en thème sombre, les animations cessent quand le système le demande." }
            }
            p { "Aucun audit par un tiers n'a été fait : ce n'est pas une déclaration de conformité." }
        }
        section {
            h2 { "Vie privée" }
            p { "Aucun témoin, aucune mesure, aucune requête à un autre site. L'adresse du lac que vous écrivez dans une page y reste pour la visite, dans votre navigateur." }
        }
    };
    Page::new("À propos", Place::About, &release.id).around(&body)
}
