//! The crate through its public door: fixtures that read, fixtures that do not, and what they say.
#![cfg(test)]

mod checks;
mod examples;
mod findings;
mod set;

use std::path::{Path, PathBuf};

use edulac_contract::Contract;
use edulac_yaml::{Diagnostic, Source};

/// The files of a folder of fixtures, by name.
fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// A fixture as a source, named by its file alone so that messages are the same everywhere.
fn source(path: &Path) -> Source {
    let name = path.file_name().unwrap().to_str().unwrap();
    Source::new(name, std::fs::read_to_string(path).unwrap())
}

fn example(name: &str) -> Contract {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/examples/{name}.yaml"));
    read(&source(&path))
}

fn read(source: &Source) -> Contract {
    Contract::read(source).unwrap_or_else(|found| panic!("{}", render(&found)))
}

fn render(found: &[Diagnostic]) -> String {
    edulac_yaml::render(found, edulac_yaml::DEFAULT_WIDTH, false)
}

/// The example `ips` with one text replaced, which must be there.
fn edited(from: &str, to: &str) -> Source {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples/ips.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "the example has no `{from}`");
    Source::new("ips.yaml", text.replacen(from, to, 1))
}
