//! The README says what is true: its commands end well, and its answers are those that they give.

use std::fs;

use crate::outside::told;
use crate::project::{Project, repository};
use crate::run::{released, undated};

/// The part whose answers are compared word by word.
const QUESTIONS: &str = "Ten questions, one command each";

/// A researcher's list, as the README joins one.
const SURVEY: &str = "Code étab.;Élèves\n0990001N;12\n990003R;7\n";

/// A part of the README under its title.
fn parts() -> Vec<(String, String)> {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let parts = readme.split("\n## ").skip(1);
    let parts = parts.map(|part| part.split_once('\n').unwrap());
    parts
        .map(|(title, text)| (title.to_owned(), text.to_owned()))
        .collect()
}

/// The blocks for the shell, each with what stands in the block under it.
fn blocks(part: &str) -> Vec<(String, String)> {
    let pieces: Vec<&str> = part.split("```").collect();
    let shells = pieces.windows(3).filter_map(|pieces| {
        let command = pieces[0].strip_prefix("sh\n")?;
        let under = pieces[2].strip_prefix('\n').unwrap_or_default();
        Some((command.trim_end().to_owned(), under.to_owned()))
    });
    shells.collect()
}

/// The commands of `edulac` in a block, as their arguments: quotes may hold several lines, and a comment ends a line.
fn commands(block: &str) -> Vec<Vec<String>> {
    let mut lines: Vec<Vec<String>> = vec![Vec::new()];
    for (nth, piece) in block.replace("\\\n", " ").split('"').enumerate() {
        if nth % 2 == 1 {
            lines.last_mut().unwrap().push(piece.to_owned());
            continue;
        }
        for (nth, line) in piece.split('\n').enumerate() {
            if nth > 0 {
                lines.push(Vec::new());
            }
            let words = line.split(" #").next().unwrap().split_whitespace();
            lines.last_mut().unwrap().extend(words.map(str::to_owned));
        }
    }
    let ours = |words: &Vec<String>| words.first().is_some_and(|word| word == "edulac");
    lines.retain(ours);
    lines
        .into_iter()
        .map(|mut words| words.split_off(1))
        .collect()
}

fn words(command: &[String]) -> Vec<&str> {
    command.iter().map(String::as_str).collect()
}

/// A list of diagnostics of buildings, as the README joins one.
fn diagnostics(project: &Project) -> String {
    let sql = "select rnb_id from etablissements_batiments where part_batiment = 1 and rnb_id is not null limit 5";
    let rows = project.query(sql, None);
    let line = |row: &serde_json::Value| format!("{};600;C\n", row["rnb_id"].as_str().unwrap());
    let lines: String = rows.iter().map(line).collect();
    format!("Bâtiment;Surface chauffée;Classe\n{lines}")
}

#[test]
fn the_ten_questions_have_the_answers_that_are_shown() {
    let (project, _) = Project::whole_published();
    let (_, part) = parts()
        .into_iter()
        .find(|(title, _)| title == QUESTIONS)
        .unwrap();
    let shown = blocks(&part);
    assert_eq!(
        shown
            .iter()
            .filter(|(block, _)| block.starts_with("edulac query"))
            .count(),
        10
    );
    for (block, output) in shown {
        for command in commands(&block) {
            let ended = project.edulac(&words(&command)).with_code(0);
            if command[0] == "query" {
                assert_eq!(undated(&ended.stdout), undated(&output), "{block}");
            }
        }
    }
}

#[test]
fn every_other_command_ends_well_in_the_order_in_which_it_is_read() {
    let (project, record) = Project::whole_published();
    let first = released(&record);
    let mut second = None;
    project.write("enquete.csv", SURVEY);
    project.write("diagnostics.csv", diagnostics(&project));
    fs::copy(
        project.path(&format!("lake/releases/{first}/communes.parquet")),
        project.path("autre.parquet"),
    )
    .unwrap();
    let of_day = regex::Regex::new(r"20\d\d-\d\d-\d\d\.(\d)").unwrap();
    let mut count = 0;
    for (title, part) in parts() {
        if title == QUESTIONS {
            continue;
        }
        for command in blocks(&part).iter().flat_map(|(block, _)| commands(block)) {
            let put = |found: &regex::Captures<'_>| match &found[1] {
                "0" => first.clone(),
                _ => second.clone().unwrap(),
            };
            let command: Vec<String> = command
                .iter()
                .map(|word| of_day.replace_all(word, put).into_owned())
                .collect();
            let ended = project.edulac(&words(&command)).with_code(0);
            if command[0] == "run" && ended.stdout.contains("published release") {
                let list = project
                    .edulac(&["release", "list", "--format", "json"])
                    .json();
                second = list[0]["id"].as_str().map(str::to_owned);
            }
            count += 1;
        }
    }
    assert!(count >= 25, "{count}");

    // The queries of other programs, where they are: the last release is that of the second edition.
    let readme = repository().join("README.md");
    let lake = project.path("lake");
    let arguments = [
        lake.to_str().unwrap(),
        readme.to_str().unwrap(),
        &first,
        second.as_deref().unwrap(),
    ];
    if let Some(told) = told("readme.py", &arguments, &[]) {
        assert!(
            told.trim().lines().last().unwrap().parse::<u32>().unwrap() >= 5,
            "{told}"
        );
    }
}
