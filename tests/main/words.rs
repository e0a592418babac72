//! What people read after a run, on the sample.

use insta::{assert_snapshot, with_settings};

use crate::edulac::Ended;
use crate::project::Project;

/// Shows what was printed, without what changes from run to run.
macro_rules! assert_words {
    ($name:literal, $text:expr) => {
        with_settings!({filters => vec![
            (r"\d{8}T\d{6}Z-[0-9a-f]{8}", "[id]"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[time]"),
            (r"\d{4}-\d\d-\d\d\.", "[day]."),
            (r"\d{4}-\d\d-\d\d \((today|1 day|\d+ days)\)", "[date] ([age])"),
        ]}, {
            assert_snapshot!($name, $text);
        });
    };
}

fn done(project: &Project, arguments: &[&str]) -> Ended {
    let ended = project.edulac(arguments);
    assert_eq!(ended.code, 0, "{}", ended.picture());
    ended
}

#[test]
fn a_run_and_what_came_of_it_are_told_in_few_words() {
    let project = Project::new();
    assert_words!("first_run", done(&project, &["run"]).picture());
    assert_words!("rejects", done(&project, &["rejects"]).picture());
    assert_words!(
        "release_show",
        done(&project, &["release", "show"]).picture()
    );
    assert_words!("nothing_new", done(&project, &["run"]).picture());
    assert_words!(
        "nothing_rejected",
        done(&project, &["rejects", "--table", "ips"]).picture()
    );
    let numbers = done(&project, &["run", "-v", "--log-format", "json"]).stdout;
    assert!(
        numbers.contains("batiments"),
        "the numbers come with -v: {numbers}"
    );
    let ended = project.edulac(&["rejects", "--table", "ipz"]);
    assert_eq!(ended.code, 2);
    assert_words!("rejects_of_no_table", ended.picture());
}

#[test]
fn the_proposed_query_has_an_answer() {
    let project = Project::new();
    let ran = done(&project, &["run"]).stdout;
    let query = ran.split("edulac query \"").nth(1).unwrap();
    let query = query.split('"').next().unwrap();
    assert!(query.contains(" from etablissements "), "{query}");
    let answer = done(&project, &["query", query]).stdout;
    assert_eq!(answer.lines().count(), 6, "{answer}");
    assert!(
        answer.lines().all(|line| line.chars().count() <= 120),
        "{answer}"
    );
}

#[test]
fn a_sample_of_any_size_is_made_and_run() {
    let project = Project::new();
    let folder = project.path("ile");
    let folder = folder.to_str().unwrap();
    let sizes = ["--establishments", "130", "--buildings", "8000"];
    let made = project.edulac(&[&["sample", folder, "--format", "json"], &sizes[..]].concat());
    assert_eq!(made.json()["buildings"], 8000, "{}", made.picture());
    let set = format!("sample={folder}");
    done(
        &project,
        &["run", "etablissements", "territoires", "--set", &set],
    );
    let count = done(&project, &["query", "select count(*) as n from batiments"]).stdout;
    assert_eq!(count.split_whitespace().collect::<Vec<_>>(), ["n", "8000"]);

    let small = project.edulac(&["sample", folder, "--buildings", "10"]);
    assert_eq!(small.code, 2, "{}", small.picture());
    assert!(
        small.stderr.contains("ask for at least 10800"),
        "{}",
        small.picture()
    );
}

#[test]
fn help_names_the_exit_codes_and_gives_examples() {
    let project = Project::new();
    for arguments in [&["--help"][..], &["run", "--help"]] {
        let help = done(&project, arguments).stdout;
        for code in ["    0  ", "    5  ", "   70  ", "  130  "] {
            assert!(help.contains(code), "{help}");
        }
    }
    // What the help proposes works: each line of example up to its explanation.
    done(&project, &["run"]);
    let help = done(&project, &["--help"]).stdout;
    let queries = help
        .lines()
        .filter_map(|line| line.trim().strip_prefix("edulac query \""));
    let queries: Vec<&str> = queries.filter_map(|line| line.split('"').next()).collect();
    assert_eq!(queries.len(), 2, "{help}");
    for query in queries {
        done(&project, &["query", query]);
    }
}
