//! Two small sources, a dataset of a portal and a file, behind a server that plays theirs.

use std::fmt::Write as _;

use serde_json::json;

use crate::edulac::{Ended, edulac_with};
use crate::project::Project;
use crate::replay::{Fault, Replay};
use crate::run::picture;

/// Where the server finds the portal's dataset, its export, and the file.
pub(crate) const METADATA: &str = "/catalog/datasets/ecoles";
pub(crate) const EXPORT: &str = "/exports/csv";
pub(crate) const FILE: &str = "/reseaux.csv";

const FILES: &str = "servers/portail.example.fr/api/explore/v2.1/catalog/datasets/ecoles";

/// Schools of the fictional territory, with right check letters.
pub(crate) const SCHOOLS: [(&str, &str, u32); 5] = [
    ("0990001N", "École du Port", 120),
    ("0990002P", "École des Dunes", 87),
    ("0990003R", "École du Phare", 203),
    ("0990004S", "École de la Baie", 45),
    ("0990005T", "École du Bourg", 310),
];

/// A project with two pipelines, `ecoles` (Opendatasoft) and `reseaux` (a file), whose servers are played.
pub(crate) struct Stage {
    pub(crate) project: Project,
    pub(crate) server: Replay,
}

impl Stage {
    /// Nothing was run yet.
    pub(crate) fn new() -> Self {
        let project = Project::with_only_pipeline("ecoles", &pipeline("ecoles", ECOLES));
        project.write("pipelines/reseaux.yaml", pipeline("reseaux", RESEAUX));
        for (name, column) in [("ecoles", "eleves"), ("reseaux", "reseau")] {
            let path = format!("data-contracts/{name}.yaml");
            project.write(&path, contract(name, column));
        }
        let server = Replay::start(&project.path("servers"));
        let profile = PROFILE.replace("SERVER", &server.address());
        project.write("config/sample.yaml", profile);
        let stage = Self { project, server };
        stage.publish(1, "nombre_d_eleves", &SCHOOLS.map(row));
        let reseaux: String = SCHOOLS
            .iter()
            .map(|(uai, nom, _)| format!("{uai};{nom};REP\r\n"))
            .collect();
        stage.project.write(
            "servers/fichiers.example.fr/reseaux.csv",
            format!("uai;nom;reseau\r\n{reseaux}"),
        );
        stage
    }

    /// Both pipelines were run once.
    pub(crate) fn played_once() -> Self {
        let stage = Self::new();
        stage.project.run(0, &[]);
        stage.server.asked();
        stage
    }

    /// The portal publishes the dataset, on a day of November.
    pub(crate) fn publish(&self, day: u32, pupils: &str, rows: &[String]) {
        let processed = format!("2026-11-{day:02}T06:00:00+00:00");
        let metadata = json!({
            "dataset_id": "ecoles",
            "fields": [
                {"name": "uai", "type": "text"}, {"name": "nom", "type": "text"}, {"name": pupils, "type": "int"},
            ],
            "metas": {"default": {
                "modified": processed, "data_processed": processed, "metadata_processed": processed,
                "records_count": rows.len(),
            }},
        });
        self.project
            .write(&format!("{FILES}/index.json"), metadata.to_string());
        let mut text = format!("\u{feff}uai;nom;{pupils}\r\n");
        for row in rows {
            let _ = write!(text, "{row}\r\n");
        }
        self.project.write(&format!("{FILES}/exports/csv"), text);
    }

    /// Runs one pipeline. A server that stands still is given up after a second, so that a test can wait for it.
    pub(crate) fn run(&self, pipeline: &str) -> Ended {
        let patience = [("EDULAC_IDLE_TIMEOUT_S", "1")];
        edulac_with(&self.project.path("."), &patience, &["run", pipeline])
    }

    /// What is printed, its exit code first, as a snapshot.
    pub(crate) fn show(&self, play: &str, ended: &Ended) {
        let printed = ended
            .picture()
            .replace(&self.server.address(), "http://[server]");
        picture(&format!("play_{play}"), &printed);
    }

