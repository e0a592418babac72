//! Pipelines and profiles through the public door.
#![cfg(test)]

mod across;
mod broken;
mod robustness;
mod schemas;
mod secrets;
mod valid;
mod variables;

use std::io;
use std::path::Path;

use edulac_spec::{
    Profile, Project, QueryFault, QueryInput, QueryPlace, load_pipelines, load_profile,
};
use edulac_yaml::{Diagnostic, Source, render};

fn read(folder: &str, name: &str) -> Source {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder)
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    Source::new(name, text)
}

fn profile() -> Profile {
    profile_with(&[]).unwrap_or_else(|found| panic!("{}", shown(&found)))
}

fn profile_with(sets: &[&str]) -> Result<Profile, Vec<Diagnostic>> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    load_profile(&read("fixtures", "profile.yaml"), &sets)
}

fn load(files: &[Source], profile: &Profile) -> Result<Project, Vec<Diagnostic>> {
    load_pipelines(files, profile, &query_file, &relations)
}

fn loaded(files: &[Source], profile: &Profile) -> Project {
    load(files, profile).unwrap_or_else(|found| panic!("{}", shown(&found)))
}

/// The findings of files that may also be right.
fn findings(files: &[Source]) -> String {
    match load(files, &profile()) {
        Ok(project) => shown(&project.warnings),
        Err(found) => shown(&found),
    }
}

fn query_file(path: &str) -> io::Result<String> {
    match path {
        "etablissements.sql" => Ok(read("fixtures", path).text.to_string()),
        _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
    }
}

/// The words after FROM and JOIN: enough of SQL for these tests.
fn relations(sql: &str) -> Result<Vec<QueryInput>, QueryFault> {
    let words: Vec<&str> = sql.split_whitespace().collect();
    if words.first() != Some(&"SELECT") {
        return Err(QueryFault {
            message: "expected SELECT".to_owned(),
            place: place(sql, words.first().unwrap_or(&"")),
            help: None,
        });
    }
    let after = words
        .windows(2)
        .filter(|pair| matches!(pair[0], "FROM" | "JOIN"));
    let inputs = after.map(|pair| QueryInput {
        name: pair[1].to_owned(),
        place: place(sql, pair[1]),
    });
    Ok(inputs.collect())
}

/// The first place of a word.
fn place(sql: &str, word: &str) -> Option<QueryPlace> {
    let before = sql.split(word).next()?;
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next()?.chars().count() + 1;
    Some(QueryPlace {
        start: (line, column),
        end: (line, column + word.chars().count()),
    })
}

fn shown(found: &[Diagnostic]) -> String {
    render(found, 80, false)
}
