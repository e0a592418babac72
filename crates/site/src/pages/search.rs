//! Search over tables and columns: a box, and the index that its script reads.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::Content;
use crate::script;

/// Name of the index among the data.
const INDEX: &str = "recherche";

/// The box; `up` leads to the folder of the site.
pub(crate) fn form(up: &str, has_list: bool) -> Markup {
    html! {
        form class="recherche" role="search" data-recherche=(up) hidden {
            label for="recherche" { "Chercher une table ou une colonne" }
            input id="recherche" type="search" autocomplete="off" spellcheck="false" placeholder="ips, cour, commune…"
                aria-describedby="recherche-compte";
            p id="recherche-compte" role="status" aria-live="polite" {}
            ol class="trouvailles" id="recherche-resultats" {}
        }
        noscript {
            p class="note" {
                "La recherche demande JavaScript."
                @if !has_list { " La " a href={ (up) "tables.html" } { "liste des tables" } " s'en passe." }
            }
        }
    }
}

/// Tables, then their columns, each with what it means.
pub(crate) fn index(content: &Content<'_>) -> (String, String) {
    let mut entries: Vec<Value> = Vec::new();
    for table in &content.facts.tables {
        entries.push(json!([table.name, "", table.released.description]));
    }
    for table in &content.facts.tables {
        for column in &table.released.columns {
            let meaning = column.description.as_deref().unwrap_or_default();
            entries.push(json!([table.name, column.name, meaning]));
        }
    }
    let lines: Vec<String> = entries.iter().map(Value::to_string).collect();
    let body = format!("[\n{}\n]", lines.join(",\n"));
    (script::path(INDEX), script::deliver(INDEX, &body))
}