    /// A play that fails: what is printed and with which code; the lake is untouched; once the server is well again the
    /// next run succeeds.
    #[track_caller]
    pub(crate) fn fails(&self, play: &str, pipeline: &str, code: i32, at: &str, fault: Fault) {
        self.server.inject(at, fault);
        let before = self.project.lake().listing();
        let ended = self.run(pipeline).with_code(code);
        self.show(play, &ended);
        assert_eq!(
            self.project.lake().listing(),
            before,
            "the lake is untouched"
        );
        self.server.heal();
        self.run(pipeline).with_code(0);
    }

    /// The pupils of all schools in the lake, by UAI.
    pub(crate) fn pupils(&self) -> Vec<(String, i64)> {
        let rows = self
            .project
            .query("select uai, eleves from ecoles order by uai", None);
        let row = |row: &serde_json::Value| {
            (
                row["uai"].as_str().unwrap().to_owned(),
                row["eleves"].as_i64().unwrap(),
            )
        };
        rows.iter().map(row).collect()
    }
}

/// A school as a line of the export.
pub(crate) fn row((uai, nom, eleves): (&str, &str, u32)) -> String {
    format!("{uai};{nom};{eleves}")
}

fn pipeline(name: &str, rest: &str) -> String {
    format!(
        "version: 1\npipeline: {name}\nowner: {{name: AMDAC, contact: amdac@example.gouv.fr}}\n{rest}"
    )
}

const PROFILE: &str = "
version: 1
profile: sample
lake: ./lake
archive: ./archive
restricted: ./restricted
endpoints:
  https://portail.example.fr: SERVER/portail.example.fr
  https://fichiers.example.fr: SERVER/fichiers.example.fr
";

const ECOLES: &str = "
sources:
  export:
    type: opendatasoft
    portal: https://portail.example.fr
    dataset: ecoles
    export: csv
    renames:
      nombre_d_eleves: [nb_eleves]
steps:
  ecoles:
    type: sql
    query: |
      select clean_uai(uai) as uai, nom, cast(nombre_d_eleves as bigint) as eleves, _source, _extrait, _ligne
      from export
tables:
  ecoles: {from: ecoles, contract: ecoles}
";

const RESEAUX: &str = "
sources:
  liste:
    type: http
    url: https://fichiers.example.fr/reseaux.csv
    format: {type: csv}
tables:
  reseaux: {from: liste, contract: reseaux}
";

fn contract(name: &str, column: &str) -> String {
    let kind = if column == "eleves" {
        "logicalType: integer, physicalType: INT64"
    } else {
        "logicalType: string, physicalType: STRING"
    };
    format!(
        "apiVersion: v3.1.0
kind: DataContract
id: urn:edulac:contrat:{name}
name: {name}
version: 1.0.0
status: active
domain: education
dataProduct: lac-education
description: {{purpose: 'Pièce de théâtre.', limitations: 'Fictif.', usage: 'Licence Ouverte / Etalab 2.0.'}}
schema:
  - name: {name}
    logicalType: object
    physicalType: table
    physicalName: {name}
    description: 'Une pièce'
    dataGranularityDescription: 'une ligne par UAI'
    quality:
      - {{metric: duplicateValues, mustBe: 0, arguments: {{properties: [uai]}}}}
    properties:
      - {{name: uai, logicalType: string, physicalType: STRING, description: 'Code UAI.', classification: public, required: true, primaryKey: true, primaryKeyPosition: 1}}
      - {{name: nom, logicalType: string, physicalType: STRING, description: 'Nom. Nul : non renseigné.', classification: public}}
      - {{name: {column}, {kind}, description: 'Nul : non renseigné.', classification: public}}
    customProperties:
      - {{property: shrinkMaxPercent, value: 5}}
      - {{property: rejectMaxPercent, value: 5}}
"
    )
}
