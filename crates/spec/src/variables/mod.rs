//! `${name}`: typed values of the profile, put into files before they are checked.

mod resolver;
mod set;

use std::collections::BTreeMap;

use edulac_yaml::{Diagnostic, Node, Source, Span, Value};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use resolver::Resolver;

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
    /// Those that only `--set` gives, with their texts.
    pub(crate) undeclared: Vec<(String, String)>,
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
        let is_secret = diagnostic.code == edulac_yaml::NO_REFERENCE;
        let known: Option<Vec<String>> = names
            .iter()
            .map(|name| {
                let value = variables.values.get(name)?;
                Some(match is_secret {
                    true => format!("`${{{name}}}` is not `env:NAME` or `file:/path`"),
                    false => format!("`${{{name}}}` is {}", shown(value)),
                })
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

fn at_start(value: Value) -> Node {
    Node {
        value,
        span: Span::default(),
    }
}

/// A value and its kind, for a message.
fn shown(value: &Value) -> String {
    let json = at_start(value.clone()).to_json();
    format!("`{json}`, {}", value.kind())
}
