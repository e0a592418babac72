//! The skeleton of a data paper on a release, in French Markdown.
//!
//! What the lake knows is written: tables and counts, methods from the pipelines, quality from the accounts, sources, limits, how
//! to cite. What a person must write is marked `À RÉDIGER`, and nothing is made up in its place.

mod methods;
mod quality;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use edulac_contract::Contract;
use edulac_engine::{LinkMeasure, Workspace, citation_as, scope_in_words};
use edulac_lake::Release;
use edulac_spec::Pipeline;

use crate::dictionary::{cell, spaced};
use crate::facts::Facts;

/// The paper. `measure` is what labels say of the links between establishments and buildings, where somebody looked at them.
#[must_use]
pub fn paper(release: &Release, workspace: &Workspace, measure: Option<&LinkMeasure>) -> String {
    let lineage = edulac_engine::lineage_of(workspace, release);
    let facts = Facts::of(release, &workspace.contracts).with(workspace, &lineage);
    let pipelines = made_by(&facts);
    let mut text = String::new();
    head(&mut text, &facts, workspace, &pipelines);
    tables(&mut text, &facts);
    methods::write(&mut text, &pipelines);
    quality::write(&mut text, &facts, measure);
    sources(&mut text, &facts);
    limits(&mut text, &facts);
    reuse(&mut text, &facts, workspace);
    text
}

/// Those that make tables of the release, in the order of the run.
fn made_by<'a>(facts: &Facts<'a>) -> Vec<&'a Pipeline> {
    let makes = |pipeline: &&Pipeline| {
        let mut tables = pipeline.tables.keys();
        tables.any(|table| facts.release.tables.contains_key(table))
    };
    facts.pipelines.iter().filter(makes).collect()
}

/// What only a person can write.
fn to_write(text: &mut String, what: &str) {
    let _ = writeln!(text, "> **À RÉDIGER** : {what}\n");
}

fn head(text: &mut String, facts: &Facts<'_>, workspace: &Workspace, pipelines: &[&Pipeline]) {
    let release = facts.release;
    let _ = writeln!(
        text,
        "# Un lac de données géolocalisées de l'éducation (version {})\n",
        release.id
    );
    to_write(text, "le titre définitif, les mots-clés et le DOI.");
    text.push_str("## Auteurs\n\n");
    let mut owners: Vec<String> = Vec::new();
    for owner in pipelines
        .iter()
        .filter_map(|pipeline| pipeline.owner.as_ref())
    {
        let contact = owner
            .contact
            .as_ref()
            .map(|contact| format!(" ({contact})"));
        let line = format!("- {}{}", owner.name, contact.unwrap_or_default());
        if !owners.contains(&line) {
            owners.push(line);
        }
    }
    if !owners.is_empty() {
        let _ = writeln!(
            text,
            "Responsables des traitements :\n\n{}\n",
            owners.join("\n")
        );
    }
    to_write(
        text,
        "les noms, affiliations, ORCID et contributions des auteurs.",
    );

    text.push_str("## Résumé\n\n");
    let rows: u64 = release.tables.values().map(|table| table.rows).sum();
    let columns: usize = release
        .tables
        .values()
        .map(|table| table.columns.len())
        .sum();
    let names: Vec<String> = release.tables.keys().cloned().collect();
    let sources = edulac_engine::sources_of(release, &names);
    let producers: BTreeSet<&str> = sources
        .iter()
        .filter_map(|s| s.producer.as_deref())
        .collect();
    let _ = writeln!(
        text,
        "Ce jeu de données réunit {} tables ({} lignes, {columns} colonnes), faites à partir de {} sources de {} producteurs. \
         Il a été publié le {}.\n",
        names.len(),
        spaced(rows),
        sources.len(),
        producers.len(),
        release.created.format("%Y-%m-%d")
    );
    if let Some(description) = &workspace.profile.description {
        let _ = writeln!(text, "{description}\n");
    }
    for part in scope_in_words(&release.scope) {
        let _ = writeln!(text, "Périmètre de {part}.\n");
    }
    to_write(
        text,
        "en cinq à dix phrases : le besoin, ce que le jeu de données apporte, ce qu'on peut en faire, ce qu'on ne doit pas en faire.",
    );
    text.push_str("## Contexte\n\n");
    to_write(
        text,
        "pourquoi ces données ont été rapprochées, les travaux existants, ce qui manquait jusqu'ici.",
    );
}

