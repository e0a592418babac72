//! Whatever happens to a source or to a call, readers of a mirror keep the release they had.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::mirrored::Mirrored;
use crate::project::copy;
use crate::replay::{Answer, Fault, Replay};
use crate::run::{Running, picture};

/// A mirror of the first edition, a server with both, and a file that is new in the second.
struct Behind {
    both: Mirrored,
    server: Replay,
    first: String,
    second: String,
    new_file: String,
}

impl Behind {
    fn new() -> Self {
        let both = Mirrored::new();
        both.mirror(&[]);
        let lake = both.project.lake();
        let first = lake.releases().remove(0);
        let second = both.second_edition();
        let before = lake.files(&first);
        let new_file = lake
            .files(&second)
            .into_keys()
            .find(|path| path.starts_with("open/etablissements/") && !before.contains_key(path));
        Self {
            server: Replay::start(&both.project.path("lake")),
            both,
            first,
            second,
            new_file: new_file.unwrap(),
        }
    }

    /// What a call that must fail says.
    #[track_caller]
    fn fails(&self) -> String {
        // What came of the release that was not published lies there for the next call.
        let data = |behind: &Self| {
            let mut listing = behind.both.lake().listing();
            listing.retain(|path, _| {
                let path = path.to_str().unwrap();
                path.contains("/releases/")
                    && !path.contains(&behind.second)
                    && !path.ends_with(".lock")
            });
            listing
        };
        let before = data(self);
        let ended = self
            .both
            .mirror_of(&self.server.address(), &[])
            .with_code(3);
        assert_eq!(data(self), before);
        let lake = self.both.lake();
        assert_eq!(lake.releases(), std::slice::from_ref(&self.first));
        lake.assert_whole(&self.first);
        lake.assert_tables_read(&self.first);
        ended
            .stderr
            .replace(&self.server.address(), "http://LAC")
            .replace(&self.new_file, "FILE")
    }

    #[track_caller]
    fn succeeds(&self) {
        self.server.heal();
        self.both
            .mirror_of(&self.server.address(), &[])
            .with_code(0);
        self.both.assert_holds(&[&self.first, &self.second]);
    }
}

fn flipped(mut body: Vec<u8>) -> Vec<u8> {
    let middle = body.len() / 2;
    body[middle] ^= 1;
    body
}

fn cut(mut body: Vec<u8>) -> Vec<u8> {
    body.truncate(body.len() - 1);
    body
}

fn longer(mut body: Vec<u8>) -> Vec<u8> {
    body.push(0);
    body
}

#[test]
fn what_is_not_what_the_release_says_is_refused() {
    let behind = Behind::new();
    let manifest = format!("{}/manifest.json", behind.second);
    let page = Answer::new(200, "<!doctype html><title>Connexion</title>");
    let file = behind.new_file.clone();
    let mut said = String::new();
    for (what, at, fault) in [
        ("a flipped byte", file.as_str(), Fault::Sends(flipped)),
        ("a byte less", &file, Fault::Sends(cut)),
        ("a byte more", &file, Fault::Sends(longer)),
        (
            "a file gone",
            &file,
            Fault::Answers(Answer::new(404, "non")),
        ),
        ("a refusal", &file, Fault::Answers(Answer::new(403, "non"))),
        (
            "a manifest with a flipped byte",
            &manifest,
            Fault::Sends(flipped),
        ),
        (
            "a manifest gone",
            &manifest,
            Fault::Answers(Answer::new(404, "non")),
        ),
        (
            "a log entry cut short",
            "00000002.json",
            Fault::Sends(cut_in_half),
        ),
        (
            "a pointer cut short",
            "latest.json",
            Fault::Sends(cut_in_half),
        ),
        (
            "a pointer gone",
            "latest.json",
            Fault::Answers(Answer::new(404, "non")),
        ),
        ("a page for everything", "/*", Fault::Answers(page)),
        ("a connection that breaks", &file, Fault::BreaksAtHalf),
    ] {
        behind.server.inject(at, fault);
        let text = behind.fails();
        said += &format!("== {what}\n{text}\n");
        behind.server.heal();
    }
    let hashes = regex::Regex::new("[0-9a-f]{64}").unwrap();
    picture("mirror_faults", &hashes.replace_all(&said, "[sha256]"));
    behind.succeeds();
}

