//! Where a query is written, and places inside it.

use edulac_yaml::{Diagnostic, Node, Source, Span};

use crate::draft::text;

/// A place in the text of a query: lines and columns from 1, columns in characters; the end comes after the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryPlace {
    /// Line and column of the first character.
    pub start: (usize, usize),
    /// Line and column after the last character.
    pub end: (usize, usize),
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFault {
    /// What is wrong, in words of SQL.
    pub message: String,
    /// Where; the whole query when that is not known.
    pub place: Option<QueryPlace>,
    /// What to do.
    pub help: Option<String>,
}

/// A relation that a query reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryInput {
    /// Its name.
    pub name: String,
    /// Where the query names it first.
    pub place: Option<QueryPlace>,
}

/// The text of a query where people write it: in a file of its own, or in a pipeline.
pub(crate) struct Written {
    source: Source,
    /// The whole query.
    span: Span,
    /// Of each line of the query, the byte where it starts in the source; none where the text is written otherwise than
    /// it reads (folded lines, escapes, variables).
    lines: Vec<Option<usize>>,
}

impl Written {
    /// A query file.
    pub(crate) fn in_file(path: &str, query: &str) -> Self {
        let source = Source::new(path, query);
        let lines = starts(query).map(|(start, _)| Some(start)).collect();
        let first = query.len() - query.trim_start().len();
        let line = query[first..].lines().next().unwrap_or_default();
        Self {
            source,
            span: Span::new(first, first + line.trim_end().len()),
            lines,
        }
    }

    /// The `query` of a step.
    pub(crate) fn in_step(source: &Source, tree: &Node, step: &str, query: &str) -> Self {
        Self::at(source, tree, &format!("/steps/{step}/query"), query)
    }

    /// A query at a place of a file.
    pub(crate) fn at(source: &Source, tree: &Node, pointer: &str, query: &str) -> Self {
        let span = tree.span_at(pointer);
        let written = source.text.get(span.start..span.end).unwrap_or_default();
        let quote = usize::from(written.starts_with(['"', '\'']));
        let lines = if written.get(quote..quote + query.len()) == Some(query) {
            vec![Some(span.start + quote)]
        } else {
            block(source, span, query)
        };
        Self {
            source: source.clone(),
            span,
            lines,
        }
    }

    /// A place of the query, in the source that holds it.
    pub(crate) fn place(&self, place: Option<QueryPlace>) -> (Source, Span) {
        let span = place.and_then(|place| {
            let start = self.byte(place.start)?;
            let end = self.byte(place.end).unwrap_or(start);
            Some(Span::new(start, end.max(start)))
        });
        (self.source.clone(), span.unwrap_or(self.span))
    }

    /// What is wrong, at its place. `what` is the query.
    pub(crate) fn fault(&self, code: &'static str, what: &str, fault: QueryFault) -> Diagnostic {
        let (source, span) = self.place(fault.place);
        let help = fault.help.unwrap_or_else(|| {
            "queries are written in the SQL of DataFusion, PostgreSQL's but for details".to_owned()
        });
        let message = format!("{what}: {}", fault.message);
        Diagnostic::error(code, &source, span, message).with_help(help)
    }

    fn byte(&self, (line, column): (usize, usize)) -> Option<usize> {
        let start = (*self.lines.get(line.checked_sub(1)?)?)?;
        let rest = &self.source.text[start..];
        let mut columns = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
        columns.nth(column.checked_sub(1)?).map(|at| start + at)
    }
}

/// What is wrong with a query that is shown under a name, at its place.
#[must_use]
pub fn diagnostic_of_query(name: &str, query: &str, fault: QueryFault) -> Diagnostic {
    Written::in_file(name, query).fault("edulac::spec::sql", "the query cannot be answered", fault)
}

/// The path of a query file: relative to the folder of the pipeline's file.
pub(crate) fn beside(file: &str, path: &str) -> String {
    match file.rsplit_once('/') {
        Some((folder, _)) if !path.starts_with('/') => format!("{folder}/{path}"),
        _ => path.to_owned(),
    }
}

/// The query of a step as it is written in its source, `text` being what it reads as.
pub(crate) fn written(source: &Source, tree: &Node, step: &str, query: &str) -> Written {
    let file = tree.at_pointer(&format!("/steps/{step}"));
    match file.and_then(|step| text(step, "query_file")) {
        Some(file) => Written::in_file(&beside(&source.name, file), query),
        None => Written::in_step(source, tree, step, query),
    }
}

/// The lines of a block (`|`): those of the file from its place on, less the indentation.
fn block(source: &Source, span: Span, query: &str) -> Vec<Option<usize>> {
    let text = &source.text;
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let indentation = span.start - line;
    let mut written = starts(&text[line..]).map(|(start, text)| (line + start, text));
    let mut lines = Vec::new();
    for (_, wanted) in starts(query) {
        let found = written.next().and_then(|(start, text)| {
            let inner = text.get(indentation..).unwrap_or_default();
            (inner == wanted).then_some(start + indentation.min(text.len()))
        });
        lines.push(found);
    }
    lines
}

/// The lines of a text, each with the byte where it starts.
fn starts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}
