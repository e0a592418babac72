//! `--set name=value`, over the values of the profile.

use edulac_yaml::{Diagnostic, Entry, Node, Source, Span, Value};
use indexmap::IndexMap;

use super::{Variables, at_start};

impl Variables {
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
            self.undeclared.push((name.to_owned(), text.to_owned()));
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
