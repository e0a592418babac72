//! The whole story with the lake on an object store, and what is said when it cannot be reached.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use insta::{assert_snapshot, with_settings};

use crate::edulac::{Ended, edulac_with};
use crate::outside::{assert_agreement, reads};
use crate::project::Project;
use crate::s3_server::{S3Server, s3_server};

/// A project whose lake is a prefix of the server's bucket, its archive a folder.
pub(crate) struct S3Project {
    server: &'static S3Server,
    /// By which it reaches the server.
    pub(crate) endpoint: String,
    project: Project,
    key: (String, String),
}

impl S3Project {
    fn new(server: &'static S3Server, lake: &str) -> Self {
        Self::of(server, &server.endpoint, Project::new(), lake)
    }

    fn of(server: &'static S3Server, endpoint: &str, project: Project, lake: &str) -> Self {
        write_profile(&project, server, endpoint, lake);
        Self {
            server,
            endpoint: endpoint.to_owned(),
            project,
            key: key(server),
        }
    }

    /// Below `prefix` in the server's bucket.
    pub(crate) fn at(server: &'static S3Server, prefix: &str) -> Self {
        Self::new(server, &below(server, prefix))
    }

    /// A project whose lake is below `prefix`, with the server behind another address.
    pub(crate) fn behind(
        server: &'static S3Server,
        endpoint: &str,
        project: Project,
        prefix: &str,
    ) -> Self {
        Self::of(server, endpoint, project, &below(server, prefix))
    }

    /// Runs `edulac`; whatever it prints, no key is in it.
    pub(crate) fn edulac(&self, arguments: &[&str]) -> Ended {
        edulac_on_s3(&self.project, &self.key, arguments)
    }

    pub(crate) fn succeeds(&self, arguments: &[&str]) -> Ended {
        let ended = self.edulac(arguments);
        assert_eq!(ended.code, 0, "{}", ended.picture());
        ended
    }

    /// Asks the outside readers, who are given the same key.
    fn is_read_by_others(&self, prefix: &str) {
        let environment = [
            ("AWS_ENDPOINT_URL", self.server.endpoint.as_str()),
            ("AWS_REGION", self.server.region.as_str()),
            ("AWS_ACCESS_KEY_ID", self.key.0.as_str()),
            ("AWS_SECRET_ACCESS_KEY", self.key.1.as_str()),
        ];
        let lake = format!("s3://{}/{prefix}", self.server.bucket);
        let found = reads("check.py", &lake, &environment).unwrap();
        assert_agreement(&|arguments| self.edulac(arguments), &found);
    }

    /// What was said with what changes from run to run put away.
    fn assert_said(&self, name: &str, ended: &Ended) {
        let endpoint = regex_escaped(&self.server.endpoint);
        with_settings!({filters => [
            (endpoint.as_str(), "http://S3"),
            (r"in \d[\d.]*m?s", "in TIME"),
            (r"\d{4}-\d\d-\d\d\.", "DAY."),
        ]}, { assert_snapshot!(name, ended.picture()) });
    }
}

/// The location of a prefix in the server's bucket.
pub(crate) fn below(server: &S3Server, prefix: &str) -> String {
    format!("s3://{}/{prefix}", server.bucket)
}

/// The key that may use the bucket.
pub(crate) fn key(server: &S3Server) -> (String, String) {
    let (id, secret) = (&server.access_key_id, &server.secret_access_key);
    (id.clone(), secret.clone())
}

/// Gives a project the profile `s3`: as `sample`, but for its lake.
pub(crate) fn write_profile(project: &Project, server: &S3Server, endpoint: &str, lake: &str) {
    let profile = project.read("config/sample.yaml");
    project.write(
        "config/s3.yaml",
        format!(
            "{profile}\
             storage:\n  \
               endpoint: {endpoint}\n  \
               region: {}\n  \
               allow_http: true\n  \
               access_key_id: env:LAC_CLE\n  \
               secret_access_key: env:LAC_SECRET\n",
            server.region
        ),
    );
    project.edit("config/s3.yaml", "profile: sample", "profile: s3");
    project.edit("config/s3.yaml", "lake: ./lake", &format!("lake: {lake}"));
}

