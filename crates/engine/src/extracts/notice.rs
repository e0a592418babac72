//! What goes with the extracts, in French, for teachers and makers of story maps.

use std::fmt::Write as _;

use edulac_export::About;

use super::{Extracts, TerritoryExtract};

/// The notice of a territory: counts, warnings, columns, sources, licence, citation.
pub(super) fn of_territory(told: &TerritoryExtract, said: &About, columns: &[String]) -> String {
    let mut text = format!("# {}\n\n", said.title);
    let placed = match told.placed {
        placed if placed == told.establishments => "tous avec une position".to_owned(),
        placed => format!("dont {placed} avec une position"),
    };
    let _ = writeln!(
        text,
        "{} établissements, {placed}. Version {} du lac, publiée le {}.\n",
        told.establishments,
        said.release,
        said.published.format("%Y-%m-%d")
    );
    text.push_str(
        "- `etablissements.csv` : une ligne par établissement, texte en UTF-8, séparé par des virgules, position en longitude et \
         latitude.\n- `etablissements.geojson` : les mêmes établissements pour une carte ; ceux sans position y sont sans géométrie.\n\n\
         Les téléphones et les adresses électroniques n'y sont pas : certains sont personnels. Une case vide veut dire « inconnu » \
         ou « sans objet », jamais zéro.\n",
    );
    text.push_str("\n## À savoir avant de lire\n\n");
    for notice in &said.notices {
        let _ = writeln!(text, "- {}", notice.text);
    }
    text.push_str("\n## Colonnes\n\n| colonne | unité | sens |\n|---|---|---|\n");
    for column in columns {
        let note = said.columns.get(column);
        let _ = writeln!(
            text,
            "| `{column}` | {} | {} |",
            note.and_then(|note| note.unit.as_deref())
                .unwrap_or_default(),
            cell(
                note.map(|note| note.description.as_str())
                    .unwrap_or_default()
            )
        );
    }
    sources(&mut text, said);
    text
}

/// The list of the territories.
pub(super) fn of_all(extracts: &Extracts, said: &About) -> String {
    let territories = &extracts.territories;
    let count: u64 = territories.iter().map(|t| t.establishments).sum();
    let mut text = format!(
        "# Établissements scolaires, par {}\n\n{} territoires, {count} établissements. Version {} du lac, publiée le {}. Chaque dossier \
         a ses données (CSV et GeoJSON) et sa notice.\n\n| code | nom | établissements | avec une position |\n|---|---|---:|---:|\n",
        extracts.by.word(),
        territories.len(),
        said.release,
        said.published.format("%Y-%m-%d")
    );
    for TerritoryExtract {
        code,
        name,
        establishments,
        placed,
    } in territories
    {
        let _ = writeln!(
            text,
            "| [{code}]({code}/notice.md) | {} | {establishments} | {placed} |",
            name.as_deref().unwrap_or_default()
        );
    }
    sources(&mut text, said);
    text
}

fn sources(text: &mut String, said: &About) {
    text.push_str("\n## Sources, licence, citation\n\n");
    for source in &said.sources {
        let _ = writeln!(
            text,
            "- `{}` : {}, {}, {}",
            source.name,
            source
                .producer
                .as_deref()
                .unwrap_or("producteur non déclaré"),
            source.date.as_deref().unwrap_or("date inconnue"),
            source.licence.as_deref().unwrap_or("licence non déclarée")
        );
    }
    let _ = writeln!(
        text,
        "\nLicence : {}. Citer : « {} »",
        said.licences.join(", "),
        said.citation
    );
}

/// A bar or a line end would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
