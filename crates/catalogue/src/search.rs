//! Words looked for in all that a release says of itself: tables, columns, descriptions, notices, values, sources, questions.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::meaning::{Meaning, TableMeaning};
use crate::semantics::Semantics;
use crate::words::words;

/// Where a word is found, and what that is worth: a name tells more than a sentence.
const NAME: (&str, u32) = ("name", 12);
const DESCRIPTION: (&str, u32) = ("description", 5);
const VALUE: (&str, u32) = ("value", 6);
const TEXT: (&str, u32) = ("text", 4);
const PURPOSE: (&str, u32) = ("purpose", 3);
const LIMITS: (&str, u32) = ("limits", 1);
/// A word that only begins like the one asked for, and one that is a synonym of it, are worth less, of twelve.
const WHOLE: u32 = 12;
const BEGINS: u32 = 5;
const SYNONYM: u32 = 9;
/// Words this short are not completed.
const SHORTEST_BEGINNING: usize = 4;
/// A table is worth more than its columns, a column more than what is said of it.
const KINDS: [(&str, u32); 5] = [
    ("table", 12),
    ("column", 4),
    ("question", 3),
    ("notice", 2),
    ("source", 2),
];

/// Something that answers a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// `table`, `column`, `question`, `notice` or `source`.
    pub kind: String,
    /// Its name: `ips`, `ips.niveau`, the id of a notice, `pipeline.source`, or the question.
    pub name: String,
    /// Other columns of the same name that were found for the same reasons.
    pub also: Vec<String>,
    /// What is said of it.
    pub text: String,
    /// The query that answers it. Null: no question.
    pub sql: Option<String>,
    /// Why it was found, a reason for each word.
    pub because: Vec<Reason>,
    /// How well it answers; comparable within one search only.
    pub score: u32,
}

/// Why something was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The word, or words, that were asked for.
    pub asked: String,
    /// The word found, as it is compared.
    pub found: String,
    /// Where: `name`, `description`, `value`, `text`, `purpose` or `limits`.
    pub place: String,
    /// Whether it is a synonym of what was asked for.
    pub synonym: bool,
}

/// A text of a thing, with what a word found in it is worth.
struct Field<'a> {
    place: (&'static str, u32),
    text: &'a str,
}

/// A thing that can be found.
struct Thing<'a> {
    kind: &'static str,
    name: String,
    text: String,
    sql: Option<String>,
    fields: Vec<Field<'a>>,
}

/// What answers these words, best first. Things in which all words are found come before those that have some of them, and
/// these only when nothing has all.
#[must_use]
pub fn search(semantics: &Semantics, asked: &str) -> Vec<Hit> {
    let terms = terms(asked, &semantics.synonyms);
    let mut hits: Vec<(usize, Hit)> = things(semantics)
        .into_iter()
        .filter_map(|thing| hit(&thing, &terms))
        .collect();
    let best = hits.iter().map(|(found, _)| *found).max().unwrap_or(0);
    hits.retain(|(found, _)| *found == best);
    let mut hits: Vec<Hit> = hits.into_iter().map(|(_, hit)| hit).collect();
    hits.sort_by(|a, b| (b.score, &a.kind, &a.name).cmp(&(a.score, &b.kind, &b.name)));
    of_one_name(semantics, hits)
}

/// Columns of the same name once, that of the table whose rows it identifies first.
fn of_one_name(semantics: &Semantics, hits: Vec<Hit>) -> Vec<Hit> {
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        let column = |hit: &Hit| match hit.kind == "column" {
            true => hit
                .name
                .split_once('.')
                .map(|(_, column)| column.to_owned()),
            false => None,
        };
        let own = column(&hit);
        let same = kept
            .iter_mut()
            .find(|known| own.is_some() && column(known) == own && known.because == hit.because);
        match same {
            Some(known)
                if identifies(semantics, &hit.name) && !identifies(semantics, &known.name) =>
            {
                let mut also = std::mem::take(&mut known.also);
                also.push(known.name.clone());
                let score = known.score;
                *known = Hit { also, score, ..hit };
            }
            Some(known) => known.also.push(hit.name),
            None => kept.push(hit),
        }
    }
    kept
}

/// Whether a column alone identifies the rows of its table.
fn identifies(semantics: &Semantics, name: &str) -> bool {
    let parts = name.split_once('.');
    parts.is_some_and(|(table, column)| {
        let table = semantics.meaning.table(table);
        table.is_some_and(|table| table.key == [column])
    })
}

/// A word that is asked for, or a group of words that has synonyms.
struct Term {
    asked: String,
    /// The ways to say it, each a run of words; the one that was asked first.
    ways: Vec<Vec<String>>,
}

/// Words that say nothing by themselves.
const EMPTY: [&str; 22] = [
    "a", "au", "aux", "avec", "d", "dan", "de", "des", "du", "en", "et", "l", "la", "le", "les",
    "ou", "par", "pour", "qu", "que", "sur", "un",
];

/// What is asked for: the longest groups of words that have synonyms, then single words.
fn terms(asked: &str, synonyms: &[Vec<String>]) -> Vec<Term> {
    let asked = words(asked);
    let groups: Vec<Vec<Vec<String>>> = synonyms
        .iter()
        .map(|group| group.iter().map(|way| words(way)).collect())
        .collect();
    let mut terms = Vec::new();
    let mut at = 0;
    while at < asked.len() {
        let rest = &asked[at..];
        let length = groups
            .iter()
            .flatten()
            .filter(|way| !way.is_empty() && rest.starts_with(way))
            .map(Vec::len)
            .max();
        let run = &rest[..length.unwrap_or(1)];
        at += run.len();
        if length.is_none() && EMPTY.contains(&run[0].as_str()) {
            continue;
        }
        let mut ways = vec![run.to_vec()];
        for group in groups
            .iter()
            .filter(|group| group.iter().any(|way| way == run))
        {
            ways.extend(group.iter().filter(|way| *way != run).cloned());
        }
        terms.push(Term {
            asked: run.join(" "),
            ways,
        });
    }
    terms
}

