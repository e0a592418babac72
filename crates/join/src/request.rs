//! What is asked.

use edulac_contract::{Aggregation, KeyKind};

use crate::error::Result;
use crate::own::kind_of_word;

/// A join, as asked.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Tables and files, each with a choice of rows if need be: `ips:niveau=college,rentree=2022-2023`. Rows are those
    /// of the first.
    pub inputs: Vec<String>,
    /// Release; none: the newest.
    pub release: Option<String>,
    /// Kinds of keys to join by; empty: all that both have.
    pub by: Vec<String>,
    /// What columns of one's own file are: `COLUMN=KIND`, `COLUMN=sum`, `COLUMN=mean:WEIGHT`.
    pub said: Vec<String>,
    /// Sheet of a workbook; none: the first with rows.
    pub sheet: Option<String>,
    /// Which rows stay.
    pub keep: Keep,
    /// Bring inputs with several rows for a key to one.
    pub aggregate: bool,
    /// Territory to aggregate to.
    pub level: Option<String>,
    /// Measures to aggregate; empty: all that can be.
    pub measures: Vec<String>,
    /// Join closed establishments to those that took over.
    pub follow_successors: bool,
    /// Notices to pass over.
    pub despite: Vec<String>,
}

/// Which rows stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// All of the first input, matched or not.
    #[default]
    First,
    /// All of all inputs.
    All,
    /// Those of the first input that match every other.
    Matched,
}

/// What `--as` says of a column.
pub(crate) enum Said {
    Key(String, KeyKind),
    Adds(String, Aggregation),
}

impl Said {
    pub(crate) fn read(text: &str) -> Result<Self> {
        let (column, word) = text.rsplit_once('=').unwrap_or((text, ""));
        Ok(match word.split_once(':') {
            Some(("mean", weight)) => {
                Self::Adds(column.to_owned(), Aggregation::Mean(weight.to_owned()))
            }
            None if word == "sum" => Self::Adds(column.to_owned(), Aggregation::Sum),
            _ => Self::Key(
                column.to_owned(),
                kind_of_word("what a column is (`--as COLUMN=…`)", word)?,
            ),
        })
    }
}

/// An input, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) name: String,
    /// Columns and the values chosen of each, in the order given.
    pub(crate) choices: Vec<(String, Vec<String>)>,
}

impl Asked {
    /// `is_file` says whether a whole text is a file, whatever colons are in its name.
    pub(crate) fn read(text: &str, is_file: impl Fn(&str) -> bool) -> Self {
        let whole = Self {
            name: text.to_owned(),
            choices: Vec::new(),
        };
        if is_file(text) {
            return whole;
        }
        // `c:/mine.csv:type=x`: the name of a column stands between the colon and the `=`.
        let is_column = |name: &str| {
            name.chars()
                .all(|c| c.is_alphanumeric() || "_ ".contains(c))
        };
        let mut colons = text.match_indices(':');
        let Some((at, _)) = colons.find(|(at, _)| {
            let chosen = text[at + 1..].split_once('=');
            chosen.is_some_and(|(column, _)| is_column(column))
        }) else {
            return whole;
        };
        let mut choices: Vec<(String, Vec<String>)> = Vec::new();
        for part in text[at + 1..].split(',') {
            match (part.split_once('='), choices.last_mut()) {
                (Some((column, value)), _) => {
                    let column = column.trim();
                    match choices.iter_mut().find(|(name, _)| name == column) {
                        Some((_, values)) => values.push(value.to_owned()),
                        None => choices.push((column.to_owned(), vec![value.to_owned()])),
                    }
                }
                // `niveau=college,lycee`: another value of the same column.
                (None, Some((_, values))) => values.push(part.to_owned()),
                (None, None) => {}
            }
        }
        Self {
            name: text[..at].to_owned(),
            choices,
        }
    }
}

/// The kinds that `--by` names; exam sessions are joined as rentrées.
pub(crate) fn kinds_asked(words: &[String]) -> Result<Vec<KeyKind>> {
    let mut kinds = Vec::new();
    for word in words {
        let kind = match kind_of_word("a key (`--by`)", word)? {
            KeyKind::Session => KeyKind::Rentree,
            kind => kind,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

impl From<&Asked> for String {
    fn from(asked: &Asked) -> Self {
        let choices: Vec<String> = asked
            .choices
            .iter()
            .map(|(column, values)| format!("{column}={}", values.join(",")))
            .collect();
        match choices.is_empty() {
            true => asked.name.clone(),
            false => format!("{}:{}", asked.name, choices.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn an_input_is_a_name_and_choices() {
        let read = |text: &str| {
            let asked = Asked::read(text, |text| text == "a:b=c.csv");
            (asked.name, asked.choices)
        };
        let choice = |column: &str, values: &[&str]| {
            (
                column.to_owned(),
                values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>(),
            )
        };
        assert_eq!(read("ips"), ("ips".to_owned(), vec![]));
        assert_eq!(
            read("ips:niveau=college,lycee,rentree=2022-2023"),
            (
                "ips".to_owned(),
                vec![
                    choice("niveau", &["college", "lycee"]),
                    choice("rentree", &["2022-2023"])
                ]
            )
        );
        assert_eq!(read("a:b=c.csv"), ("a:b=c.csv".to_owned(), vec![]));
        assert_eq!(
            read("c:/dossier/mien.csv:type=x"),
            (
                "c:/dossier/mien.csv".to_owned(),
                vec![choice("type", &["x"])]
            )
        );
    }
}
