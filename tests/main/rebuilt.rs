//! `run --frozen --release`: a release made again from the archive, byte for byte, or why not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::edulac::Ended;
use crate::lake::Lake;
use crate::project::Project;
use crate::run::{picture, released};
use crate::stage::{SCHOOLS, Stage, row};

const LATEST: [&str; 4] = ["run", "--frozen", "--release", "latest"];

/// Makes a release again; the lake, the archive and what is restricted are as before.
fn rebuild(project: &Project, release: &str, format: &str) -> Ended {
    let before = everything(project);
    let arguments = ["run", "--frozen", "--release", release, "--format", format];
    let ended = project.edulac(&arguments);
    assert_eq!(everything(project), before, "{}", ended.picture());
    ended
}

/// Files that a command must leave alone, each with its size and when it was written.
fn everything(project: &Project) -> BTreeMap<PathBuf, impl PartialEq + std::fmt::Debug> {
    let folders = ["lake", "archive", "restricted"].map(|folder| project.path(folder));
    let there = folders.iter().filter(|folder| folder.exists());
    there
        .flat_map(|folder| Lake::at(folder).listing())
        .collect()
}

/// A table of what was told.
fn table<'a>(told: &'a Value, name: &str) -> &'a Value {
    let mut tables = told["tables"].as_array().unwrap().iter();
    tables.find(|table| table["table"] == name).unwrap()
}

/// The tables that are not as they were, and the kinds of why.
fn whys(told: &Value) -> Vec<(&str, Vec<&str>)> {
    let tables = told["tables"].as_array().unwrap().iter();
    let different = tables.filter(|table| table["identical"] == false);
    different
        .map(|table| {
            let whys = table["why"].as_array().unwrap().iter();
            let whys = whys.map(|why| why["why"].as_str().unwrap());
            (table["table"].as_str().unwrap(), whys.collect())
        })
        .collect()
}

#[test]
fn both_editions_of_the_sample_are_made_again_from_the_archive_alone() {
    let (project, record) = Project::whole_published();
    let first = released(&record);
    let second = released(&project.run(0, &["--set", "edition=2"]));
    for edition in ["edition-1", "edition-2"] {
        fs::remove_dir_all(project.path("config/sample").join(edition)).unwrap();
    }
    for (release, runs) in [(&first, 1), (&second, 2)] {
        let told = rebuild(&project, release, "json").with_code(0).json();
        assert_eq!(told["release"], release.as_str());
        assert_eq!(told["runs"].as_array().unwrap().len(), runs, "{told}");
        let manifest = project.lake().manifest(release);
        let tables = manifest["tables"].as_object().unwrap();
        assert_eq!(told["tables"].as_array().unwrap().len(), tables.len());
        for (name, released) in tables {
            let again = table(&told, name);
            assert_eq!(again["identical"], true, "{again}");
            let files = released["files"].as_array().unwrap().len() + 1;
            assert_eq!(again["files"], files, "{again}");
        }
    }
    let ended = project.edulac(&LATEST).with_code(0);
    let count = project.lake().manifest(&second)["tables"]
        .as_object()
        .unwrap()
        .len();
    let told = format!("release {second}: {count} of {count} tables made again from the archive, ");
    assert!(ended.stdout.starts_with(&told), "{}", ended.picture());
    // What goes on from the release before is said.
    let before = format!("  read as release {first} has it: registre_sites\n");
    assert!(ended.stdout.contains(&before), "{}", ended.picture());
}

/// Two releases of two tables: `ecoles` of the second run, `reseaux` of the first.
fn two_releases() -> (Stage, [String; 2]) {
    let stage = Stage::new();
    let first = released(&stage.project.run(0, &[]));
    let mut schools = SCHOOLS.to_vec();
    schools[0].2 = 131;
    let rows: Vec<_> = schools.into_iter().map(row).collect();
    stage.publish(2, "nombre_d_eleves", &rows);
    let second = released(&stage.project.run(0, &[]));
    // Nobody is asked.
    stage.server.asked();
    (stage, [first, second])
}

