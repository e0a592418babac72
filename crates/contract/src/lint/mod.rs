//! From the document to the contract: every rule of the lake is checked on the way, so that what a rule reads
//! it reads once, and a contract that comes out needs no second look.

mod arguments;
mod column;
mod extensions;
mod header;
mod meaning;
mod options;
mod quality;
mod relationship;
mod table;

use edulac_yaml::{Diagnostic, Node, Source, Span};

use crate::contract::Contract;
use crate::document::Document;

/// All findings, and the contract when none of them is an error.
pub(crate) fn lint(
    source: &Source,
    tree: &Node,
    document: Document,
) -> (Option<Contract>, Vec<Diagnostic>) {
    let mut linter = Linter {
        source,
        tree,
        found: Vec::new(),
    };
    let contract = linter.contract(document);
    let clean = !linter.found.iter().any(Diagnostic::is_error);
    (contract.filter(|_| clean), linter.found)
}

/// Collects findings by JSON pointer. Its methods are the rules, one file for each part of the document.
struct Linter<'a> {
    source: &'a Source,
    tree: &'a Node,
    found: Vec<Diagnostic>,
}

impl Linter<'_> {
    /// Notes an error at `pointer`, or at its nearest ancestor when nothing is written there.
    fn error(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.span(pointer);
        self.found
            .push(Diagnostic::error(code, self.source, span, message).with_help(help));
    }

    fn warning(
        &mut self,
        code: &'static str,
        pointer: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.span(pointer);
        self.found
            .push(Diagnostic::warning(code, self.source, span, message).with_help(help));
    }

    fn span(&self, pointer: &str) -> Span {
        self.tree.span_at(pointer)
    }

    /// A text that must be there and say something.
    fn text(
        &mut self,
        pointer: &str,
        text: Option<&str>,
        what: &str,
        help: &str,
    ) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.error(
                "edulac::contract::missing",
                pointer,
                format!("{what} is missing"),
                help,
            );
        }
        text.map(str::to_owned)
    }

    /// A word that must be one of a closed list.
    fn word<T: Copy>(
        &mut self,
        pointer: &str,
        written: &str,
        what: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let found = all.iter().copied().find(|value| name(*value) == written);
        if found.is_none() {
            let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
            self.error(
                "edulac::contract::unknown_word",
                pointer,
                format!("{what} cannot be `{written}`"),
                suggest(written, &names),
            );
        }
        found
    }
}

/// `did you mean` when a name is close, the list of names in any case.
pub(crate) fn suggest(written: &str, names: &[&str]) -> String {
    let all = format!("one of {}", edulac_yaml::list(names.iter().copied()));
    match edulac_yaml::did_you_mean(written, names.iter().copied()) {
        Some(close) => format!("did you mean `{close}`? ({all})"),
        None => all,
    }
}

/// A name that SQL engines and file systems all take: lower-case ASCII, digits, `_`, a letter first.
fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
