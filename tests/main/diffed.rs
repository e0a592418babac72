//! What separates two releases: in a few lines, and row by row, so that the rows make the one release of the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::project::{Project, rows};
use crate::run::{picture, released, undated};
use crate::source::{DIRECTORY, Dataset};

/// The rows of a table with their number, as text; `bbox` follows from the geometry.
type Content = BTreeMap<String, i64>;

fn add(content: &mut Content, row: &serde_json::Map<String, Value>, count: i64) {
    let row: BTreeMap<&String, &Value> = row.iter().filter(|(name, _)| *name != "bbox").collect();
    let entry = content
        .entry(serde_json::to_string(&row).unwrap())
        .or_default();
    *entry += count;
    assert!(*entry >= 0, "a row to take away is not there: {row:?}");
}

fn content(project: &Project, table: &str, release: &str) -> Content {
    let mut content = Content::new();
    if project.lake().manifest(release)["tables"]
        .get(table)
        .is_none()
    {
        return content;
    }
    for row in project.query(&format!("select * from {table}"), Some(release)) {
        add(&mut content, row.as_object().unwrap(), 1);
    }
    content
}

/// The row of a feed before, or after.
fn side(row: &serde_json::Map<String, Value>, prefix: &str) -> serde_json::Map<String, Value> {
    let own = ["operation", "colonnes", "cause"];
    let mut side = serde_json::Map::new();
    for (name, value) in row.iter().filter(|(name, _)| !own.contains(&name.as_str())) {
        let is_value = name.starts_with("avant_") || name.starts_with("apres_");
        match name.strip_prefix(prefix) {
            Some(column) => side.insert(column.to_owned(), value.clone()),
            None if !is_value => side.insert(name.clone(), value.clone()),
            None => None,
        };
    }
    side
}

fn feed(project: &Project, range: &str, table: &str) -> Vec<Value> {
    let arguments = ["diff", range, "--table", table, "--format", "json"];
    rows(&project.edulac(&arguments).with_code(0).stdout)
}

fn assert_applies(project: &Project, before: &str, after: &str, table: &str) {
    let mut found = content(project, table, before);
    for row in feed(project, &format!("{before}..{after}"), table) {
        let row = row.as_object().unwrap();
        let operation = row["operation"].as_str().unwrap();
        assert_ne!(row["cause"], Value::Null, "{table}");
        if operation != "ajout" {
            add(&mut found, &side(row, "avant_"), -1);
        }
        if operation != "retrait" {
            add(&mut found, &side(row, "apres_"), 1);
        }
    }
    found.retain(|_, count| *count > 0);
    assert_eq!(found, content(project, table, after), "{table}");
}

fn diff(project: &Project, arguments: &[&str]) -> Value {
    let all = [&["diff", "--format", "json"], arguments].concat();
    project.edulac(&all).with_code(0).json()
}