#[test]
fn steps_that_changed_are_named_with_the_table_and_its_files() {
    let (stage, [first, second]) = two_releases();
    let project = &stage.project;
    for release in [&first, &second] {
        let told = rebuild(project, release, "json").with_code(0).json();
        assert_eq!(told["from_lake"], Value::Array(Vec::new()), "{told}");
    }
    project.edit(
        "pipelines/ecoles.yaml",
        "nom, cast",
        "upper(nom) as nom, cast",
    );
    picture(
        "rebuilt_otherwise",
        &rebuild(project, "latest", "text").with_code(1).picture(),
    );
    let told = rebuild(project, &first, "json").with_code(1).json();
    assert_eq!(whys(&told), [("ecoles", vec!["method"])], "{told}");
    let fates: Vec<_> = table(&told, "ecoles")["differing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["fate"].as_str().unwrap())
        .collect();
    assert_eq!(fates.len(), 3, "{told}");
    assert!(
        ["not_made", "new", "altered"]
            .iter()
            .all(|fate| fates.contains(fate)),
        "{told}"
    );
    assert_eq!(stage.server.asked().len(), 0);

    // Another way to the same rows is no difference.
    project.edit(
        "pipelines/ecoles.yaml",
        "upper(nom) as nom, cast",
        "nom as nom, cast",
    );
    rebuild(project, "latest", "json").with_code(0);

    // A contract tells the files what their columns mean.
    project.edit(
        "data-contracts/reseaux.yaml",
        "Code UAI.",
        "Code UAI de sept chiffres et une lettre.",
    );
    let told = rebuild(project, "latest", "json").with_code(1).json();
    assert_eq!(whys(&told), [("reseaux", vec!["contract"])], "{told}");
    fs::remove_file(project.path("pipelines/reseaux.yaml")).unwrap();
    let told = rebuild(project, "latest", "json").with_code(1).json();
    assert_eq!(whys(&told), [("reseaux", vec!["no_pipeline"])], "{told}");
}

/// The only file of a source's oldest extract whose name begins so.
fn body(project: &Project, source: &str) -> PathBuf {
    let first = |folder: &Path, start: &str| {
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> = entries.collect();
        paths.retain(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(start)
        });
        paths.sort();
        paths.remove(0)
    };
    first(
        &first(&project.path("archive/raw").join(source), "2"),
        "body",
    )
}

#[test]
fn an_extract_that_is_gone_or_altered_is_named() {
    let (stage, [first, second]) = two_releases();
    let project = &stage.project;
    let path = body(project, "ecoles.export");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [&whole[..], b"0990006U;X;1\r\n"].concat()).unwrap();
    let told = rebuild(project, &first, "json").with_code(1).json();
    assert_eq!(whys(&told), [("ecoles", vec!["extract_altered"])], "{told}");

    fs::remove_dir_all(path.parent().unwrap()).unwrap();
    picture(
        "rebuilt_without_extract",
        &rebuild(project, &first, "text").with_code(1).picture(),
    );
    // The other release has one of its own.
    rebuild(project, &second, "json").with_code(0);
}

