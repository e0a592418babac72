//! The built binary.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// The binary beside this test, which `cargo test --workspace` builds first. A test on an old one would lie.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap();
    let binary = folder.join(format!("edulac{}", std::env::consts::EXE_SUFFIX));
    let built = fs::metadata(&binary).and_then(|binary| binary.modified());
    let built =
        built.unwrap_or_else(|_| panic!("{binary:?} is not built: use `cargo test --workspace`"));
    // What it was built from, as cargo writes it beside when it is asked for the binary itself.
    let sources = fs::read_to_string(folder.join("edulac.d")).unwrap_or_default();
    let (_, sources) = sources.split_once(": ").unwrap_or_default();
    for source in sources.split_whitespace() {
        let changed = fs::metadata(source).and_then(|source| source.modified());
        let is_older = changed.is_ok_and(|changed| changed <= built);
        assert!(
            is_older,
            "{binary:?} is older than {source}: use `cargo test --workspace`"
        );
    }
    binary
});

/// What a command printed, and its exit code.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// All of it, for a snapshot.
    pub(crate) fn picture(&self) -> String {
        let mut picture = format!("exit {}\n", self.code);
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                let _ = write!(picture, "---- {name}\n{text}");
            }
        }
        picture
    }

    /// What ended as it should, else the test fails and shows the rest.
    #[track_caller]
    pub(crate) fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.picture());
        self
    }

    /// The document on stdout.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.picture()))
    }
}

/// `edulac` in a folder, in an environment that has nothing.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(&*BINARY);
    command.args(arguments).current_dir(folder).env_clear();
    command
}

/// Runs `edulac` in a folder, in an environment that has nothing but `environment`.
pub(crate) fn edulac_with(
    folder: &Path,
    environment: &[(&str, &str)],
    arguments: &[&str],
) -> Ended {
    let mut command = command(folder, arguments);
    let output = command.envs(environment.iter().copied()).output().unwrap();
    output.into()
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs `edulac` in a folder.
pub(crate) fn edulac(folder: &Path, arguments: &[&str]) -> Ended {
    edulac_with(folder, &[], arguments)
}
