//! The data dictionary in Markdown.

use std::fmt::Write as _;

use edulac_contract::{Aggregation, Contract, Notice};
use edulac_spec::Reuse;

use crate::facts::{Facts, TableFacts};

/// All tables: what they are, what must not be read into them, their columns, their sources.
pub(crate) fn markdown(facts: &Facts<'_>) -> String {
    let release = &facts.release.id;
    let mut text = format!(
        "# Dictionnaire des données\n\nVersion {release} du lac : {} tables.\n\n",
        facts.tables.len()
    );
    for table in &facts.tables {
        let _ = writeln!(
            text,
            "- [{}](#{}) : {}",
            table.name, table.name, table.released.description
        );
    }
    for table in &facts.tables {
        write_table(&mut text, table);
    }
    text
}

fn write_table(text: &mut String, table: &TableFacts<'_>) {
    let _ = writeln!(
        text,
        "\n## {}\n\n{}.",
        table.name,
        table.released.description.trim_end_matches('.')
    );
    text.push('\n');
    for (what, said) in about(table) {
        let _ = writeln!(text, "- {what} : {said}");
    }
    for notice in table.notices() {
        let _ = writeln!(
            text,
            "\n> **À savoir** (`{}`) : {}",
            notice.id,
            warning(notice)
        );
    }
    text.push_str("\n| colonne | type | nulle | unité | sens |\n|---|---|---|---|---|\n");
    for column in columns(table) {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            column.name,
            column.kind,
            if column.nullable { "oui" } else { "non" },
            cell(column.unit.unwrap_or_default()),
            cell(&column.meaning)
        );
    }
    if !table.reuses.is_empty() {
        text.push_str("\nRéutilisations :\n\n");
    }
    for reuse in &table.reuses {
        let title = match &reuse.address {
            Some(address) => format!("[{}]({address})", reuse.title),
            None => reuse.title.clone(),
        };
        let _ = writeln!(
            text,
            "- {title}, {}{}",
            reuse.author,
            used(reuse, table.name)
        );
    }
    if !table.sources.is_empty() {
        text.push_str("\nSources :\n\n");
    }
    for source in &table.sources {
        let producer = source
            .producer
            .as_deref()
            .unwrap_or("producteur non déclaré");
        let date = source.date.as_deref().unwrap_or("date inconnue");
        let licence = source.licence.as_deref().unwrap_or("licence non déclarée");
        let _ = writeln!(text, "- `{}` : {producer}, {date}, {licence}", source.name);
    }
}

/// The columns that a reuse uses, in words; nothing when it may be all of them.
pub(crate) fn used(reuse: &Reuse, table: &str) -> String {
    match reuse.tables.get(table) {
        Some(Some(columns)) if !columns.is_empty() => format!(" : {}", columns.join(", ")),
        _ => String::new(),
    }
}

/// A bar or a line end would end the cell.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// What is said of a table, each under its word.
pub(crate) fn about(table: &TableFacts<'_>) -> Vec<(&'static str, String)> {
    let released = table.released;
    let mut about = Vec::new();
    if let Some(contract) = table.contract {
        about.push(("Grain", contract.grain().to_owned()));
    }
    about.push(("Clé", released.key.join(", ")));
    about.push(("Lignes", spaced(released.rows)));
    if !released.partition_by.is_empty() {
        about.push(("Partitions", released.partition_by.join(", ")));
    }
    let references = table.contract.map(Contract::references).unwrap_or_default();
    for reference in references {
        let to = format!(
            "{} → {} ({})",
            reference.columns.join(", "),
            reference.table,
            reference.target.join(", ")
        );
        about.push(("Se joint", to));
    }
    let vintages: Vec<&str> = table.vintages().into_iter().collect();
    if !vintages.is_empty() {
        about.push(("Millésimes", vintages.join(", ")));
    }
    about.push((
        "Contrat",
        format!("{} {}", released.contract.id, released.contract.version),
    ));
    let licences = table.licences();
    if !licences.is_empty() {
        about.push(("Licence", licences.join(", ")));
    }
    about
}

/// A column for its readers.
pub(crate) struct ColumnWords<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: &'static str,
    pub(crate) nullable: bool,
    pub(crate) unit: Option<&'a str>,
    /// Its description, and how its values become that of a group of rows.
    pub(crate) meaning: String,
}

pub(crate) fn columns<'a>(table: &'a TableFacts<'a>) -> impl Iterator<Item = ColumnWords<'a>> {
    table.released.columns.iter().map(|released| {
        let agreed = table.column(&released.name);
        let described = released.description.as_deref().unwrap_or_default();
        ColumnWords {
            name: &released.name,
            kind: kind(&released.data_type),
            nullable: agreed.is_none_or(|column| column.nullable),
            unit: agreed.and_then(|column| column.unit.as_deref()),
            meaning: match agreed.and_then(|column| column.aggregation.as_ref()) {
                Some(how) => format!("{} {}", described.trim_end(), together(how)),
                None => described.to_owned(),
            },
        }
    })
}

/// How the values of a group of rows become one.
fn together(how: &Aggregation) -> String {
    match how {
        Aggregation::Sum => "S'additionne.".to_owned(),
        Aggregation::Mean(weight) => format!("Moyenne pondérée par {weight}."),
        Aggregation::Share => {
            "S'additionne ; multiplie les mesures de ce qui est partagé.".to_owned()
        }
        Aggregation::None => "Ne s'agrège pas.".to_owned(),
    }
}

/// A warning, and what is refused for it.
pub(crate) fn warning(notice: &Notice) -> String {
    let mut text = notice.text.clone();
    let Some(forbids) = &notice.forbids else {
        return text;
    };
    if !forbids.mix.is_empty() {
        text += &format!(
            " Refusé par edulac join : plusieurs valeurs de {}.",
            forbids.mix.join(", ")
        );
    }
    if let Some(across) = &forbids.across {
        let only = across.only.iter();
        let only: String = only
            .map(|(column, value)| format!(", {column} = {value}"))
            .collect();
        text += &format!(
            " Refusé par edulac join : {} d'avant et d'après {}{only}.",
            across.column, across.from
        );
    }
    text
}

/// The French word for an Arrow type of the lake.
pub(crate) fn kind(data_type: &str) -> &'static str {
    match data_type {
        "Utf8" => "texte",
        "Int32" | "Int64" => "entier",
        "Float64" => "nombre",
        "Boolean" => "booléen",
        "Date32" => "date",
        "Binary" => "géométrie (WKB)",
        other if other.starts_with("Timestamp") => "instant",
        other if other.starts_with("List") => "liste de textes",
        _ => "structure",
    }
}

/// `12 345`, with narrow spaces that do not break.
#[must_use]
pub fn spaced(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}
