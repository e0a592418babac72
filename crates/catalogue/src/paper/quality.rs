//! How good the tables are, from the accounts of the release, the lineage of their columns and the labels of links.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use edulac_engine::{LinkMeasure, Share, Use};

use super::to_write;
use crate::dictionary::spaced;
use crate::facts::Facts;

pub(super) fn write(text: &mut String, facts: &Facts<'_>, measure: Option<&LinkMeasure>) {
    text.push_str(
        "## Qualité\n\nChaque table est sous un contrat ; une ligne qui l'enfreint est refusée et gardée avec sa place et la règle. Une \
         remarque est une ligne acceptée dont une valeur est illisible ou douteuse.\n\n\
         | table | lues | acceptées | refusées | remarques |\n|---|---:|---:|---:|---:|\n",
    );
    for table in &facts.tables {
        if let Some(told) = facts.accounts(table.name) {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                table.name,
                spaced(told.read),
                spaced(told.accepted),
                spaced(told.rejected),
                spaced(told.remarks)
            );
        }
    }
    text.push('\n');
    let waived = facts.release.counts["accept_shrink"].as_object();
    for (table, reason) in waived.into_iter().flatten() {
        let reason = reason.as_str().unwrap_or_default();
        let _ = writeln!(text, "Le garde-fou de `{table}` a été levé : {reason}.\n");
    }
    origins(text, facts);
    if facts
        .release
        .tables
        .contains_key("etablissements_batiments")
    {
        links(text, measure);
    }
    to_write(
        text,
        "les vérifications faites hors du lac : comparaison à d'autres sources, contrôle sur le terrain, retours d'usagers.",
    );
}

/// Where values come from, in numbers.
fn origins(text: &mut String, facts: &Facts<'_>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for column in facts
        .tables
        .iter()
        .filter_map(|t| t.lineage)
        .flat_map(|l| &l.columns)
    {
        let uses: BTreeSet<Use> = column.origins.iter().flat_map(|o| o.uses.clone()).collect();
        let direct = uses.iter().filter(|by| by.is_direct()).max();
        let what = match direct {
            Some(Use::Identity) => "reprises telles quelles",
            Some(Use::Aggregation) => "agrégées de plusieurs lignes",
            Some(_) => "calculées ligne à ligne",
            None if uses.is_empty() => "constantes",
            None => "déduites des lignes présentes",
        };
        *counts.entry(what).or_default() += 1;
    }
    if counts.is_empty() {
        return;
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    let _ = writeln!(
        text,
        "L'origine de chaque colonne est suivie dans les plans de calcul, jusqu'aux colonnes des sources (`catalogue/openlineage`). \
         Colonnes : {}.\n",
        parts.join(", ")
    );
}

fn links(text: &mut String, measure: Option<&LinkMeasure>) {
    text.push_str("### Liens entre établissements et bâtiments\n\n");
    let Some(measure) = measure else {
        text.push_str(
            "Aucun lien n'a été vérifié à la main : `score` est un score, et non une probabilité.\n\n",
        );
        return to_write(
            text,
            "la précision des liens, une fois un échantillon étiqueté (`edulac link review`).",
        );
    };
    let _ = writeln!(
        text,
        "Mesurés sur {} liens étiquetés de la version {} ({} vrais, {} faux, {} indécidables) : précision des liens acceptés {}.\n",
        measure.vrai + measure.faux + measure.indecidable,
        measure.release,
        measure.vrai,
        measure.faux,
        measure.indecidable,
        share(&measure.precision)
    );
    text.push_str("| méthode | liens | part de vrais |\n|---|---:|---|\n");
    for part in &measure.by_method {
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            part.name,
            spaced(part.links),
            share(&part.share)
        );
    }
    text.push('\n');
}

/// `0,97 (intervalle à 95 % : 0,91 à 0,99 ; 58 cas)`.
fn share(share: &Share) -> String {
    match (share.share, share.low, share.high) {
        (Some(value), Some(low), Some(high)) => {
            let said = format!(
                "{value:.2} (intervalle à 95 % : {low:.2} à {high:.2} ; {} cas)",
                share.of
            );
            said.replace('.', ",")
        }
        _ => "inconnue, aucun cas".to_owned(),
    }
}
