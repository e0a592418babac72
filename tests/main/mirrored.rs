//! A mirror is a lake by itself, and only what is new travels.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::edulac::Ended;
use crate::lake::Lake;
use crate::outside::{assert_agreement, reads};
use crate::project::Project;
use crate::replay::{Asked, Replay};
use crate::run::{picture, released};

/// A lake, and a mirror of it beside.
pub(crate) struct Mirrored {
    pub(crate) project: Project,
}

impl Mirrored {
    /// The lake has its first release, the mirror nothing.
    pub(crate) fn new() -> Self {
        let project = Project::new();
        let profile = project.read("config/sample.yaml");
        project.write("config/miroir.yaml", profile);
        project.edit("config/miroir.yaml", "profile: sample", "profile: miroir");
        project.edit("config/miroir.yaml", "lake: ./lake", "lake: ./miroir");
        project.run(0, &[]);
        Self { project }
    }

    /// Publishes the next edition in the lake; gives its release.
    pub(crate) fn second_edition(&self) -> String {
        released(&self.project.run(0, &["--set", "edition=2"]))
    }

    pub(crate) fn mirror_of(&self, source: &str, arguments: &[&str]) -> Ended {
        let all = [&["mirror", source, "miroir", "--format", "json"], arguments].concat();
        self.project.edulac(&all)
    }

    /// The account of a mirror of the folder that ends well.
    #[track_caller]
    pub(crate) fn mirror(&self, arguments: &[&str]) -> Value {
        self.mirror_of("lake", arguments).with_code(0).json()
    }

    /// Runs `edulac` on the mirror.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Ended {
        self.project
            .edulac(&[&["--profile", "miroir"], arguments].concat())
    }

    #[track_caller]
    pub(crate) fn one(&self, sql: &str) -> Value {
        let asked = self.ask(&["query", "--format", "json", sql]).with_code(0);
        asked
            .json()
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap()
            .clone()
    }

    pub(crate) fn lake(&self) -> Lake {
        Lake::at(&self.project.path("miroir"))
    }

    /// The mirror holds these releases, whole, the last of them for readers of Delta tables too.
    #[track_caller]
    pub(crate) fn assert_holds(&self, releases: &[&String]) {
        let lake = self.lake();
        assert_eq!(lake.releases().iter().collect::<Vec<_>>(), releases);
        for release in releases {
            lake.assert_whole(release);
        }
        if let Some(newest) = releases.last() {
            lake.assert_tables_read(newest);
        }
        assert!(!self.project.path("miroir/.mirror").exists());
    }
}

/// SHA-256 of the data of a release: its files and its whole tables.
fn hashes(lake: &Lake, release: &str) -> BTreeSet<String> {
    let manifest = lake.manifest(release);
    let tables = manifest["tables"].as_object().unwrap().values();
    let all = tables.flat_map(|table| {
        let files = table["files"].as_array().unwrap().iter();
        files.chain([&table["whole"]]).cloned().collect::<Vec<_>>()
    });
    all.map(|file| file["sha256"].as_str().unwrap().to_owned())
        .collect()
}

fn data_files(asked: &[Asked]) -> usize {
    let is_data = |asked: &&Asked| asked.path.ends_with(".parquet") && asked.status == 200;
    asked.iter().filter(is_data).count()
}

#[test]
fn a_mirror_is_a_lake_by_itself() {
    let both = Mirrored::new();
    let told = both.mirror(&[]);
    let lake = both.project.lake();
    let release = lake.releases().remove(0);
    assert_eq!(told["release"], release.as_str());
    assert_eq!(told["published"], true);
    both.assert_holds(&[&release]);
    assert_eq!(both.lake().files(&release), lake.files(&release));
    let (there, here) = (lake.manifest(&release), both.lake().manifest(&release));
    assert_eq!(here["mirror_of"]["release"], release.as_str());
    assert_eq!(here["subset"], Value::Null);
    for what in ["created", "scope", "sources", "counts", "tables"] {
        assert_eq!(here[what], there[what], "{what}");
    }
    let notes = both.lake().notes(&release);
    assert!(
        notes.starts_with(&format!("> Copie de la version {release}.\n")),
        "{notes}"
    );
    assert!(notes.ends_with(&lake.notes(&release)), "{notes}");

    // The lake may go: nothing of it is needed.
    fs::rename(both.project.path("lake"), both.project.path("away")).unwrap();
    let shown = both.ask(&["release", "show"]).with_code(0);
    assert!(shown.stdout.contains(&release), "{}", shown.picture());
    let counted = both.one("select count(*) as n from batiments");
    assert_eq!(counted, 12_000);
    let history = both
        .ask(&["history", "etablissements", "--format", "json"])
        .json();
    assert_eq!(history[0]["release"], release.as_str());
    let place = both.project.path("miroir");
    if let Some(found) = reads("check.py", place.to_str().unwrap(), &[]) {
        assert_agreement(&|arguments| both.ask(arguments), &found);
    }
}

