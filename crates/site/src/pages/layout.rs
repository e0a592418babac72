//! What all pages share: head, navigation, foot, and the policy that forbids requests to anyone else.

use maud::{DOCTYPE, Markup, html};

/// Only files of the site itself; no inline script or style.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

/// An entry of the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Home,
    Map,
    Tables,
    Releases,
    Quality,
    Lineage,
    About,
}

const PLACES: [(Place, &str, &str); 7] = [
    (Place::Home, "index.html", "Accueil"),
    (Place::Map, "carte.html", "Carte"),
    (Place::Tables, "tables.html", "Tables"),
    (Place::Releases, "versions.html", "Versions"),
    (Place::Quality, "qualite.html", "Qualité"),
    (Place::Lineage, "lignage.html", "Lignage"),
    (Place::About, "a-propos.html", "À propos"),
];

/// A page.
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    pub(crate) place: Place,
    /// Folders between the page and the folder of the site: 0 or 1.
    pub(crate) depth: usize,
    /// The release that it tells of.
    pub(crate) release: &'a str,
    /// Scripts after those of every page.
    pub(crate) scripts: &'a [&'a str],
    /// Style after that of every page.
    pub(crate) styles: &'a [&'a str],
}

impl<'a> Page<'a> {
    /// A page in the folder of the site, with the scripts of every page.
    pub(crate) fn new(title: &'a str, place: Place, release: &'a str) -> Self {
        Self {
            title,
            place,
            depth: 0,
            release,
            scripts: &[],
            styles: &[],
        }
    }

    /// The whole page around `body`, what stands in `main`.
    pub(crate) fn around(&self, body: &Markup) -> String {
        let up = "../".repeat(self.depth);
        let page = html! {
            (DOCTYPE)
            html lang="fr" data-racine=(up) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " – Lac de données de l'éducation" }
                    // Without it a browser asks the server for an icon.
                    link rel="icon" href="data:,";
                    @for style in ["site.css"].iter().chain(self.styles) {
                        link rel="stylesheet" href={ (up) "habillage/" (style) };
                    }
                    @for script in ["socle.js", "page.js"].iter().chain(self.scripts) {
                        script defer src={ (up) "habillage/" (script) } {}
                    }
                }
                body {
                    a class="evitement" href="#contenu" { "Aller au contenu" }
                    header class="entete" {
                        div class="cadre" {
                            p class="marque" {
                                a href={ (up) "index.html" } {
                                    span class="sigle" aria-hidden="true" { "≋" } " Lac de données de l'éducation"
                                }
                            }
                            nav aria-label="Pages du site" {
                                ul {
                                    @for (place, path, name) in &PLACES[1..] {
                                        li {
                                            a href={ (up) (path) } aria-current=[(*place == self.place).then_some("page")] { (name) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                    main id="contenu" tabindex="-1" class=[(self.place != Place::Map).then_some("cadre")] { (body) }
                    footer class="pied" {
                        div class="cadre" {
                            p {
                                "Version " a href={ (up) "versions/" (self.release) ".html" } { (self.release) }
                                " du lac. Ce site s'ouvre sans serveur et ne demande rien à personne : ni police, ni fond de carte, ni mesure d'audience."
                            }
                            p { a href={ (up) "a-propos.html" } { "Sources, licences, accessibilité" } }
                        }
                    }
                }
            }
        };
        let mut text = page.into_string();
        text.push('\n');
        text
    }
}

/// Bytes as people read them.
pub(crate) fn size(bytes: u64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "one digit after the comma is shown"
    )]
    let bytes = bytes as f64;
    let (value, unit) = match bytes {
        b if b >= 1e9 => (b / 1e9, "Go"),
        b if b >= 1e6 => (b / 1e6, "Mo"),
        b => (b / 1e3, "ko"),
    };
    format!("{value:.1} {unit}").replace('.', ",")
}

/// One thing or many.
pub(crate) fn plural(count: u64, one: &str, many: &str) -> String {
    let word = if count < 2 { one } else { many };
    format!("{} {word}", edulac_catalogue::spaced(count))
}
