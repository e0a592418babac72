//! Where the data of a release come from: dates, extracts, who produces them and under what licence.

use std::collections::BTreeMap;
use std::fmt::Write;

use edulac_extract::Receipt;
use serde_json::Value;

use super::Notes;

/// A release tells how its tables were made, so it names all the sources that they came from, those of earlier runs too.
pub(super) fn sources(notes: &Notes<'_>, text: &mut String) {
    text.push_str("\n## Sources\n\n");
    let mut all: BTreeMap<&String, (&Value, bool)> = BTreeMap::new();
    for (name, source) in notes.before.into_iter().flat_map(|before| &before.sources) {
        all.insert(name, (source, true));
    }
    for (name, source) in notes.sources {
        all.insert(name, (source, false));
    }
    for (name, (source, carried)) in all {
        line(text, name, source, carried);
        let told = notes
            .record
            .sources
            .iter()
            .find(|told| told.source == *name);
        for drift in told.into_iter().flat_map(|source| &source.drift) {
            let _ = writeln!(text, "  - {}", drift.in_french());
        }
    }
    for failure in &notes.record.failures {
        let _ = writeln!(
            text,
            "- {} : n'a pas pu être lue par cette exécution",
            failure.source
        );
    }
    for absent in &notes.record.absent {
        let why = match &absent.version {
            None => "n'est pas dans le lac".to_owned(),
            Some(version) => format!("était sous la version {version} de son contrat"),
        };
        let _ = writeln!(
            text,
            "- {} : sans lignes, la table {} {why}",
            absent.source, absent.table
        );
    }
}

fn line(text: &mut String, name: &str, source: &Value, carried: bool) {
    let _ = write!(text, "- {name} :");
    match serde_json::from_value::<Receipt>(source["receipt"].clone()) {
        Ok(receipt) => {
            let records = receipt.records.parsed;
            let _ = write!(
                text,
                " contenu du {}, extrait {} du {}, {records} {}",
                receipt.as_of().format("%Y-%m-%d"),
                receipt.extract,
                receipt.requested_at.format("%Y-%m-%d"),
                if records > 1 {
                    "enregistrements"
                } else {
                    "enregistrement"
                }
            );
        }
        Err(_) => text.push_str(" reçu d'une autre forme"),
    }
    if carried {
        text.push_str(", comme dans la version précédente");
    }
    for (key, none) in [
        ("producteur", "producteur non déclaré"),
        ("licence", "licence non déclarée"),
    ] {
        let _ = write!(text, ", {}", source[key].as_str().unwrap_or(none));
    }
    text.push('\n');
}
