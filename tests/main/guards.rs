//! Guards: what is suspicious is not published until somebody answers for it.

use crate::project::Project;
use crate::run::{picture, released, table, with_status};
use crate::source::{DIRECTORY, Dataset};

#[test]
fn a_table_that_shrinks_is_held_until_somebody_says_why() {
    let (project, record) = Project::published();
    let first = released(&record);
    Dataset::of(&project, DIRECTORY).remove_schools(5);
    let ended = project.edulac(&["run"]).with_code(5);
    assert_eq!(ended.stderr, "");
    picture("shrink", &ended.stdout);
    let rows = project.query("select count(*) as n from etablissements", None);
    assert_eq!(rows[0]["n"], 180);

    let reason = "cinq écoles ont fermé à la rentrée";
    let record = project.run(0, &["--accept-shrink", &format!("etablissements={reason}")]);
    let second = released(&record);
    assert_ne!(first, second);
    let counted = table(&record, "etablissements");
    assert_eq!(
        (&counted["removed"], &counted["accepted"]),
        (&5.into(), &175.into()),
        "{counted}"
    );
    let notes = project.lake().notes(&second);
    assert!(
        notes.contains(&format!("garde levée : {reason}")),
        "{notes}"
    );
    assert_eq!(
        project.lake().manifest(&second)["counts"]["accept_shrink"]["etablissements"],
        reason
    );
    let rows = project.query("select count(*) as n from etablissements", Some(&first));
    assert_eq!(rows[0]["n"], 180);
    assert_eq!(project.run(0, &[])["outcome"]["status"], "nothing_to_do");
}

#[test]
fn too_many_rejects_hold_a_table_whatever_is_accepted() {
    let (project, _) = Project::published();
    Dataset::of(&project, DIRECTORY).change(|records| {
        let (uai, name) = (
            records.column("identifiant_de_l_etablissement"),
            records.column("nom_etablissement"),
        );
        for record in records.0.iter_mut().skip(1).step_by(9) {
            // No letter of control is a `0`.
            record[uai].replace_range(7.., "0");
            record[name].push_str(" bis");
        }
    });
    let ended = project.edulac(&["run", "etablissements"]).with_code(5);
    picture("too_many_rejects", &ended.picture());
    // A loss may be accepted, rows that nobody can read may not.
    let record = project.run(
        5,
        &[
            "etablissements",
            "--accept-shrink",
            "etablissements=fermetures",
        ],
    );
    assert!(
        with_status(&record, "held").contains(&"etablissements"),
        "{record}"
    );
}

#[test]
fn an_acceptance_for_no_table_of_the_run_is_a_mistake() {
    let project = Project::new();
    let ended = project
        .edulac(&["run", "territoires", "--accept-shrink", "ips=fermetures"])
        .with_code(2);
    picture("accepts_no_table", &ended.picture());
    let ended = project
        .edulac(&["run", "--accept-shrink", "ips="])
        .with_code(2);
    assert!(ended.stderr.contains("say why"), "{}", ended.picture());
}
