//! The whole story of one establishment, as `edulac explain` tells it.

use insta::{assert_snapshot, with_settings};
use serde_json::Value;

use crate::edulac::{Ended, edulac_with};
use crate::project::{Project, rows};

const FIRST: &str = "2026-11-02T06:00:00Z";
const SECOND: &str = "2026-11-09T06:00:00Z";

/// A collège with two sites, a sector and indicators.
const COLLEGE: &str = "0990008W";

/// The pipelines of the stories, run for both editions of the sample, a week apart.
fn two_editions() -> Project {
    let project = Project::whole();
    project.keep_pipelines(&[
        "territoires",
        "etablissements",
        "etablissements_fermes",
        "ips",
        "effectifs",
    ]);
    at(&project, FIRST, &["run"]).with_code(0);
    at(&project, SECOND, &["run", "--set", "edition=2"]).with_code(0);
    project
}

fn at(project: &Project, now: &str, arguments: &[&str]) -> Ended {
    edulac_with(&project.path("."), &[("EDULAC_NOW", now)], arguments)
}

fn explained(project: &Project, uai: &str) -> Value {
    project
        .edulac(&["explain", uai, "--format", "json"])
        .with_code(0)
        .json()
}

fn is_of(row: &Value, uai: &str) -> bool {
    row["uai"] == uai
}

#[test]
fn the_story_of_an_establishment_is_whole() {
    let project = two_editions();
    let text = project.edulac(&["explain", COLLEGE]).with_code(0);
    with_settings!({filters => vec![(r"\d{8}T\d{6}Z-[0-9a-f]{8}", "<run>")]}, {
        assert_snapshot!("story", text.stdout);
    });
    for line in text.stdout.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let spaced = project.edulac(&["explain", " 0990 008 w "]).with_code(0);
    assert_eq!(text.stdout, spaced.stdout);

    // Whatever table has rows of its own, the story has them, and no way to reach people.
    let story = explained(&project, COLLEGE);
    let tables = project
        .edulac(&["tables", "--format", "json"])
        .with_code(0)
        .json();
    let mut told = 0;
    for table in tables["tables"].as_array().unwrap() {
        let name = table["table"].as_str().unwrap();
        let all = project.query(&format!("select * from {name}"), None);
        let count = all.iter().filter(|row| is_of(row, COLLEGE)).count();
        let found = match name {
            "etablissements" => usize::from(story["etablissement"].is_object()),
            "etablissements_batiments" => story["liens"].as_array().unwrap().len(),
            "etablissements_sites" => story["sites"].as_array().unwrap().len(),
            "groupes" => story["groupes"].as_array().unwrap().len(),
            "sites" | "registre_sites" | "chevauchements" => continue,
            // What it has, the tables of the indicators tell.
            "etablissements_rentrees" => continue,
            "evenements_etablissements" => story["evenements"].as_array().unwrap().len(),
            "etablissements_batiments_histoire" => {
                story["histoire_liens"].as_array().unwrap().len()
            }
            _ => {
                let tables = story["tables"].as_array().unwrap().iter();
                let mut of = tables.filter(|of| of["table"] == name);
                of.next()
                    .map_or(0, |of| of["rows"].as_array().unwrap().len())
            }
        };
        assert!(found >= count, "{name}: {found} rows told of {count}");
        told += found;
    }
    assert!(told > 10, "{story}");
    let row = &project.query(
        &format!("select * from etablissements where uai = '{COLLEGE}'"),
        None,
    )[0];
    let whole = story.to_string();
    for contact in ["telephone", "mail"] {
        assert!(
            !whole.contains(row[contact].as_str().unwrap()),
            "{contact} is told"
        );
    }

    // The second edition brought a rentrée.
    let versions = story["versions"].as_array().unwrap();
    assert!(
        versions
            .iter()
            .any(|change| change["release"] == "2026-11-09.0"
                && change["table"] == "ips"
                && change["kind"] == "added"
                && change["key"][0] == "2026-2027"),
        "{versions:?}"
    );
}

