//! Tables of the lake that a pipeline can do without, and tables as the last release has them.

use std::fs;

use serde_json::json;

use crate::project::{Project, contract};
use crate::run::{picture, released, with_status};

/// A register of days on which each school was seen: it adds to what it was, with what may be known beside.
const REGISTER: &str = "
version: 1
pipeline: registre
sources:
  vus: {type: file, url: vus.csv, format: {type: csv}}
  notes: {type: lake, table: notes, optional: true}
  avant: {type: previous, table: registre}
steps:
  registre:
    type: sql
    query: |
      select v.uai, coalesce(a.premier_jour, v.jour) as premier_jour, n.note,
             v._source, v._extrait, v._ligne
      from vus v left join avant a on a.uai = v.uai left join notes n on n.uai = v.uai
tables:
  registre: {from: registre, contract: registre}
";

const NOTES: &str = "
version: 1
pipeline: notes
sources:
  carnet: {type: file, url: carnet.csv, format: {type: csv}}
tables:
  notes: {from: carnet, contract: notes}
";

const TEXT: &str = "logicalType: string, description: Texte., classification: public";

fn project() -> Project {
    let project = Project::with_only_pipeline("registre", REGISTER);
    let columns =
        format!("      - {{name: premier_jour, {TEXT}}}\n      - {{name: note, {TEXT}}}\n");
    project.write(
        "data-contracts/registre.yaml",
        contract("registre", &columns),
    );
    let columns = format!("      - {{name: note, {TEXT}}}\n");
    project.write("data-contracts/notes.yaml", contract("notes", &columns));
    seen(&project, "lundi", &["0990001N", "0990002P"]);
    project.write("carnet.csv", "uai,note\n0990001N,bien\n");
    project
}

/// The schools that the source has, all of one day.
fn seen(project: &Project, day: &str, schools: &[&str]) {
    let rows = schools.iter().map(|uai| format!("{uai},{day}\n"));
    project.write("vus.csv", format!("uai,jour\n{}", rows.collect::<String>()));
}

/// School, first day, note.
fn register(project: &Project) -> Vec<String> {
    let sql = "select uai || ' ' || premier_jour || ' ' || coalesce(note, '-') as r from registre order by r";
    let rows = project.query(sql, None);
    let text = |row: &serde_json::Value| row["r"].as_str().unwrap().to_owned();
    rows.iter().map(text).collect()
}

#[test]
fn a_table_that_is_not_there_is_done_without_and_made_use_of_once_it_is() {
    let project = project();
    // Nothing makes it, and nothing has to.
    let ended = project.edulac(&["validate"]).with_code(0);
    assert!(!ended.stderr.contains("notes"), "{}", ended.picture());
    let plan = project.edulac(&["plan"]).with_code(0);
    assert!(
        plan.stdout.contains("notes (not there)"),
        "{}",
        plan.picture()
    );
    let watch = project.edulac(&["watch"]).with_code(0);
    assert!(
        watch
            .stdout
            .contains("a run would do without `notes` in registre.notes\n"),
        "{}",
        watch.picture()
    );
    let ended = project.edulac(&["run"]).with_code(0);
    picture("absent_table", &ended.picture());
    assert_eq!(register(&project), ["0990001N lundi -", "0990002P lundi -"]);
    let notes = project.read(&format!(
        "lake/releases/{}/notes.md",
        project.lake().releases()[0]
    ));
    assert!(
        notes.contains("- registre.notes : sans lignes, la table notes n'est pas dans le lac\n"),
        "{notes}"
    );
    // Still absent: nothing is made again, and it is told again.
    let record = project.run(0, &[]);
    assert_eq!(record["outcome"]["status"], "nothing_to_do");
    assert_eq!(
        record["absent"],
        json!([{"source": "registre.notes", "table": "notes"}])
    );

    // There now: its pipeline runs first, whatever the order of the files.
    project.write("pipelines/z_notes.yaml", NOTES);
    let record = project.run(0, &[]);
    assert_eq!(with_status(&record, "published"), ["notes", "registre"]);
    assert_eq!(record.get("absent"), None);
    assert_eq!(
        record["tables"][1]["causes"],
        json!([{"cause": "table", "table": "notes"}])
    );
    assert_eq!(
        register(&project),
        ["0990001N lundi bien", "0990002P lundi -"]
    );
}

