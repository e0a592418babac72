//! The candidate buildings, and why each was taken or not.

use edulac_engine::{Explanation, Row};

use crate::page::{Page, value, word};
use crate::table::{Align, Table};
use crate::words::counted;

/// Columns of the table of candidates: those of the release among them.
const COLUMNS: [&str; 8] = [
    "statut",
    "methode",
    "score",
    "distance_m",
    "dedans",
    "recouvrement_perimetre",
    "score_adresse",
    "part_batiment",
];

pub(super) fn links(page: &mut Page, story: &Explanation) {
    if story
        .missing
        .iter()
        .any(|part| part == "etablissements_batiments")
    {
        return;
    }
    let accepted = story
        .liens
        .iter()
        .filter(|row| word(row, "statut").as_deref() == Some("accepte"));
    page.title(&format!(
        "buildings: {}, {} accepted",
        counted(story.liens.len(), "candidate"),
        accepted.count()
    ));
    if let Some(why) = story
        .sans_batiment
        .as_ref()
        .and_then(|row| word(row, "motif"))
    {
        page.line(&format!("why none is accepted: {why}"));
    }
    if story.liens.is_empty() {
        page.line("no evidence leads to any building of the release");
        return;
    }
    page.table(&candidates(&story.liens));
    for row in &story.liens {
        let evidence = word(row, "preuves").map(|all| format!("preuves {all}. "));
        let why = word(row, "explication");
        if evidence.is_some() || why.is_some() {
            let rank = format!("{:>4}  ", word(row, "rang").unwrap_or_default());
            let text = format!(
                "{}{}",
                evidence.unwrap_or_default(),
                why.unwrap_or_default()
            );
            page.hanging(&rank, &text);
        }
    }
    for shared in &story.batiments_partages {
        page.line(&format!(
            "building {} is shared with {} {}",
            shared.id_source,
            shared.uai,
            shared.nom.as_deref().unwrap_or_default()
        ));
    }
}

fn candidates(rows: &[Row]) -> Table {
    let filled = |column: &&str| {
        rows.iter()
            .any(|row| row.get(*column).is_some_and(|cell| !cell.is_null()))
    };
    let shown: Vec<&str> = COLUMNS.into_iter().filter(filled).collect();
    let numbers = |column: &str| {
        rows.iter()
            .any(|row| row.get(column).is_some_and(serde_json::Value::is_number))
    };
    let title = |column: &str| match column {
        "recouvrement_perimetre" => "perimetre".to_owned(),
        "score_adresse" => "adresse".to_owned(),
        "part_batiment" => "part".to_owned(),
        other => other.to_owned(),
    };
    let first = [
        ("rang".to_owned(), Align::Right),
        ("batiment".to_owned(), Align::Left),
    ];
    let columns = shown.iter().map(|column| {
        let align = if numbers(column) {
            Align::Right
        } else {
            Align::Left
        };
        (title(column), align)
    });
    let mut table = Table::new(first.into_iter().chain(columns));
    for row in rows {
        let building = word(row, "rnb_id").unwrap_or_else(|| {
            let part = |column| word(row, column).unwrap_or_default();
            format!("{} {}", part("source"), part("id_source"))
        });
        let cells = shown.iter().map(|column| match row.get(*column) {
            None | Some(serde_json::Value::Null) => "-".to_owned(),
            Some(cell) => value(cell),
        });
        let first = [word(row, "rang").unwrap_or_default(), building];
        table.row(first.into_iter().chain(cells));
    }
    table
}