#[test]
fn what_is_made_from_a_table_that_cannot_be_made_is_told_too() {
    let (stage, _) = two_releases();
    let project = &stage.project;
    project.write(
        "pipelines/grandes.yaml",
        "version: 1\npipeline: grandes\nowner: {name: AMDAC, contact: amdac@example.gouv.fr}\n\
         sources:\n  ecoles: {type: lake, table: ecoles}\n  avant: {type: previous, table: grandes}\n\
         steps:\n  grandes:\n    type: sql\n    query: select uai, max(nom) as nom, max(eleves) as eleves from (select uai, nom, eleves from ecoles union all select uai, nom, eleves from avant) as toutes group by uai\n    \
         motive: une ligne par école\n\
         tables:\n  grandes: {from: grandes, contract: grandes}\n",
    );
    let contract = project
        .read("data-contracts/ecoles.yaml")
        .replace("ecoles", "grandes");
    project.write("data-contracts/grandes.yaml", contract);
    released(&project.run(0, &["grandes"]));
    // Neither is the table from the archive that the run read of the release before, nor need it be.
    let told = rebuild(project, "latest", "json").with_code(0).json();
    assert_eq!(told["from_lake"], Value::Array(Vec::new()), "{told}");

    let mut schools = SCHOOLS.to_vec();
    schools.truncate(4);
    schools.push(("0990006U", "École du Large", 64));
    let rows: Vec<_> = schools.into_iter().map(row).collect();
    stage.publish(3, "nombre_d_eleves", &rows);
    let third = released(&project.run(0, &[]));
    let told = rebuild(project, &third, "json").with_code(0).json();
    let before = told["from_lake"].as_array().unwrap();
    assert_eq!(before.len(), 1, "{told}");
    assert_eq!(before[0]["table"], "grandes");
    picture(
        "rebuilt_over_the_release_before",
        &project.edulac(&LATEST).with_code(0).picture(),
    );

    let file = &table_file(project, before[0]["release"].as_str().unwrap(), "grandes");
    let whole = fs::read(file).unwrap();
    fs::write(file, &whole[..whole.len() - 1]).unwrap();
    let told = rebuild(project, &third, "json").with_code(1).json();
    assert_eq!(whys(&told), [("grandes", vec!["damaged"])], "{told}");
    fs::write(file, whole).unwrap();

    let newest =
        project.lake().manifest(&third)["sources"]["ecoles.export"]["receipt"]["extract"].clone();
    fs::remove_dir_all(
        project
            .path("archive/raw/ecoles.export")
            .join(newest.as_str().unwrap()),
    )
    .unwrap();
    let told = rebuild(project, &third, "json").with_code(1).json();
    assert_eq!(
        whys(&told),
        [
            ("ecoles", vec!["extract_gone"]),
            ("grandes", vec!["not_made"])
        ],
        "{told}"
    );
}

/// The only data file of a table in a release.
fn table_file(project: &Project, release: &str, name: &str) -> PathBuf {
    let table = project.lake().manifest(release)["tables"][name].clone();
    let [file] = table["files"].as_array().unwrap().as_slice() else {
        panic!("{table}");
    };
    let path = file["path"].as_str().unwrap();
    project.path("lake/open").join(name).join(path)
}

#[test]
fn rentrees_that_come_from_earlier_extracts_are_taken_from_those_of_then() {
    let project = Project::with_only_pipeline(
        "effectifs_dates",
        "version: 1\npipeline: effectifs_dates\n\
         sources:\n  liste: {type: file, url: liste.csv, format: {type: csv}, history: rentree}\n\
         steps:\n  lignes:\n    type: sql\n    \
         query: select uai, rentree, _source, _extrait, _ligne from liste\n\
         tables:\n  effectifs_dates: {from: lignes, contract: effectifs_dates}\n",
    );
    let rentree = "      - {name: rentree, logicalType: string, description: Rentrée., classification: public, required: true, primaryKey: true, primaryKeyPosition: 2}\n";
    let contract = crate::project::contract("effectifs_dates", rentree);
    project.write("data-contracts/effectifs_dates.yaml", contract);
    let mut releases = Vec::new();
    for year in 2021..2024 {
        let text = format!("uai;rentree\n0990001N;{year}\n0990002P;{year}\n");
        project.write("liste.csv", text);
        releases.push(released(&project.run(0, &[])));
    }
    for (place, release) in releases.iter().enumerate() {
        let told = rebuild(&project, release, "json").with_code(0).json();
        assert_eq!(told["extracts"], place + 1, "{told}");
    }
    fs::remove_dir_all(body(&project, "effectifs_dates.liste").parent().unwrap()).unwrap();
    let told = rebuild(&project, "latest", "json").with_code(1).json();
    assert_eq!(whys(&told), [("effectifs_dates", vec!["source"])], "{told}");
}

#[test]
fn a_release_that_is_not_there_is_a_mistake_of_usage() {
    let stage = Stage::new();
    let empty = stage.project.edulac(&LATEST).with_code(2);
    stage.project.run(0, &["reseaux"]);
    let unknown = rebuild(&stage.project, "2020-01-01.0", "text").with_code(2);
    let thawed = stage
        .project
        .edulac(&["run", "--release", "latest"])
        .with_code(2);
    let some = [&LATEST[..], &["ecoles"]].concat();
    let some = stage.project.edulac(&some).with_code(2);
    let all = [empty, unknown, thawed, some].map(|ended| ended.picture());
    picture("rebuilt_usage", &all.join("\n"));
}
