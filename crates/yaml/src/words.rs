//! Pieces of sentences about values and schemas.

use serde_json::Value as Json;

use crate::{did_you_mean, list, schema};

/// The form a text must have: what the schema says of it, and its examples.
pub(crate) fn form(schema: &Json) -> String {
    let summary = schema::summary(schema).unwrap_or_else(|| "see its form".to_owned());
    let examples = schema.get("examples").and_then(Json::as_array);
    let examples: Vec<&str> = examples
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    match examples.is_empty() {
        true => summary,
        false => format!("{summary}; for example {}", list(examples)),
    }
}

pub(crate) fn suggest(word: &str, candidates: &[&str], known: &str) -> String {
    match did_you_mean(word, candidates.iter().copied()) {
        Some(close) => format!("did you mean `{close}`? ({known})"),
        None => known.to_owned(),
    }
}

pub(crate) fn is_yes(text: &str) -> bool {
    ["yes", "on", "oui", "true"].contains(&text.to_lowercase().as_str())
}

pub(crate) fn is_no(text: &str) -> bool {
    ["no", "off", "non", "false"].contains(&text.to_lowercase().as_str())
}

pub(crate) fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// A text of the file as it stands in a sentence: on one line, and not all of it when it is long.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out = String::new();
    for c in text.chars().take(LONGEST) {
        match c.is_control() {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// Schema types in words: `a text, a number or a list`.
pub(crate) fn kinds(types: &[&str]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for name in types {
        let word = match *name {
            "string" => "a text",
            "integer" if types.contains(&"number") => "a number",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "`true` or `false`",
            "array" => "a list",
            "object" => "a mapping",
            _ => continue,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    match words.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}