/// Runs `edulac` under the profile `s3` of a project.
pub(crate) fn edulac_on_s3(project: &Project, key: &(String, String), arguments: &[&str]) -> Ended {
    let environment = [
        ("LAC_CLE", key.0.as_str()),
        ("LAC_SECRET", key.1.as_str()),
        ("EDULAC_PROFILE", "s3"),
    ];
    let ended = edulac_with(&project.path("."), &environment, arguments);
    let said = ended.picture();
    for secret in [&key.0, &key.1] {
        assert!(!said.contains(secret), "{said}");
    }
    ended
}

fn regex_escaped(text: &str) -> String {
    text.replace('.', r"\.")
}

/// Requests below a prefix that change something.
fn writes(server: &S3Server, prefix: &str) -> usize {
    let log = server.log();
    let below = |line: &&str| line.contains(&format!("/{}/{prefix}/", server.bucket));
    let changes = |line: &&str| {
        ["PUT /", "POST /", "DELETE /"]
            .iter()
            .any(|verb| line.contains(verb))
    };
    log.lines().filter(below).filter(changes).count()
}

#[test]
fn the_whole_story_runs_on_s3_through_the_binary() {
    let Some(server) = s3_server() else { return };
    let lake = S3Project::at(server, "story/lake");
    let first = lake.succeeds(&["run", "-vv"]);
    assert!(first.stdout.contains("published release"), "{first:?}");
    let written = writes(server, "story/lake");
    assert!(written > 20, "{}", server.log());

    let second = lake.succeeds(&["run"]);
    assert!(second.stdout.contains("nothing to do"), "{second:?}");
    assert_eq!(writes(server, "story/lake"), written);

    lake.succeeds(&["run", "--set", "edition=2"]);
    assert!(writes(server, "story/lake") > written);
    let ids = lake
        .succeeds(&["release", "list", "--format", "json"])
        .json();
    let ids: Vec<_> = ids
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_str().unwrap())
        .collect();
    let [before, after] = ids[..] else {
        panic!("{ids:?}")
    };
    let count = |release: &str| {
        let sql = "select count(*) as n from batiments";
        lake.succeeds(&["query", sql, "--release", release, "--format", "json"])
            .json()["n"]
            .clone()
    };
    assert_eq!(
        (count(before), count(after)),
        (12_000.into(), 12_137.into())
    );
    let history = lake
        .succeeds(&["history", "etablissements", "--format", "json"])
        .json();
    let released: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|v| &v["release"])
        .collect();
    assert_eq!(released, [before, after]);
    let rejects = lake.succeeds(&["rejects", "--format", "json"]);
    assert!(rejects.stdout.contains("uai.required"), "{rejects:?}");

    lake.is_read_by_others("story/lake");
    let secret = server.secret_access_key.as_bytes();
    assert_eq!(
        files_with(secret, &lake.project.path(".")),
        Vec::<String>::new()
    );
}

/// Files below a folder that hold these bytes.
fn files_with(bytes: &[u8], folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(bytes, &path));
        } else if fs::read(&path)
            .unwrap()
            .windows(bytes.len())
            .any(|window| window == bytes)
        {
            found.push(path.display().to_string());
        }
    }
    found
}

/// A server that keeps whoever asks waiting for the file.
struct Slow {
    listener: TcpListener,
    address: String,
}

impl Slow {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        Self { listener, address }
    }

    /// Waits until somebody asks, as long as `gone` does not say that nobody will.
    fn asked(&self, gone: impl Fn() -> bool) -> Option<TcpStream> {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false).unwrap();
                    return Some(stream);
                }
                Err(_) if gone() => return None,
                Err(_) => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    fn answer(mut stream: TcpStream, body: &[u8]) {
        let request = BufReader::new(stream.try_clone().unwrap());
        // All of it, else the answer may be lost with what was not read.
        let head = request
            .lines()
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty());
        assert!(head.count() > 0);
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        stream.write_all(body).unwrap();
    }
}

