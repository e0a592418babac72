//! Owners are told of a change of state, once, at an address that stays secret.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::edulac::{Ended, edulac_with};
use crate::project::Project;
use crate::source::{DIRECTORY, Dataset};

/// A server that takes JSON documents.
struct Hook {
    address: String,
    taken: Receiver<Value>,
}

impl Hook {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/hook/Zq9hunter2", listener.local_addr().unwrap());
        let (send, taken) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                stream
                    .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
                    .unwrap();
                if send.send(serde_json::from_slice(&body).unwrap()).is_err() {
                    return;
                }
            }
        });
        Self { address, taken }
    }

    /// The documents taken since the last time.
    fn taken(&self) -> Vec<Value> {
        let mut all = Vec::new();
        while let Ok(document) = self.taken.recv_timeout(Duration::from_millis(200)) {
            all.push(document);
        }
        all
    }
}

#[test]
fn owners_are_told_once_of_each_change_of_state() {
    let project = Project::new();
    let hook = Hook::new();
    project.edit(
        "config/sample.yaml",
        "memory_mib:",
        "notify: {webhook: env:HOOK}\nmemory_mib:",
    );
    let run = |code: i32| -> Ended {
        let environment = [("HOOK", hook.address.as_str())];
        let ended = edulac_with(&project.path("."), &environment, &["run", "-vv"]).with_code(code);
        assert!(
            !ended.picture().contains("Zq9hunter2"),
            "{}",
            ended.picture()
        );
        ended
    };
    run(0);
    let first = hook.taken();
    assert_eq!(first.len(), 1, "one owner, one document: {first:?}");
    assert_eq!(first[0]["owner"]["name"], "AMDAC");
    assert!(
        first[0]["published"].as_array().unwrap().len() >= 7,
        "{}",
        first[0]
    );
    run(0);
    assert!(hook.taken().is_empty(), "nothing changed");

    let schools = Dataset::of(&project, DIRECTORY);
    schools.remove_schools(40);
    run(5);
    let held = hook.taken();
    let names: Vec<&str> = held[0]["held"]
        .as_array()
        .unwrap()
        .iter()
        .map(|held| held["table"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"etablissements"), "{held:?}");
    assert!(
        held[0]["text"]
            .as_str()
            .unwrap()
            .contains("Table etablissements retenue"),
        "{held:?}"
    );
    run(5);
    assert!(hook.taken().is_empty(), "still held, told already");

    let project_again = Project::new();
    let body = schools.body();
    project.write(&body, std::fs::read(project_again.path(&body)).unwrap());
    let index = body.replace("exports/csv.gz", "index.json");
    project.write(&index, project_again.read(&index));
    run(0);
    let freed = hook.taken();
    assert!(
        freed[0]["freed"]
            .as_array()
            .unwrap()
            .iter()
            .any(|name| name == "etablissements"),
        "{freed:?}"
    );
}

#[test]
fn a_notification_that_nobody_takes_is_a_warning_and_comes_again() {
    let project = Project::new();
    project.edit(
        "config/sample.yaml",
        "memory_mib:",
        "notify: {webhook: env:HOOK}\nmemory_mib:",
    );
    let nobody = [("HOOK", "http://127.0.0.1:9/Zq9hunter2")];
    let ended = edulac_with(&project.path("."), &nobody, &["run"]).with_code(0);
    assert!(
        ended.stderr.contains("could not be told"),
        "{}",
        ended.picture()
    );
    assert!(
        !ended.picture().contains("Zq9hunter2"),
        "{}",
        ended.picture()
    );
    let hook = Hook::new();
    let somebody = [("HOOK", hook.address.as_str())];
    Dataset::of(&project, DIRECTORY).remove_schools(40);
    edulac_with(&project.path("."), &somebody, &["run"]).with_code(5);
    let taken = hook.taken();
    assert_eq!(
        taken.len(),
        2,
        "what was published first, and what is held now: {taken:?}"
    );
    assert!(
        !taken[0]["published"].as_array().unwrap().is_empty(),
        "{}",
        taken[0]
    );
    assert!(
        !taken[1]["held"].as_array().unwrap().is_empty(),
        "{}",
        taken[1]
    );
}
