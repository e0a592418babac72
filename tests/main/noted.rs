//! The notes of a release, made from the data, as its readers get them.

use crate::project::Project;
use crate::run::{picture, released, undated};
use crate::source::{DIRECTORY, Dataset};

/// The line of a table, by its cells.
fn line<'a>(notes: &'a str, table: &str) -> Vec<&'a str> {
    let start = format!("| {table} |");
    let found = notes.lines().find(|line| line.starts_with(&start));
    let found = found.unwrap_or_else(|| panic!("no line of {table}: {notes}"));
    found.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn notes_tell_what_changed_why_and_where_it_comes_from() {
    let project = Project::whole();
    project.keep_pipelines(&["territoires", "etablissements", "hebergement"]);
    let first = released(&project.run(0, &[]));
    let notes = project.edulac(&["release", "notes"]).with_code(0).stdout;
    assert_eq!(notes, project.lake().notes(&first));
    assert!(notes.contains("Première version de ce lac."), "{notes}");
    assert_eq!(line(&notes, "hebergement")[8], "nouvelle table");

    // Another contract, a source that lost schools, a guard lifted, a pipeline that did not run.
    Dataset::of(&project, DIRECTORY).remove_schools(3);
    project.add_column_to_hebergement();
    let accepted = [
        "etablissements",
        "hebergement",
        "--accept-shrink",
        "etablissements=trois fermetures",
    ];
    let second = released(&project.run(0, &accepted));
    let notes = project.lake().notes(&second);
    assert!(
        notes.contains(&format!("Fait suite à la version {first}.")),
        "{notes}"
    );
    let schools = line(&notes, "etablissements");
    assert_eq!(schools[..4], ["etablissements", "publiée", "180", "177"]);
    assert_eq!(schools[4..8], ["0", "3", "0", "1"]);
    assert_eq!(schools[8], "source (etablissements.annuaire)");
    assert_eq!(
        line(&notes, "communes"),
        ["communes", "reprise", "31", "31", "0", "0", "0", "", ""]
    );
    assert_eq!(line(&notes, "hebergement")[8], "méthode, contrat");
    assert!(
        notes.contains(
            "- hebergement : version 1.0.0 → 1.1.0 ; colonnes ajoutées : interne_ou_non\n"
        )
    );
    assert!(notes.contains("garde levée : trois fermetures"));
    assert!(notes.contains("- communes : millésime 2024\n"));
    assert!(notes.contains("- hebergement : rentrée de 2023-2024 à 2025-2026\n"));
    let carried = notes
        .lines()
        .find(|line| line.starts_with("- territoires.contours_communes :"));
    let carried = carried.unwrap();
    assert!(
        carried.ends_with(", comme dans la version précédente, IGN, INSEE, Etalab, etalab-2.0"),
        "{carried}"
    );
    let read = notes
        .lines()
        .find(|line| line.starts_with("- etablissements.annuaire :"))
        .unwrap();
    assert!(read.contains("contenu du 2026-11-03, extrait "), "{read}");
    assert!(
        read.ends_with(", Ministère de l'Éducation nationale, etalab-2.0"),
        "{read}"
    );
    picture("notes", &undated(&notes));

    project
        .edulac(&[
            "release",
            "withdraw",
            &second,
            "--reason",
            "trois fermetures de trop",
        ])
        .with_code(0);
    let notes = project.edulac(&["release", "notes"]).with_code(0).stdout;
    assert!(notes.contains(&format!(
        "Retrait de la version {second} : trois fermetures de trop"
    )));
    assert_eq!(
        line(&notes, "etablissements")[1..],
        ["rendue", "177", "180", "3", "0", "0", "correction"]
    );
    assert_eq!(line(&notes, "communes")[1], "inchangée");
    let told = project
        .edulac(&["release", "notes", &first, "--format", "json"])
        .with_code(0)
        .json();
    assert_eq!(told["notes"], project.lake().notes(&first));
    project
        .edulac(&["release", "notes", "2020-01-01.0"])
        .with_code(2);
}
