//! `${name}`: typed values of the profile, put into files before they are checked.

use std::collections::BTreeMap;

use edulac_yaml::{Diagnostic, Entry, Node, Source, Span, Value, did_you_mean, list};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Variable {
    /// One value.
    Scalar(Scalar),
    /// Several.
    List(Vec<Scalar>),
}

/// One value of a variable.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Number(f64),
    /// A text.
    Text(String),
}

impl From<&Scalar> for Value {
    fn from(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::Bool(value) => Self::Bool(*value),
            Scalar::Integer(value) => Self::Integer(*value),
            Scalar::Number(value) => Self::Float(*value),
            Scalar::Text(value) => Self::String(value.clone()),
        }
    }
}

impl From<&Variable> for Value {
    fn from(variable: &Variable) -> Self {
        match variable {
            Variable::Scalar(scalar) => scalar.into(),
            Variable::List(items) => {
                Self::Sequence(items.iter().map(|item| at_start(item.into())).collect())
            }
        }
    }
}

/// The values to put in place of `${name}`.
pub(crate) struct Variables {
    values: IndexMap<String, Value>,
    /// Those that only `--set` gives.
    pub(crate) undeclared: Vec<String>,
}

/// Where a file uses which variables.
#[derive(Default)]
pub(crate) struct Uses {
    /// The names used at the place of a text, by its first byte.
    places: BTreeMap<usize, Vec<String>>,
}

impl Uses {
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.places.values().flatten()
    }
}

impl Variables {
    pub(crate) fn new(variables: &IndexMap<String, Variable>) -> Self {
        let values = variables.iter();
        Self {
            values: values
                .map(|(name, value)| (name.clone(), value.into()))
                .collect(),
            undeclared: Vec::new(),
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The variables of a profile's tree, those of `sets` in place of the profile's; and the tree that holds them.
    pub(crate) fn of_profile(
        source: &Source,
        mut tree: Node,
        sets: &[String],
        found: &mut Vec<Diagnostic>,
    ) -> (Node, Self) {
        let mut variables = Self {
            values: IndexMap::new(),
            undeclared: Vec::new(),
        };
        let mut declared = declared(&mut tree);
        for set in sets {
            if let Err(wrong) = variables.set(set, &mut declared) {
                found.push(*wrong);
            }
        }
        for entry in declared {
            let (node, _) = variables.resolve(source, entry.value.clone(), found);
            entry.value = node;
            variables
                .values
                .insert(entry.key.clone(), entry.value.value.clone());
        }
        (tree, variables)
    }

    /// Takes one `name=value` in: over the profile's value, as the same kind of value.
    fn set(&mut self, set: &str, declared: &mut [&mut Entry]) -> Result<(), Box<Diagnostic>> {
        let source = Source::new("--set", set);
        let bad = |span, message: String, help: &str| {
            let bad = Diagnostic::error("edulac::spec::bad_set", &source, span, message);
            Box::new(bad.with_help(help))
        };
        let whole = Span::new(0, set.len());
        let Some((name, text)) = set.split_once('=') else {
            let message = format!("`--set {set}` gives no value");
            return Err(bad(whole, message, "write `--set name=value`"));
        };
        let Some(entry) = declared.iter_mut().find(|entry| entry.key == name) else {
            self.values
                .insert(name.to_owned(), Value::String(text.to_owned()));
            self.undeclared.push(name.to_owned());
            return Ok(());
        };
        entry.value.value = like(&entry.value.value, text).ok_or_else(|| {
            let kind = entry.value.value.kind();
            bad(
                Span::new(name.len() + 1, set.len()),
                format!("`{name}` is {kind} in the profile, and `{text}` is not"),
                "give a value of the same kind, or change the profile",
            )
        })?;
        Ok(())
    }

    /// As [`Variables::resolve`], for the tree of the profile, whose `variables` are resolved already.
    pub(crate) fn resolve_beside(
        &self,
        source: &Source,
        mut tree: Node,
        found: &mut Vec<Diagnostic>,
    ) -> (Node, Uses) {
        let mut uses = Uses::default();
        if let Value::Mapping(entries) = &mut tree.value {
            for entry in entries.iter_mut().filter(|entry| entry.key != "variables") {
                let (node, more) = self.resolve(source, entry.value.clone(), found);
                entry.value = node;
                uses.places.extend(more.places);
            }
        }
        (tree, uses)
    }

    /// The tree with values in place of variables, at the places of their use.
    pub(crate) fn resolve(
        &self,
        source: &Source,
        node: Node,
        found: &mut Vec<Diagnostic>,
    ) -> (Node, Uses) {
        let mut resolver = Resolver {
            variables: self,
            source,
            uses: Uses::default(),
            found,
        };
        let node = resolver.node(node);
        (node, resolver.uses)
    }
}

/// Findings of the shape of a file, where variables are used: an unknown variable already has its own, and the remedy
/// for a wrong value is to change the variable.
pub(crate) fn explain_variables(
    shape: Vec<Diagnostic>,
    uses: &Uses,
    variables: &Variables,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for diagnostic in shape {
        let Some(names) = uses.places.get(&diagnostic.span.start) else {
            found.push(diagnostic);
            continue;
        };
        let known: Option<Vec<String>> = names
            .iter()
            .map(|name| {
                Some(format!(
                    "`${{{name}}}` is {}",
                    shown(variables.values.get(name)?)
                ))
            })
            .collect();
        if let Some(known) = known {
            let first = names.first().map_or("name", String::as_str);
            found.push(diagnostic.with_help(format!(
                "{}: change it in the profile or with `--set {first}=…`",
                known.join(", ")
            )));
        }
    }
    found
}

struct Resolver<'a> {
    variables: &'a Variables,
    source: &'a Source,
    uses: Uses,
    found: &'a mut Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn node(&mut self, node: Node) -> Node {
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

fn declared(tree: &mut Node) -> Vec<&mut Entry> {
    let Value::Mapping(entries) = &mut tree.value else {
        return Vec::new();
    };
    let variables = entries.iter_mut().find(|entry| entry.key == "variables");
    match variables.map(|entry| &mut entry.value.value) {
        Some(Value::Mapping(variables)) => variables.iter_mut().collect(),
        _ => Vec::new(),
    }
}

/// `text` as a value of the same kind as another; none when it is not one.
fn like(model: &Value, text: &str) -> Option<Value> {
    Some(match model {
        Value::Bool(_) => Value::Bool(text.parse().ok()?),
        Value::Integer(_) => Value::Integer(text.parse().ok()?),
        Value::Float(_) => Value::Float(text.parse().ok().filter(|value: &f64| value.is_finite())?),
        Value::Sequence(items) => {
            let first = items.first().map(|item| &item.value);
            let item = |text: &str| match first {
                Some(model) => like(model, text.trim()),
                None => Some(Value::String(text.trim().to_owned())),
            };
            let texts = text.split(',').filter(|text| !text.trim().is_empty());
            Value::Sequence(
                texts
                    .map(|text| item(text).map(at_start))
                    .collect::<Option<_>>()?,
            )
        }
        Value::String(_) | Value::Null | Value::Mapping(_) => Value::String(text.to_owned()),
    })
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

fn at_start(value: Value) -> Node {
    Node {
        value,
        span: Span::default(),
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

/// A value and its kind, for a message.
fn shown(value: &Value) -> String {
    let json = at_start(value.clone()).to_json();
    format!("`{json}`, {}", value.kind())
}