#[test]
fn only_what_is_new_travels() {
    let both = Mirrored::new();
    let server = Replay::start(&both.project.path("lake"));
    let mirror = || both.mirror_of(&server.address(), &[]).with_code(0).json();
    let lake = both.project.lake();
    let first = lake.releases().remove(0);
    let told = mirror();
    let before = hashes(&lake, &first);
    assert_eq!(told["fetched_files"], before.len(), "{told}");
    assert_eq!(data_files(&server.asked()), before.len());
    assert_eq!(told["mirror_of"]["lake"], server.address());

    let again = mirror();
    assert_eq!(again["published"], false, "{again}");
    assert_eq!(data_files(&server.asked()), 0);

    let second = both.second_edition();
    let new = hashes(&lake, &second).difference(&before).count();
    assert!(new > 0 && new < before.len());
    let told = mirror();
    assert_eq!(told["fetched_files"], new, "{told}");
    assert_eq!(data_files(&server.asked()), new);
    both.assert_holds(&[&first, &second]);
    assert_eq!(both.lake().files(&second), lake.files(&second));
    // Each is still read under its id.
    let sql = "select count(*) as n from batiments";
    let at = both.ask(&["query", "--format", "json", sql, "--release", &first]);
    assert_eq!(
        (at.json()["n"].clone(), both.one(sql)),
        (json!(12_000), json!(12_137))
    );

    let listed = both.ask(&["release", "list"]);
    picture("mirror_releases", &listed.picture());
}

#[test]
fn a_release_that_is_named_is_copied_and_later_ones_follow() {
    let both = Mirrored::new();
    let first = both.project.lake().releases().remove(0);
    let second = both.second_edition();
    assert_eq!(
        both.mirror(&["--release", &first])["release"],
        first.as_str()
    );
    both.assert_holds(&[&first]);
    assert_eq!(both.mirror(&[])["release"], second.as_str());
    both.assert_holds(&[&first, &second]);
    // Never back.
    let back = both.mirror_of("lake", &["--release", &first]);
    picture("mirror_back", &back.with_code(3).picture());
    both.assert_holds(&[&first, &second]);
}

#[test]
fn what_the_source_gave_up_goes_here_too() {
    let both = Mirrored::new();
    both.mirror(&[]);
    let first = both.project.lake().releases().remove(0);
    let second = both.second_edition();
    let only_first = {
        let lake = both.project.lake();
        let (old, new) = (lake.files(&first), lake.files(&second));
        old.into_keys()
            .filter(|path| !new.contains_key(path))
            .collect::<Vec<_>>()
    };
    assert!(!only_first.is_empty());
    // As a vacuum does it at the source: a mark, then the files that the release alone needs.
    let mark = json!({"format": 1, "release": first, "since": "2026-11-25T00:00:00Z"});
    let gone = format!("lake/releases/gone/{first}.json");
    both.project.write(&gone, mark.to_string());
    for path in &only_first {
        fs::remove_file(both.project.path(&format!("lake/{path}"))).unwrap();
    }
    // Somebody holds it here.
    both.ask(&["release", "hold", &first, "--reason", "un article la cite"])
        .with_code(0);
    both.mirror(&[]);
    both.assert_holds(&[&first, &second]);

    both.ask(&["release", "hold", &first, "--undo"])
        .with_code(0);
    let told = both.mirror(&[]);
    assert_eq!(told["dropped_releases"], json!([first]));
    let folder = both.project.path(&format!("miroir/releases/{first}"));
    let left = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert_eq!(
        left.collect::<BTreeSet<_>>(),
        ["manifest.json", "notes.md"].map(Into::into).into()
    );
    assert!(
        both.project
            .path(&format!("miroir/releases/gone/{first}.json"))
            .exists()
    );
    for path in &only_first {
        assert!(
            !both.project.path(&format!("miroir/{path}")).exists(),
            "{path}"
        );
    }
    let lake = both.lake();
    lake.assert_whole(&second);
    lake.assert_tables_read(&second);
    // It is a lake that goes on, and what is gone is told once.
    let told = both.mirror(&[]);
    assert_eq!(
        (&told["published"], &told["dropped_releases"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(told["removed_files"], 0);
}

#[test]
fn a_release_that_is_not_in_the_source_any_more_goes_too() {
    let both = Mirrored::new();
    both.mirror(&[]);
    let first = both.project.lake().releases().remove(0);
    let second = both.second_edition();
    both.mirror(&[]);
    fs::remove_dir_all(both.project.path(&format!("lake/releases/{first}"))).unwrap();
    assert_eq!(both.mirror(&[])["dropped_releases"], json!([first]));
    both.lake().assert_whole(&second);
    // The newest one stays whatever happens there.
    fs::remove_dir_all(both.project.path(&format!("lake/releases/{second}"))).unwrap();
    both.mirror_of("lake", &[]).with_code(3);
    both.lake().assert_whole(&second);
    both.lake().assert_tables_read(&second);
}

#[test]
fn a_withdrawal_is_told_by_the_mirror_too() {
    let both = Mirrored::new();
    both.mirror(&[]);
    let bad = both.second_edition();
    both.mirror(&[]);
    let reason = "les bâtiments de la commune 99012 manquent";
    both.project
        .edulac(&["release", "withdraw", &bad, "--reason", reason])
        .with_code(0);
    let told = both.mirror(&[]);
    let newest = told["release"].as_str().unwrap().to_owned();
    let manifest = both.lake().manifest(&newest);
    assert_eq!(manifest["withdraws"]["release"], bad.as_str());
    assert_eq!(manifest["withdraws"]["reason"], reason);
    assert_eq!(both.one("select count(*) as n from batiments"), 12_000);
    let listed = both.ask(&["release", "list"]).with_code(0);
    assert!(
        listed.stdout.contains(&format!("withdrawn: {reason}")),
        "{}",
        listed.picture()
    );
    both.lake().assert_tables_read(&newest);
}
