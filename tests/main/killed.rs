//! `kill -9` at any moment: readers keep the last release, the next run ends the work, nothing is doubled.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::project::Project;
use crate::run::{Running, released};

/// What is told when a run is killed, with a value told along, and what must not have happened yet then.
const MOMENTS: [(&str, &str, &str); 6] = [
    (
        "source asked for",
        "effectifs.effectifs_ecoles",
        "pipeline begun",
    ),
    (
        "source read",
        "effectifs.effectifs_colleges",
        "step computed",
    ),
    ("step computed", "etablissements.liens", "table committed"),
    ("table checked", "effectifs", "table committed"),
    ("table committed", "etablissements", "release published"),
    ("table committed", "effectifs", "release published"),
];

/// The files of both editions in a lake where nobody was killed.
static UNDISTURBED: LazyLock<[BTreeMap<String, String>; 2]> = LazyLock::new(|| {
    let (project, record) = Project::published();
    let first = released(&record);
    let second = released(&project.run(0, &["--set", "edition=2"]));
    [first, second].map(|release| project.lake().files(&release))
});

/// A project whose run was killed at this moment; none when the machine was too slow to kill it in time.
fn killed_at(
    (message, value, later): (&str, &str, &str),
    before: bool,
    set: &str,
) -> Option<Project> {
    let project = Project::new();
    if before {
        project.run(0, &[]);
    }
    let mut run = Running::start(&project, &["--set", set]);
    run.wait_for(message, value);
    let rest = run.kill();
    (!rest.contains(later)).then_some(project)
}

#[track_caller]
fn killed(moment: (&str, &str, &str), before: bool, set: &str) -> Project {
    let project = (0..5).find_map(|_| killed_at(moment, before, set));
    project.unwrap_or_else(|| panic!("never killed in time at {moment:?}"))
}

#[test]
fn a_killed_run_leaves_the_last_release_and_the_next_one_ends_its_work() {
    for moment in MOMENTS {
        let project = killed(moment, true, "edition=2");
        let lake = project.lake();
        let releases = lake.releases();
        let [first] = &releases[..] else {
            panic!("{moment:?}: {releases:?}");
        };
        lake.assert_whole(first);
        assert_eq!(lake.files(first), UNDISTURBED[0], "{moment:?}");
        let rows = project.query(
            "select count(*) as n, count(distinct rnb_id) as d from batiments",
            None,
        );
        assert_eq!(
            (&rows[0]["n"], &rows[0]["d"]),
            (&12_000.into(), &12_000.into())
        );

        let second = released(&project.run(0, &["--set", "edition=2"]));
        assert_eq!(lake.releases(), [first.clone(), second.clone()]);
        assert_eq!(lake.files(&second), UNDISTURBED[1], "{moment:?}");
        lake.assert_whole(&second);
        lake.assert_tables_read(&second);
        let rows = project.query(
            "select count(*) as n, count(distinct rnb_id) as d from batiments",
            None,
        );
        assert_eq!(
            (&rows[0]["n"], &rows[0]["d"]),
            (&12_137.into(), &12_137.into())
        );
    }
}

#[test]
fn what_a_killed_run_committed_is_taken_back_when_its_inputs_are_gone() {
    for moment in [MOMENTS[4], MOMENTS[5]] {
        let project = killed(moment, true, "edition=2");
        let lake = project.lake();
        let first = lake.releases().remove(0);
        // Before anybody writes again, readers of the Delta tables may be ahead of the release; then no more.
        assert_ne!(
            lake.head("etablissements"),
            heads(&project, &first, "etablissements")
        );
        let record = project.run(0, &[]);
        assert_eq!(record["outcome"]["status"], "nothing_to_do", "{record}");
        assert_eq!(lake.releases(), std::slice::from_ref(&first));
        lake.assert_tables_read(&first);
        let second = released(&project.run(0, &["--set", "edition=2"]));
        assert_eq!(lake.files(&second), UNDISTURBED[1]);
        lake.assert_tables_read(&second);
    }
}

fn heads(project: &Project, release: &str, table: &str) -> std::collections::BTreeSet<String> {
    let files = project.lake().files(release);
    let prefix = format!("open/{table}/");
    files
        .keys()
        .filter_map(|path| Some(path.strip_prefix(&prefix)?.to_owned()))
        .collect()
}

#[test]
fn a_first_run_that_is_killed_publishes_nothing_and_the_next_one_all() {
    for moment in [MOMENTS[1], MOMENTS[4], MOMENTS[5]] {
        let project = killed(moment, false, "edition=1");
        let lake = project.lake();
        assert!(lake.releases().is_empty(), "{moment:?}");
        project.edulac(&["tables"]).with_code(2);
        let release = released(&project.run(0, &[]));
        assert_eq!(lake.files(&release), UNDISTURBED[0], "{moment:?}");
        lake.assert_whole(&release);
        lake.assert_tables_read(&release);
    }
}