#[test]
fn a_table_that_is_held_and_was_never_published_is_absent_too() {
    let project = project();
    project.write("pipelines/notes.yaml", NOTES);
    let asked = "logicalType: string, description: Texte., classification: public, required: true";
    project.edit("data-contracts/notes.yaml", TEXT, asked);
    project.edit(
        "data-contracts/notes.yaml",
        "    logicalType: object\n",
        "    logicalType: object\n    quality: [{metric: rowCount, mustBeGreaterThan: 5}]\n",
    );
    // Of the same run: what was made of its rows waits with it.
    let record = project.run(1, &[]);
    assert_eq!(with_status(&record, "held"), ["notes", "registre"]);
    // Its pipeline not asked to run: the register goes on without.
    let record = project.run(0, &["registre"]);
    assert_eq!(with_status(&record, "published"), ["registre"]);
    assert_eq!(record["absent"][0]["table"], "notes");
}

#[test]
fn a_table_as_the_last_release_has_it_keeps_what_its_source_forgot() {
    let project = project();
    let first = released(&project.run(0, &[]));
    // The same inputs: nothing to make, though what it was is another now than at first.
    let record = project.run(0, &[]);
    assert_eq!(record["outcome"]["status"], "nothing_to_do");
    seen(&project, "mardi", &["0990001N", "0990003R"]);
    let second = released(&project.run(0, &[]));
    assert_eq!(register(&project), ["0990001N lundi -", "0990003R mardi -"]);
    // Taken back: the release that the lake stands on is what was before.
    project
        .edulac(&["release", "withdraw", &second, "--reason", "essai"])
        .with_code(0);
    seen(&project, "mercredi", &["0990002P", "0990003R"]);
    released(&project.run(0, &[]));
    assert_eq!(
        register(&project),
        ["0990002P lundi -", "0990003R mercredi -"]
    );
    assert_ne!(first, second);
}

#[test]
fn a_former_table_has_the_columns_of_its_contract_of_today() {
    let project = project();
    released(&project.run(0, &[]));
    let more = format!("      - {{name: note, {TEXT}}}\n      - {{name: avis, {TEXT}}}\n");
    let note = format!("      - {{name: note, {TEXT}}}\n");
    project.edit("data-contracts/registre.yaml", &note, &more);
    project.edit(
        "data-contracts/registre.yaml",
        "version: 1.0.0",
        "version: 1.1.0",
    );
    project.edit("pipelines/registre.yaml", "n.note,", "n.note, a.avis,");
    released(&project.run(0, &[]));
    let rows = project.query("select distinct premier_jour, avis from registre", None);
    assert_eq!(rows, [json!({"premier_jour": "lundi", "avis": null})]);
}

#[test]
fn under_another_major_version_a_former_table_is_no_former_table_and_the_run_says_so() {
    let project = project();
    released(&project.run(0, &[]));
    project.edit(
        "data-contracts/registre.yaml",
        "version: 1.0.0",
        "version: 2.0.0",
    );
    seen(&project, "mardi", &["0990001N", "0990002P"]);
    let ended = project.edulac(&["run"]).with_code(0);
    picture("former_table_of_another_version", &ended.stdout);
    assert_eq!(register(&project), ["0990001N mardi -", "0990002P mardi -"]);
}

#[test]
fn a_table_that_may_be_absent_must_have_a_contract() {
    let project = project();
    fs::remove_file(project.path("data-contracts/notes.yaml")).unwrap();
    project.edit(
        "pipelines/registre.yaml",
        "{type: previous, table: registre}",
        "{type: previous, table: registres}",
    );
    picture(
        "absent_contracts",
        &project.edulac(&["validate"]).with_code(2).picture(),
    );
}

#[test]
fn a_unit_test_gives_rows_to_both() {
    let project = project();
    project.write(
        "pipelines/registre.test.yaml",
        "
version: 1
columns:
  vus: {uai: 0990001N, jour: mardi}
tests:
  - test: le premier jour reste
    given:
      vus: [{}, {uai: 0990002P}]
      avant: [{uai: 0990001N, premier_jour: lundi}]
      notes: [{uai: 0990002P, note: bien}]
    expect:
      registre:
        - {uai: 0990001N, premier_jour: lundi, note: null}
        - {uai: 0990002P, premier_jour: mardi, note: bien}
",
    );
    project.edulac(&["test"]).with_code(0);
}