#[test]
fn a_run_that_another_one_overtook_publishes_nothing_and_loses_nothing() {
    let Some(server) = s3_server() else { return };
    let (late, quick) = (
        S3Project::at(server, "late/lake"),
        S3Project::at(server, "late/lake"),
    );
    let slow = Slow::new();
    let communes = fs::read(
        late.project
            .path("config/sample/edition-2/communes.geojson.gz"),
    )
    .unwrap();
    let url = format!("communes_url=http://{}/communes.geojson.gz", slow.address);
    let late_run = ["run", "--set", "edition=2", "--set", &url];
    let overtaken = thread::scope(|scope| {
        let late = scope.spawn(|| late.edulac(&late_run));
        // It has read the lake, and waits for its first source.
        let request = slow.asked(|| late.is_finished());
        if let Some(request) = request {
            quick.succeeds(&["run"]);
            Slow::answer(request, &communes);
        }
        late.join().unwrap()
    });
    assert_eq!(overtaken.code, 4, "{}", overtaken.picture());
    late.assert_said(
        "overtaken",
        &Ended {
            stderr: overtaken.stderr.replace(&slow.address, "SLOW"),
            ..overtaken
        },
    );
    quick.is_read_by_others("late/lake");
    let buildings = |lake: &S3Project| {
        lake.succeeds(&[
            "query",
            "select count(*) as n from batiments",
            "--format",
            "json",
        ])
        .json()["n"]
            .clone()
    };
    assert_eq!(buildings(&quick), 12_000);

    // What it had fetched is in its archive: the sources need not answer again.
    let again = late.succeeds(&[&late_run[..], &["--frozen"]].concat());
    assert!(
        again.stdout.contains("published release"),
        "{}",
        again.picture()
    );
    assert_eq!(buildings(&quick), 12_137);
    late.is_read_by_others("late/lake");
}

#[test]
fn of_two_runs_at_once_one_publishes_and_the_other_leaves_its_release_whole() {
    let Some(server) = s3_server() else { return };
    let lakes = [
        S3Project::at(server, "race/lake"),
        S3Project::at(server, "race/lake"),
    ];
    let ended = thread::scope(|scope| {
        let runs = lakes
            .each_ref()
            .map(|lake| scope.spawn(|| lake.edulac(&["run"])));
        runs.map(|run| run.join().unwrap())
    });
    let mut codes = ended.each_ref().map(|ended| ended.code);
    codes.sort_unstable();
    // Where the second starts after the first has ended there is no race, and nothing to do.
    assert!(matches!(codes, [0, 4] | [0, 0]), "{ended:?}");
    let releases = lakes[0]
        .succeeds(&["release", "list", "--format", "json"])
        .json();
    assert_eq!(releases.as_array().unwrap().len(), 1, "{releases}");
    lakes[0].is_read_by_others("race/lake");
    for lake in &lakes {
        let again = lake.succeeds(&["run"]);
        assert!(
            again.stdout.contains("nothing to do"),
            "{}",
            again.picture()
        );
    }
}

#[test]
fn a_wrong_key_is_refused_by_name_and_never_shown() {
    let Some(server) = s3_server() else { return };
    let mut lake = S3Project::at(server, "wrong/lake");
    lake.key.1 = "unAutreSecretQueCeluiDuLac".to_owned();
    for arguments in [&["run", "-vv"][..], &["tables"]] {
        let ended = lake.edulac(arguments);
        assert_eq!(ended.code, 3, "{}", ended.picture());
        assert!(
            ended.stderr.contains("SignatureDoesNotMatch"),
            "{}",
            ended.picture()
        );
    }
    lake.assert_said("wrong_secret", &lake.edulac(&["run"]));
    lake.key.0 = "AKIAINCONNUE".to_owned();
    lake.assert_said("unknown_key", &lake.edulac(&["tables"]));
}

#[test]
fn a_bucket_that_does_not_exist_is_named() {
    let Some(server) = s3_server() else { return };
    let lake = S3Project::new(server, "s3://seau-absent/lake");
    lake.assert_said("no_bucket", &lake.edulac(&["run"]));
    assert_eq!(lake.edulac(&["query", "select 1"]).code, 3);
}
