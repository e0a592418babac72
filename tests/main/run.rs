//! What is common to the stories of a run: its record, its log while it runs, what changes from day to day in what it
//! prints.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;

use crate::edulac::{Ended, command};
use crate::project::Project;

/// The table of a record.
pub(crate) fn table<'a>(record: &'a Value, name: &str) -> &'a Value {
    let tables = record["tables"].as_array().unwrap();
    let found = tables.iter().find(|table| table["table"] == name);
    found.unwrap_or_else(|| panic!("no table `{name}` in {record}"))
}

/// The tables with this status.
pub(crate) fn with_status<'a>(record: &'a Value, status: &str) -> Vec<&'a str> {
    let tables = record["tables"].as_array().unwrap().iter();
    let tables = tables.filter(|table| table["status"] == status);
    tables
        .map(|table| table["table"].as_str().unwrap())
        .collect()
}

/// The messages of what holds a table.
pub(crate) fn findings(record: &Value, name: &str) -> Vec<String> {
    let findings = table(record, name)["findings"].as_array().unwrap().iter();
    let blocking = findings.filter(|finding| finding["blocking"] == true);
    let message = |finding: &Value| finding["message"].as_str().unwrap().to_owned();
    blocking.map(message).collect()
}

/// The release that a run published.
pub(crate) fn released(record: &Value) -> String {
    let outcome = &record["outcome"];
    assert_eq!(outcome["status"], "published", "{outcome}");
    outcome["release"].as_str().unwrap().to_owned()
}

/// Snapshots without what is of the day: ids of runs, extracts and releases, times, hashes, sizes.
pub(crate) fn picture(name: &str, text: &str) {
    let filters = vec![
        (r"\d{8}T\d{6}Z-[0-9a-f]{8}", "[id]"),
        (r"\d{4}-\d{2}-\d{2}T[0-9:.]+(Z|\+00:00)", "[time]"),
        (r"\b20\d{2}-\d{2}-\d{2}\.(\d+)\b", "[day].$1"),
        (
            r#""fingerprint": ".*""#,
            r#""fingerprint": "[fingerprint]""#,
        ),
        (r" +[0-9.]+ [KM]iB ", " [size] "),
        (
            r"20\d{2}-\d{2}-\d{2} \((today|1 day|\d+ days)\)",
            "[date] ([age])",
        ),
        (r#""as_of": ".*""#, r#""as_of": "[date]""#),
        (r#""age_days": \d+"#, r#""age_days": [days]"#),
        (r"(?m)/\S+/(lake|archive)\b", "[folder]/$1"),
    ];
    insta::with_settings!({filters => filters}, { insta::assert_snapshot!(name, text) });
}

/// A text without the days of contents: a source that bears no date is of the day of its first extract.
pub(crate) fn undated(text: &str) -> String {
    let days = regex::Regex::new(r"20\d{2}-\d{2}-\d{2}([^.0-9]|\.\s)").unwrap();
    days.replace_all(text, "[date]$1").into_owned()
}

/// A run under way, which tells what it does as lines of JSON.
pub(crate) struct Running {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Running {
    pub(crate) fn start(project: &Project, arguments: &[&str]) -> Self {
        Self::of(project, &[&["run"], arguments].concat())
    }

    /// Any command.
    pub(crate) fn of(project: &Project, arguments: &[&str]) -> Self {
        let all = [arguments, &["-v", "--log-format", "json"]].concat();
        let mut child = command(&project.path("."), &all)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Self { child, log }
    }

    /// Waits for a line of the log: its message, and a value in it.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, message: &str, value: &str) {
        let mut log = String::new();
        loop {
            let start = log.len();
            let read = self.log.read_line(&mut log).unwrap();
            assert!(read > 0, "never `{message}` of {value}:\n{log}");
            let line: Value = serde_json::from_str(&log[start..]).unwrap();
            let holds = |value: &str| line.as_object().unwrap().values().any(|v| v == value);
            if line["message"] == message && (value.is_empty() || holds(value)) {
                return;
            }
        }
    }

    /// `kill -9`; gives what the run still told.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.rest().stderr
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(self) -> Ended {
        let id = self.child.id();
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -INT {id}")])
            .status();
        assert!(sent.unwrap().success());
        self.rest()
    }

    /// Waits for its end.
    pub(crate) fn rest(mut self) -> Ended {
        let mut stderr = Vec::new();
        self.log.read_to_end(&mut stderr).unwrap();
        let mut output = self.child.wait_with_output().unwrap();
        output.stderr = stderr;
        output.into()
    }
}
