//! Every row that was refused, or remarked upon, is found again where it came from.

use serde_json::Value;

use crate::project::{Project, rows};
use crate::run::{picture, table};
use crate::source::Records;

#[test]
fn every_reject_is_found_again_in_the_body_of_its_extract() {
    let (project, record) = Project::published();
    let rejects = rows(
        &project
            .edulac(&["rejects", "--table", "etablissements", "--format", "json"])
            .with_code(0)
            .stdout,
    );
    assert!(rejects.len() >= 8, "{rejects:?}");
    let mut seen = 0;
    for reject in &rejects {
        let text = |column: &str| reject[column].as_str().unwrap();
        let body = project
            .path("archive/raw")
            .join(text("source"))
            .join(text("extrait"))
            .join("body.csv.gz");
        let records = Records::of_body(&body);
        let line = usize::try_from(reject["ligne"].as_u64().unwrap()).unwrap();
        let uai = records.cell(line, "identifiant_de_l_etablissement");
        if let Some(key) = reject["cle"].as_str().filter(|key| key.starts_with("099")) {
            assert_eq!(key, uai, "{reject}");
        }
        // What could not be read is named by the columns of the source, several when they go together.
        if text("regle") == "lecture" {
            let columns = text("colonne").split(", ");
            let cells: Vec<&str> = columns.map(|column| records.cell(line, column)).collect();
            assert_eq!(text("valeur"), cells.join(", "), "{reject}");
            seen += 1;
        }
    }
    assert!(seen >= 8, "{rejects:?}");
    let lines = |severe: bool| {
        let of = rejects
            .iter()
            .filter(|reject| (reject["gravite"] == "erreur") == severe);
        let mut lines: Vec<u64> = of.map(|reject| reject["ligne"].as_u64().unwrap()).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    };
    let rejected = lines(true);
    let remarked = lines(false)
        .into_iter()
        .filter(|line| !rejected.contains(line))
        .count();
    let counted = table(&record, "etablissements");
    assert_eq!(counted["rejected"], rejected.len());
    assert_eq!(counted["remarks"], remarked);
    picture("rejects", &project.edulac(&["rejects"]).picture());
    // The run is named: later ones do not hide it.
    project.run(0, &[]);
    let run = record["run"].as_str().unwrap();
    let named = project
        .edulac(&[
            "rejects",
            "--run",
            run,
            "--table",
            "etablissements",
            "--format",
            "json",
        ])
        .with_code(0);
    assert_eq!(rows(&named.stdout), rejects);
}

#[test]
fn a_run_that_is_not_there_is_named() {
    let project = Project::new();
    picture(
        "rejects_before_any_run",
        &project.edulac(&["rejects"]).picture(),
    );
    let record = project.run(0, &[]);
    let Value::String(run) = &record["run"] else {
        panic!("{record}");
    };
    let ended = project
        .edulac(&["rejects", "--run", "20200101T000000Z-00000000"])
        .with_code(2);
    assert!(ended.stderr.contains(run), "{}", ended.picture());
}

#[test]
fn a_repaired_outline_is_counted_and_found_again() {
    let project = Project::whole();
    project.keep_pipelines(&["territoires"]);
    let file = "config/sample/edition-1/communes.geojson";
    let packed = std::fs::read(project.path(&format!("{file}.gz"))).unwrap();
    let mut communes: Value =
        serde_json::from_reader(flate2::read::GzDecoder::new(packed.as_slice())).unwrap();
    let crossed = serde_json::json!({
        "type": "Polygon",
        "coordinates": [[[-4.0, 46.0], [-3.9, 46.1], [-3.9, 46.0], [-4.0, 46.1], [-4.0, 46.0]]],
    });
    communes["features"][0]["geometry"] = crossed;
    project.write(file, communes.to_string());
    let url = "https://etalab-datasets.geo.data.gouv.fr/contours-administratifs/2024/geojson";
    let record = project.run(
        0,
        &["--set", &format!("communes_url={url}/communes.geojson")],
    );
    assert_eq!(table(&record, "communes")["remarks"], 1);
    assert_eq!(table(&record, "academies")["remarks"], 0);
    let told = rows(
        &project
            .edulac(&["rejects", "--table", "communes", "--format", "json"])
            .with_code(0)
            .stdout,
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["colonne"], "geometry");
    assert_eq!(told[0]["motif"], "not valid: repaired");
}
