//! What the YAML reader refuses, with a remedy.

use serde_saphyr::{Error, SnippetMode, UserMessageFormatter};

use crate::{Diagnostic, Source, Span};

/// The reader's error at its place.
pub(crate) fn diagnostic(source: &Source, error: &Error) -> Diagnostic {
    let span = error.location().map_or_else(Span::default, |location| {
        let place = location.span();
        let start = match place.byte_offset() {
            Some(offset) => offset as usize,
            // Errors of the scanner have no byte offset.
            None => source.offset(location.line() as usize, location.column() as usize),
        };
        Span::new(start, start + place.byte_len().unwrap_or_default() as usize)
    });
    let error = cause(error);
    if is_too_large(error) {
        let message =
            "the file is too deep, has too many values, or grows too much through its aliases";
        return Diagnostic::error("edulac::yaml::too_large", source, span, message).with_help(
            "nest less than 48 deep, and write values out instead of repeating aliases",
        );
    }
    let message = error.render_with_options(serde_saphyr::render_options! {
        formatter: &UserMessageFormatter,
        snippets: SnippetMode::Off,
    });
    let message = without_place(&message);
    let help = if source.text[..source.clamp(span).start].ends_with('$') {
        "inside `{…}` and `[…]`, put `${name}` between quotes"
    } else {
        remedy(error, message)
    };
    Diagnostic::error("edulac::yaml::syntax", source, span, message).with_help(help)
}

/// The error itself, without the story of how an alias led to it.
fn cause(error: &Error) -> &Error {
    match error.without_snippet() {
        Error::AliasError { error, .. } => cause(error),
        error => error,
    }
}

fn is_too_large(error: &Error) -> bool {
    matches!(
        error,
        Error::Budget { .. }
            | Error::AliasReplayLimitExceeded { .. }
            | Error::AliasExpansionLimitExceeded { .. }
            | Error::AliasReplayStackDepthExceeded { .. }
    )
}

/// The message without ` at line 1, column 2`, which the picture shows.
fn without_place(message: &str) -> &str {
    message
        .rsplit_once(" at line ")
        .map_or(message, |(text, _)| text)
}

fn remedy(error: &Error, message: &str) -> &'static str {
    match error {
        Error::MultipleDocuments { .. } => "keep one document in the file: remove `---`",
        Error::MergeKeyNotAllowed { .. } => "write the keys out instead of merging them with `<<`",
        Error::UnsupportedTag { .. } => "remove the tag: values have no tag here",
        Error::UnknownAnchor { .. } => "write the value itself, or define `&name` before `*name`",
        Error::Unexpected { .. } => "a key is a plain text",
        _ => of_message(message),
    }
}

/// Errors of the scanner are only told apart by their text; a text that changes loses its remedy and nothing else.
fn of_message(message: &str) -> &'static str {
    let known = [
        (
            "mapping values are not allowed",
            "put a text that contains `: ` between quotes, and give the keys of a mapping the same indentation",
        ),
        ("tab", "indent with spaces: YAML does not allow tabs"),
        ("unclosed quote", "close the quote"),
        (
            "mismatched bracket",
            "close what was opened last: `[` with `]`, `{` with `}`",
        ),
        (
            "unexpected character",
            "put a text that starts with this character between quotes",
        ),
        (
            "illegal placement of ':'",
            "a list or a mapping opened above is not closed: look for a missing `]` or `}`",
        ),
        ("number", "put it between quotes if it is a code"),
        ("finite", "write a finite number, or put it between quotes"),
    ];
    known
        .iter()
        .find(|(text, _)| message.contains(text))
        .map_or(
            "the reader stopped here: the mistake is here or just above (indentation, quotes, brackets)",
            |(_, help)| help,
        )
}
