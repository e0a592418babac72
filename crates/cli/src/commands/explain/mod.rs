//! `edulac explain UAI`: the whole story of one establishment.

mod grid;
mod links;
mod pivot;
mod versions;

use edulac_engine::{ExplainOptions, Explanation, Row, Workspace};

use crate::args::{Explain, Format};
use crate::error::Error;
use crate::exit::Status;
use crate::page::{Page, value, word};
use crate::printer::Printer;
use crate::table::{Align, Table};

/// Columns of the directory that tell where an establishment is and how well that is known.
fn is_of_position(column: &str) -> bool {
    let exact = ["lon", "lat", "appariement", "localisation"];
    column.starts_with("position_") || exact.contains(&column)
}

/// Columns of the directory about territories, declared and located.
fn is_of_territory(column: &str) -> bool {
    let exact = [
        "code_commune",
        "nom_commune",
        "code_departement",
        "code_academie",
        "circonscription",
    ];
    column.starts_with("commune_") || column.starts_with("academie_") || exact.contains(&column)
}

pub(super) async fn run(
    workspace: &Workspace,
    args: &Explain,
    printer: &Printer,
) -> Result<Status, Error> {
    let options = ExplainOptions {
        release: args.at.release.clone(),
        look_back: Some(args.look_back).filter(|releases| *releases > 0),
    };
    let story = Box::pin(edulac_engine::explain(workspace, &args.uai, &options)).await?;
    match printer.format() {
        Format::Json => printer.json(&story)?,
        Format::Text | Format::Csv => {
            printer.result(&told(
                &story,
                &workspace.profile.lake,
                printer.results_width(),
                printer.is_verbose(),
            ))?;
        }
    }
    Ok(Status::Done)
}

/// The story for people; `more`: with every notice.
fn told(story: &Explanation, lake: &str, width: Option<usize>, more: bool) -> String {
    let mut page = Page::new(width);
    head(&mut page, story, lake);
    if let Some(row) = &story.etablissement {
        let rest =
            |column: &str| column != "uai" && !is_of_position(column) && !is_of_territory(column);
        page.fields("identity", row, rest);
        if !story.contacts_left_out.is_empty() {
            page.line(&format!(
                "left out (contact): {}",
                story.contacts_left_out.join(", ")
            ));
        }
        page.fields("position", row, is_of_position);
        page.fields("territories", row, is_of_territory);
    }
    straddling(&mut page, story);
    closed(&mut page, story);
    links::links(&mut page, story);
    sites(&mut page, story);
    groups(&mut page, story);
    for rows in &story.tables {
        grid::rows(&mut page, rows, more);
    }
    page.rows(
        "life of the establishment",
        &story.evenements,
        &["evenement_id", "numero"],
    );
    page.rows("life of its links", &story.histoire_liens, &["uai"]);
    rejects(&mut page, story);
    versions::versions(&mut page, story);
    sources(&mut page, story);
    if !story.missing.is_empty() {
        page.title("not there");
        page.line(&story.missing.join(", "));
    }
    page.finish()
}

fn head(page: &mut Page, story: &Explanation, lake: &str) {
    let row = story.etablissement.as_ref().or(story.ferme.as_ref());
    let said = |column: &str| row.and_then(|row| word(row, column));
    let name = said("nom").unwrap_or_else(|| "in no directory".to_owned());
    page.plain(&format!("{}  {name}", story.uai));
    let state = match (&story.etablissement, &story.ferme) {
        (Some(_), None) => said("etat"),
        (Some(_), Some(_)) => Some("open, and among the closed ones".to_owned()),
        (None, Some(_)) => Some("closed".to_owned()),
        (None, None) => {
            Some("neither open nor closed: only other tables or rejects name it".to_owned())
        }
    };
    let what = [said("type_etablissement"), said("secteur"), state];
    page.plain(&what.into_iter().flatten().collect::<Vec<_>>().join(", "));
    let place = [said("adresse"), said("code_postal"), said("nom_commune")];
    page.plain(&place.into_iter().flatten().collect::<Vec<_>>().join(", "));
    let run = story.run.as_ref().map(|run| format!(" by run {run}"));
    page.plain(&format!(
        "release {} in {lake}, published at {}{}",
        story.release,
        story.published_at,
        run.unwrap_or_default()
    ));
}

fn straddling(page: &mut Page, story: &Explanation) {
    page.rows("territories that it straddles", &story.chevauchements, &[]);
}

