//! Records that cannot be read are neither lost nor guessed.

use serde_json::Value;

use crate::project::{Project, rows};
use crate::run::{picture, table};

const PIPELINE: &str = "\
version: 1
pipeline: cantines
description: Un fichier reçu par courriel.
owner: {name: AMDAC, contact: amdac@example.gouv.fr}
sources:
  fichier:
    type: file
    url: recu/cantines.csv
    format: {type: csv, delimiter: ';'}
steps:
  codes:
    type: normalise
    from: fichier
    codes: {uai: {kind: uai}}
    values: {repas: {kind: integer}}
tables:
  cantines: {from: codes, contract: cantines}
";

const CONTRACT: &str = "\
apiVersion: v3.1.0
kind: DataContract
id: urn:edulac:contrat:cantines
name: cantines
version: 1.0.0
status: active
domain: education
dataProduct: lac-education
description: {purpose: 'Repas servis.', limitations: 'Écoles qui répondent.', usage: 'Interne.'}
schema:
  - name: cantines
    logicalType: object
    physicalType: table
    description: 'Repas servis'
    dataGranularityDescription: 'une ligne par UAI'
    quality:
      - {metric: duplicateValues, mustBe: 0, arguments: {properties: [uai]}}
    properties:
      - {name: uai, logicalType: string, physicalType: STRING, description: 'UAI.', classification: public, required: true, primaryKey: true, primaryKeyPosition: 1}
      - {name: repas, logicalType: integer, physicalType: INT64, description: 'Repas.', classification: public}
    customProperties:
      - {property: rejectMaxPercent, value: 50}
";

/// Lines of the file: the names, then each record on its own line. Record 3 has a cell too many, 5 one too few, 6 is
/// junk, 7 has a UAI whose letter is wrong.
const FILE: [&str; 9] = [
    "uai;nom;repas",
    "0990001N;Les Ajoncs;120",
    "0990002P;Le Phare;80",
    "0990003R;Le Gabarit; de trop;90",
    "0990004S;La Dune;",
    "0990005T;L'Anse",
    ";;",
    "0990006Z;Le Quai;70",
    "0990007V;Le Port;soixante",
];

#[test]
fn unreadable_records_are_kept_with_their_place_and_counted() {
    let project = Project::with_only_pipeline("cantines", PIPELINE);
    project.write("data-contracts/cantines.yaml", CONTRACT);
    project.write("recu/cantines.csv", FILE.join("\r\n") + "\r\n");
    let ended = project.edulac(&["run"]).with_code(0);
    picture("unreadable_run", &ended.picture());
    let record = project.run(0, &["--frozen"]);
    let source = &record["sources"][0];
    let counts =
        ["records", "parsed", "unreadable", "empty"].map(|count| source[count].as_u64().unwrap());
    assert_eq!(counts, [7, 5, 2, 1]);

    let folder = project.path("archive/raw/cantines.fichier");
    let extracts = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let list = extracts
        .map(|extract| extract.join("unreadable.jsonl"))
        .find(|list| list.exists())
        .unwrap();
    let body = std::fs::read_to_string(list.with_file_name("body.csv")).unwrap();
    let lines: Vec<&str> = body.lines().collect();
    let unreadable = rows(&std::fs::read_to_string(&list).unwrap());
    let places: Vec<u64> = unreadable
        .iter()
        .map(|record| record["record"].as_u64().unwrap())
        .collect();
    assert_eq!(places, [3, 5]);
    for record in &unreadable {
        let line = usize::try_from(record["line"].as_u64().unwrap()).unwrap();
        assert_eq!(record["text"].as_str().unwrap().trim_end(), lines[line - 1]);
        assert!(
            record["reason"]
                .as_str()
                .is_some_and(|reason| !reason.is_empty())
        );
    }
    // Places of later records count those that could not be read.
    let run = first_run(&project);
    let rejects = rows(
        &project
            .edulac(&["rejects", "--format", "json", "--run", &run])
            .with_code(0)
            .stdout,
    );
    let mut found: Vec<(u64, &str)> = rejects
        .iter()
        .filter_map(|reject| Some((reject["ligne"].as_u64()?, reject["valeur"].as_str()?)))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [(7, "0990006Z"), (8, "soixante")]);
    for (record, value) in found {
        assert!(lines[usize::try_from(record).unwrap()].contains(value));
    }
    let kept = table(&record, "cantines");
    assert_eq!(kept["accepted"], 4, "{kept}");
}

fn first_run(project: &Project) -> String {
    let runs = std::fs::read_dir(project.path("archive/runs")).unwrap();
    let mut names: Vec<String> = runs
        .map(|run| run.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let record: Value = crate::lake::json(&project.path("archive/runs").join(&names[0]));
    record["run"].as_str().unwrap().to_owned()
}
