//! One build of the engine serves `cargo run` and `cargo test`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::project::repository;

/// The features with which each package is built, when edges of these kinds are followed.
fn features(edges: &str, packages: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--prefix", "none"])
        .args(["--edges", edges, "--format", "{p}|{f}"])
        .args(packages)
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in text.lines() {
        let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') else {
            continue;
        };
        found
            .entry(package.to_owned())
            .or_default()
            .insert(features.to_owned());
    }
    found
}

/// What differs is built twice, and everything above it with it: ten minutes when it is below DataFusion. The remedy is
/// in `crates/cli/Cargo.toml`: ask there for the features that the tests add.
#[test]
fn what_cargo_run_builds_is_what_cargo_test_builds() {
    let tests = features("normal,build,dev", &["--workspace"]);
    for (command, packages) in [
        ("cargo run", &["--package", "edulac-cli"][..]),
        ("cargo build", &["--workspace"]),
    ] {
        let built = features("normal,build", packages);
        assert!(
            built.len() > 300,
            "{command} builds {} packages",
            built.len()
        );
        let mut differing = Vec::new();
        for (package, features) in &built {
            let others = &tests[package];
            differing.extend(
                features
                    .iter()
                    .filter(|features| !others.contains(*features))
                    .map(|features| {
                        format!(
                            "{package}: `{features}` for {command}, {others:?} for `cargo test`"
                        )
                    }),
            );
        }
        assert!(differing.is_empty(), "{}", differing.join("\n"));
    }
}
