//! Sources of publishers, with folders in the place of their servers.

use edulac_extract::{Error, Upstream};
use edulac_spec::pipeline::Source;
use serde_json::{Value, json};

use crate::bodies::zip;
use crate::support::{Project, batches, lines};

const PORTAL: &str = "https://portail.example";
const DATASET: &str = "portail/api/explore/v2.1/catalog/datasets/donnees";

/// A portal with one dataset that announces this many records.
fn portal(announced: Option<u64>, csv: &str) -> Project {
    let project = Project::new().standing_in(PORTAL, "portail");
    announce(&project, announced, 1);
    project.write(&format!("{DATASET}/exports/csv"), csv);
    project
}

fn announce(project: &Project, records: Option<u64>, day: u32) {
    let metadata = json!({
        "dataset_id": "donnees",
        "metas": {"default": {
            "modified": "2026-11-01T00:00:00+00:00",
            "data_processed": format!("2026-11-{day:02}T00:00:00+00:00"),
            "metadata_processed": "2026-11-01T00:00:00+00:00",
            "records_count": records,
        }},
        "fields": [{"name": "a", "type": "text"}],
    });
    project.write(&format!("{DATASET}/index.json"), metadata.to_string());
}

fn opendatasoft(options: Value) -> Source {
    let mut source = json!({
        "type": "opendatasoft", "portal": PORTAL, "dataset": "donnees", "export": "csv",
    });
    let Value::Object(options) = options else {
        panic!("options are an object");
    };
    source.as_object_mut().unwrap().extend(options);
    serde_json::from_value(source).unwrap()
}

#[tokio::test]
async fn an_export_with_the_announced_number_of_records_is_taken() {
    for csv in ["a;b\n1;2\n3\n", "a;b\n1;2\n3;4\n\n", "a;b\n1;2\n;\n"] {
        let project = portal(Some(2), csv);
        let extract = project.extract(&opendatasoft(json!({}))).await;
        assert!(!extract.unchanged);
        let upstream = &extract.receipt.parts[0].upstream;
        assert!(matches!(
            upstream,
            Some(Upstream::Opendatasoft {
                records_count: Some(2),
                ..
            })
        ));
    }
}

#[tokio::test]
async fn an_export_with_another_number_of_records_is_refused() {
    for csv in ["a;b\n1;2\n", "a;b\n1;2\n3;4\n5;6\n"] {
        let project = portal(Some(2), csv);
        let error = project.refusal(&opendatasoft(json!({}))).await;
        assert!(
            matches!(error, Error::TruncatedExport { announced: 2, .. }),
            "{error}"
        );
        assert_eq!(project.extracts(), [""; 0]);
    }
}

#[tokio::test]
async fn a_filtered_export_or_an_unknown_number_is_not_compared() {
    let project = portal(Some(2), "a;b\n1;2\n");
    let filtered = opendatasoft(json!({"where": "a = 1"}));
    assert_eq!(lines(&project.extract(&filtered).await), ["1| 1 | 2"]);
    let project = portal(None, "a;b\n1;2\n");
    let extract = project.extract(&opendatasoft(json!({}))).await;
    assert_eq!(lines(&extract), ["1| 1 | 2"]);
}

#[tokio::test]
async fn metadata_that_say_nothing_new_spare_the_export() {
    let project = portal(Some(1), "a;b\n1;2\n");
    let source = opendatasoft(json!({}));
    project.extract(&source).await;
    project.write(&format!("{DATASET}/exports/csv"), "a;b\n3;4\n");
    assert!(project.extract(&source).await.unchanged);
    announce(&project, Some(1), 2);
    let extract = project.extract(&source).await;
    assert!(!extract.unchanged);
    assert_eq!(lines(&extract), ["1| 3 | 4"]);
}

#[tokio::test]
async fn new_metadata_with_shuffled_records_are_kept_for_the_next_time() {
    let project = portal(Some(2), "a;b\n1;2\n3;4\n");
    let source = opendatasoft(json!({}));
    project.extract(&source).await;
    project.write(&format!("{DATASET}/exports/csv"), "a;b\n3;4\n1;2\n");
    announce(&project, Some(2), 2);
    let second = project.extract(&source).await;
    assert!(second.unchanged);
    let Some(Upstream::Opendatasoft { data_processed, .. }) = &second.receipt.parts[0].upstream
    else {
        panic!("no metadata");
    };
    assert_eq!(data_processed.as_deref(), Some("2026-11-02T00:00:00+00:00"));
}

