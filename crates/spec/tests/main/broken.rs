//! One file per kind of mistake, each with the picture of its message.

use std::path::Path;

use edulac_spec::load_profile;
use insta::assert_snapshot;

use crate::{findings, read, shown};

#[test]
fn every_broken_file_has_its_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 20, "{names:?}");
    for name in names {
        let source = read("broken", &name);
        let message = if name.starts_with("profile_") {
            shown(&load_profile(&source, &[]).expect_err("a broken profile"))
        } else {
            findings(&[source])
        };
        assert!(message.contains("edulac::"), "{name} is not broken");
        assert_snapshot!(name.trim_end_matches(".yaml"), message);
    }
}
