//! A copy of the project that a test may change.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::edulac::{Ended, edulac};

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The project's `config`, `pipelines` and `data-contracts` in a folder that goes away with it.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["config", "pipelines", "data-contracts"] {
            copy(&repository().join(part), &folder.path().join(part));
        }
        Self { folder }
    }

    /// The project with this pipeline in place of all.
    pub(crate) fn with_only_pipeline(name: &str, text: &str) -> Self {
        let project = Self::new();
        fs::remove_dir_all(project.path("pipelines")).unwrap();
        project.write(&format!("pipelines/{name}.yaml"), text);
        project
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

    /// Puts a text in place of another, which must be there.
    pub(crate) fn edit(&self, relative: &str, from: &str, to: &str) {
        let text = self.read(relative);
        assert!(text.contains(from), "{relative} has no `{from}`");
        self.write(relative, text.replace(from, to));
    }

    /// Runs `edulac` in the project.
    pub(crate) fn edulac(&self, arguments: &[&str]) -> Ended {
        edulac(self.folder.path(), arguments)
    }
}

/// Copies a folder, whole.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
