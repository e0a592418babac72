//! What a release covers: the départements and filters of its sources.

use std::collections::{BTreeMap, BTreeSet};

use edulac_lake::Release;
use edulac_spec::Pipeline;
use edulac_spec::pipeline::SourceKind;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::extraction::full_name;

/// The scope of the pipelines: for each source that takes a part of its upstream, which part.
fn of(pipelines: &[&Pipeline]) -> BTreeMap<String, Value> {
    let mut scope = BTreeMap::new();
    for pipeline in pipelines {
        for (name, source) in &pipeline.sources {
            let part = match &source.kind {
                SourceKind::Rnb { departements } => {
                    let mut codes: Vec<String> =
                        departements.iter().map(ToString::to_string).collect();
                    codes.sort();
                    json!({"departements": codes})
                }
                SourceKind::Opendatasoft {
                    filter: Some(filter),
                    ..
                } => json!({"where": filter}),
                _ => continue,
            };
            scope.insert(full_name(pipeline, name), part);
        }
    }
    scope
}

/// The scope of the next release: that of the last one, with that of the sources that its new tables were made from.
pub(crate) fn next(
    release: Option<&Release>,
    pipelines: &[&Pipeline],
    used: &BTreeSet<String>,
) -> Value {
    let mut scope = release
        .and_then(|release| release.scope.as_object().cloned())
        .unwrap_or_default();
    scope.retain(|source, _| !used.contains(source));
    scope.extend(
        of(pipelines)
            .into_iter()
            .filter(|(source, _)| used.contains(source)),
    );
    Value::Object(scope.into_iter().collect::<Map<_, _>>())
}

/// Refuses a run that covers something else than the last release, unless that is meant.
pub(crate) fn check(release: Option<&Release>, pipelines: &[&Pipeline], meant: bool) -> Result<()> {
    let Some(release) = release else {
        return Ok(());
    };
    let parts = of(pipelines);
    // A source that the release does not have yet changes nothing of what it covers.
    let known = pipelines
        .iter()
        .flat_map(|pipeline| {
            pipeline
                .sources
                .keys()
                .map(|name| full_name(pipeline, name))
        })
        .filter(|source| release.sources.contains_key(source));
    let changed = |source: String| {
        let (was, is) = (release.scope.get(&source), parts.get(&source));
        let shown = |part: Option<&Value>| part.map_or_else(|| "whole".to_owned(), in_words);
        (was != is).then(|| format!("`{source}` was {}, is {}", shown(was), shown(is)))
    };
    let changes: Vec<String> = known.filter_map(changed).collect();
    if changes.is_empty() || meant {
        return Ok(());
    }
    Err(Error::Scope { changes })
}

/// The scope of a release, one phrase for each source that takes a part of its upstream.
#[must_use]
pub fn scope_in_words(scope: &Value) -> Vec<String> {
    let sources = scope.as_object().into_iter().flatten();
    sources
        .map(|(source, part)| format!("{source}: {}", in_words(part)))
        .collect()
}

/// `départements 035, 044`, ``where `secteur = 'Public'` ``.
fn in_words(part: &Value) -> String {
    if let Some(codes) = part.get("departements").and_then(Value::as_array) {
        let codes: Vec<&str> = codes.iter().filter_map(Value::as_str).collect();
        let noun = match codes.len() {
            1 => "département",
            _ => "départements",
        };
        return format!("{noun} {}", codes.join(", "));
    }
    match part.get("where").and_then(Value::as_str) {
        Some(filter) => format!("where `{filter}`"),
        None => part.to_string(),
    }
}
