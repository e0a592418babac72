//! The national profile, rehearsed whole: its servers are played by one of our own with the island's files.

use serde_json::Value;

use crate::edulac::{Ended, edulac_with};
use crate::project::Project;
use crate::replay::Replay;
use crate::run::{findings, with_status};

/// The hosts that the profile asks, each played by the folder of the sample that bears its name.
const HOSTS: [&str; 9] = [
    "data.education.gouv.fr",
    "data.occitanie.education.gouv.fr",
    "www.data.gouv.fr",
    "rnb-opendata.s3.fr-par.scw.cloud",
    "rnb-api.beta.gouv.fr",
    "data.geopf.fr",
    "adresse.data.gouv.fr",
    "www.insee.fr",
    "unpkg.com",
];

struct Rehearsal {
    project: Project,
    server: Replay,
}

impl Rehearsal {
    fn new() -> Self {
        let project = Project::whole();
        let server = Replay::start(&project.path("config/sample/edition-1"));
        let address = server.address();
        let mut endpoints = String::from("endpoints:\n");
        for host in HOSTS {
            endpoints += &format!("  https://{host}: {address}/{host}\n");
        }
        endpoints += &format!(
            "  https://etalab-datasets.geo.data.gouv.fr/contours-administratifs/2024/geojson: {address}\n"
        );
        let profile = project.read("config/france.yaml");
        assert!(
            !profile.contains("\nendpoints:"),
            "it asks the real servers"
        );
        project.write("config/france.yaml", format!("{profile}{endpoints}"));
        Self { project, server }
    }

    fn edulac(&self, code: i32, arguments: &[&str]) -> Ended {
        let island = [
            "departements=099",
            "communes_url=https://etalab-datasets.geo.data.gouv.fr/contours-administratifs/2024/geojson/communes.geojson",
            "bdtopo_url=https://data.geopf.fr/telechargement/download/BDTOPO/BDTOPO_D099.gpkg",
            "ban_url=https://adresse.data.gouv.fr/data/ban/adresses/latest/csv/adresses-99.csv.gz",
            "academies_reference=config/sample/edition-1/references/academies.csv",
        ];
        let sets = island.iter().flat_map(|set| ["--set", set]);
        let all: Vec<&str> = arguments.iter().copied().chain(sets).collect();
        let environment = [("EDULAC_PROFILE", "france"), ("EDULAC_IDLE_TIMEOUT_S", "5")];
        edulac_with(&self.project.path("."), &environment, &all).with_code(code)
    }

    fn run(&self, code: i32) -> Value {
        self.edulac(code, &["run", "--format", "json"]).json()
    }
}