fn cut_in_half(mut body: Vec<u8>) -> Vec<u8> {
    body.truncate(body.len() / 2);
    body
}

#[test]
fn whichever_request_fails_the_mirror_stays_whole_or_becomes_so() {
    let behind = Behind::new();
    let first_only = behind.both.project.path("first-only");
    copy(&behind.both.project.path("miroir"), &first_only);
    behind.server.asked();
    behind.succeeds();
    let asked: BTreeSet<String> = behind
        .server
        .asked()
        .into_iter()
        .map(|asked| asked.path)
        .collect();
    assert!(asked.len() > 20, "{asked:?}");
    let mut failed = 0;
    for path in &asked {
        fs::remove_dir_all(behind.both.project.path("miroir")).unwrap();
        copy(&first_only, &behind.both.project.path("miroir"));
        behind
            .server
            .inject(path, Fault::Answers(Answer::new(403, "non")));
        let ended = behind.both.mirror_of(&behind.server.address(), &[]);
        // Notes are a text that nothing depends on, what comes after the last release may be refused, and releases that
        // are here are only looked for.
        let optional = ["notes.md", "00000003.json", "/gone/", &behind.first];
        let is_needed = !optional.iter().any(|part| path.contains(part));
        let lake = behind.both.lake();
        match ended.code {
            3 => {
                failed += 1;
                assert_eq!(
                    lake.releases(),
                    std::slice::from_ref(&behind.first),
                    "{path}"
                );
                lake.assert_tables_read(&behind.first);
            }
            _ => {
                assert_eq!(
                    (ended.code, is_needed),
                    (0, false),
                    "{path}: {}",
                    ended.picture()
                );
                assert_eq!(
                    lake.releases(),
                    [behind.first.clone(), behind.second.clone()],
                    "{path}"
                );
                lake.assert_tables_read(&behind.second);
            }
        }
        for release in lake.releases() {
            lake.assert_whole(&release);
        }
        behind.server.heal();
    }
    assert!(failed > 20, "{failed}");
    behind.succeeds();
}

#[test]
fn an_empty_source_or_none_changes_nothing() {
    let behind = Behind::new();
    let empty = tempfile::tempdir().unwrap();
    behind.server.serve(empty.path());
    assert!(behind.fails().contains("no release is there to copy"));
    for source in [empty.path(), Path::new("nowhere")] {
        let ended = behind
            .both
            .mirror_of(source.to_str().unwrap(), &[])
            .with_code(3);
        assert!(
            ended.stderr.contains("no release is there to copy"),
            "{}",
            ended.picture()
        );
    }
    let ended = behind
        .both
        .mirror_of("http://127.0.0.1:1", &[])
        .with_code(3);
    let said: Vec<&str> = ended
        .stderr
        .lines()
        .filter(|line| !line.starts_with("  because"))
        .collect();
    picture("mirror_unreachable", &said.join("\n"));
    behind.server.serve(&behind.both.project.path("lake"));
    behind.succeeds();
}

