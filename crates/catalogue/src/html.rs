//! The data dictionary as a page: no script, no request, readable by keyboard and screen readers.

use std::fmt::Write as _;

use crate::dictionary::{about, columns};
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
    let release = escaped(&facts.release.id);
    let count = facts.tables.len();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Dictionnaire des données, version {release}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>Dictionnaire des données</h1>\n<p>Version {release} du lac : {count} tables.</p></header>\n\
         <nav aria-label=\"Tables\">\n<ul class=\"tables\">\n"
    );
    for table in &facts.tables {
        let name = escaped(table.name);
        let _ = writeln!(page, "<li><a href=\"#{name}\">{name}</a></li>");
    }
    page.push_str("</ul>\n</nav>\n<main>\n");
    for table in &facts.tables {
        section(&mut page, table);
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn section(page: &mut String, table: &TableFacts<'_>) {
    let name = escaped(table.name);
    let _ = write!(
        page,
        "<section id=\"{name}\" aria-labelledby=\"titre-{name}\">\n<h2 id=\"titre-{name}\">{name}</h2>\n<p>{}</p>\n<dl>\n",
        escaped(&table.released.description)
    );
    for (what, said) in about(table) {
        let _ = writeln!(page, "<dt>{what}</dt><dd>{}</dd>", escaped(&said));
    }
    page.push_str("</dl>\n");
    for notice in table.notices() {
        let _ = writeln!(
            page,
            "<p class=\"notice\"><strong>À savoir</strong> (<code>{}</code>) : {}</p>",
            escaped(&notice.id),
            escaped(&notice.text)
        );
    }
    let _ = write!(
        page,
        "<div class=\"large\" role=\"region\" aria-label=\"Colonnes de {name}\" tabindex=\"0\">\n<table>\n\
         <caption>Colonnes de {name}</caption>\n<thead><tr><th scope=\"col\">Colonne</th><th scope=\"col\">Type</th>\
         <th scope=\"col\">Nulle</th><th scope=\"col\">Unité</th><th scope=\"col\">Sens</th></tr></thead>\n<tbody>\n"
    );
    for column in columns(table) {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(column.name),
            column.kind,
            if column.nullable { "oui" } else { "non" },
            escaped(column.unit.unwrap_or_default()),
            escaped(column.meaning)
        );
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
    if !table.sources.is_empty() {
        page.push_str("<h3>Sources</h3>\n<ul>\n");
        for source in &table.sources {
            let _ = writeln!(
                page,
                "<li><code>{}</code> : {}, {}, {}</li>",
                escaped(&source.name),
                escaped(
                    source
                        .producer
                        .as_deref()
                        .unwrap_or("producteur non déclaré")
                ),
                escaped(source.date.as_deref().unwrap_or("date inconnue")),
                escaped(source.licence.as_deref().unwrap_or("licence non déclarée"))
            );
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</section>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
