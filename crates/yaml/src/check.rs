//! Tree against JSON Schema: every finding, with its place.

use std::collections::{BTreeSet, HashMap};

use regex::Regex;
use serde_json::Value as Json;

use crate::finding::Finder;
use crate::schema::{self, Schema};
use crate::{Diagnostic, Entry, Node, Source, Span, Value};

/// Checks a tree against a JSON Schema, as `schemars` writes it for our types: `$ref`, `properties`, `required`,
/// `additionalProperties`, `propertyNames`, `items`, `minItems`, `uniqueItems`, `type`, `enum`, `const`,
/// `oneOf`/`anyOf` (told apart by a constant key, or by kind), `allOf`, `minimum`, `maximum`, `exclusiveMinimum`,
/// `minLength`, `maxLength`, `pattern` (with `examples` as the remedy), `writeOnly` (a secret: never repeated).
///
/// Returns every finding in the order of the file; none means that the tree has the shape of the type.
pub fn check(source: &Source, node: &Node, schema: &Json) -> Vec<Diagnostic> {
    check_with_formats(source, node, schema, &[])
}

/// What makes a text a value of a `format` of the schema: an error says why it is not.
pub type FormatCheck = fn(&str) -> Result<(), String>;

/// As [`check`], and texts whose schema names a `format` (a code, an address) must also pass its function.
pub fn check_with_formats(
    source: &Source,
    node: &Node,
    schema: &Json,
    formats: &[(&str, FormatCheck)],
) -> Vec<Diagnostic> {
    let mut checker = Checker {
        schema: Schema::new(schema),
        formats,
        patterns: HashMap::new(),
        find: Finder::new(source),
    };
    let place = match node.value {
        Value::Null => Span::default(), // an empty file ends after its comments
        _ => node.heading(),
    };
    checker.check(node, place, schema);
    let mut found = checker.find.found;
    found.sort_by_key(|finding| finding.span.start);
    found
}

struct Checker<'a> {
    schema: Schema<'a>,
    formats: &'a [(&'a str, FormatCheck)],
    /// Compiled once a document; none for what is not a regular expression of ours, a mistake of the schema.
    patterns: HashMap<&'a str, Option<Regex>>,
    find: Finder<'a>,
}

impl<'a> Checker<'a> {
    /// `place` is where the eye goes for this node: its text, or the key that holds it.
    fn check(&mut self, node: &Node, place: Span, schema: &'a Json) {
        let schema = self.schema.resolve(schema);
        if schema::is_secret(schema) {
            return self.check_secret(node, place, schema);
        }
        self.check_resolved(node, place, schema);
    }

    /// Whatever is wrong with it, the value of a secret is not repeated.
    fn check_secret(&mut self, node: &Node, place: Span, schema: &'a Json) {
        let before = self.find.found.len();
        self.check_resolved(node, place, schema);
        if self.find.found.len() > before {
            self.find.found.truncate(before);
            self.find.no_reference(place, schema);
        }
    }

    fn check_resolved(&mut self, node: &Node, place: Span, schema: &'a Json) {
        if let Some(allowed) = self.schema.constants(schema) {
            return self.check_constant(node, place, schema, &allowed);
        }
        if let Some(alternatives) = self.schema.alternatives(schema) {
            self.check_union(node, place, &alternatives);
        }
        for part in array(schema, "allOf") {
            self.check(node, place, part);
        }
        let types = schema::types(schema);
        if !types.is_empty() && !types.iter().any(|name| is_kind(node, name)) {
            return self.find.wrong_type(node, place, &types, schema);
        }
        match &node.value {
            Value::Mapping(entries) => self.check_mapping(entries, place, schema),
            Value::Sequence(items) => self.check_sequence(items, place, schema),
            Value::Integer(value) => self.check_number(*value as f64, place, schema),
            Value::Float(value) => self.check_number(*value, place, schema),
            Value::String(text) => self.check_text(text, place, schema),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn check_mapping(&mut self, entries: &[Entry], place: Span, schema: &'a Json) {
        let known = schema::properties(schema);
        let others = schema.get("additionalProperties");
        for entry in entries {
            let own = known.and_then(|known| known.get(&entry.key));
            match own.or(others) {
                Some(Json::Bool(false)) => {
                    let allowed = known.into_iter().flat_map(serde_json::Map::keys);
                    self.find
                        .unknown_key(entry, allowed.map(String::as_str).collect());
                }
                Some(schema) => {
                    self.find.path.push(entry.key.clone());
                    self.check(&entry.value, entry.place(), schema);
                    self.find.path.pop();
                }
                None => {}
            }
            if let Some(names) = schema.get("propertyNames")
                && !self.matches_pattern(&entry.key, names)
            {
                self.find.bad_name(entry, names);
            }
        }
        for key in array(schema, "required").filter_map(Json::as_str) {
            if !entries.iter().any(|entry| entry.key == key) {
                let own = known.and_then(|known| known.get(key));
                let own = own.map(|schema| self.schema.resolve_described(schema));
                self.find.missing_key(place, key, own);
            }
        }
    }

    fn check_sequence(&mut self, items: &[Node], place: Span, schema: &'a Json) {
        if let Some(item_schema) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.find.path.push(format!("[{index}]"));
                self.check(item, item.heading(), item_schema);
                self.find.path.pop();
            }
        }
        let least = schema.get("minItems").and_then(Json::as_u64).unwrap_or(0);
        if (items.len() as u64) < least {
            self.find.too_short_list(place, least);
        }
        if schema.get("uniqueItems") == Some(&Json::Bool(true)) {
            let mut seen = BTreeSet::new();
            for item in items {
                let text = item.to_json().to_string();
                if !seen.insert(text.clone()) {
                    self.find.repeated_item(item.heading(), &text);
                }
            }
        }
    }

