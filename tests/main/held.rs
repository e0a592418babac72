//! A table that breaks a rule of its contract keeps its last version, and so does what was made from it.

use crate::project::Project;
use crate::run::{findings, picture, released, with_status};
use crate::source::{DIRECTORY, Dataset, gunzip, gzip};

/// More rows than the table will ever have, asked for by its contract.
fn ask_for_many_rows(project: &Project, table: &str) {
    project.edit(
        &format!("data-contracts/{table}.yaml"),
        "{metric: rowCount, mustBeGreaterThan: 0}",
        "{metric: rowCount, mustBeGreaterThan: 1000000}",
    );
}

#[test]
fn a_broken_table_rule_holds_the_table_and_the_others_are_published() {
    let (project, record) = Project::published();
    let first = released(&record);
    ask_for_many_rows(&project, "batiments");
    let ended = project.edulac(&["run", "--set", "edition=2"]).with_code(1);
    assert_eq!(ended.stderr, "");
    picture("held_by_its_contract", &ended.stdout);
    let lake = project.lake();
    let [_, second] = &lake.releases()[..] else {
        panic!("{:?}", lake.releases());
    };
    let files =
        |release: &str, table: &str| lake.manifest(release)["tables"][table]["files"].clone();
    // The links lead to buildings, and the schools are those of the links.
    for held in ["batiments", "etablissements_batiments", "etablissements"] {
        assert_eq!(files(&first, held), files(second, held), "{held}");
    }
    assert_ne!(files(&first, "effectifs"), files(second, "effectifs"));
    let nowhere = "select count(*) as n from etablissements_batiments \
                   where rnb_id not in (select rnb_id from batiments) or uai not in (select uai from etablissements)";
    assert_eq!(project.query(nowhere, None)[0]["n"], 0);
    lake.assert_whole(second);
    lake.assert_tables_read(second);
    let count = project.query("select count(*) as n from batiments", None);
    assert_eq!(count[0]["n"], 12_000);

    // Mended, the same sources give what was held.
    project.edit(
        "data-contracts/batiments.yaml",
        "mustBeGreaterThan: 1000000",
        "mustBeGreaterThan: 0",
    );
    let record = project.run(0, &["--set", "edition=2"]);
    assert_eq!(
        with_status(&record, "published"),
        [
            "etablissements",
            "sites",
            "etablissements_sites",
            "batiments",
            "etablissements_batiments",
            "terrains",
            "cours",
            "chevauchements",
            "effectifs_etablissements"
        ]
    );
}

#[test]
fn nothing_is_published_when_every_table_is_held() {
    let project = Project::new();
    ask_for_many_rows(&project, "communes");
    ask_for_many_rows(&project, "academies");
    let ended = project.edulac(&["run", "territoires"]).with_code(1);
    picture("all_held", &ended.picture());
    assert!(project.lake().releases().is_empty());
    let ended = project.edulac(&["tables"]).with_code(2);
    picture("no_release", &ended.picture());
}

#[test]
fn what_was_made_from_a_held_table_is_held_with_it() {
    let (project, record) = Project::published();
    let first = released(&record);
    let path = "config/sample/edition-1/communes.geojson.gz";
    let text = gunzip(&project.path(path));
    assert!(text.contains("Port-Exemple"));
    project.write(
        path,
        gzip(text.replace("Port-Exemple", "Port-Nouveau").as_bytes()),
    );
    ask_for_many_rows(&project, "communes");
    let before = project.lake().listing();
    let record = project.run(1, &[]);
    assert_eq!(
        with_status(&record, "held"),
        [
            "communes",
            "etablissements",
            "sites",
            "etablissements_sites",
            "etablissements_batiments",
            "terrains",
            "cours",
            "chevauchements",
            "corrections_liens",
        ]
    );
    for dependent in ["etablissements", "etablissements_batiments"] {
        let said = findings(&record, dependent);
        assert!(
            said.iter().any(|said| said.contains("`communes`")),
            "{dependent}: {said:?}"
        );
    }
    assert_eq!(record["outcome"]["status"], "held");
    assert_eq!(project.lake().listing(), before);
    assert_eq!(project.lake().releases(), [first]);
    let commune = project.query("select nom from communes where code = '99001'", None);
    assert_eq!(commune[0]["nom"], "Port-Exemple");
}

#[test]
fn a_table_that_leaves_released_ones_without_what_they_refer_to_is_held() {
    let (project, record) = Project::published();
    let first = released(&record);
    Dataset::of(&project, DIRECTORY).remove_schools(40);
    // Only the pipeline of establishments: the indicators of the last release would refer to schools that are no more.
    let loss = [
        "--accept-shrink",
        "etablissements=fermetures",
        "--accept-shrink",
        "etablissements_batiments=fermetures",
    ];
    let ended = project
        .edulac(&[&["run", "etablissements"], &loss[..]].concat())
        .with_code(1);
    picture("broken_references", &ended.picture());
    let lake = project.lake();
    for release in lake.releases() {
        let manifest = lake.manifest(&release);
        assert_eq!(
            manifest["tables"]["etablissements"]["files"],
            lake.manifest(&first)["tables"]["etablissements"]["files"]
        );
        lake.assert_whole(&release);
    }
    let orphans = project.query(
        "select count(*) as n from ips where uai not in (select uai from etablissements)",
        None,
    );
    let orphans = orphans[0]["n"].as_u64().unwrap();
    assert!(orphans * 20 < 357, "{orphans} orphans");
}
