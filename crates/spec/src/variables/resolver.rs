//! Putting values in place of `${name}`.

use edulac_yaml::{Diagnostic, Entry, Node, Source, Span, Value, did_you_mean, list};

use super::{Uses, Variables};

pub(super) struct Resolver<'a> {
    pub(super) variables: &'a Variables,
    pub(super) source: &'a Source,
    pub(super) uses: Uses,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

impl Resolver<'_> {
    pub(super) fn node(&mut self, node: Node) -> Node {
        let span = node.span;
        let value = match node.value {
            Value::String(text) => return self.text(text, span),
            Value::Sequence(items) => {
                Value::Sequence(items.into_iter().map(|item| self.node(item)).collect())
            }
            Value::Mapping(entries) => Value::Mapping(
                entries
                    .into_iter()
                    .map(|entry| Entry {
                        value: self.node(entry.value),
                        ..entry
                    })
                    .collect(),
            ),
            other => other,
        };
        Node { value, span }
    }

    fn text(&mut self, text: String, span: Span) -> Node {
        let parts = match split(&text) {
            Ok(parts) => parts,
            Err(bad) => {
                let message = format!("`{bad}` is not a variable");
                self.report("edulac::spec::bad_variable", span, message, |diagnostic| {
                    diagnostic.with_help("write `${name}`, or `$${` for the characters themselves")
                });
                return Node {
                    value: Value::String(text),
                    span,
                };
            }
        };
        if let [Part::Variable(name)] = parts[..] {
            let value = self.value(name, span).cloned();
            let value = value.map_or(Value::String(text.clone()), |value| moved(value, span));
            return Node { value, span };
        }
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Variable(name) => match self.value(name, span) {
                    Some(Value::Sequence(_)) => {
                        let message = format!("`{name}` is a list, it cannot stand inside a text");
                        self.report("edulac::spec::bad_variable", span, message, |diagnostic| {
                            diagnostic.with_help(format!(
                                "write `${{{name}}}` alone where a list is wanted"
                            ))
                        });
                    }
                    Some(value) => out.push_str(&plain(value)),
                    None => {}
                },
            }
        }
        Node {
            value: Value::String(out),
            span,
        }
    }

    /// The value of a variable, noting its use; an unknown one is reported.
    fn value(&mut self, name: &str, span: Span) -> Option<&Value> {
        let names = self.uses.places.entry(span.start).or_default();
        names.push(name.to_owned());
        let value = self.variables.values.get(name);
        if value.is_none() {
            let known = || self.variables.values.keys().map(String::as_str);
            let mut help = match did_you_mean(name, known()) {
                Some(close) => format!("did you mean `${{{close}}}`? "),
                None => String::new(),
            };
            if self.variables.values.is_empty() {
                help += "the profile has no variables";
            } else {
                help += &format!("the profile has {}", list(known()));
            }
            help += &format!("; give it there, or with `--set {name}=…`");
            let message = format!("unknown variable `{name}`");
            self.report(
                "edulac::spec::unknown_variable",
                span,
                message,
                |diagnostic| diagnostic.with_label("no such variable").with_help(help),
            );
        }
        value
    }

    fn report(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let diagnostic = Diagnostic::error(code, self.source, span, message);
        self.found.push(complete(diagnostic));
    }
}

enum Part<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// A text cut at its variables; `$${` stands for `${` itself. The error is what looks like a variable and is not.
fn split(text: &str) -> Result<Vec<Part<'_>>, &str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let before = &rest[..at];
        let after = &rest[at + 2..];
        if let Some(before) = before.strip_suffix('$') {
            parts.push(Part::Text(before));
            parts.push(Part::Text("${"));
            rest = after;
            continue;
        }
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        let end = after.find('}').ok_or(&rest[at..])?;
        let name = &after[..end];
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(&rest[at..at + 2 + end + 1]);
        }
        parts.push(Part::Variable(name));
        rest = &after[end + 1..];
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}

/// The value with all its places at one: that of its use.
fn moved(value: Value, span: Span) -> Value {
    match value {
        Value::Sequence(items) => Value::Sequence(
            items
                .into_iter()
                .map(|item| Node {
                    value: moved(item.value, span),
                    span,
                })
                .collect(),
        ),
        other => other,
    }
}

/// A scalar as it stands inside a text.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => String::new(),
    }
}