/// The RNB on data.gouv.fr, with one building in each département.
fn rnb(project: &Project, departements: &[(&str, &str)]) {
    let resources: Vec<Value> = departements
        .iter()
        .map(|(code, building)| {
            let csv = format!("rnb_id;point;shape;status\n{building};;;constructed\n");
            let body = zip(&[(&format!("RNB_{code}.csv"), csv.as_bytes())]);
            project.write(&format!("fichiers/RNB_{code}.csv.zip"), &body);
            json!({
                "title": format!("Export Départemental {code}"),
                "format": "zip",
                "url": format!("https://fichiers.example/RNB_{code}.csv.zip"),
                "filesize": body.len(),
                "checksum": {"type": "sha1", "value": sha1(&body)},
                "extras": {"analysis:last-modified-at": building},
            })
        })
        .collect();
    let path = "datagouv/api/1/datasets/65a5568dfc88169d0a5416ca/index.json";
    project.write(path, json!({"resources": resources}).to_string());
}

fn sha1(body: &[u8]) -> String {
    use sha1::{Digest, Sha1};
    let digest = Sha1::digest(body);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn departements(codes: &[&str]) -> Source {
    serde_json::from_value(json!({"type": "rnb", "departements": codes})).unwrap()
}

#[tokio::test]
async fn of_several_parts_only_those_that_changed_are_new() {
    let project = Project::new()
        .standing_in("https://www.data.gouv.fr", "datagouv")
        .standing_in("https://fichiers.example", "fichiers");
    rnb(&project, &[("35", "AAAAAAAAAAAA"), ("2A", "BBBBBBBBBBBB")]);
    let both = departements(&["035", "02A"]);
    let first = project.extract(&both).await;
    assert_eq!(
        lines(&first),
        [
            "1| AAAAAAAAAAAA | - | - | constructed",
            "1| BBBBBBBBBBBB | - | - | constructed",
        ]
    );
    assert!(project.extract(&both).await.unchanged);

    rnb(&project, &[("35", "AAAAAAAAAAAA"), ("2A", "CCCCCCCCCCCC")]);
    let third = project.extract(&both).await;
    assert!(!third.unchanged);
    assert_eq!(third.records[0], first.records[0]);
    assert_eq!(lines(&third)[1], "1| CCCCCCCCCCCC | - | - | constructed");
    let extracts = batches(&third)
        .into_iter()
        .map(|batch| arrow::util::display::array_value_to_string(&batch["_extrait"], 0).unwrap());
    assert_eq!(
        extracts.collect::<Vec<_>>(),
        [
            first.receipt.extract.as_str(),
            third.receipt.extract.as_str()
        ]
    );

    let one = project.extract(&departements(&["035"])).await;
    assert!(!one.unchanged, "a part is gone");
    assert_eq!(one.records, first.records[..1]);
    assert_eq!(one.receipt.records.parsed, 1);
}

#[tokio::test]
async fn a_record_that_goes_to_another_part_is_a_change() {
    let project = Project::new()
        .standing_in("https://www.data.gouv.fr", "datagouv")
        .standing_in("https://fichiers.example", "fichiers");
    rnb(&project, &[("35", "AAAAAAAAAAAA"), ("2A", "BBBBBBBBBBBB")]);
    let both = departements(&["035", "02A"]);
    let first = project.extract(&both).await;
    rnb(&project, &[("35", "BBBBBBBBBBBB"), ("2A", "AAAAAAAAAAAA")]);
    let second = project.extract(&both).await;
    assert!(!second.unchanged);
    assert_ne!(second.receipt.change_hash, first.receipt.change_hash);
}

/// The names of those who validated a building stay in the body, which is never public: no record has them.
#[tokio::test]
async fn the_names_of_people_get_into_no_record() {
    let project = Project::new()
        .standing_in("https://www.data.gouv.fr", "datagouv")
        .standing_in("https://fichiers.example", "fichiers");
    let csv = "rnb_id;status;validated_by\n2D4B4MEY5EG9;constructed;camille.fictive\n";
    let body = zip(&[("RNB_nat.csv", csv.as_bytes())]);
    project.write("fichiers/RNB_nat.csv.zip", &body);
    let url = "https://fichiers.example/RNB_nat.csv.zip";
    let path = "datagouv/api/1/datasets/65a5568dfc88169d0a5416ca/index.json";
    project.write(path, json!({"resources": [{"url": url}]}).to_string());
    let national: Source = serde_json::from_value(json!({"type": "rnb_national"})).unwrap();
    let extract = project.extract(&national).await;
    assert_eq!(lines(&extract), ["1| 2D4B4MEY5EG9 | constructed"]);
}
