//! `edulac schema`: what is generated is what is committed.

use crate::edulac::edulac;
use crate::project::{Project, repository};

#[test]
fn the_committed_schemas_are_up_to_date() {
    let ended = edulac(repository(), &["schema", "--check"]);
    assert_eq!(ended.code, 0, "{}", ended.picture());
}

#[test]
fn a_schema_that_is_old_or_missing_is_named_and_written_again() {
    let project = Project::new();
    let committed = project.read("config/schema/contract.json");
    project.write("config/schema/contract.json", "{}\n");
    std::fs::remove_file(project.path("config/schema/profile.json")).unwrap();
    let ended = project.edulac(&["schema", "--check"]);
    insta::assert_snapshot!(ended.picture());
    assert_eq!(project.read("config/schema/contract.json"), "{}\n");
    let ended = project.edulac(&["schema"]);
    assert_eq!(ended.code, 0, "{}", ended.picture());
    assert_eq!(project.read("config/schema/contract.json"), committed);
    let ended = project.edulac(&["schema", "--check"]);
    assert_eq!(ended.code, 0, "{}", ended.picture());
}
