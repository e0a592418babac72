//! Text to tree.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy, Options, Spanned};

use crate::{Diagnostic, Entry, Node, Source, Span, Value, syntax};

/// Longest text read, in bytes: far above any file written by hand.
const MAX_BYTES: usize = 4 << 20;

/// Reads a YAML text of one document.
///
/// # Errors
/// A syntax error stops the reading, so it comes alone; keys written twice in a mapping are all reported. Merge keys
/// (`<<`), custom tags, infinite numbers and documents that grow through aliases are refused.
pub fn parse(source: &Source) -> Result<Node, Vec<Diagnostic>> {
    if source.text.len() > MAX_BYTES {
        let message = format!("the file is larger than {} MiB", MAX_BYTES >> 20);
        return Err(vec![
            Diagnostic::error("edulac::yaml::too_large", source, Span::default(), message)
                .with_help("configuration is written by hand: is this a data file?"),
        ]);
    }
    let raw: Raw = serde_saphyr::from_str_with_options(&source.text, options())
        .map_err(|error| vec![syntax::diagnostic(source, &error)])?;
    let mut wrong = Vec::new();
    let node = place(raw, source, &mut wrong);
    if wrong.is_empty() {
        Ok(node)
    } else {
        Err(wrong)
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 48,
            max_nodes: 20_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 20_000,
            max_replay_stack_depth: 16,
        },
        // All duplicates are reported together by `place`.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        non_finite_float_policy: NonFiniteFloatPolicy::Reject,
        with_snippet: false,
    }
}

/// A value as the reader gives it.
struct Raw(Spanned<RawValue>);

enum RawValue {
    Scalar(Value),
    Sequence(Vec<Raw>),
    /// A key that reads as null is a name too: `null: [NA]`.
    Mapping(Vec<(Spanned<Option<String>>, Raw)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<RawValue, E> {
        Ok(RawValue::Scalar(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<RawValue, E> {
        Ok(RawValue::Scalar(Value::Integer(value)))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<RawValue, E> {
        i64::try_from(value)
            .map(|value| RawValue::Scalar(Value::Integer(value)))
            .map_err(|_| E::custom(format!("the number {value} is too large")))
    }

    fn visit_f64<E>(self, value: f64) -> Result<RawValue, E> {
        Ok(RawValue::Scalar(Value::Float(value)))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<RawValue, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E>(self, value: String) -> Result<RawValue, E> {
        Ok(RawValue::Scalar(Value::String(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(RawValue::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(RawValue::Mapping(entries))
    }

    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<RawValue, E> {
        Err(E::custom("binary values are not used here"))
    }
}

/// The tree with byte places, noting every key that is written twice or has no name.
fn place(Raw(raw): Raw, source: &Source, wrong: &mut Vec<Diagnostic>) -> Node {
    let span = span_of(raw.defined);
    let value = match raw.value {
        RawValue::Scalar(value) => value,
        RawValue::Sequence(items) => Value::Sequence(
            items
                .into_iter()
                .map(|item| place(item, source, wrong))
                .collect(),
        ),
        RawValue::Mapping(raw_entries) => {
            let mut entries: Vec<Entry> = Vec::with_capacity(raw_entries.len());
            let mut seen = std::collections::HashMap::new();
            for (key, value) in raw_entries {
                let key_span = span_of(key.defined);
                let key = match key.value {
                    Some(key) => key,
                    None => written(source, key_span),
                };
                let value = place(value, source, wrong);
                if key.is_empty() || key == "~" {
                    wrong.push(nameless_key(source, key_span));
                } else if let Some(first) = seen.insert(key.clone(), key_span) {
                    wrong.push(duplicate_key(source, &key, first, key_span));
                } else {
                    entries.push(Entry {
                        key,
                        key_span,
                        value,
                    });
                }
            }
            Value::Mapping(entries)
        }
    };
    Node { value, span }
}

fn written(source: &Source, span: Span) -> String {
    let span = source.clamp(span);
    source.text[span.start..span.end].to_owned()
}

fn nameless_key(source: &Source, span: Span) -> Diagnostic {
    Diagnostic::error("edulac::yaml::syntax", source, span, "a key has no name")
        .with_help("write `name: value`, or `- value` for an item of a list")
}

fn duplicate_key(source: &Source, key: &str, first: Span, second: Span) -> Diagnostic {
    let message = format!("the key `{key}` is written twice in the same mapping");
    Diagnostic::error("edulac::yaml::duplicate_key", source, second, message)
        .with_label("second time")
        .with_related(source, first, "first time")
        .with_help("keep one of the two, or rename one")
}

fn span_of(location: serde_saphyr::Location) -> Span {
    let span = location.span();
    // Byte offsets are always there for values read from a text in memory.
    let start = span.byte_offset().unwrap_or_default() as usize;
    let length = span.byte_len().unwrap_or_default() as usize;
    Span::new(start, start + length)
}
