//! The story of a lake in an Azure container, on a real server on loopback (Azurite).

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::edulac::{Ended, edulac_with};
use crate::mirrored::Mirrored;
use crate::project::repository;

/// The server; it ends with its standard input.
struct Azure {
    _process: Child,
    ready: Value,
}

/// The server, or a loud skip: `EDULAC_AZURITE` is the path of `azurite-blob`, of the package `azurite` of npm.
fn azure() -> Option<Azure> {
    let names = ["EDULAC_PYTHON", "EDULAC_AZURITE"].map(std::env::var_os);
    let [Some(python), Some(azurite)] = names else {
        eprintln!(
            "SKIPPED: EDULAC_PYTHON or EDULAC_AZURITE is not set; nothing is written to Azure here"
        );
        return None;
    };
    let mut process = Command::new(python)
        .arg(repository().join("tests/readers/azure_server.py"))
        .arg(azurite)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let ready = serde_json::from_str(&line).unwrap();
    Some(Azure {
        _process: process,
        ready,
    })
}

impl Azure {
    fn said(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap()
    }

    fn place(&self, name: &str) -> String {
        format!("az://{}/{name}", self.said("container"))
    }

    /// Adds a profile whose lake is there, its key a reference.
    fn profile(&self, both: &Mirrored, name: &str) {
        let profile = both
            .project
            .read("config/sample.yaml")
            .replace("profile: sample", "profile: azure");
        let profile = profile.replace("lake: ./lake", &format!("lake: {}", self.place(name)));
        let storage = format!(
            "storage:\n  endpoint: {}\n  account: {}\n  account_key: env:LAC_CLE\n  allow_http: true\n",
            self.said("endpoint"),
            self.said("account")
        );
        both.project.write("config/azure.yaml", profile + &storage);
    }

    /// Runs `edulac` with the profile; whatever it prints, the key is not in it.
    fn edulac(&self, both: &Mirrored, arguments: &[&str]) -> Ended {
        let key = self.said("account_key");
        let all = [&["--profile", "azure"], arguments].concat();
        let ended = edulac_with(&both.project.path("."), &[("LAC_CLE", key)], &all);
        assert!(!ended.picture().contains(key), "{}", ended.picture());
        ended
    }
}

#[test]
fn the_story_of_a_lake_runs_on_azure() {
    let Some(azure) = azure() else { return };
    let both = Mirrored::new();
    azure.profile(&both, "story");
    azure.edulac(&both, &["run"]).with_code(0);
    let again = azure.edulac(&both, &["run"]).with_code(0);
    assert!(
        again.stdout.contains("nothing to do"),
        "{}",
        again.picture()
    );
    azure
        .edulac(&both, &["run", "--set", "edition=2"])
        .with_code(0);
    let sql = "select count(*) as n from batiments";
    let counted = azure
        .edulac(&both, &["query", "--format", "json", sql])
        .with_code(0);
    assert_eq!(counted.json()["n"], 12_137);
    let listed = azure
        .edulac(&both, &["release", "list", "--format", "json"])
        .json();
    let newest = listed[1]["id"].as_str().unwrap().to_owned();

    // From there to a folder, where its readers find it, and from a folder to there.
    let place = azure.place("story");
    azure
        .edulac(&both, &["mirror", &place, "miroir"])
        .with_code(0);
    both.assert_holds(&[&newest]);
    let copy = azure.place("copy");
    azure
        .edulac(&both, &["mirror", "lake", &copy, "--academies", "98"])
        .with_code(0);
    let told = azure.edulac(
        &both,
        &[
            "mirror",
            "lake",
            &copy,
            "--academies",
            "98",
            "--format",
            "json",
        ],
    );
    assert_eq!(told.with_code(0).json()["published"], false);
}

#[test]
fn of_two_runs_at_once_on_azure_one_publishes() {
    let Some(azure) = azure() else { return };
    let lakes = [Mirrored::new(), Mirrored::new()];
    for lake in &lakes {
        azure.profile(lake, "race");
    }
    let ended = thread::scope(|scope| {
        let runs = lakes
            .each_ref()
            .map(|lake| scope.spawn(|| azure.edulac(lake, &["run"])));
        runs.map(|run| run.join().unwrap())
    });
    let mut codes = ended.each_ref().map(|ended| ended.code);
    codes.sort_unstable();
    // Where the second starts after the first has ended there is no race, and nothing to do.
    assert!(matches!(codes, [0, 4] | [0, 0]), "{ended:?}");
    let releases = azure
        .edulac(&lakes[0], &["release", "list", "--format", "json"])
        .json();
    assert_eq!(releases.as_array().unwrap().len(), 1, "{releases}");
}

#[test]
fn a_wrong_account_key_is_refused_and_never_shown() {
    let Some(azure) = azure() else { return };
    let both = Mirrored::new();
    azure.profile(&both, "wrong");
    let wrong = "c2VjcmV0RGVMQXV0cmU=";
    let arguments = ["--profile", "azure", "run"];
    let ended =
        edulac_with(&both.project.path("."), &[("LAC_CLE", wrong)], &arguments).with_code(3);
    assert!(
        ended.stderr.contains("the store refuses access"),
        "{}",
        ended.picture()
    );
    assert!(!ended.picture().contains(wrong), "{}", ended.picture());
}
