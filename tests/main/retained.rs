//! Releases that are held, verified and vacuumed, and what is left of those that go.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::Instant;

use serde_json::Value;

use crate::edulac::{Ended, command, edulac_with};
use crate::project::{Project, copy};
use crate::run::{picture, released};
use crate::s3::S3Project;
use crate::s3_server::s3_server;

/// A picture without sizes and hashes, which are those of the writer of files.
fn steady(name: &str, ended: &Ended) {
    let sizes = regex::Regex::new(r"[0-9.]+ [KM]iB|\b\d{6,}\b|[0-9a-f]{12,32}").unwrap();
    picture(name, &sizes.replace_all(&ended.picture(), "[…]"));
}

/// Days after today, so that what was written a moment ago is as old as the story says.
fn on(project: &Project, day: u32, arguments: &[&str]) -> Ended {
    let now = format!("2126-11-{day:02}T06:00:00Z");
    edulac_with(&project.path("."), &[("EDULAC_NOW", &now)], arguments)
}

/// A lake of five releases, a week apart: editions in turn, so that each has files of its own and shares others.
fn five_releases() -> Project {
    let project = Project::new();
    project.keep_pipelines(&["territoires", "etablissements"]);
    for (number, day) in [1, 8, 15, 22, 29].into_iter().enumerate() {
        let edition = format!("edition={}", number % 2 + 1);
        let shrink = "etablissements=essai";
        let run = [
            "run",
            "--set",
            &edition,
            "--accept-shrink",
            shrink,
            "--format",
            "json",
        ];
        released(&on(&project, day, &run).with_code(0).json());
    }
    project
}

/// Made once: each story begins with a copy.
static FIVE: LazyLock<Project> = LazyLock::new(five_releases);

fn a_copy() -> Project {
    let project = Project::new();
    project.keep_pipelines(&["territoires", "etablissements"]);
    for part in ["lake", "archive"] {
        copy(&FIVE.path(part), &project.path(part));
    }
    project
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let sizes = entries.map(|entry| match entry.file_type().unwrap().is_dir() {
        true => bytes_below(&entry.path()),
        false => entry.metadata().unwrap().len(),
    });
    sizes.sum()
}