/// What a copy of the source, made while it was read, may lack.
#[test]
fn a_half_written_source_is_not_followed() {
    let behind = Behind::new();
    let half = tempfile::tempdir().unwrap();
    let lacking = [
        "releases/log/00000002.json".to_owned(),
        format!("releases/{}/manifest.json", behind.second),
        // What of a later step came is kept, so the steps stand in their order.
        behind.new_file.clone(),
        format!("releases/{}/etablissements.parquet", behind.second),
    ];
    for (at, path) in lacking.iter().enumerate() {
        let folder = half.path().join(at.to_string());
        copy(&behind.both.project.path("lake"), &folder);
        fs::remove_file(folder.join(path)).unwrap();
        behind.server.serve(&folder);
        let said = behind.fails();
        assert!(said.contains("half-written"), "{path}: {said}");
    }
    // A publisher that was killed before the log said so published nothing.
    let folder = half.path().join("unpublished");
    copy(&behind.both.project.path("lake"), &folder);
    fs::remove_file(folder.join("releases/log/00000002.json")).unwrap();
    fs::write(
        folder.join("releases/latest.json"),
        fs::read(behind.both.project.path("miroir/releases/latest.json")).unwrap(),
    )
    .unwrap();
    behind.server.serve(&folder);
    let ended = behind
        .both
        .mirror_of(&behind.server.address(), &[])
        .with_code(0);
    assert_eq!(ended.json()["published"], false);
    // A pointer that lags behind the log is no matter.
    let pointer = fs::read(folder.join("releases/latest.json")).unwrap();
    copy(&behind.both.project.path("lake"), &folder);
    fs::write(folder.join("releases/latest.json"), pointer).unwrap();
    behind.succeeds();
}

#[test]
fn a_mirror_that_is_killed_goes_on_where_it_was() {
    let behind = Behind::new();
    let undisturbed = Instant::now();
    behind.succeeds();
    let undisturbed = undisturbed.elapsed();
    let expected = behind.both.lake().files(&behind.second);
    let kept = behind.both.project.path("kept");
    let mut interrupted = 0;
    for moment in 0..20u32 {
        // The mirror as it was before the second edition, at each of twenty moments.
        fs::remove_dir_all(behind.both.project.path("miroir")).unwrap();
        behind.both.mirror(&["--release", &behind.first]);
        let _ = fs::remove_dir_all(&kept);
        let run = Running::of(
            &behind.both.project,
            &["mirror", &behind.server.address(), "miroir"],
        );
        sleep(undisturbed * moment / 20);
        run.kill();
        let lake = behind.both.lake();
        let releases = lake.releases();
        interrupted += usize::from(releases.len() == 1);
        for release in &releases {
            lake.assert_whole(release);
        }
        let told = behind
            .both
            .mirror_of(&behind.server.address(), &[])
            .with_code(0);
        behind.both.assert_holds(&[&behind.first, &behind.second]);
        assert_eq!(lake.files(&behind.second), expected, "{}", told.picture());
    }
    assert!(
        interrupted > 3,
        "killed too late, {interrupted} of 20 in time"
    );
}

#[test]
fn what_came_before_a_kill_is_not_fetched_again() {
    let behind = Behind::new();
    fs::remove_dir_all(behind.both.project.path("miroir")).unwrap();
    let address = behind.server.address();
    behind
        .server
        .inject(&behind.new_file, Fault::Drips(Duration::from_millis(50)));
    let mut run = Running::of(&behind.both.project, &["mirror", &address, "miroir"]);
    for _ in 0..5 {
        run.wait_for("file fetched", "");
    }
    run.kill();
    behind.server.heal();
    behind.server.asked();
    let told = behind.both.mirror_of(&address, &[]).with_code(0).json();
    let fetched = told["fetched_files"].as_u64().unwrap();
    let present = told["present_files"].as_u64().unwrap();
    assert!(present >= 5, "{told}");
    let asked = behind.server.asked();
    let data = asked
        .iter()
        .filter(|asked| asked.path.ends_with(".parquet"))
        .count();
    assert_eq!(data as u64, fetched);
    behind.both.assert_holds(&[&behind.second]);
}

#[test]
fn of_two_mirrors_at_once_one_waits_for_another_time() {
    let behind = Behind::new();
    let address = behind.server.address();
    behind
        .server
        .inject(&behind.new_file, Fault::Drips(Duration::from_millis(20)));
    let mut slow = Running::of(&behind.both.project, &["mirror", &address, "miroir"]);
    slow.wait_for("file fetched", "");
    let other = behind.both.mirror_of(&address, &[]).with_code(4);
    assert!(
        other.stderr.contains("another run is publishing"),
        "{}",
        other.picture()
    );
    slow.kill();
    behind.succeeds();
}
