//! Two runs at once on one lake; and one that is interrupted.

use crate::project::Project;
use crate::run::{Running, picture, released};

#[test]
fn the_second_of_two_runs_is_told_that_somebody_publishes_and_loses_nothing() {
    let project = Project::new();
    let mut one = Running::start(&project, &[]);
    one.wait_for("source asked for", "");
    let other = project.edulac(&["run"]);
    let one = one.rest();
    picture("somebody_publishes", &other.with_code(4).picture());
    assert_eq!(one.code, 0, "{}", one.picture());
    let [release] = &project.lake().releases()[..] else {
        panic!("one release");
    };
    project.lake().assert_whole(release);
    // Told to run again, it finds the work done.
    let record = project.run(0, &[]);
    assert_eq!(record["outcome"]["status"], "nothing_to_do");
    assert_eq!(record["outcome"]["release"], release.as_str());
}

#[test]
fn of_runs_that_start_together_one_publishes() {
    let project = Project::new();
    let runs: Vec<Running> = (0..3).map(|_| Running::start(&project, &[])).collect();
    let ends: Vec<_> = runs.into_iter().map(Running::rest).collect();
    // One that starts late enough finds nothing to do.
    for end in &ends {
        assert!([0, 4].contains(&end.code), "{}", end.picture());
    }
    assert!(
        ends.iter()
            .any(|end| end.stdout.contains("published release"))
    );
    let [release] = &project.lake().releases()[..] else {
        panic!("one release");
    };
    project.lake().assert_whole(release);
    project.lake().assert_tables_read(release);
}

#[test]
fn an_interrupted_run_says_how_to_go_on_and_leaves_the_last_release() {
    let (project, record) = Project::published();
    let first = released(&record);
    let mut run = Running::start(&project, &["--set", "edition=2"]);
    run.wait_for("pipeline begun", "etablissements");
    let ended = run.interrupt();
    assert_eq!(ended.code, 130, "{}", ended.picture());
    assert!(ended.stderr.contains("interrupted"), "{}", ended.picture());
    let lake = project.lake();
    assert_eq!(lake.releases(), std::slice::from_ref(&first));
    lake.assert_whole(&first);
    lake.assert_tables_read(&first);
    // What it had made is not left lying about.
    let work = std::fs::read_dir(project.path("archive/work"))
        .unwrap()
        .count();
    assert_eq!(work, 0);
    let second = released(&project.run(0, &["--set", "edition=2"]));
    assert_eq!(lake.releases(), [first, second]);
}