/// How many terms the thing has, and what it is worth; none when it has none of them.
fn hit(thing: &Thing<'_>, terms: &[Term]) -> Option<(usize, Hit)> {
    let fields: Vec<((&str, u32), Vec<String>)> = thing
        .fields
        .iter()
        .map(|field| (field.place, words(field.text)))
        .collect();
    let found: Vec<(u32, Reason)> = terms
        .iter()
        .filter_map(|term| best(term, &fields))
        .collect();
    if found.is_empty() {
        return None;
    }
    let kind = KINDS.iter().find(|(kind, _)| *kind == thing.kind);
    let score: u32 = found.iter().map(|(score, _)| score).sum();
    let hit = Hit {
        kind: thing.kind.to_owned(),
        name: thing.name.clone(),
        also: Vec::new(),
        text: thing.text.clone(),
        sql: thing.sql.clone(),
        score: score * kind.map_or(1, |(_, worth)| *worth),
        because: found.into_iter().map(|(_, reason)| reason).collect(),
    };
    Some((hit.because.len(), hit))
}

/// The best place of a term.
fn best(term: &Term, fields: &[((&str, u32), Vec<String>)]) -> Option<(u32, Reason)> {
    let mut best: Option<(u32, Reason)> = None;
    for (place, field) in fields {
        for (nth, way) in term.ways.iter().enumerate() {
            let Some(worth) = worth(way, field) else {
                continue;
            };
            let worth = match nth {
                0 => worth,
                _ => worth * SYNONYM / WHOLE,
            };
            // A name of one word is the thing itself, a name of four is about it.
            let whole_name = place.0 == NAME.0 && field.len() == way.len();
            let score = place.1 * worth + if whole_name { worth * NAME.1 } else { 0 };
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                let reason = Reason {
                    asked: term.asked.clone(),
                    found: way.join(" "),
                    place: place.0.to_owned(),
                    synonym: nth > 0,
                };
                best = Some((score, reason));
            }
        }
    }
    best
}

/// What a run of words found in a field is worth; none when it is not there.
fn worth(way: &[String], field: &[String]) -> Option<u32> {
    if field.windows(way.len()).any(|window| window == way) {
        return Some(WHOLE);
    }
    let [word] = way else {
        return None;
    };
    let begins = word.len() >= SHORTEST_BEGINNING
        && field.iter().any(|other| other.starts_with(word.as_str()));
    begins.then_some(BEGINS)
}

fn things(semantics: &Semantics) -> Vec<Thing<'_>> {
    let meaning = &semantics.meaning;
    let mut things = Vec::new();
    for table in &meaning.tables {
        things.push(of_table(table));
        things.extend(of_columns(table));
    }
    things.extend(of_notices(meaning));
    for source in &meaning.sources {
        let said = [
            &source.producer,
            &source.licence,
            &source.address,
            &source.date,
        ];
        let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
        let mut fields = vec![field(NAME, &source.name)];
        fields.extend(said.iter().map(|text| field(TEXT, text)));
        things.push(Thing {
            kind: "source",
            name: source.name.clone(),
            text: said.join(", "),
            sql: None,
            fields,
        });
    }
    for question in &semantics.questions {
        things.push(Thing {
            kind: "question",
            name: question.question.clone(),
            text: format!("tables : {}", question.tables.join(", ")),
            sql: Some(question.sql.clone()),
            fields: vec![field(TEXT, &question.question)],
        });
    }
    things
}

fn field<'a>(place: (&'static str, u32), text: &'a str) -> Field<'a> {
    Field { place, text }
}

fn of_table(table: &TableMeaning) -> Thing<'_> {
    let mut fields = vec![
        field(NAME, &table.table),
        field(DESCRIPTION, &table.description),
    ];
    fields.extend(table.purpose.iter().map(|text| field(PURPOSE, text)));
    fields.extend(table.limits.iter().map(|text| field(LIMITS, text)));
    Thing {
        kind: "table",
        name: table.table.clone(),
        text: table.description.clone(),
        sql: None,
        fields,
    }
}

fn of_columns(table: &TableMeaning) -> impl Iterator<Item = Thing<'_>> {
    // Every table with a geometry has the box of it.
    let columns = table.columns.iter().filter(|column| column.name != "bbox");
    columns.map(|column| {
        let mut fields = vec![
            field(NAME, &column.name),
            field(DESCRIPTION, &column.description),
        ];
        fields.extend(column.values.iter().map(|value| field(VALUE, value)));
        Thing {
            kind: "column",
            name: format!("{}.{}", table.table, column.name),
            text: column.description.clone(),
            sql: None,
            fields,
        }
    })
}

/// Notices, each once, whatever the number of tables that have it; tables may have other words under one id.
fn of_notices(meaning: &Meaning) -> Vec<Thing<'_>> {
    let mut seen = BTreeSet::new();
    let notices = meaning.tables.iter().flat_map(|table| &table.notices);
    notices
        .filter(|notice| seen.insert((&notice.id, &notice.text)))
        .map(|notice| Thing {
            kind: "notice",
            name: notice.id.clone(),
            text: notice.text.clone(),
            sql: None,
            fields: vec![field(NAME, &notice.id), field(TEXT, &notice.text)],
        })
        .collect()
}