#[test]
fn what_no_kept_release_needs_goes_and_all_else_works_as_before() {
    // No copy: the archive knows for which lake a run was.
    let project = five_releases();
    let releases = project.lake().releases();
    let held = [
        "release",
        "hold",
        &releases[1],
        "--reason",
        "cité dans un article",
    ];
    picture("hold", &on(&project, 30, &held).picture());
    // The catalogue shrinks too, which is not promised.
    let parts = ["lake/open", "lake/releases", "archive"];
    let size = || -> u64 {
        parts
            .iter()
            .map(|part| bytes_below(&project.path(part)))
            .sum()
    };
    let before = size();
    let listing = project.lake().listing();
    steady(
        "vacuum_shown",
        &on(&project, 30, &["vacuum", "--keep", "2"]),
    );
    assert_eq!(project.lake().listing(), listing);
    let plan = on(&project, 30, &["vacuum", "--keep", "2", "--format", "json"])
        .with_code(0)
        .json();
    steady(
        "vacuum",
        &on(&project, 30, &["vacuum", "--keep", "2", "--yes"]),
    );
    // The catalogue follows: of a release that went no item is left.
    let item = |id: &String| project.path(&format!("lake/catalogue/stac/sites/{id}.json"));
    assert!(!item(&releases[0]).exists() && item(&releases[1]).exists());
    let sum = |list: &Value| -> u64 {
        let bytes = list
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["bytes"].as_u64().unwrap());
        bytes.sum()
    };
    let promised = sum(&plan["lake"]["files"])
        + sum(&plan["archive"]["extracts"])
        + sum(&plan["archive"]["runs"]);
    assert!(promised > 1_000_000, "{plan}");
    // Two small marks and the lock came in.
    let freed = before - size();
    assert!(
        promised - freed < 1_000,
        "{promised} promised, {freed} freed"
    );
    picture(
        "release_list_vacuumed",
        &project.edulac(&["release", "list"]).picture(),
    );
    steady(
        "verify_all",
        &project.edulac(&["release", "verify", "--all"]),
    );

    // What the releases that stay were made from is there, to the last body.
    for release in [&releases[1], &releases[3], &releases[4]] {
        let manifest = project.lake().manifest(release);
        for (source, told) in manifest["sources"].as_object().unwrap() {
            let receipt = &told["receipt"];
            for part in receipt["parts"].as_array().unwrap() {
                let holder = part["kept_in"]
                    .as_str()
                    .or(receipt["extract"].as_str())
                    .unwrap();
                for file in part["files"].as_array().unwrap() {
                    let name = file["name"].as_str().unwrap();
                    let body = project.path(&format!("archive/raw/{source}/{holder}/{name}"));
                    let size = fs::metadata(&body)
                        .unwrap_or_else(|e| panic!("{body:?}: {e}"))
                        .len();
                    assert_eq!(size, file["bytes"].as_u64().unwrap());
                }
            }
        }
        let made_by = manifest["counts"]["tables"].as_array().unwrap().iter();
        let made_by = made_by.filter(|table| table["rejected"].as_u64() > Some(0));
        for table in made_by {
            let (run, name) = (
                table["made_by"].as_str().unwrap(),
                table["table"].as_str().unwrap(),
            );
            assert!(
                project
                    .path(&format!("archive/rejects/{run}/{name}.parquet"))
                    .exists(),
                "{name}"
            );
        }
    }

    // Of those that are gone, what they were can still be read.
    let since = format!("{}..", releases[0]);
    let refused: [(&str, &[&str]); 4] = [
        ("query", &["query", "select 1", "--release", &releases[0]]),
        ("diff", &["diff", &since]),
        ("verify", &["release", "verify", &releases[0]]),
        (
            "hold",
            &["release", "hold", &releases[0], "--reason", "trop tard"],
        ),
    ];
    for (name, arguments) in refused {
        let ended = project.edulac(arguments).with_code(2);
        picture(&format!("gone_{name}"), &ended.picture());
    }
    let shown = |id: &str| project.edulac(&["release", "show", id]).with_code(0).stdout;
    assert!(shown(&releases[0]).contains("its files are gone since 2126-11-30T06:00:00Z\n"));
    assert!(shown(&releases[1]).contains("held: cité dans un article\n"));
    let notes = project
        .edulac(&["release", "notes", &releases[0]])
        .with_code(0);
    assert_eq!(notes.stdout, project.lake().notes(&releases[0]));

    // Those that stay are compared, told and gone back to; a run finds nothing to do, from the archive too.
    project
        .edulac(&["diff", &format!("{}..{}", releases[1], releases[4])])
        .with_code(0);
    let story = project
        .edulac(&["explain", "0990008W", "--format", "json"])
        .with_code(0)
        .json();
    assert_eq!(story["versions_depuis"], releases[4].as_str());
    project.edulac(&["rejects"]).with_code(0);
    let frozen = on(&project, 30, &["run", "--frozen", "--format", "json"])
        .with_code(0)
        .json();
    assert_eq!(frozen["outcome"]["status"], "nothing_to_do");
    let withdraw = ["release", "withdraw", &releases[4], "--reason", "essai"];
    on(&project, 30, &withdraw).with_code(0);
    let back = project.lake().releases().pop().unwrap();
    assert_eq!(
        project.lake().files(&back),
        project.lake().files(&releases[3])
    );
    project.lake().assert_whole(&back);
    on(&project, 30, &["release", "hold", &releases[1], "--undo"]).with_code(0);
    picture(
        "hold_undone_twice",
        &project
            .edulac(&["release", "hold", &releases[1], "--undo"])
            .picture(),
    );
    picture(
        "hold_without_reason",
        &project.edulac(&["release", "hold", &releases[1]]).picture(),
    );
}

