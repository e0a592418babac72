//! Help, usage errors and completions of the built binary: what needs no project.
#![cfg(test)]

use std::process::Command;

use insta::assert_snapshot;

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs `edulac` in an empty environment.
fn edulac(arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_edulac"))
        .args(arguments)
        .env_clear()
        .output()
        .unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn every_command_has_its_help() {
    for command in [
        "",
        "validate",
        "plan",
        "run",
        "tables",
        "history",
        "release",
        "release show",
        "query",
        "explain",
        "join",
        "link report",
        "link review",
        "rejects",
        "contract lint",
        "schema",
        "completions",
    ] {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let ended = edulac(&arguments);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        // Options of every command are shown once.
        let (own, global) = ended.stdout.split_once("Global options:").unwrap();
        let shown = if command.is_empty() {
            ended.stdout.as_str()
        } else {
            assert!(global.contains("--profile <PROFILE>"));
            own
        };
        let name = format!("help {command}").trim().replace(' ', "_");
        assert_snapshot!(name, shown);
    }
}

#[test]
fn without_a_command_the_help_is_shown_and_it_is_an_error() {
    let ended = edulac(&[]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("Usage: edulac"), "{}", ended.stderr);
}

#[test]
fn a_usage_error_is_2_and_says_what_was_meant() {
    let errors: Vec<String> = [
        &["valdate"][..],
        &["run", "--frozn"],
        &["run", "--accept-shrink", "etablissements"],
        &["run", "--accept-shrink", "etablissements="],
        &["validate", "--format", "yaml"],
        &["validate", "--format", "csv"],
        &["validate", "-q", "-v"],
    ]
    .iter()
    .map(|arguments| {
        let ended = edulac(arguments);
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert_eq!(ended.stdout, "");
        format!("$ edulac {}\n{}", arguments.join(" "), ended.stderr)
    })
    .collect();
    assert_snapshot!(errors.join("\n"));
}

#[test]
fn shells_get_their_completions() {
    for (shell, sign) in [
        ("bash", "complete -F _edulac"),
        ("zsh", "#compdef edulac"),
        ("fish", "complete -c edulac"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let ended = edulac(&["completions", shell]);
        assert_eq!(
            (ended.code, ended.stderr.as_str()),
            (Some(0), ""),
            "{shell}"
        );
        assert!(ended.stdout.contains(sign), "{shell}");
    }
}
