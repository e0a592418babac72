//! The ready examples of schedules: what they start is a command of this version, and does what it should.

use std::fs;
use std::process::Command;

use crate::edulac::{command, edulac_with};
use crate::project::{Project, repository};

/// The example of that name.
fn example(name: &str) -> String {
    let path = repository().join(".github/files/schedules").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// The arguments of `edulac` in a line of shell, up to a redirection.
fn arguments(line: &str) -> Vec<String> {
    let words: Vec<&str> = line
        .split_whitespace()
        .take_while(|word| !word.contains('>'))
        .collect();
    let binary = words.iter().rposition(|word| word.ends_with("edulac"));
    words[binary.unwrap() + 1..]
        .iter()
        .map(|word| (*word).to_owned())
        .collect()
}

fn line_with<'a>(text: &'a str, what: &str) -> &'a str {
    text.lines()
        .find(|line| line.trim_start().starts_with(what))
        .unwrap_or_else(|| panic!("no `{what}` in {text}"))
}

#[test]
fn each_example_starts_a_run_that_publishes_what_is_due() {
    let kubernetes = example("kubernetes-cronjob.yaml");
    let listed = line_with(&kubernetes, "args:")
        .trim_start()
        .trim_start_matches("args:")
        .trim();
    let listed: Vec<String> = serde_json::from_str(listed).unwrap();
    let all = [
        arguments(line_with(&example("edulac.cron"), "0 6")),
        arguments(line_with(&example("edulac.service"), "ExecStart=")),
        arguments(&format!(
            "edulac {}",
            line_with(&example("github-action.yml"), "run: edulac")
                .trim_start()
                .trim_start_matches("run: edulac")
        )),
        listed,
    ];
    for arguments in all {
        assert!(arguments.contains(&"--due".to_owned()), "{arguments:?}");
        let project = Project::new();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ended = edulac_with(
            &project.path("."),
            &[("EDULAC_PROFILE", "sample")],
            &arguments,
        );
        let ended = ended.with_code(0);
        assert!(
            ended.stdout.contains("published release"),
            "{}",
            ended.picture()
        );
    }
}

#[test]
fn the_cron_line_works_in_a_shell() {
    let example = example("edulac.cron");
    let line = line_with(&example, "0 6")
        .trim_start_matches("0 6 * * *")
        .trim();
    let project = Project::new();
    let folder = project.path(".").canonicalize().unwrap();
    let line = line.replace("/srv/edulac", &folder.display().to_string());
    let binary = command(&folder, &[]).get_program().to_owned();
    let path = format!(
        "{}:/usr/bin:/bin",
        std::path::Path::new(&binary).parent().unwrap().display()
    );
    let shell = Command::new("/bin/sh")
        .args(["-c", &line])
        .env_clear()
        .env("PATH", path)
        .env("EDULAC_PROFILE", "sample")
        .output()
        .unwrap();
    assert!(shell.status.success(), "{shell:?}");
    assert!(!project.lake().releases().is_empty());
}

#[test]
fn the_units_are_units_to_systemd() {
    let folder = tempfile::tempdir().unwrap();
    let units = ["edulac.service", "edulac.timer"];
    for unit in units {
        // The binary of the example is not installed here.
        let text = example(unit)
            .replace("/usr/local/bin/edulac", "/bin/true")
            .replace("User=edulac\n", "");
        fs::write(folder.path().join(unit), text).unwrap();
    }
    let verified = Command::new("systemd-analyze")
        .arg("verify")
        .args(units.map(|unit| folder.path().join(unit)))
        .output();
    match verified {
        Ok(verified) => assert!(
            verified.status.success(),
            "{}",
            String::from_utf8_lossy(&verified.stderr)
        ),
        Err(error) => {
            eprintln!("SKIPPED: systemd-analyze is not here ({error}): the units are not verified");
        }
    }
}
