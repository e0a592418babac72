//! The lake as its users open it, with no edulac at hand.

use insta::assert_snapshot;

use crate::outside::{assert_agreement, reads};
use crate::project::Project;

/// A lake whose tables have files of two editions in their folders.
fn two_editions() -> Project {
    let project = Project::new();
    for edition in ["edition=1", "edition=2"] {
        let ended = project.edulac(&["run", "--quiet", "--set", edition]);
        assert_eq!(ended.code, 0, "{}", ended.picture());
    }
    project
}

#[test]
fn other_programs_find_in_a_lake_of_two_editions_what_edulac_finds() {
    let project = two_editions();
    let lake = project.path("lake");
    let Some(found) = reads("check.py", lake.to_str().unwrap(), &[]) else {
        return;
    };
    assert_agreement(&|arguments| project.edulac(arguments), &found);
}

#[test]
fn the_rules_that_our_files_keep_are_broken_by_files_written_otherwise() {
    let project = two_editions();
    let lake = project.path("lake");
    let Some(found) = reads("geoparquet.py", lake.to_str().unwrap(), &[]) else {
        return;
    };
    let of_one_table: Vec<_> = found
        .lines()
        .filter(|line| line.starts_with("communes: "))
        .collect();
    assert_snapshot!(of_one_table.join("\n"));
}
