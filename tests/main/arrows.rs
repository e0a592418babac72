//! Dependencies point one way: `model <- spec, contract, geo <- extract, normalise, link, validate, lake <- engine <-
//! join <- catalogue <- site <- cli`, and only some crates see some libraries.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::project::repository;

/// The crates, each row after those that it may use.
const LAYERS: [&[&str]; 9] = [
    &["model", "yaml"],
    &["spec", "contract", "geo", "sample"],
    &["extract", "normalise", "link", "validate", "lake", "export"],
    &["engine"],
    &["join"],
    &["catalogue"],
    &["site"],
    &["cli"],
    &["tests"],
];

/// Libraries, and the only crates that may name them.
const SEEN_BY: [(&[&str], &[&str]); 3] = [
    (&["reqwest"], &["edulac-extract"]),
    (&["object_store"], &["edulac-extract", "edulac-lake"]),
    (&["clap", "clap_complete"], &["edulac-cli"]),
];

/// Crates that are rules and texts only, and what they do not see even through each other.
const PURE: [&str; 4] = [
    "edulac-model",
    "edulac-yaml",
    "edulac-spec",
    "edulac-contract",
];
const HEAVY: [&str; 6] = [
    "arrow",
    "parquet",
    "datafusion",
    "deltalake",
    "tokio",
    "object_store",
];

/// What each crate is built with; what its tests use does not count.
///
/// `cargo metadata` itself and not the crate of that name, which turns a feature of `serde_json` on: tests and
/// binary would no longer share their builds.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(repository())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let used = package["dependencies"].as_array().unwrap().iter();
            let used = used.filter(|dependency| dependency["kind"] != "dev");
            (name(package), used.map(name).collect())
        })
        .collect()
}

/// Place of a crate of ours among the layers; none for libraries.
fn layer(name: &str) -> Option<usize> {
    let name = name.strip_prefix("edulac-")?;
    let layer = LAYERS.iter().position(|layer| layer.contains(&name));
    Some(layer.unwrap_or_else(|| panic!("`{name}` has no place in the layers")))
}

#[test]
fn every_crate_uses_crates_of_earlier_layers_only() {
    for (name, used) in dependencies() {
        let here = layer(&name).unwrap();
        for other in used.iter().filter_map(|other| Some((other, layer(other)?))) {
            assert!(other.1 < here, "`{name}` must not depend on `{}`", other.0);
        }
    }
}

#[test]
fn libraries_are_seen_where_they_belong() {
    for (name, used) in dependencies() {
        for (libraries, allowed) in SEEN_BY {
            for library in libraries {
                let may = allowed.contains(&name.as_str());
                assert!(
                    may || !used.contains(*library),
                    "`{name}` must not depend on `{library}`"
                );
            }
        }
    }
}

#[test]
fn rules_and_texts_see_no_engine() {
    let dependencies = dependencies();
    for name in PURE {
        let mut seen = BTreeSet::new();
        let mut todo = vec![name];
        while let Some(next) = todo.pop() {
            if seen.insert(next) {
                todo.extend(
                    dependencies
                        .get(next)
                        .into_iter()
                        .flatten()
                        .map(String::as_str),
                );
            }
        }
        for heavy in HEAVY {
            let found = seen
                .iter()
                .find(|seen| **seen == heavy || seen.starts_with(&format!("{heavy}-")));
            assert_eq!(found, None, "`{name}` must not see `{heavy}`");
        }
    }
}

#[test]
fn there_is_one_version_of_what_must_agree() {
    let lock = fs::read_to_string(repository().join("Cargo.lock")).unwrap();
    for name in [
        "arrow",
        "arrow-array",
        "arrow-schema",
        "parquet",
        "datafusion",
        "object_store",
        "geoarrow-schema",
    ] {
        let versions = lock.matches(&format!("name = \"{name}\"\n")).count();
        assert_eq!(versions, 1, "versions of {name} in Cargo.lock");
    }
}