    fn check_number(&mut self, value: f64, place: Span, schema: &'a Json) {
        let (least, most) = schema::bounds(schema);
        let above = schema.get("exclusiveMinimum").and_then(Json::as_f64);
        if let Some(least) = least.filter(|least| value < *least) {
            self.find
                .out_of_range(place, value, &format!("at least {least}"));
        } else if let Some(above) = above.filter(|above| value <= *above) {
            self.find
                .out_of_range(place, value, &format!("more than {above}"));
        } else if let Some(most) = most.filter(|most| value > *most) {
            self.find
                .out_of_range(place, value, &format!("at most {most}"));
        }
    }

    fn check_text(&mut self, text: &str, place: Span, schema: &'a Json) {
        let length = text.chars().count() as u64;
        let limit = |key: &str| schema.get(key).and_then(Json::as_u64);
        if limit("minLength").is_some_and(|least| length < least) {
            return self.find.empty_text(place);
        }
        if let Some(most) = limit("maxLength").filter(|most| length > *most) {
            return self.find.too_long_text(place, most);
        }
        let format = schema.get("format").and_then(Json::as_str);
        let format = self.formats.iter().find(|(name, _)| Some(*name) == format);
        if let Some((_, check)) = format
            && let Err(reason) = check(text)
        {
            return self.find.bad_form(place, text, schema, Some(&reason));
        }
        if !self.matches_pattern(text, schema) {
            self.find.bad_form(place, text, schema, None);
        }
    }

    fn matches_pattern(&mut self, text: &str, schema: &'a Json) -> bool {
        let Some(pattern) = schema.get("pattern").and_then(Json::as_str) else {
            return true;
        };
        let compiled = self
            .patterns
            .entry(pattern)
            .or_insert_with(|| Regex::new(pattern).ok());
        compiled
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(text))
    }

    fn check_constant(&mut self, node: &Node, place: Span, schema: &'a Json, allowed: &[&Json]) {
        if allowed.contains(&&node.to_json()) {
            return;
        }
        let kinds: Vec<&str> = allowed.iter().map(|value| kind_of(value)).collect();
        if kinds.iter().any(|kind| is_kind(node, kind)) {
            self.find.bad_value(node, place, allowed);
        } else {
            self.find.wrong_type(node, place, &kinds, schema);
        }
    }

    fn check_union(&mut self, node: &Node, place: Span, alternatives: &[&'a Json]) {
        let (null, rest): (Vec<_>, Vec<_>) = alternatives
            .iter()
            .copied()
            .partition(|schema| schema::types(schema) == ["null"]);
        if node.value == Value::Null && !null.is_empty() {
            return;
        }
        if let [only] = rest[..] {
            return self.check(node, place, only);
        }
        if let (Value::Mapping(entries), Some((key, variants))) =
            (&node.value, self.schema.tagged(&rest))
        {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name).collect();
            let Some(entry) = entries.iter().find(|entry| entry.key == key) else {
                return self.find.missing_tag(place, key, &names);
            };
            let written = entry.value.as_str();
            if let Some(variant) = variants.iter().find(|v| Some(v.name) == written) {
                return self.check(node, place, variant.schema);
            }
            self.find.path.push(key.to_owned());
            let names: Vec<Json> = names.into_iter().map(Json::from).collect();
            let names: Vec<&Json> = names.iter().collect();
            self.find.bad_value(&entry.value, entry.place(), &names);
            self.find.path.pop();
            return;
        }
        self.check_untagged(node, place, &rest);
    }

    /// A union without a tag: the alternative that has the fewest findings speaks for all, unless none is of the right kind.
    fn check_untagged(&mut self, node: &Node, place: Span, alternatives: &[&'a Json]) {
        let mut kinds = Vec::new();
        let mut best: Option<Vec<Diagnostic>> = None;
        for schema in alternatives {
            let types = self.schema.kinds(schema);
            if !types.is_empty() && !types.iter().any(|name| is_kind(node, name)) {
                kinds.extend(types);
                continue;
            }
            let before = self.find.found.len();
            self.check(node, place, schema);
            let findings = self.find.found.split_off(before);
            if best.as_ref().is_none_or(|best| findings.len() < best.len()) {
                best = Some(findings);
            }
        }
        match best {
            Some(findings) => self.find.found.extend(findings),
            None => self.find.wrong_type(node, place, &kinds, &Json::Null),
        }
    }
}

fn is_kind(node: &Node, name: &str) -> bool {
    match &node.value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Integer(_) => name == "integer" || name == "number",
        Value::Float(_) => name == "number",
        Value::String(_) => name == "string",
        Value::Sequence(_) => name == "array",
        Value::Mapping(_) => name == "object",
    }
}

/// The kind of a constant of the schema.
fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn array<'a>(schema: &'a Json, key: &str) -> impl Iterator<Item = &'a Json> + use<'a> {
    schema
        .get(key)
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
}
