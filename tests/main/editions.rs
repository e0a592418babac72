//! The next edition of every source, and back.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::project::Project;
use crate::run::{picture, released, table};

type Rows = BTreeMap<Vec<String>, Value>;

/// The rows of a table in a release, by key.
fn rows(project: &Project, manifest: &Value, name: &str, release: &str) -> Rows {
    let key: Vec<&str> = manifest["tables"][name]["key"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column.as_str().unwrap())
        .collect();
    let all = project.query(&format!("select * from {name}"), Some(release));
    let count = all.len();
    let keyed = all.into_iter().map(|row| {
        (
            key.iter().map(|column| row[column].to_string()).collect(),
            row,
        )
    });
    let rows: Rows = keyed.collect();
    assert_eq!(rows.len(), count, "keys of {name} in {release}");
    rows
}

#[test]
fn a_second_edition_changes_what_it_says_and_the_first_stays_readable() {
    let (project, record) = Project::published();
    let first = released(&record);
    let old: BTreeMap<String, Rows> = {
        let manifest = project.lake().manifest(&first);
        let names = manifest["tables"].as_object().unwrap().keys();
        names
            .map(|name| (name.clone(), rows(&project, &manifest, name, &first)))
            .collect()
    };
    let ended = project.edulac(&["run", "--set", "edition=2"]).with_code(0);
    assert_eq!(ended.stderr, "");
    picture("second_edition", &ended.stdout);
    let releases = project.lake().releases();
    let [_, second] = &releases[..] else {
        panic!("{releases:?}");
    };
    let manifest = project.lake().manifest(second);
    let record = &manifest["counts"];
    let mut changed_tables = 0;
    for (name, before) in &old {
        assert_eq!(
            *before,
            rows(&project, &manifest, name, &first),
            "{name} of {first}"
        );
        let after = rows(&project, &manifest, name, second);
        let added = after
            .keys()
            .filter(|key| !before.contains_key(*key))
            .count();
        let removed = before
            .keys()
            .filter(|key| !after.contains_key(*key))
            .count();
        let is_other =
            |(key, row): &(&Vec<String>, &Value)| before.get(*key).is_some_and(|b| b != *row);
        let changed = after.iter().filter(is_other).count();
        let said = table(record, name);
        let said = ["added", "removed", "changed"].map(|what| said[what].as_u64().unwrap());
        assert_eq!(
            said,
            [added, removed, changed].map(|count| count as u64),
            "{name}"
        );
        let history = project
            .edulac(&["history", name, "--format", "json"])
            .json();
        let versions: Vec<(u64, &str)> = history
            .as_array()
            .unwrap()
            .iter()
            .map(|version| {
                (
                    version["rows"].as_u64().unwrap(),
                    version["release"].as_str().unwrap(),
                )
            })
            .collect();
        let mut expected = vec![(before.len() as u64, first.as_str())];
        if *before != after {
            expected.push((after.len() as u64, second.as_str()));
            changed_tables += 1;
        }
        assert_eq!(versions, expected, "{name}");
    }
    assert_eq!(changed_tables, 13);
    picture(
        "release_show",
        &project.edulac(&["release", "show"]).picture(),
    );

    // Going back loses a school year: the guards want to know why.
    let back = [
        "ips=retour",
        "ips_references=retour",
        "effectifs=retour",
        "effectifs_etablissements=retour",
    ]
    .map(|back| ["--accept-shrink", back]);
    let third = released(&project.run(0, &back.concat()));
    let lake = project.lake();
    assert_eq!(lake.releases().len(), 3);
    assert_eq!(lake.files(&third), lake.files(&first));
    assert_ne!(lake.files(&third), lake.files(second));
    for release in lake.releases() {
        lake.assert_whole(&release);
    }
    lake.assert_tables_read(&third);
}
