//! A copy of the project that a test may change.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::edulac::{Ended, edulac};
use crate::lake::Lake;

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The project's `config`, `pipelines` and `data-contracts` in a folder that goes away with it.
pub(crate) struct Project {
    folder: TempDir,
}

/// The pipelines that most stories need: territories, a directory with its buildings, statistics that refer to it.
const CORE: [&str; 4] = ["territoires", "etablissements", "ips", "effectifs"];

impl Project {
    /// The project with the pipelines that most stories need.
    pub(crate) fn new() -> Self {
        let project = Self::whole();
        project.keep_pipelines(&CORE);
        project
    }

    /// The project as it is.
    pub(crate) fn whole() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["config", "pipelines", "data-contracts"] {
            copy(&repository().join(part), &folder.path().join(part));
        }
        Self { folder }
    }

    /// The project of most stories after its first run, and what that run says. It runs once for all tests.
    pub(crate) fn published() -> (Self, Value) {
        static PUBLISHED: LazyLock<(Project, Value)> = LazyLock::new(|| Project::new().after_run());
        (PUBLISHED.0.copied(), PUBLISHED.1.clone())
    }

    /// The project as it is after its first run, and what that run says. It runs once for all tests.
    pub(crate) fn whole_published() -> (Self, Value) {
        static PUBLISHED: LazyLock<(Project, Value)> =
            LazyLock::new(|| Project::whole().after_run());
        (PUBLISHED.0.copied(), PUBLISHED.1.clone())
    }

    fn after_run(self) -> (Self, Value) {
        let record = self.run(0, &[]);
        (self, record)
    }

    /// The project as it is now, in a folder of its own, its files as old as they are.
    pub(crate) fn copied(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_as(self.folder.path(), folder.path(), true);
        Self { folder }
    }

    /// The project with this pipeline in place of all.
    pub(crate) fn with_only_pipeline(name: &str, text: &str) -> Self {
        let project = Self::new();
        fs::remove_dir_all(project.path("pipelines")).unwrap();
        project.write(&format!("pipelines/{name}.yaml"), text);
        project
    }

    /// Takes the other pipelines away, with their tests.
    pub(crate) fn keep_pipelines(&self, names: &[&str]) {
        for entry in fs::read_dir(self.path("pipelines")).unwrap() {
            let entry = entry.unwrap();
            let file = entry.file_name().into_string().unwrap();
            let (stem, _) = file.split_once('.').unwrap();
            if file.ends_with(".yaml") && !names.contains(&stem) {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub(crate) fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap()
    }

    pub(crate) fn write(&self, relative: &str, text: impl AsRef<[u8]>) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Another query, another column and another version of the contract of a table.
    pub(crate) fn add_column_to_hebergement(&self) {
        self.edit(
            "pipelines/hebergement.yaml",
            "as internes,",
            "as internes, 1 as interne_ou_non,",
        );
        let contract = "data-contracts/hebergement.yaml";
        self.edit(contract, "version: 1.0.0", "version: 1.1.0");
        let column = "{name: interne_ou_non, logicalType: integer, physicalType: INT64, description: Essai., classification: public}";
        let next = "      - name: eleves_second_degre\n";
        self.edit(contract, next, &format!("      - {column}\n{next}"));
    }

    /// Puts a text in place of another, which must be there.
    pub(crate) fn edit(&self, relative: &str, from: &str, to: &str) {
        let text = self.read(relative);
        assert!(text.contains(from), "{relative} has no `{from}`");
        self.write(relative, text.replace(from, to));
    }

    /// The lake of the sample profile.
    pub(crate) fn lake(&self) -> Lake {
        Lake::at(&self.path("lake"))
    }

    /// Runs pipelines to their end with this exit code; gives the record of the run.
    #[track_caller]
    pub(crate) fn run(&self, code: i32, arguments: &[&str]) -> Value {
        let all = [&["run", "--format", "json"], arguments].concat();
        self.edulac(&all).with_code(code).json()
    }

    /// The rows of a query on a release, the latest when none is named.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str, release: Option<&str>) -> Vec<Value> {
        let mut arguments = vec!["query", "--format", "json", sql];
        arguments.extend(release.iter().flat_map(|release| ["--release", release]));
        rows(&self.edulac(&arguments).with_code(0).stdout)
    }

    /// Runs `edulac` in the project.
    pub(crate) fn edulac(&self, arguments: &[&str]) -> Ended {
        edulac(self.folder.path(), arguments)
    }
}

/// One JSON object a line.
pub(crate) fn rows(text: &str) -> Vec<Value> {
    let row = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(row).collect()
}

/// Copies a folder, whole; its files are new.
pub(crate) fn copy(from: &Path, to: &Path) {
    copy_as(from, to, false);
}

fn copy_as(from: &Path, to: &Path, with_times: bool) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_as(&entry.path(), &target, with_times);
            continue;
        }
        fs::copy(entry.path(), &target).unwrap();
        if with_times {
            let modified = entry.metadata().unwrap().modified().unwrap();
            let file = fs::File::options().write(true).open(&target).unwrap();
            file.set_modified(modified).unwrap();
        }
    }
}

/// A contract that asks for these columns (YAML, one a line) and nothing else.
pub(crate) fn contract(name: &str, columns: &str) -> String {
    format!(
        "apiVersion: v3.1.0
kind: DataContract
id: urn:edulac:contrat:{name}
name: {name}
version: 1.0.0
status: active
description: {{purpose: Essai., limitations: Aucune., usage: Libre.}}
schema:
  - name: {name}
    logicalType: object
    description: Essai.
    dataGranularityDescription: une ligne par UAI
    properties:
      - {{name: uai, logicalType: string, description: Code UAI., classification: public, required: true, primaryKey: true, primaryKeyPosition: 1}}
{columns}"
    )
}
