//! The part of JSON Schema that types generate, read from its JSON.

use serde_json::{Map, Value as Json};

/// A JSON Schema document.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'a> {
    root: &'a Json,
}

/// A variant of a union told apart by a key: the value of that key, and the schema of the variant.
pub(crate) struct Variant<'a> {
    pub(crate) name: &'a str,
    pub(crate) schema: &'a Json,
}

impl<'a> Schema<'a> {
    pub(crate) fn new(root: &'a Json) -> Self {
        Self { root }
    }

    /// The schema behind a `$ref`, and that one's own, until there is none. Depth is bounded: a circle ends somewhere.
    pub(crate) fn resolve(self, schema: &'a Json) -> &'a Json {
        let mut schema = schema;
        for _ in 0..16 {
            let target = schema.get("$ref").and_then(Json::as_str);
            match target.and_then(|target| self.root.pointer(target.strip_prefix('#')?)) {
                Some(next) => schema = next,
                None => break,
            }
        }
        schema
    }

    /// As [`Schema::resolve`], but stops at the first schema that describes itself: a field's own description counts
    /// before that of its type.
    pub(crate) fn resolve_described(self, schema: &'a Json) -> &'a Json {
        match schema.get("description") {
            Some(_) => schema,
            None => self.resolve(schema),
        }
    }

    /// The kinds that a schema or its alternatives allow; none when one of them does not say.
    pub(crate) fn kinds(self, schema: &'a Json) -> Vec<&'a str> {
        let own = types(schema);
        if !own.is_empty() {
            return own;
        }
        let mut all = Vec::new();
        for alternative in self.alternatives(schema).unwrap_or_default() {
            let kinds = types(alternative);
            if kinds.is_empty() {
                return Vec::new();
            }
            all.extend(kinds);
        }
        all
    }

    /// The alternatives of a union.
    pub(crate) fn alternatives(self, schema: &'a Json) -> Option<Vec<&'a Json>> {
        let list = schema.get("oneOf").or_else(|| schema.get("anyOf"))?;
        Some(
            list.as_array()?
                .iter()
                .map(|item| self.resolve(item))
                .collect(),
        )
    }

    /// The values a schema allows, when it lists them: `enum`, `const`, or a union of constants.
    pub(crate) fn constants(self, schema: &'a Json) -> Option<Vec<&'a Json>> {
        if let Some(values) = schema.get("enum").and_then(Json::as_array) {
            return Some(values.iter().collect());
        }
        if let Some(value) = schema.get("const") {
            return Some(vec![value]);
        }
        let mut values = Vec::new();
        for alternative in self.alternatives(schema)? {
            values.extend(self.constants(alternative)?);
        }
        Some(values)
    }

    /// The key that tells the alternatives of a union apart, and the variants.
    pub(crate) fn tagged(self, alternatives: &[&'a Json]) -> Option<(&'a str, Vec<Variant<'a>>)> {
        let first = properties(alternatives.first()?)?;
        first.keys().find_map(|key| {
            let variants: Option<Vec<Variant<'a>>> = alternatives
                .iter()
                .map(|schema| {
                    let name = properties(schema)?.get(key)?.get("const")?.as_str()?;
                    Some(Variant { name, schema })
                })
                .collect();
            Some((key.as_str(), variants?))
        })
    }
}

/// Whether values may be secrets: `writeOnly`, as JSON Schema says it.
pub(crate) fn is_secret(schema: &Json) -> bool {
    schema.get("writeOnly") == Some(&Json::Bool(true))
}

/// The declared keys of a mapping.
pub(crate) fn properties(schema: &Json) -> Option<&Map<String, Json>> {
    schema.get("properties")?.as_object()
}

/// The kinds a schema allows (`type`), none when it does not say.
pub(crate) fn types(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(name)) => vec![name],
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The first sentence of what the schema says about itself, on one line and without its point.
pub(crate) fn summary(schema: &Json) -> Option<String> {
    let text = schema.get("description")?.as_str()?;
    let paragraph = text.split("\n\n").next()?.replace('\n', " ");
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    Some(paragraph[..end].trim_end_matches('.').to_owned())
}

/// Lowest and highest value of a whole number: `minimum`, `maximum` and the size named by `format`.
pub(crate) fn bounds(schema: &Json) -> (Option<f64>, Option<f64>) {
    let number = |key: &str| schema.get(key).and_then(Json::as_f64);
    let size = match schema.get("format").and_then(Json::as_str) {
        Some("uint8") => Some(f64::from(u8::MAX)),
        Some("uint16") => Some(f64::from(u16::MAX)),
        Some("uint32") => Some(f64::from(u32::MAX)),
        Some("int32") => Some(f64::from(i32::MAX)),
        _ => None,
    };
    (number("minimum"), number("maximum").or(size))
}