fn tables(text: &mut String, facts: &Facts<'_>) {
    text.push_str(
        "## Données\n\n| table | une ligne par | lignes | colonnes | clé | contrat |\n|---|---|---:|---:|---|---|\n",
    );
    for table in &facts.tables {
        let released = table.released;
        let grain = table.contract.map_or("", Contract::grain);
        let grain = grain.strip_prefix("une ligne par ").unwrap_or(grain);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            table.name,
            cell(grain),
            spaced(released.rows),
            released.columns.len(),
            released.key.join(", "),
            released.contract.version
        );
    }
    let _ = writeln!(
        text,
        "\nChaque table est un ensemble de fichiers GeoParquet (géométries WKB en WGS 84, longitude d'abord) ; la version donne aussi \
         la plupart des tables en un seul fichier, `{}/<table>.parquet`. Le sens de chaque colonne est dans \
         `catalogue/dictionnaire.md`.\n",
        facts.release.folder()
    );
}

fn sources(text: &mut String, facts: &Facts<'_>) {
    text.push_str("## Sources\n\n| source | producteur | contenu du | licence | adresse |\n|---|---|---|---|---|\n");
    let names: Vec<String> = facts.release.tables.keys().cloned().collect();
    for source in edulac_engine::sources_of(facts.release, &names) {
        let or = |said: &Option<String>, unknown: &str| cell(said.as_deref().unwrap_or(unknown));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            source.name,
            or(&source.producer, "non déclaré"),
            or(&source.date, "inconnu"),
            or(&source.licence, "non déclarée"),
            or(&source.address, "")
        );
    }
    text.push('\n');
}

/// The warnings of contracts, each once, under the tables that they are about.
fn limits(text: &mut String, facts: &Facts<'_>) {
    text.push_str("## Limites\n\n");
    let mut told = BTreeSet::new();
    for table in &facts.tables {
        let contract = table.contract.map(Contract::document);
        let limits = contract.and_then(|document| document.description.limitations.as_deref());
        let notices: Vec<_> = table
            .notices()
            .into_iter()
            .filter(|n| told.insert(n.text.as_str()))
            .collect();
        if limits.is_none() && notices.is_empty() {
            continue;
        }
        let _ = writeln!(text, "### {}\n", table.name);
        if let Some(limits) = limits {
            let _ = writeln!(text, "{limits}\n");
        }
        for notice in &notices {
            let _ = writeln!(text, "- {}", notice.text);
        }
        if !notices.is_empty() {
            text.push('\n');
        }
    }
    to_write(
        text,
        "les limites que les contrats ne disent pas : biais, retards, ce qui n'est pas couvert.",
    );
}

fn reuse(text: &mut String, facts: &Facts<'_>, workspace: &Workspace) {
    text.push_str("## Usages\n\n");
    let reuses = &workspace.reuses.reuses;
    for reuse in reuses.values() {
        let title = match &reuse.address {
            Some(address) => format!("[{}]({address})", reuse.title),
            None => reuse.title.clone(),
        };
        let tables: Vec<&str> = reuse.tables.keys().map(String::as_str).collect();
        let _ = writeln!(text, "- {title}, {} : {}", reuse.author, tables.join(", "));
    }
    if !reuses.is_empty() {
        text.push('\n');
    }
    to_write(text, "un ou deux exemples d'usage, avec leurs résultats.");
    let names: Vec<String> = facts.release.tables.keys().cloned().collect();
    let what = format!("{} tables", names.len());
    let _ = writeln!(
        text,
        "## Licence et citation\n\n{}\n\nLes fichiers de la version {} ne changent plus ; `edulac release verify {}` les relit et compare \
         leurs empreintes.",
        citation_as(facts.release, &names, &what),
        facts.release.id,
        facts.release.id
    );
}