#[test]
fn the_national_profile_plans_runs_and_watches_all_its_sources() {
    let rehearsal = Rehearsal::new();
    let plan = rehearsal.edulac(0, &["plan", "--format", "json"]).json();
    let pipelines = plan["pipelines"].as_array().unwrap();
    let sources = pipelines
        .iter()
        .flat_map(|pipeline| pipeline["sources"].as_array().unwrap());
    let outside = sources
        .filter(|source| source["kind"] != "lake" && source["kind"] != "previous")
        .count();

    // The island is far below the floors of the country: nothing that has one is published.
    // What refers to it waits too: its references would be broken.
    let record = rehearsal.run(1);
    let held = with_status(&record, "held");
    assert!(held.contains(&"etablissements"), "{held:?}");
    let why = findings(&record, "etablissements").join(" ");
    assert!(why.contains("the profile expects"), "{why}");

    let profile = rehearsal.project.read("config/france.yaml");
    let without: String = profile
        .lines()
        .map(|line| match line.split_once("{min_records: ") {
            // What may be empty may be so here too.
            Some((before, floor)) if line.starts_with("  ") && !floor.starts_with("0}") => {
                format!("{before}{{min_records: 1}}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    rehearsal.project.write("config/france.yaml", without);
    let record = rehearsal.run(0);
    assert_eq!(with_status(&record, "held"), Vec::<&str>::new());
    let read = record["sources"].as_array().unwrap().len();
    assert_eq!(read, outside, "every source was read");
    let asked: Vec<String> = rehearsal
        .server
        .asked()
        .into_iter()
        .map(|asked| asked.path)
        .collect();
    for host in HOSTS {
        assert!(
            asked
                .iter()
                .any(|path| path.starts_with(&format!("/{host}/"))),
            "{host} was not asked"
        );
    }

    let watch = rehearsal.edulac(0, &["watch", "--format", "json"]).json();
    let states = watch["sources"].as_array().unwrap();
    assert_eq!(states.len(), outside);
    for source in states {
        let state = source["state"]["is"].as_str().unwrap();
        assert!(matches!(state, "unchanged" | "untold"), "{source}");
    }
    // `watch` asks for no export.
    let asked = rehearsal.server.asked();
    assert!(
        asked.iter().all(|asked| !asked.path.contains("/exports/")),
        "{asked:?}"
    );

    rehearsal
        .server
        .serve(&rehearsal.project.path("config/sample/edition-2"));
    let watch = rehearsal.edulac(0, &["watch", "--format", "json"]).json();
    let changed = watch["sources"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|source| source["state"]["is"] == "changed");
    assert!(changed.count() > 5, "{watch}");
}

#[test]
fn every_source_of_the_country_has_a_floor_and_every_pipeline_a_schedule() {
    let project = Project::whole();
    let profile = project.read("config/france.yaml");
    let told = project
        .edulac(&["plan", "--profile", "france", "--format", "json"])
        .with_code(0)
        .json();
    for pipeline in told["pipelines"].as_array().unwrap() {
        let name = pipeline["pipeline"].as_str().unwrap();
        let text = project.read(&format!("pipelines/{name}.yaml"));
        assert!(
            text.contains("\nschedule: {cadence: "),
            "{name} has no schedule"
        );
        for source in pipeline["sources"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|source| source["kind"] != "lake" && source["kind"] != "previous")
        {
            let full = format!("  {name}.{}: ", source["source"].as_str().unwrap());
            assert!(
                profile.contains(&full),
                "config/france.yaml says nothing of{full}"
            );
        }
    }
}

#[test]
fn the_national_export_of_buildings_takes_the_place_of_those_of_the_departements() {
    let project = Project::new();
    let buildings = |project: &Project| {
        project.run(0, &["territoires", "etablissements"]);
        project.query(
            "select rnb_id, code_departement from batiments order by rnb_id",
            None,
        )
    };
    let expected = buildings(&Project::new());
    assert_eq!(expected.len(), 12_000);
    project.edit(
        "pipelines/etablissements.yaml",
        "    departements: ${departements}\n",
        "",
    );
    project.edit(
        "pipelines/etablissements.yaml",
        "    type: rnb  ",
        "    type: rnb_national  ",
    );
    let island = "config/sample/edition-1";
    let index =
        format!("{island}/www.data.gouv.fr/api/1/datasets/65a5568dfc88169d0a5416ca/index.json");
    project.edit(&index, "RNB_99.csv.zip", "RNB_nat.csv.zip");
    let files = format!("{island}/rnb-opendata.s3.fr-par.scw.cloud/files");
    let (one, whole) = (
        format!("{files}/RNB_99.csv.zip"),
        format!("{files}/RNB_nat.csv.zip"),
    );
    std::fs::rename(project.path(&one), project.path(&whole)).unwrap();
    let whole = buildings(&project);
    let ids = |rows: &[Value]| -> Vec<String> {
        rows.iter().map(|row| row["rnb_id"].to_string()).collect()
    };
    assert_eq!(ids(&whole), ids(&expected));
    // Those without a parcel and an address cannot be told.
    let unknown = whole.iter().filter(|row| row["code_departement"] != "099");
    assert!(unknown.clone().all(|row| row["code_departement"] == "ZZ"));
    assert_eq!(unknown.count(), 187);
}
