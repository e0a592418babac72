//! The tree of a YAML document, each node with its place.

use crate::Span;

/// A value and its place. Aliases are already replaced by what they stand for, with the place of the original.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What is written.
    pub value: Value,
    /// Where. A scalar's span covers its text (quotes included); that of a block mapping or sequence is only its start.
    pub span: Span,
}

/// A YAML 1.2 value. Only `true` and `false` are booleans, and a number with a leading zero (`035`) is a text:
/// French codes keep their zeros even unquoted.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Empty, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number with a fraction or an exponent.
    Float(f64),
    /// A text, quoted or not.
    String(String),
    /// `- a` or `[a]`.
    Sequence(Vec<Node>),
    /// `k: v` or `{k: v}`, in the order written; keys are unique.
    Mapping(Vec<Entry>),
}

/// One key of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key, as text.
    pub key: String,
    /// Where the key is.
    pub key_span: Span,
    /// Its value.
    pub value: Node,
}

impl Value {
    /// The kind of value, in YAML words with their article (`a text`, `a mapping`).
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "empty",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a decimal number",
            Self::String(_) => "a text",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

impl Node {
    /// The text, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The keys of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The value of a key of this mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// A key of this mapping, with its place.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The node at a JSON pointer (RFC 6901), for example `/sources/annuaire/type`; the whole document for ``.
    pub fn at_pointer(&self, pointer: &str) -> Option<&Node> {
        tokens(pointer).try_fold(self, |node, token| node.child(&token))
    }

    /// The best place to show for a JSON pointer: the text of a scalar, the key of a mapping or list, and when the
    /// pointer leads nowhere (a missing key) the place of the deepest ancestor that exists.
    pub fn span_at(&self, pointer: &str) -> Span {
        let (mut node, mut span) = (self, self.heading());
        for token in tokens(pointer) {
            let Some(child) = node.child(&token) else {
                break;
            };
            span = match node.entry(&token) {
                Some(entry) => entry.place(),
                None => child.heading(),
            };
            node = child;
        }
        span
    }

    /// The place of the last key of a JSON pointer, where [`Node::span_at`] gives that of its value.
    pub fn key_span_at(&self, pointer: &str) -> Span {
        let (parent, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        self.at_pointer(parent)
            .and_then(|node| node.entry(&unescape(key)))
            .map_or_else(|| self.span_at(pointer), |entry| entry.key_span)
    }

    /// The same value as JSON. Places are lost.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Integer(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::String(value) => value.as_str().into(),
            Value::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Value::Mapping(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect(),
        }
    }

    /// Where the eye goes for this node alone: its text, or the first key or item of a collection.
    pub(crate) fn heading(&self) -> Span {
        match &self.value {
            Value::Mapping(entries) => entries.first().map_or(self.span, |entry| entry.key_span),
            Value::Sequence(items) => items.first().map_or(self.span, Self::heading),
            _ => self.span,
        }
    }

    fn child(&self, token: &str) -> Option<&Node> {
        match &self.value {
            Value::Mapping(_) => self.get(token),
            Value::Sequence(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        }
    }
}

impl Entry {
    /// Where the eye goes for this entry: the text of a scalar, else its key.
    pub fn place(&self) -> Span {
        match self.value.value {
            Value::Mapping(_) | Value::Sequence(_) | Value::Null => self.key_span,
            _ => self.value.span,
        }
    }
}

fn tokens(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(unescape)
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
