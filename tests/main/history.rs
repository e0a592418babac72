//! Dated sources keep the rentrées that their publisher drops; a snapshot of a day has no past.

use crate::project::{Project, contract};
use crate::run::{picture, released, table};

fn project() -> Project {
    let project = Project::with_only_pipeline(
        "effectifs_dates",
        "
version: 1
pipeline: effectifs_dates
sources:
  liste: {type: file, url: liste.csv, format: {type: csv}, history: rentree}
steps:
  lignes:
    type: sql
    query: select uai, rentree, cast(eleves as bigint) as eleves, _source, _extrait, _ligne from liste
tables:
  effectifs_dates: {from: lignes, contract: effectifs_dates}
",
    );
    project.write(
        "pipelines/photographie.yaml",
        "
version: 1
pipeline: photographie
sources:
  instantane: {type: file, url: liste.csv, format: {type: csv}}
steps:
  uais:
    type: sql
    query: select distinct uai from instantane
    motive: une ligne par UAI
tables:
  photographie: {from: uais, contract: photographie}
",
    );
    project.write(
        "data-contracts/photographie.yaml",
        contract("photographie", ""),
    );
    let columns = "      - {name: rentree, logicalType: string, description: Rentrée., classification: public, required: true, primaryKey: true, primaryKeyPosition: 2}
      - {name: eleves, logicalType: integer, description: Élèves., classification: public}\n";
    project.write(
        "data-contracts/effectifs_dates.yaml",
        contract("effectifs_dates", columns),
    );
    project.write(
        "liste.csv",
        "uai;rentree;eleves\n0990001N;2022-2023;10\n0990001N;2023-2024;11\n0990002P;2023-2024;20\n",
    );
    project
}

/// The rows of the table, in the order of their key.
fn rows(project: &Project) -> Vec<String> {
    let rows = project.query(
        "select uai, rentree, eleves from effectifs_dates order by 1, 2",
        None,
    );
    let row = |row: &serde_json::Value| {
        format!(
            "{} {} {}",
            row["uai"].as_str().unwrap(),
            row["rentree"].as_str().unwrap(),
            row["eleves"]
        )
    };
    rows.iter().map(row).collect()
}

#[test]
fn rentrees_that_a_publisher_drops_are_kept_and_those_that_it_has_are_its_own() {
    let project = project();
    released(&project.run(0, &[]));
    // Another form of the same dates, a correction, a new rentrée, and the oldest is gone.
    project.write(
        "liste.csv",
        "uai;rentree;eleves\n0990001N;2023;12\n0990001N;2024;13\n",
    );
    let record = project.run(0, &["effectifs_dates"]);
    let release = released(&record);
    assert_eq!(
        rows(&project),
        [
            "0990001N 2022-2023 10",
            "0990001N 2023 12",
            "0990001N 2024 13"
        ]
    );
    assert_eq!(table(&record, "effectifs_dates")["read"], 3);
    let record = project.run(0, &["effectifs_dates"]);
    assert_eq!(record["outcome"]["status"], "nothing_to_do", "{record}");

    // The archive alone gives the same bytes.
    let files = |release: &str| -> Vec<(String, String)> {
        let all = project.lake().files(release).into_iter();
        all.filter(|(path, _)| path.contains("effectifs_dates"))
            .collect()
    };
    let before = files(&release);
    assert!(!before.is_empty());
    std::fs::remove_dir_all(project.path("lake")).unwrap();
    std::fs::remove_file(project.path("liste.csv")).unwrap();
    let again = released(&project.run(0, &["effectifs_dates", "--frozen"]));
    assert_eq!(files(&again), before);
}

#[test]
fn a_backfill_is_there_in_the_end_or_refused_with_the_reason() {
    let project = project();
    released(&project.run(0, &[]));
    project.write(
        "liste.csv",
        "uai;rentree;eleves\n0990001N;2023-2024;11\n0990002P;2023-2024;20\n",
    );
    project.run(0, &["effectifs_dates", "--backfill", "2022-2023"]);
    assert!(rows(&project).contains(&"0990001N 2022-2023 10".to_owned()));
    picture(
        "backfill_of_nothing",
        &project
            .edulac(&["run", "effectifs_dates", "--backfill", "2010-2011"])
            .with_code(5)
            .picture(),
    );
    picture(
        "backfill_of_a_snapshot",
        &project
            .edulac(&["run", "photographie", "--backfill", "2022-2023"])
            .with_code(5)
            .picture(),
    );
    project.edit(
        "pipelines/effectifs_dates.yaml",
        "history: rentree",
        "history: rentre",
    );
    picture(
        "history_of_no_column",
        &project.edulac(&["validate"]).with_code(2).picture(),
    );
}

#[test]
fn what_came_with_a_withdrawn_release_is_no_past() {
    let project = project();
    released(&project.run(0, &["effectifs_dates"]));
    let good = project.read("liste.csv");
    project.write("liste.csv", format!("{good}0990001N;2062-2063;99\n"));
    let bad = released(&project.run(0, &["effectifs_dates"]));
    project
        .edulac(&["release", "withdraw", &bad, "--reason", "rentrée fautive"])
        .with_code(0);
    project.write("liste.csv", format!("{good}0990002P;2024-2025;21\n"));
    released(&project.run(0, &["effectifs_dates"]));
    assert_eq!(
        rows(&project),
        [
            "0990001N 2022-2023 10",
            "0990001N 2023-2024 11",
            "0990002P 2023-2024 20",
            "0990002P 2024-2025 21",
        ]
    );
}