/// The kinds of causes of a table, with what they are of.
fn causes(diff: &Value, table: &str) -> BTreeSet<(String, String)> {
    let tables = diff["tables"].as_array().unwrap().iter();
    let found = tables.filter(|found| found["table"] == table);
    let causes = found.flat_map(|found| found["causes"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    causes
        .map(|cause| (text(&cause["kind"]), text(&cause["of"])))
        .collect()
}

fn cause(kind: &str, of: &str) -> (String, String) {
    (kind.to_owned(), of.to_owned())
}

#[test]
fn the_feed_of_every_table_makes_the_second_edition_of_the_first() {
    let (project, record) = Project::whole_published();
    let first = released(&record);
    let second = released(&project.run(0, &["--set", "edition=2"]));
    picture("diff", &undated(&project.edulac(&["diff"]).picture()));
    let range = format!("{first}..{second}");
    let told = diff(&project, &[&range]);
    let tables = told["tables"].as_array().unwrap();
    assert!(tables.len() > 20, "{told}");
    let lake = project.lake();
    let manifests = [&first, &second].map(|release| lake.manifest(release));
    for table in manifests[1]["tables"].as_object().unwrap().keys() {
        if told["same"]
            .as_array()
            .unwrap()
            .iter()
            .any(|same| same == table)
        {
            let [was, is] = manifests
                .each_ref()
                .map(|manifest| &manifest["tables"][table]["files"]);
            assert_eq!(was, is, "{table}");
            continue;
        }
        assert_applies(&project, &first, &second, table);
    }
    // And back, through the release itself and through its number.
    for table in ["etablissements", "ips", "etablissements_batiments"] {
        assert_applies(&project, &second, &first, table);
    }
    let same = diff(&project, &[&format!("{first}..{first}")]);
    assert_eq!(same["tables"], serde_json::json!([]));
}

#[test]
fn a_feed_is_written_to_a_file_whole_or_not_at_all() {
    let (project, _) = Project::published();
    project.run(0, &["--set", "edition=2"]);
    let to_csv = ["diff", "--table", "ips", "--to", "ips.csv"];
    picture(
        "diff_to_csv",
        &project.edulac(&to_csv).with_code(0).picture(),
    );
    let printed = project.edulac(&["diff", "--table", "ips", "--format", "csv"]);
    assert_eq!(project.read("ips.csv"), printed.with_code(0).stdout);
    let to_parquet = ["diff", "--table", "ips", "--to", "ips.parquet"];
    project.edulac(&to_parquet).with_code(0);
    assert!(
        std::fs::read(project.path("ips.parquet"))
            .unwrap()
            .starts_with(b"PAR1")
    );
    let mistakes: [(&str, &[&str]); 6] = [
        (
            "no_such_form",
            &["diff", "--table", "ips", "--to", "ips.xls"],
        ),
        ("no_such_table", &["diff", "--table", "isp"]),
        ("no_such_release", &["diff", "2020-01-01.0.."]),
        ("no_range", &["diff", "2020-01-01.0"]),
        ("rows_of_no_table", &["diff", "--format", "csv"]),
        (
            "no_such_folder",
            &["diff", "--table", "ips", "--to", "nulle/part.csv"],
        ),
    ];
    for (name, arguments) in mistakes {
        picture(
            &format!("diff_{name}"),
            &project.edulac(arguments).picture(),
        );
    }
    let first = project.lake().releases().remove(0);
    let before_first = format!("..{first}");
    picture(
        "diff_before_the_first",
        &project
            .edulac(&["diff", &before_first])
            .with_code(2)
            .picture(),
    );
}

#[test]
fn a_difference_says_why() {
    let project = Project::whole();
    project.keep_pipelines(&["territoires", "etablissements", "hebergement"]);
    released(&project.run(0, &[]));

    // The publisher mended what it had published: another content of the same day.
    let schools = Dataset::of(&project, DIRECTORY);
    let metadata = schools.metadata();
    let date = |project: &Project| {
        let metadata: Value = serde_json::from_str(&project.read(&metadata)).unwrap();
        metadata["metas"]["default"]["data_processed"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let published = date(&project);
    schools.change(|records| {
        let name = records.column("nom_etablissement");
        records.0[1][name] = "Collège du Retour".to_owned();
    });
    let mut said: Value = serde_json::from_str(&project.read(&metadata)).unwrap();
    said["metas"]["default"]["metadata_processed"] = date(&project).into();
    said["metas"]["default"]["data_processed"] = published.into();
    project.write(&metadata, said.to_string());
    released(&project.run(0, &[]));
    let told = diff(&project, &[]);
    assert_eq!(
        causes(&told, "etablissements"),
        [cause("correction", "etablissements.annuaire")].into()
    );

    // People decided of a link.
    let sql = "select uai, id_source from etablissements_batiments where statut = 'ambigu' order by 1, 2 limit 1";
    let link = &project.query(sql, None)[0];
    let [uai, building] = ["uai", "id_source"].map(|name| link[name].as_str().unwrap());
    let decisions = project.read("config/corrections.csv");
    let decision = format!("{decisions}{uai},{building},accepte,Essai,2026-01-15,vu sur place\n");
    project.write("config/corrections.csv", decision);
    let decided = released(&project.run(0, &[]));
    let told = diff(&project, &[]);
    let found = causes(&told, "etablissements_batiments");
    assert_eq!(
        found,
        [cause("correction", "etablissements.corrections")].into()
    );

    // Other steps, other columns and another version of the contract.
    project.add_column_to_hebergement();
    released(&project.run(0, &[]));
    let told = diff(&project, &[]);
    assert_eq!(
        causes(&told, "hebergement"),
        [cause("method", "hebergement")].into()
    );
    picture("diff_of_a_contract", &project.edulac(&["diff"]).picture());
    assert_eq!(told["tables"][0]["columns"][0]["column"], "interne_ou_non");

    // Boundaries of another year, and not only that.
    let dated = released(&project.run(0, &["--set", "millesime=2023"]));
    let told = diff(&project, &[]);
    let found = causes(&told, "communes");
    assert_eq!(
        found,
        [cause("vintage", "communes"), cause("method", "communes")].into()
    );
    let feed = feed(&project, "..", "communes");
    assert_eq!(feed[0]["cause"], "millesime,methode");

    // Taken back: nothing is left between the two releases, and the way back says that it mends.
    project
        .edulac(&["release", "withdraw", &dated, "--reason", "essai"])
        .with_code(0);
    let told = diff(&project, &[]);
    assert!(
        causes(&told, "communes").contains(&cause("correction", &dated)),
        "{told}"
    );
    let told = diff(&project, &[&format!("{decided}..")]);
    let tables = told["tables"].as_array().unwrap();
    assert_eq!(
        tables
            .iter()
            .map(|table| &table["table"])
            .collect::<Vec<_>>(),
        ["hebergement"]
    );
}

#[test]
fn tables_of_one_release_only_come_and_go() {
    let project = Project::new();
    project.keep_pipelines(&["territoires", "etablissements"]);
    let first = released(&project.run(0, &[]));
    let whole = Project::new();
    for entry in std::fs::read_dir(whole.path("pipelines")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.starts_with("ips") {
            project.write(
                &format!("pipelines/{name}"),
                whole.read(&format!("pipelines/{name}")),
            );
        }
    }
    let second = released(&project.run(0, &[]));
    assert_applies(&project, &first, &second, "ips_references");
    let there = diff(&project, &[]);
    let back = diff(&project, &[&format!("{second}..{first}")]);
    let [there, back] = [&there, &back].map(|diff| {
        let mut tables = diff["tables"].as_array().unwrap().iter();
        tables.find(|table| table["table"] == "ips").unwrap()
    });
    assert_eq!(there["rows_before"], Value::Null);
    assert_eq!(there["added"], there["rows_after"]);
    assert_eq!(back["rows_after"], Value::Null);
    assert_eq!(back["removed"], back["rows_before"]);
}