#[test]
fn closed_ones_moved_ones_and_refused_ones_are_told_too() {
    let project = two_editions();
    let closed = project.query(
        "select f.uai, f.successeur_infere as suite from etablissements_fermes f
         join etablissements e on e.uai = f.successeur_infere order by f.uai limit 1",
        None,
    );
    let [closed] = closed.as_slice() else {
        panic!("no closed establishment has a successor: {closed:?}");
    };
    let (uai, next) = (
        closed["uai"].as_str().unwrap(),
        closed["suite"].as_str().unwrap(),
    );
    let story = explained(&project, uai);
    assert!(
        story["etablissement"].is_null() && is_of(&story["ferme"], uai),
        "{story}"
    );
    assert!(is_of(&story["successeur"], next), "{story}");
    let story = explained(&project, next);
    let before = story["predecesseurs"].as_array().unwrap();
    assert!(before.iter().any(|row| is_of(row, uai)), "{story}");

    // What changed between the editions is said with what it was.
    let before = project.query(
        "select * from etablissements order by uai",
        Some("2026-11-02.0"),
    );
    let now = project.query("select * from etablissements order by uai", None);
    let changed = now.iter().find_map(|row| {
        let old = before.iter().find(|old| old["uai"] == row["uai"])?;
        let column = ["nom", "adresse", "position_qualite", "etat"]
            .iter()
            .find(|c| old[**c] != row[**c])?;
        Some((
            row["uai"].as_str()?,
            *column,
            [old[*column].clone(), row[*column].clone()],
        ))
    });
    let (uai, column, values) = changed.unwrap();
    let story = explained(&project, uai);
    let versions = story["versions"].as_array().unwrap().iter();
    let of: Vec<&Value> = versions
        .filter(|change| change["table"] == "etablissements")
        .collect();
    assert_eq!(
        of[0]["columns"][column],
        Value::from(values.to_vec()),
        "{story}"
    );

    // A row that was refused or remarked upon is found by the UAI that it names.
    let rejects = rows(
        &project
            .edulac(&["rejects", "--format", "json"])
            .with_code(0)
            .stdout,
    );
    let named = rejects.iter().find(|reject| {
        let key = reject["cle"].as_str().unwrap_or_default();
        key.starts_with("099") && key.len() == 8
    });
    let named = named.unwrap();
    let story = explained(&project, named["cle"].as_str().unwrap());
    let told = story["rejets"].as_array().unwrap();
    assert!(
        told.iter().any(|reject| reject["ligne"] == named["ligne"]),
        "{story}"
    );
}

#[test]
fn a_lake_of_one_pipeline_tells_what_it_has() {
    let project = Project::new();
    project.keep_pipelines(&["ips"]);
    // Alone, it has no directory to refer to.
    project.edit(
        "data-contracts/ips.yaml",
        "        relationships:\n          - {to: etablissements.uai, customProperties: [{property: maxOrphanPercent, value: 5}]}\n",
        "",
    );
    at(&project, FIRST, &["run"]).with_code(0);
    let text = project.edulac(&["explain", COLLEGE]).with_code(0);
    with_settings!({filters => vec![(r"\d{8}T\d{6}Z-[0-9a-f]{8}", "<run>")]}, {
        assert_snapshot!("of_one_pipeline", text.stdout);
    });
}

#[test]
fn what_is_no_uai_and_what_is_nowhere_are_not_the_same_mistake() {
    let project = Project::new();
    assert_eq!(project.edulac(&["explain", COLLEGE]).code, 2);
    at(&project, FIRST, &["run"]).with_code(0);
    for (code, uai) in [(2, "0990008A"), (2, "collège"), (1, "0990998X")] {
        let ended = project.edulac(&["explain", uai]).with_code(code);
        assert_snapshot!(format!("mistaken_{uai}"), ended.picture());
    }
}
