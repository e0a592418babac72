//! What a release covers: the départements and filters of its sources.

use std::collections::BTreeMap;

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

/// The scope of the next release: that of the last one, these pipelines in place of theirs.
pub(crate) fn next(release: Option<&Release>, pipelines: &[&Pipeline]) -> Value {
    let mut scope = release
        .and_then(|release| release.scope.as_object().cloned())
        .unwrap_or_default();
    scope.retain(|source, _| {
        !pipelines
            .iter()
            .any(|pipeline| source.starts_with(&format!("{}.", pipeline.name)))
    });
    scope.extend(of(pipelines));
    Value::Object(scope.into_iter().collect::<Map<_, _>>())
}

/// Refuses a run that covers something else than the last release, unless that is meant.
pub(crate) fn check(release: Option<&Release>, pipelines: &[&Pipeline], meant: bool) -> Result<()> {
    let Some(before) = release.and_then(|release| release.scope.as_object()) else {
        return Ok(());
    };
    let changed = |(source, part): (String, Value)| {
        let was = before.get(&source)?;
        let (old, new) = (in_words(was), in_words(&part));
        (*was != part).then(|| format!("`{source}` was {old}, is {new}"))
    };
    let changes: Vec<String> = of(pipelines).into_iter().filter_map(changed).collect();
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
