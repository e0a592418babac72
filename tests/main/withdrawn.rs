//! A bad release taken back: the tables are as before, visibly, and the next run does not publish the same again.

use crate::project::Project;
use crate::run::{findings, picture, released, with_status};
use crate::source::{DIRECTORY, Dataset};

#[test]
fn a_bad_release_is_taken_back_and_not_published_again() {
    let (project, record) = Project::published();
    let good = released(&record);
    let files = project.lake().files(&good);
    let schools = Dataset::of(&project, DIRECTORY);
    schools.remove_schools(1);
    let bad = released(&project.run(0, &[]));
    let reason = "un collège effacé par erreur";
    let ended = project
        .edulac(&["release", "withdraw", &bad, "--reason", reason])
        .with_code(0);
    picture("withdraw", &ended.picture());
    let back = project
        .edulac(&["release", "show", "--format", "json"])
        .with_code(0)
        .json();
    let back = back["id"].as_str().unwrap().to_owned();
    assert_ne!(back, bad);
    assert_eq!(project.lake().files(&back), files);
    project.lake().assert_whole(&back);
    picture(
        "release_list_withdrawn",
        &project.edulac(&["release", "list"]).picture(),
    );
    picture(
        "release_show_withdrawing",
        &project.edulac(&["release", "show"]).picture(),
    );
    assert!(
        project
            .read(&format!("lake/releases/{back}/notes.md"))
            .contains(reason)
    );

    // The same sources, or others that make the same rows: the same bad table.
    let record = project.run(5, &[]);
    assert!(
        with_status(&record, "held").contains(&"etablissements"),
        "{record}"
    );
    let why = &findings(&record, "etablissements")[0];
    assert!(why.contains(&bad) && why.contains(reason), "{why}");
    // Mended upstream: it goes on.
    let again = Project::new();
    let whole = again.path(&schools.body());
    project.write(&schools.body(), std::fs::read(whole).unwrap());
    schools.change(|records| {
        let name = records.column("nom_etablissement");
        records.0[1][name] = "Collège du Retour".to_owned();
    });
    released(&project.run(0, &[]));
}

#[test]
fn only_the_last_release_is_taken_back_and_not_the_first() {
    let (project, record) = Project::published();
    let first = released(&record);
    let withdraw = |id: &str| {
        project
            .edulac(&["release", "withdraw", id, "--reason", "essai"])
            .with_code(2)
    };
    picture("withdraw_the_first", &withdraw(&first).picture());
    Dataset::of(&project, DIRECTORY).remove_schools(1);
    released(&project.run(0, &[]));
    picture("withdraw_an_old_one", &withdraw(&first).picture());
}

#[test]
fn two_bad_releases_in_a_row_are_both_taken_back() {
    let (project, record) = Project::published();
    let good = released(&record);
    let schools = Dataset::of(&project, DIRECTORY);
    schools.remove_schools(1);
    released(&project.run(0, &[]));
    schools.remove_schools(1);
    let latest = || project.lake().releases().pop().unwrap();
    released(&project.run(0, &["--accept-shrink", "etablissements=essai"]));
    for _ in 0..2 {
        let withdraw = ["release", "withdraw", &latest(), "--reason", "essai"];
        project.edulac(&withdraw).with_code(0);
    }
    assert_eq!(project.lake().files(&latest()), project.lake().files(&good));
    project.lake().assert_whole(&latest());
}