#[test]
fn a_damaged_release_is_told_with_the_remedy() {
    let project = a_copy();
    let last = project.lake().releases().pop().unwrap();
    steady("verify", &project.edulac(&["release", "verify"]));
    let manifest = project.lake().manifest(&last);
    let file = |table: &str| {
        let path = manifest["tables"][table]["files"][0]["path"]
            .as_str()
            .unwrap();
        project.path(&format!("lake/open/{table}/{path}"))
    };
    let mut bytes = fs::read(file("sites")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file("sites"), bytes).unwrap();
    let bytes = fs::read(file("batiments")).unwrap();
    fs::write(file("batiments"), &bytes[..bytes.len() - 100]).unwrap();
    fs::remove_file(project.path(&format!("lake/releases/{last}/communes.parquet"))).unwrap();
    let told = project.edulac(&["release", "verify"]).with_code(1);
    steady("verify_damaged", &told);
    // Who stumbles over it is told where to look.
    let stumbles = project
        .edulac(&["diff", "--table", "batiments"])
        .with_code(3);
    let first = stumbles.stderr.lines().next().unwrap();
    assert_eq!(
        first,
        "error: table `batiments`: its rows could not be computed"
    );
    assert!(
        stumbles.stderr.contains("`edulac release verify` says"),
        "{}",
        stumbles.picture()
    );
    let told = project
        .edulac(&["release", "verify", "--all", "--format", "json"])
        .with_code(1);
    let damaged = told.json();
    let releases = damaged.as_array().unwrap().iter();
    let counts: Vec<usize> = releases
        .map(|release| release["damage"].as_array().unwrap().len())
        .collect();
    // The files of tables are shared by the editions that are equal; the whole table is of its release alone.
    assert_eq!(counts, [2, 0, 2, 0, 3]);
}

#[test]
fn a_vacuum_that_is_killed_leaves_every_kept_release_whole() {
    let whole = {
        let project = a_copy();
        let started = Instant::now();
        let vacuum = ["vacuum", "--keep", "1", "--yes", "--format", "json"];
        let done = on(&project, 30, &vacuum).with_code(0).json();
        // The runs of the archive were for the lake that this one is a copy of: what they read is left to it.
        assert_eq!(done["archive"]["extracts"], serde_json::json!([]));
        (started.elapsed(), project.lake().listing().len())
    };
    let mut cut_short = 0;
    for moment in 0..8u32 {
        let project = a_copy();
        let mut vacuum = command(&project.path("."), &["vacuum", "--keep", "1", "--yes"])
            .env("EDULAC_NOW", "2126-11-30T06:00:00Z")
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        sleep(whole.0 * moment / 7);
        vacuum.kill().unwrap();
        vacuum.wait().unwrap();
        let left = project.lake().listing().len();
        cut_short += usize::from(left > whole.1);
        let listed = project
            .edulac(&["release", "list", "--format", "json"])
            .with_code(0)
            .json();
        for release in listed
            .as_array()
            .unwrap()
            .iter()
            .filter(|release| release["gone_since"].is_null())
        {
            project.lake().assert_whole(release["id"].as_str().unwrap());
        }
        project.edulac(&["release", "verify", "--all"]).with_code(0);
        on(&project, 30, &["vacuum", "--keep", "1", "--yes"]).with_code(0);
        assert_eq!(
            project.lake().listing().len(),
            whole.1,
            "killed after {moment}/7"
        );
    }
    assert!(cut_short > 0, "never killed in time");
}

#[test]
fn the_story_of_retention_runs_on_s3() {
    let Some(server) = s3_server() else { return };
    let lake = S3Project::at(server, "retenue");
    let [first, second] = ["edition=1", "edition=2"].map(|edition| {
        let run = ["run", "--set", edition, "--format", "json"];
        released(&lake.succeeds(&run).json())
    });
    let differs = lake.succeeds(&["diff", "--format", "json"]).json();
    assert_eq!(differs["from"], first.as_str());
    assert!(differs["tables"].as_array().unwrap().len() > 10);
    lake.succeeds(&["diff", "--table", "ips", "--to", "ips.parquet"]);
    lake.succeeds(&["release", "hold", &first, "--reason", "première"]);
    let plan = lake
        .succeeds(&["vacuum", "--keep", "1", "--format", "json"])
        .json();
    assert_eq!(plan["lake"]["gone"], serde_json::json!([]));
    lake.succeeds(&["vacuum", "--keep", "1", "--yes"]);
    let verified = lake
        .succeeds(&["release", "verify", "--all", "--format", "json"])
        .json();
    let releases = verified.as_array().unwrap();
    assert_eq!(
        releases
            .iter()
            .map(|one| &one["release"])
            .collect::<Vec<_>>(),
        [&first, &second]
    );
    assert!(
        lake.succeeds(&["release", "list"])
            .stdout
            .contains("held: première")
    );
    assert!(
        lake.succeeds(&["release", "notes"])
            .stdout
            .contains(&format!("Fait suite à la version {first}."))
    );
}
