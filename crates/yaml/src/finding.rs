//! The words of what [`crate::check`] finds.

use serde_json::Value as Json;

use crate::schema;
use crate::words::{form, is_no, is_yes, kinds, plural, shown, suggest};
use crate::{Diagnostic, Entry, Node, Source, Span, Value, list};

/// Collects findings, naming each by the way to it.
pub(crate) struct Finder<'a> {
    source: &'a Source,
    /// The way from the root: keys, and `[0]` for the first item of a list.
    pub(crate) path: Vec<String>,
    pub(crate) found: Vec<Diagnostic>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        Self {
            source,
            path: Vec::new(),
            found: Vec::new(),
        }
    }

    pub(crate) fn unknown_key(&mut self, entry: &Entry, allowed: Vec<&str>) {
        let message = format!("unknown key `{}` {}", entry.key, self.inside());
        let known = match allowed.is_empty() {
            true => "no key is allowed here".to_owned(),
            false => format!("allowed here: {}", list(allowed.iter().copied())),
        };
        let help = suggest(&entry.key, &allowed, &known);
        self.add("edulac::yaml::unknown_key", entry.key_span, message)
            .set("unknown key", help);
    }

    pub(crate) fn missing_key(&mut self, place: Span, key: &str, schema: Option<&Json>) {
        let message = format!("missing key `{key}` {}", self.inside());
        let help = match schema.and_then(schema::summary) {
            Some(summary) => format!("add `{key}: …` ({summary})"),
            None => format!("add `{key}: …`"),
        };
        let label = format!("`{key}` is missing here");
        self.add("edulac::yaml::missing_key", place, message)
            .set(&label, help);
    }

    pub(crate) fn missing_tag(&mut self, place: Span, key: &str, names: &[&str]) {
        let message = format!("missing key `{key}` {}", self.inside());
        let names = list(names.iter().copied());
        let label = format!("`{key}` is missing here");
        self.add("edulac::yaml::missing_key", place, message)
            .set(&label, format!("add `{key}: …`, one of {names}"));
    }

    pub(crate) fn wrong_type(&mut self, node: &Node, place: Span, types: &[&str], schema: &Json) {
        let wanted = kinds(types);
        let message = match node.value {
            Value::Null => format!("{} is empty, it must be {wanted}", self.here()),
            _ => format!("{} must be {wanted}", self.here()),
        };
        let help =
            self.remedy(node, types, schema)
                .unwrap_or_else(|| match schema::summary(schema) {
                    None => format!("write {wanted}"),
                    Some(summary) => format!("write {wanted} ({summary})"),
                });
        let label = format!("this is {}", node.value.kind());
        self.add("edulac::yaml::wrong_type", place, message)
            .set(&label, help);
    }

    pub(crate) fn bad_value(&mut self, node: &Node, place: Span, allowed: &[&Json]) {
        let written = match &node.value {
            Value::String(text) => format!("`{}`", shown(text)),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => node.value.kind().to_owned(),
            _ => format!("`{}`", node.to_json()),
        };
        let message = format!("{} cannot be {written}", self.here());
        let names: Vec<String> = allowed
            .iter()
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let help = match names[..] {
            [only] => format!("the only value is `{only}`"),
            _ => {
                let known = format!("one of {}", list(names.iter().copied()));
                suggest(node.as_str().unwrap_or_default(), &names, &known)
            }
        };
        self.add("edulac::yaml::bad_value", place, message)
            .set("not a known value", help);
    }

    /// `reason` says what is wrong with it, when more is known than that the form is not right.
    pub(crate) fn bad_form(
        &mut self,
        place: Span,
        text: &str,
        schema: &Json,
        reason: Option<&str>,
    ) {
        let message = format!("{} cannot be `{}`", self.here(), shown(text));
        self.add("edulac::yaml::bad_form", place, message)
            .set(reason.unwrap_or("not of the right form"), form(schema));
    }

    /// What is written may be the secret itself: it is said nowhere.
    pub(crate) fn no_reference(&mut self, place: Span, schema: &Json) {
        let message = format!(
            "{} must be a reference to a secret, never the secret itself",
            self.here()
        );
        let finding = Diagnostic::error(crate::NO_REFERENCE, self.source, place, message)
            .hiding_place()
            .with_label("not a reference")
            .with_help(form(schema));
        self.found.push(finding);
    }

    pub(crate) fn bad_name(&mut self, entry: &Entry, schema: &Json) {
        let message = format!("`{}` cannot be a name {}", entry.key, self.inside());
        self.add("edulac::yaml::bad_form", entry.key_span, message)
            .set("not of the right form", form(schema));
    }

    pub(crate) fn out_of_range(&mut self, place: Span, value: f64, bound: &str) {
        let message = format!("{} must be {bound}", self.here());
        let label = format!("{value} is out of range");
        self.add("edulac::yaml::out_of_range", place, message)
            .set(&label, format!("write a number of {bound}"));
    }

    pub(crate) fn empty_text(&mut self, place: Span) {
        let message = format!("{} must not be empty", self.here());
        self.add("edulac::yaml::empty", place, message)
            .set("empty", "write a text".to_owned());
    }

    pub(crate) fn too_long_text(&mut self, place: Span, most: u64) {
        let message = format!(
            "{} must have at most {most} character{}",
            self.here(),
            plural(most)
        );
        self.add("edulac::yaml::out_of_range", place, message)
            .set("too long", "write a shorter text".to_owned());
    }

    pub(crate) fn too_short_list(&mut self, place: Span, least: u64) {
        let message = format!(
            "{} must have at least {least} item{}",
            self.here(),
            plural(least)
        );
        self.add("edulac::yaml::empty", place, message)
            .set("not enough items", "add what is missing".to_owned());
    }

    pub(crate) fn repeated_item(&mut self, place: Span, text: &str) {
        let message = format!("{} has {text} twice", self.here());
        self.add("edulac::yaml::repeated_item", place, message)
            .set("second time", "keep one of the two".to_owned());
    }

    fn add(&mut self, code: &'static str, place: Span, message: String) -> Added<'_> {
        self.found
            .push(Diagnostic::error(code, self.source, place, message));
        Added(self.found.last_mut())
    }

    /// What the author most likely meant by a value of the wrong kind.
    fn remedy(&self, node: &Node, types: &[&str], schema: &Json) -> Option<String> {
        let text = self.source.text.get(node.span.start..node.span.end)?;
        let (scalar, number) = match &node.value {
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) => (true, true),
            Value::String(_) => (true, false),
            _ => (false, false),
        };
        let written = node.as_str().unwrap_or_default();
        if types.contains(&"string") && number {
            Some(format!("put it between quotes: `\"{text}\"`"))
        } else if types.contains(&"array") && scalar {
            let of_texts = schema.pointer("/items/type") == Some(&Json::from("string"));
            Some(match number && of_texts {
                true => format!("write it as a list: `[\"{text}\"]`"),
                false => format!("write it as a list: `[{text}]`"),
            })
        } else if types.contains(&"boolean") && is_yes(written) {
            Some("write `true`".to_owned())
        } else if types.contains(&"boolean") && is_no(written) {
            Some("write `false`".to_owned())
        } else if types.contains(&"integer") || types.contains(&"number") {
            let number = written.parse::<f64>().ok().filter(|n| n.is_finite())?;
            Some(format!(
                "write it without quotes or leading zeros: `{number}`"
            ))
        } else {
            None
        }
    }

    /// The thing at the current path.
    fn here(&self) -> String {
        match self.path.is_empty() {
            true => "the file".to_owned(),
            false => format!("`{}`", self.dotted()),
        }
    }

    /// Inside the thing at the current path.
    fn inside(&self) -> String {
        match self.path.is_empty() {
            true => "at the top of the file".to_owned(),
            false => format!("in `{}`", self.dotted()),
        }
    }

    fn dotted(&self) -> String {
        let mut out = String::new();
        for part in &self.path {
            if !out.is_empty() && !part.starts_with('[') {
                out.push('.');
            }
            out.push_str(part);
        }
        out
    }
}

/// The finding just added, to be completed.
struct Added<'a>(Option<&'a mut Diagnostic>);

impl Added<'_> {
    fn set(self, label: &str, help: String) {
        if let Some(diagnostic) = self.0 {
            diagnostic.label = diagnostic.source.without_secrets(label);
            diagnostic.help = Some(diagnostic.source.without_secrets(&help));
        }
    }
}
