//! The same content gives the same bytes.

use serde_json::json;

use crate::project::Project;
use crate::run::released;
use crate::source::{DIRECTORY, Dataset};

#[test]
fn two_lakes_of_one_edition_hold_the_same_bytes() {
    let (one, other) = (Project::new(), Project::new());
    // Other threads and less memory are no other content.
    other.edit("config/sample.yaml", "threads: 2", "threads: 1");
    other.edit("config/sample.yaml", "memory_mib: 512", "memory_mib: 256");
    let [first, second] = [&one, &other].map(|project| released(&project.run(0, &[])));
    let (one, other) = (one.lake(), other.lake());
    assert!(one.files(&first).len() > 7);
    assert_eq!(one.files(&first), other.files(&second));
    // The listings are those of the disk.
    one.assert_whole(&first);
    other.assert_whole(&second);
}

#[test]
fn the_order_of_an_export_is_no_content() {
    let project = Project::new();
    let release = released(&project.run(0, &[]));
    // The real portal shuffles the rows of this export at every request.
    Dataset::of(&project, DIRECTORY).change(|records| records.0[1..].reverse());
    let record = project.run(0, &[]);
    assert_eq!(
        record["outcome"],
        json!({"status": "nothing_to_do", "release": release})
    );

    let other = Project::new();
    Dataset::of(&other, DIRECTORY).change(|records| records.0[1..].reverse());
    let reversed = released(&other.run(0, &[]));
    assert_eq!(
        project.lake().files(&release),
        other.lake().files(&reversed)
    );
}
