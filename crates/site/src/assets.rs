//! Style and scripts, as they stand in `assets/`.

/// Each with its path in the site.
const ASSETS: [(&str, &str); 11] = [
    ("habillage/site.css", include_str!("../assets/site.css")),
    ("habillage/carte.css", include_str!("../assets/carte.css")),
    ("habillage/socle.js", include_str!("../assets/socle.js")),
    ("habillage/page.js", include_str!("../assets/page.js")),
    (
        "habillage/carte-donnees.js",
        include_str!("../assets/carte-donnees.js"),
    ),
    (
        "habillage/carte-vue.js",
        include_str!("../assets/carte-vue.js"),
    ),
    (
        "habillage/carte-dessin.js",
        include_str!("../assets/carte-dessin.js"),
    ),
    (
        "habillage/carte-fiche.js",
        include_str!("../assets/carte-fiche.js"),
    ),
    (
        "habillage/carte-liste.js",
        include_str!("../assets/carte-liste.js"),
    ),
    ("habillage/lignage.js", include_str!("../assets/lignage.js")),
    ("habillage/carte.js", include_str!("../assets/carte.js")),
];

/// The files of the site that are the same for every lake.
pub(crate) fn files() -> impl Iterator<Item = (String, String)> {
    ASSETS
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
}
