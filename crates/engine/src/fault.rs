//! What the engine says about a query, as people read it: what is wrong, where, and what was meant.

use datafusion::common::{Column, SchemaError, Span};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::parser::ParserError;
use edulac_spec::{QueryFault, QueryPlace};
use edulac_yaml::{did_you_mean, list};

use crate::session::functions;
use crate::sql::ONE_QUERY;

/// What is wrong with a query that cannot be read or planned.
pub(crate) fn query_fault(query: &str, error: &DataFusionError) -> QueryFault {
    let diagnostic = error.diagnostic();
    let place = diagnostic.and_then(|diagnostic| diagnostic.span);
    let mut fault = match root(error) {
        DataFusionError::SQL(error, _) => syntax(query, error),
        DataFusionError::SchemaError(error, _) => match &**error {
            SchemaError::FieldNotFound {
                field,
                valid_fields,
            } => no_column(field, valid_fields),
            SchemaError::AmbiguousReference { field } => QueryFault {
                message: format!("several tables have a column `{}`", field.name),
                place: None,
                help: Some(format!("say which: `table.{}`", field.name)),
            },
            error => said(&error.to_string()),
        },
        // The engine's message tells how it got there, its diagnostic what is wrong.
        DataFusionError::Plan(message) if message.contains("GROUP BY") => {
            said(diagnostic.map_or(message, |diagnostic| &diagnostic.message))
        }
        DataFusionError::Plan(message) => said(message),
        error => said(&error.strip_backtrace()),
    };
    fault.place = place.map(query_place).or(fault.place);
    fault
}

/// Whether a query failed before anything was computed: the query is to blame, or the columns of its inputs.
pub(crate) fn is_of_query(error: &DataFusionError) -> bool {
    matches!(
        root(error),
        DataFusionError::SQL(..)
            | DataFusionError::SchemaError(..)
            | DataFusionError::Plan(_)
            | DataFusionError::NotImplemented(_)
    )
}

/// What the engine says, without the story of how it got there.
pub(crate) fn innermost(error: &DataFusionError) -> String {
    root(error).strip_backtrace()
}

/// A place as the engine gives it.
pub(crate) fn query_place(span: Span) -> QueryPlace {
    let at = |line: u64, column: u64| (line as usize, column as usize);
    QueryPlace {
        start: at(span.start.line, span.start.column),
        end: at(span.end.line, span.end.column),
    }
}

fn root(error: &DataFusionError) -> &DataFusionError {
    match error {
        DataFusionError::Diagnostic(_, error) | DataFusionError::Context(_, error) => root(error),
        DataFusionError::Collection(errors) => errors.first().map_or(error, root),
        error => error,
    }
}

/// The parser puts the place into its message: `Expected: …, found: selct at Line: 1, Column: 1`.
fn syntax(query: &str, error: &ParserError) -> QueryFault {
    let text = match error {
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => text.as_str(),
        ParserError::RecursionLimitExceeded => "the query is nested too deep",
    };
    let (message, start) = match text.rsplit_once(" at Line: ") {
        Some((message, place)) => (message, line_column(place)),
        None => (text, None),
    };
    let place = start.map(|start| QueryPlace {
        start,
        end: (start.0, start.1 + word_length(query, start)),
    });
    QueryFault {
        message: sentence(&message.replacen("Expected: ", "expected ", 1)),
        place,
        help: Some("the mistake is here or just before: a comma, a bracket, a keyword".to_owned()),
    }
}

/// `1, Column: 12`, and what may follow.
fn line_column(text: &str) -> Option<(usize, usize)> {
    let (line, column) = text.split_once(", Column: ")?;
    let end = column.find(|c: char| !c.is_ascii_digit());
    let column = &column[..end.unwrap_or(column.len())];
    Some((line.parse().ok()?, column.parse().ok()?))
}

/// The length of the word at a place, in characters; 1 for a sign.
fn word_length(query: &str, (line, column): (usize, usize)) -> usize {
    let line = query.split('\n').nth(line.saturating_sub(1));
    let rest = line
        .unwrap_or_default()
        .chars()
        .skip(column.saturating_sub(1));
    rest.take_while(|c| c.is_alphanumeric() || *c == '_')
        .count()
        .max(1)
}

fn no_column(field: &Column, valid: &[Column]) -> QueryFault {
    let message = format!("there is no column `{}`", field.flat_name());
    let mut names: Vec<&str> = Vec::new();
    let of_relation = |column: &&Column| {
        let wanted = field.relation.as_ref();
        wanted.is_none() || column.relation.as_ref() == wanted
    };
    for column in valid.iter().filter(of_relation) {
        if !names.contains(&column.name.as_str()) {
            names.push(&column.name);
        }
    }
    let help = match (
        did_you_mean(&field.name, names.iter().copied()),
        &field.relation,
    ) {
        // Names without quotes are read in lower case.
        (Some(close), _) if close.chars().any(char::is_uppercase) => {
            format!("did you mean `\"{close}\"`? Names with capitals stand between quotes")
        }
        (Some(close), _) => format!("did you mean `{close}`?"),
        (None, Some(relation)) if names.is_empty() => {
            format!("`{relation}` is not read here: name it after `from` or `join`")
        }
        (None, _) if names.is_empty() => "no table is read here".to_owned(),
        (None, _) => format!("there are {}", list(names)),
    };
    QueryFault {
        message,
        place: None,
        help: Some(help),
    }
}

/// What the engine says in its own words, less what it says to its developers.
fn said(message: &str) -> QueryFault {
    let fault = |message: String, help: Option<String>| QueryFault {
        message,
        place: None,
        help,
    };
    if let Some(name) = between(message, "Invalid function '", "'") {
        let close = did_you_mean(name, function_names().iter().map(String::as_str))
            .map(str::to_owned)
            .or_else(|| between(message, "Did you mean '", "'").map(str::to_owned));
        let help = close.map(|close| format!("did you mean `{close}`?"));
        return fault(format!("there is no function `{name}`"), help);
    }
    if let Some(name) = between(message, "table '", "' not found") {
        let name = name.rsplit('.').next().unwrap_or(name);
        return fault(format!("there is no table `{name}`"), None);
    }
    if ["DDL not", "DML not", "Statement not"]
        .iter()
        .any(|refused| message.starts_with(refused))
    {
        let help = Some(ONE_QUERY.to_owned());
        return fault(
            "only queries are allowed: nothing is changed here".to_owned(),
            help,
        );
    }
    fault(sentence(message), None)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?
        .1
        .split_once(after)
        .map(|(name, _)| name)
}

/// All functions that a query may call.
fn function_names() -> Vec<String> {
    let ctx = SessionContext::new();
    functions(&ctx);
    let state = ctx.state();
    let scalar = state.scalar_functions().keys();
    let aggregate = state.aggregate_functions().keys();
    let window = state.window_functions().keys();
    let mut names: Vec<String> = scalar.chain(aggregate).chain(window).cloned().collect();
    names.sort();
    names
}

fn sentence(text: &str) -> String {
    text.trim().trim_end_matches('.').replace('\n', " ")
}
