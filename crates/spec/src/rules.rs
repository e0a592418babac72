//! Rules inside one step, source or table that the schema cannot say.

use std::collections::BTreeMap;

use edulac_yaml::{Diagnostic, Node, decode};

use crate::draft::{Draft, text};
use crate::pipeline::{Geometry, GeometryOptions};

/// Checks each source, step and table of a file by itself.
pub(crate) fn check(draft: &Draft, found: &mut Vec<Diagnostic>) {
    for (name, source) in draft.named("sources") {
        renames(draft, name, source, found);
    }
    for (name, step) in draft.named("steps") {
        match text(step, "type") {
            Some("sql") => one_query(draft, name, step, found),
            Some("normalise") => {
                geometry(draft, name, step, found);
                vintages(draft, name, step, found);
                codes_and_values(draft, name, step, found);
            }
            Some("locate") => areas(draft, name, step, found),
            _ => {}
        }
    }
}

fn renames(draft: &Draft, name: &str, source: &Node, found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for today in source.get("renames").map(Node::entries).unwrap_or_default() {
        for old in today.value.items() {
            let Some(text) = old.as_str() else { continue };
            if let Some(other) = seen.insert(text, &today.key) {
                let message = format!("`{text}` is renamed twice in `{name}`");
                found.push(
                    draft
                        .error("edulac::spec::renamed_twice", old.span, message)
                        .with_label(format!("also renamed to `{other}`"))
                        .with_help("an old name has one name of today"),
                );
            }
        }
    }
}

fn one_query(draft: &Draft, name: &str, step: &Node, found: &mut Vec<Diagnostic>) {
    let message = match (step.entry("query"), step.entry("query_file")) {
        (Some(query), Some(file)) => {
            let message = format!("`{name}` has both `query` and `query_file`");
            found.push(
                draft
                    .error("edulac::spec::one_query", file.key_span, message)
                    .with_related(&draft.source, query.key_span, "and here")
                    .with_help("keep one of the two"),
            );
            return;
        }
        (None, None) => format!("`{name}` has no query"),
        _ => return,
    };
    found.push(
        draft
            .error(
                "edulac::spec::one_query",
                draft.name_span("steps", name),
                message,
            )
            .with_help("add `query: SELECT …`, or `query_file: …` relative to this file"),
    );
}

fn geometry(draft: &Draft, name: &str, step: &Node, found: &mut Vec<Diagnostic>) {
    let Some(node) = step.get("geometry") else {
        return;
    };
    // Options of the wrong kind are reported by the schema.
    let Ok(options) = decode::<GeometryOptions>(&draft.source, node) else {
        return;
    };
    if let Err(fault) = Geometry::try_from(options) {
        let pointer = format!("/steps/{name}/geometry");
        let span = match fault.key() {
            Some(key) => draft.tree.key_span_at(&format!("{pointer}/{key}")),
            None => draft.tree.key_span_at(&pointer),
        };
        found.push(
            draft
                .error("edulac::spec::geometry", span, fault.to_string())
                .with_help(fault.remedy()),
        );
    }
}

fn vintages(draft: &Draft, name: &str, step: &Node, found: &mut Vec<Diagnostic>) {
    for entry in step.get("codes").map(Node::entries).unwrap_or_default() {
        let (Some(kind), Some(vintage)) =
            (text(&entry.value, "kind"), entry.value.entry("vintage"))
        else {
            continue;
        };
        if kind != "commune" {
            let message = format!("codes of kind `{kind}` have no vintage");
            found.push(
                draft
                    .error("edulac::spec::vintage", vintage.key_span, message)
                    .with_label(format!("in `{name}`, column `{}`", entry.key))
                    .with_help("remove `vintage`: only commune codes change with the year"),
            );
        }
    }
}

fn codes_and_values(draft: &Draft, name: &str, step: &Node, found: &mut Vec<Diagnostic>) {
    for entry in step.get("values").map(Node::entries).unwrap_or_default() {
        if let Some(code) = step.get("codes").and_then(|codes| codes.entry(&entry.key)) {
            let message = format!("`{name}` reads `{}` as a code and as a value", entry.key);
            found.push(
                draft
                    .error("edulac::spec::read_twice", entry.key_span, message)
                    .with_label("as a value")
                    .with_related(&draft.source, code.key_span, "as a code")
                    .with_help("keep one of the two"),
            );
        }
    }
}

fn areas(draft: &Draft, name: &str, step: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(within) = step.entry("within")
        && within.value.entries().is_empty()
        && matches!(within.value.value, edulac_yaml::Value::Mapping(_))
    {
        let message = format!("`{name}` looks in no areas");
        found.push(
            draft
                .error("edulac::spec::no_areas", within.key_span, message)
                .with_help("add one, as `commune: {areas: communes}`"),
        );
    }
}