fn closed(page: &mut Page, story: &Explanation) {
    if let Some(row) = &story.ferme {
        page.fields("closed establishment", row, |column| column != "uai");
    }
    if let Some(row) = &story.successeur {
        page.title("presumed successor (inferred, said by no source)");
        page.line(&named(row));
    }
    if !story.predecesseurs.is_empty() {
        page.title("presumed successor of (inferred, said by no source)");
        for row in &story.predecesseurs {
            let how = [
                "date_fermeture",
                "categorie_inferee",
                "successeur_methode",
                "successeur_score",
            ];
            let how: Vec<String> = how
                .iter()
                .filter_map(|column| Some(format!("{column} {}", word(row, column)?)))
                .collect();
            page.line(&format!("{}: {}", named(row), how.join(", ")));
        }
    }
}

fn named(row: &Row) -> String {
    let parts = ["uai", "nom", "role"].map(|column| word(row, column));
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn sites(page: &mut Page, story: &Explanation) {
    for site in &story.sites {
        let id = word(&site.rattachement, "site_id").unwrap_or_default();
        let is_main = site
            .rattachement
            .get("principal")
            .and_then(serde_json::Value::as_bool);
        let which = if is_main == Some(true) {
            ", principal"
        } else {
            ""
        };
        let mut row = site.rattachement.clone();
        row.extend(site.site.clone().into_iter().flatten());
        page.fields(&format!("site {id}{which}"), &row, |column| {
            !["uai", "site_id", "principal"].contains(&column)
        });
        if let Some(register) = &site.registre {
            let told = [
                "statut",
                "apparu_le",
                "cause_apparition",
                "issu_de",
                "fini_le",
                "cause_fin",
                "remplace_par",
            ];
            let told = told
                .iter()
                .filter_map(|column| Some(format!("{column} {}", word(register, column)?)));
            page.line(&format!(
                "register of sites: {}",
                told.collect::<Vec<_>>().join(", ")
            ));
        }
        match site.avec.as_slice() {
            [] => page.line("shared with no other establishment"),
            others => {
                let names: Vec<String> = others.iter().map(named).collect();
                page.line(&format!("shared with {}", names.join("; ")));
            }
        }
    }
}

fn groups(page: &mut Page, story: &Explanation) {
    if story.groupes.is_empty() {
        return;
    }
    page.title("groups");
    for group in &story.groupes {
        let said = |column| word(&group.groupe, column).unwrap_or_default();
        let others: Vec<String> = group.avec.iter().map(named).collect();
        page.line(&format!(
            "{} ({}) as {}, with {}",
            said("groupe_id"),
            said("type"),
            said("role"),
            match others.as_slice() {
                [] => "no other".to_owned(),
                others => others.join("; "),
            }
        ));
    }
}

fn rejects(page: &mut Page, story: &Explanation) {
    if story.rejets.is_empty() {
        return;
    }
    page.title("rejects and remarks");
    for found in &story.rejets {
        let said = |column| word(&found.reject, column).unwrap_or_default();
        let place = [said("source"), said("extrait"), said("ligne")];
        let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
        page.line(&format!(
            "{} ({}): {} = {}: {} [{}, {}, run {}]",
            found.table,
            said("gravite"),
            said("colonne"),
            found.reject.get("valeur").map(value).unwrap_or_default(),
            said("motif"),
            said("regle"),
            place.join(", "),
            found.run
        ));
    }
}

fn sources(page: &mut Page, story: &Explanation) {
    if story.sources.is_empty() {
        return;
    }
    page.title("sources");
    let mut table = Table::new([
        ("source", Align::Left),
        ("content of", Align::Left),
        ("asked on", Align::Left),
        ("records", Align::Right),
        ("producer", Align::Left),
    ]);
    let day = |moment: &Option<String>| {
        moment
            .as_ref()
            .and_then(|at| at.get(..10))
            .map(str::to_owned)
    };
    let unknown = || "-".to_owned();
    for source in &story.sources {
        table.row([
            source.source.clone(),
            day(&source.as_of).unwrap_or_else(unknown),
            day(&source.requested_at).unwrap_or_else(unknown),
            source
                .records
                .map_or_else(unknown, |records| records.to_string()),
            source.producteur.clone().unwrap_or_else(unknown),
        ]);
    }
    page.table(&table);
}
