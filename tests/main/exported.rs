//! Files of other formats hold the rows of the lake, for the programs that read them.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::edulac::Ended;
use crate::outside::python;
use crate::project::{Project, repository};
use crate::run::picture;

const EVERY_FORMAT: [&str; 6] = ["csv", "xlsx", "geojson", "gpkg", "fgb", "parquet"];

/// One column of each type, with nulls, and texts that a spreadsheet would spoil.
const OF_EACH_TYPE: &str = "select uai, nom, date_ouverture, length(nom) as longueur, -length(nom) / 4.0 as quart, \
     uai > '0990100' as grand, case when length(nom) % 2 = 0 then '=1+' || length(nom) end as formule, \
     '-12.5' as texte, '0' || length(nom) as code, to_timestamp('2026-01-02T03:04:05') as instant, geometry \
     from etablissements where geometry is not null order by uai";

#[track_caller]
fn export(project: &Project, what: &str, file: &str, more: &[&str]) -> Ended {
    project.edulac(&[&["export", what, "--to", file], more].concat())
}

/// What their readers find in exported files; none where there are no readers.
fn read(project: &Project, files: &[String]) -> Option<Value> {
    let output = Command::new(python()?)
        .arg(repository().join("tests/readers/exports.py"))
        .args(files)
        .current_dir(project.path("."))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{files:?}: {stderr}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn published() -> Project {
    let (project, _) = Project::published();
    project
}

#[test]
fn each_format_holds_the_rows_for_its_own_readers() {
    let project = published();
    let mut files = Vec::new();
    for format in EVERY_FORMAT {
        let file = format!("lieux.{format}");
        let told = export(&project, OF_EACH_TYPE, &file, &["--format", "json"])
            .with_code(0)
            .json();
        assert_eq!(told["licences"], json!(["etalab-2.0"]));
        files.push(file);
    }
    let Some(found) = read(&project, &files) else {
        return;
    };
    let rows = project.query(OF_EACH_TYPE, None);
    assert!(rows.len() > 150);
    let formulas = rows.iter().filter(|row| row["formule"].is_string()).count();
    let columns: Vec<&str> = rows[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .filter(|name| *name != "geometry")
        .collect();
    // FlatGeobuf orders its features along a curve.
    let by_uai = |rows: &Value| {
        let mut rows = rows.as_array().unwrap().clone();
        rows.sort_by_key(|row| row["uai"].to_string());
        rows
    };
    for file in &files {
        let read = by_uai(&found[file]["rows"]);
        assert_eq!(read.len(), rows.len(), "{file}");
        for (read, row) in read.iter().zip(&rows) {
            for column in &columns {
                let (read, row) = (&read[*column], &row[*column]);
                let who = format!("{file}, {column}: {read}");
                match (file.as_str(), *column) {
                    ("lieux.csv", "formule") if row.is_string() => {
                        assert_eq!(
                            read.as_str().unwrap(),
                            format!("'{}", row.as_str().unwrap()),
                            "{who}"
                        );
                    }
                    ("lieux.csv", "longueur" | "quart") => assert_eq!(
                        read.as_str().unwrap().parse::<f64>().ok(),
                        row.as_f64(),
                        "{who}"
                    ),
                    ("lieux.csv", _) if row.is_null() => assert_eq!(read, "", "{who}"),
                    ("lieux.csv", "grand") => {
                        assert_eq!(read.as_str().unwrap(), row.to_string(), "{who}");
                    }
                    (_, "quart" | "longueur") => assert_eq!(read.as_f64(), row.as_f64(), "{who}"),
                    (_, "date_ouverture" | "instant") if row.is_string() => {
                        assert_eq!(
                            read.as_str().unwrap()[..10],
                            row.as_str().unwrap()[..10],
                            "{who}"
                        );
                    }
                    _ => assert_eq!(read, row, "{who}"),
                }
            }
        }
    }
    let sheet = &found["lieux.xlsx"];
    assert_eq!(
        (&sheet["formulas"], &sheet["quoted"]),
        (&json!(0), &json!(formulas))
    );
    for format in ["geojson", "gpkg", "fgb", "parquet"] {
        let map = &found[&format!("lieux.{format}")];
        let crs = if format == "parquet" {
            "OGC:CRS84"
        } else {
            "EPSG:4326"
        };
        assert_eq!(map["crs"], crs, "{format}");
        assert_eq!(map["geometries"], rows.len(), "{format}");
        assert_eq!(map["bbox"], found["lieux.gpkg"]["bbox"], "{format}");
    }
    let database = &found["lieux.gpkg"];
    assert_eq!(database["integrity"], "ok");
    assert_eq!(database["foreign_keys"], json!([]));
    assert_eq!(database["application"], 0x4750_4B47);
    assert!(found["lieux.parquet"]["keys"]["edulac.query"].is_string());
}

#[test]
fn areas_keep_their_shape_and_turn_the_right_way() {
    let project = published();
    let files: Vec<String> = ["geojson", "gpkg", "fgb", "parquet"]
        .map(|format| format!("communes.{format}"))
        .into();
    for file in &files {
        export(&project, "communes", file, &[]).with_code(0);
    }
    let Some(found) = read(&project, &files) else {
        return;
    };
    let count = project.query("select count(*) as n from communes", None)[0]["n"].clone();
    for file in &files {
        let map = &found[file];
        assert_eq!(
            (&map["geometries"], &map["invalid"]),
            (&count, &json!(0)),
            "{file}"
        );
        assert_eq!(map["bbox"], found["communes.parquet"]["bbox"], "{file}");
    }
    let map = &found["communes.geojson"];
    assert_eq!((&map["clockwise"], &map["finer"]), (&json!(0), &json!(0)));
    assert_eq!(map["members"]["type"], "FeatureCollection");
    assert!(map["members"].get("crs").is_none(), "RFC 7946 has no `crs`");
}

#[test]
fn points_and_areas_may_be_in_one_layer() {
    let project = published();
    let files: Vec<String> = ["geojson", "gpkg", "fgb", "parquet"]
        .map(|format| format!("batiments.{format}"))
        .into();
    let what =
        "select id_source, geometry from batiments where geometry is not null order by id_source";
    for file in &files {
        export(&project, what, file, &[]).with_code(0);
    }
    let Some(found) = read(&project, &files) else {
        return;
    };
    let kinds = "select distinct st_geometrytype(geometry) as kind from batiments where geometry is not null";
    let kinds: BTreeSet<String> = project
        .query(kinds, None)
        .iter()
        .map(|row| row["kind"].as_str().unwrap().to_uppercase())
        .collect();
    assert!(kinds.len() > 1, "{kinds:?}");
    for file in &files {
        let map = &found[file];
        let read = map["kinds"].as_array().unwrap().iter();
        let read: BTreeSet<String> = read
            .map(|kind| kind.as_str().unwrap().to_uppercase())
            .collect();
        assert_eq!(read, kinds, "{file}");
        assert_eq!(
            (&map["geometries"], &map["bbox"]),
            (
                &found["batiments.gpkg"]["geometries"],
                &found["batiments.parquet"]["bbox"]
            ),
            "{file}"
        );
    }
}

#[test]
fn a_workbook_tells_what_its_columns_are_and_where_they_come_from() {
    let project = published();
    export(&project, "ips", "ips.xlsx", &[]).with_code(0);
    let Some(found) = read(&project, &["ips.xlsx".to_owned()]) else {
        return;
    };
    let book = &found["ips.xlsx"];
    assert_eq!(
        book["sheets"],
        json!(["Données", "Dictionnaire", "À propos"])
    );
    let dictionary = book["dictionary"].as_array().unwrap();
    assert_eq!(
        dictionary[0],
        json!([
            "colonne",
            "description",
            "unité",
            "table",
            "millésime",
            "sources",
            "à savoir"
        ])
    );
    let columns: Vec<&Value> = dictionary[1..].iter().map(|line| &line[0]).collect();
    assert_eq!(json!(columns), book["columns"]);
    assert!(
        dictionary[1..]
            .iter()
            .all(|line| line[1].is_string() && line[3] == "ips"),
        "{dictionary:?}"
    );
    let ips = dictionary.iter().find(|line| line[0] == "ips").unwrap();
    assert_eq!(ips[2], "point", "{ips}");
    let about = serde_json::to_string(&book["about"]).unwrap();
    let release = project.lake().releases().remove(0);
    for part in [
        "etalab-2.0",
        "Lac edulac, version",
        "ips.ips_ecoles",
        "https://data.education.gouv.fr",
        &release,
    ] {
        assert!(about.contains(part), "{part}: {about}");
    }
    // The notice against the misreading that this column is known for.
    assert!(about.contains("à savoir"), "{about}");
    assert!(
        book["created"]
            .as_str()
            .unwrap()
            .starts_with(&release[..10])
    );
}

#[test]
fn the_same_rows_are_the_same_file() {
    let project = published();
    for format in EVERY_FORMAT {
        let what =
            "select uai, nom, geometry from etablissements where geometry is not null order by uai";
        let file = |name: &str| {
            let file = format!("{name}.{format}");
            export(&project, what, &file, &[]).with_code(0);
            fs::read(project.path(&file)).unwrap()
        };
        assert!(file("one") == file("two"), "{format}");
    }
    for format in ["csv", "gpkg"] {
        let file = |name: &str| {
            let file = format!("{name}.{format}");
            export(&project, "etablissements_batiments", &file, &[]).with_code(0);
            fs::read(project.path(&file)).unwrap()
        };
        assert!(file("one") == file("two"), "{format}");
    }
}

#[test]
fn a_csv_says_that_it_is_utf_8_only_when_asked() {
    let project = published();
    let begins = |more: &[&str]| {
        export(&project, "academies", "academies.csv", more).with_code(0);
        fs::read(project.path("academies.csv")).unwrap()[..3].to_owned()
    };
    assert_eq!(begins(&["--bom"]), b"\xef\xbb\xbf");
    assert_eq!(begins(&[]), b"cod");
}

#[test]
fn an_earlier_release_is_exported_as_it_was() {
    let project = published();
    let first = project.lake().releases().remove(0);
    project.run(0, &["--set", "edition=2"]);
    let rows = |more: &[&str]| {
        let told = export(
            &project,
            "batiments",
            "batiments.csv",
            &[&["--format", "json"], more].concat(),
        );
        told.with_code(0).json()["rows"].clone()
    };
    assert_eq!(
        (rows(&["--release", &first]), rows(&[])),
        (json!(12_000), json!(12_137))
    );
}

#[test]
fn what_a_format_cannot_hold_is_refused_and_leaves_no_file() {
    let project = published();
    fs::create_dir(project.path("out")).unwrap();
    project.write("out/avant.fgb", "ce qui était là");
    let mut said = String::new();
    for (what, file, more) in [
        ("ips", "out/ips.geojson", &[][..]),
        ("ips", "out/ips.fgb", &[]),
        ("etablissements", "out/avant.fgb", &[]),
        ("etablissements", "out/etablissements.shp", &[]),
        ("etablissements", "absent/etablissements.csv", &[]),
        (
            "etablissements",
            "out/etablissements.gpkg",
            &["--geometry", "nom"],
        ),
        ("etablissement", "out/etablissements.csv", &[]),
        ("select repeat('é', 40000) as texte", "out/long.xlsx", &[]),
    ] {
        let ended = export(&project, what, file, more).with_code(2);
        said += &format!("== {what} to {file}\n{}\n", ended.stderr);
    }
    picture("export_refused", &said);
    let left: Vec<_> = fs::read_dir(project.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["avant.fgb"]);
    assert_eq!(project.read("out/avant.fgb"), "ce qui était là");
}

#[test]
fn a_sheet_has_an_end() {
    let project = published();
    let rows = |count: u32| format!("select value as n from generate_series(1, {count})");
    let refused = export(&project, &rows(1_048_576), "n.xlsx", &[]).with_code(2);
    assert!(
        refused
            .stderr
            .contains("more rows than the 1048575 that a sheet holds"),
        "{}",
        refused.picture()
    );
    assert!(!project.path("n.xlsx").exists());
}
