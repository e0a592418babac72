//! `edulac bench`, at its smallest.

use crate::project::Project;

#[test]
fn the_whole_job_is_measured_stage_by_stage_beside_the_limits_of_the_machine() {
    let project = Project::whole();
    let size = "12000/180";
    let measures = project
        .edulac(&["bench", size, "--folder", "bench", "--format", "json"])
        .with_code(0)
        .json();
    let measure = &measures[0];
    assert_eq!(measure["buildings"], 12_000);
    let stages = measure["stages"].as_array().unwrap();
    let named = |name: &str| stages.iter().any(|stage| stage["stage"] == name);
    for stage in [
        "extract etablissements.export_batiments",
        "step etablissements.batiments",
        "step etablissements.liens",
        "write batiments",
        "commit",
        "publish",
    ] {
        assert!(named(stage), "{stage} among {stages:?}");
    }
    let seconds = |of: &serde_json::Value| of["wall_s"].as_f64().unwrap();
    let sum: f64 = stages.iter().map(seconds).sum();
    assert!(sum > 0.0 && sum <= seconds(measure), "{sum}");
    assert_eq!(measure["limits"].as_array().unwrap().len(), 3);

    // What was generated serves again, and the lake is made anew.
    let text = project
        .edulac(&["bench", size, "--folder", "bench"])
        .with_code(0)
        .stdout;
    assert!(
        text.contains("step etablissements.liens") || text.contains("the others"),
        "{text}"
    );
    assert!(text.contains("limits of this machine"), "{text}");
}

#[test]
fn a_size_that_is_none_is_refused_with_an_example() {
    let project = Project::new();
    let ended = project.edulac(&["bench", "7200"]).with_code(2);
    assert!(ended.stderr.contains("480000/700"), "{}", ended.stderr);
}
