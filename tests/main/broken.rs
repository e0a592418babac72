//! One pipeline per mistake that somebody will make, each with what they then read.

use std::fs;

use insta::assert_snapshot;

use crate::project::{Project, repository};

#[test]
fn every_mistake_is_shown_at_its_place_with_a_remedy() {
    let folder = repository().join("tests/broken");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned()))
        .collect();
    names.sort();
    assert!(names.len() >= 20, "{names:?}");
    for name in names {
        let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let project = Project::with_only_pipeline(&name, &text);
        let ended = project.edulac(&["validate"]);
        assert_eq!(ended.code, 2, "{name} is not broken: {}", ended.picture());
        assert!(
            ended.stderr.contains(&format!("pipelines/{name}.yaml:")),
            "{}",
            ended.picture()
        );
        assert!(ended.stderr.contains("help: "), "{}", ended.picture());
        assert_snapshot!(format!("broken_{name}"), ended.picture());
    }
}
