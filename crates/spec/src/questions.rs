//! Questions that a lake answers, each with its query, and those that it must not answer, each with the reason.
//!
//! They stand in `config/questions.yaml` and go, with what they rest on, into the catalogue of each release.

use std::collections::BTreeSet;

use edulac_yaml::{Diagnostic, Node, Source, check_with_formats, decode, did_you_mean, parse};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::query::Written;
use crate::{SqlInputs, schema};

/// The questions of a project.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// Version of this format.
    #[schemars(schema_with = "schema::version")]
    pub version: u32,
    /// Questions that a query answers.
    pub questions: Vec<Question>,
    /// Questions that no query answers rightly.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
}

/// A question, and the query that answers it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The question, in French, as somebody asks it.
    #[schemars(length(min = 1))]
    pub question: String,
    /// One query on the tables of a release.
    #[schemars(length(min = 1))]
    pub sql: String,
    /// Ids of the notices that are said with the answer.
    #[serde(default)]
    pub notices: Vec<String>,
    /// The tables that the query reads, sorted; found in it.
    #[serde(skip)]
    pub tables: Vec<String>,
}

/// A question that must not be answered as it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The question, in French, as somebody asks it.
    #[schemars(length(min = 1))]
    pub question: String,
    /// Why it is not answered, in French.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// Id of the notice that forbids it.
    #[schemars(length(min = 1))]
    pub notice: String,
    /// What can be answered in its place, in French.
    #[serde(default)]
    pub instead: Option<String>,
}

/// Reads the questions of a project; `sql_inputs` gives the tables that a query reads. A table or a notice that the project
/// does not know is none of its mistakes, a project of few tables has fewer answers, unless it is nearly one of `tables` or
/// `notices`: then a warning says so.
///
/// # Errors
/// Everything wrong in the file: its shape, and queries that are none.
pub fn load_questions(
    text: &Source,
    tables: &BTreeSet<&str>,
    notices: &BTreeSet<&str>,
    sql_inputs: SqlInputs<'_>,
) -> Result<(Questions, Vec<Diagnostic>), Vec<Diagnostic>> {
    let tree = parse(text)?;
    let mut found = check_with_formats(text, &tree, &schema::QUESTIONS, &schema::FORMATS);
    if !found.is_empty() {
        return Err(found);
    }
    let mut questions: Questions = decode(text, &tree)?;
    let mut warnings = Vec::new();
    for (index, question) in questions.questions.iter_mut().enumerate() {
        let at = format!("/questions/{index}");
        let written = Written::at(text, &tree, &format!("{at}/sql"), &question.sql);
        match sql_inputs(&question.sql) {
            Ok(inputs) => {
                for input in &inputs {
                    let place = written.place(input.place);
                    warnings.extend(mistyped(place, "table", &input.name, tables));
                }
                question.tables = inputs.into_iter().map(|input| input.name).collect();
            }
            Err(fault) => found.push(written.fault(
                "edulac::spec::question",
                &format!("the query of “{}”", question.question),
                fault,
            )),
        }
        for (place, notice) in question.notices.iter().enumerate() {
            let place = here(text, &tree, &format!("{at}/notices/{place}"));
            warnings.extend(mistyped(place, "notice", notice, notices));
        }
    }
    for (index, refusal) in questions.refusals.iter().enumerate() {
        let place = here(text, &tree, &format!("/refusals/{index}/notice"));
        warnings.extend(mistyped(place, "notice", &refusal.notice, notices));
    }
    match found.is_empty() {
        true => Ok((questions, warnings)),
        false => {
            found.extend(warnings);
            Err(found)
        }
    }
}

fn here(text: &Source, tree: &Node, pointer: &str) -> (Source, edulac_yaml::Span) {
    (text.clone(), tree.span_at(pointer))
}

fn mistyped(
    (source, span): (Source, edulac_yaml::Span),
    what: &str,
    name: &str,
    known: &BTreeSet<&str>,
) -> Option<Diagnostic> {
    if known.contains(name) {
        return None;
    }
    let close = did_you_mean(name, known.iter().copied())?;
    Some(
        Diagnostic::warning(
            "edulac::spec::question",
            &source,
            span,
            format!("no contract has a {what} `{name}`: the question goes into no catalogue"),
        )
        .with_label("not known")
        .with_help(format!("did you mean `{close}`?")),
    )
}
