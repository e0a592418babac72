//! What pipelines of a project are to each other: tables made and read, names used twice.

use std::collections::BTreeMap;

use edulac_yaml::{Diagnostic, Node, Span, did_you_mean, list};
use serde_json::Value as Json;

use crate::Profile;
use crate::draft::{Draft, is_of_lake, text};
use crate::order::order;

/// In which order pipelines run, and after which pipelines each does.
pub(crate) struct Needs {
    pub(crate) order: Vec<usize>,
    pub(crate) after: Vec<Vec<String>>,
}

/// A place in one of the files.
#[derive(Clone, Copy)]
struct Place<'a> {
    draft: &'a Draft,
    span: Span,
}

/// Checks the files against each other and against the profile.
pub(crate) fn check(drafts: &[Draft], profile: &Profile, found: &mut Vec<Diagnostic>) -> Needs {
    same_pipeline(drafts, found);
    same_source(drafts, found);
    let makers = makers(drafts, found);
    for draft in drafts {
        restricted(draft, profile, found);
    }
    let mut needs = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let mut made_by = Vec::new();
        for (table, span, optional) in lake_sources(draft) {
            match makers.get(table) {
                Some(maker) if *maker == index => found.push(own_table(draft, table, span)),
                Some(maker) if made_by.contains(maker) => {}
                Some(maker) => made_by.push(*maker),
                None if optional => {}
                None => found.push(not_made(draft, table, span, &makers)),
            }
        }
        needs.push(made_by);
    }
    let name = |index: &usize| pipeline_name(&drafts[*index]);
    let order = order(&needs).unwrap_or_else(|circle| {
        found.push(circle_of(drafts, &circle));
        Vec::new()
    });
    let after = needs.iter().map(|needs| needs.iter().map(name).collect());
    Needs {
        order,
        after: after.collect(),
    }
}

fn pipeline_name(draft: &Draft) -> String {
    text(&draft.tree, "pipeline").unwrap_or_default().to_owned()
}

fn same_pipeline(drafts: &[Draft], found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, Place<'_>> = BTreeMap::new();
    for draft in drafts {
        let Some(name) = text(&draft.tree, "pipeline") else {
            continue;
        };
        let span = draft.tree.span_at("/pipeline");
        if let Some(other) = seen.insert(name, Place { draft, span }) {
            let message = format!("two pipelines are called `{name}`");
            found.push(
                draft
                    .error("edulac::spec::same_pipeline", span, message)
                    .with_related(&other.draft.source, other.span, "the other one")
                    .with_help("rename one"),
            );
        }
    }
}

/// The archive keeps extracts by the name of their source: the same name must mean the same source everywhere.
fn same_source(drafts: &[Draft], found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, (Json, Place<'_>)> = BTreeMap::new();
    for draft in drafts {
        for (name, source) in draft.named("sources") {
            if is_of_lake(source) {
                continue;
            }
            let span = draft.name_span("sources", name);
            let here = (whence(source), Place { draft, span });
            let Some((whence, other)) = seen.get(name) else {
                seen.insert(name, here);
                continue;
            };
            if *whence != here.0 {
                let message = format!("the source `{name}` is not the same in two pipelines");
                found.push(
                    draft
                        .error("edulac::spec::same_source", span, message)
                        .with_label("another source of the same name")
                        .with_related(&other.draft.source, other.span, "the other one")
                        .with_help("rename one: extracts are kept by the name of their source"),
                );
            }
        }
    }
}

/// Where a source comes from, without what only its reader cares for.
fn whence(source: &Node) -> Json {
    let mut json = source.to_json();
    if let Json::Object(options) = &mut json {
        for key in [
            "volatile",
            "renames",
            "freshness_days",
            "history",
            "licence",
            "producer",
        ] {
            options.shift_remove(key);
        }
    }
    json
}

/// The pipeline that makes each table.
fn makers<'a>(drafts: &'a [Draft], found: &mut Vec<Diagnostic>) -> BTreeMap<&'a str, usize> {
    let mut makers: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        for (table, _) in draft.named("tables") {
            let Some(other) = makers
                .insert(table, index)
                .and_then(|other| drafts.get(other))
            else {
                continue;
            };
            let span = draft.name_span("tables", table);
            let message = format!("the table `{table}` is made by two pipelines");
            found.push(
                draft
                    .error("edulac::spec::same_table", span, message)
                    .with_related(&other.source, other.name_span("tables", table), "also here")
                    .with_help("one pipeline makes a table: rename one, or read the other as a `lake` source"),
            );
        }
    }
    makers
}

/// The tables that must be made before, each with its place and whether the pipeline can do without. A table as of the
/// last release is none of them.
fn lake_sources(draft: &Draft) -> impl Iterator<Item = (&str, Span, bool)> {
    draft.named("sources").filter_map(|(_, source)| {
        let table = source.get("table")?;
        let optional = source.get("optional").map(Node::to_json) == Some(Json::Bool(true));
        (text(source, "type") == Some("lake")).then_some((table.as_str()?, table.span, optional))
    })
}

fn own_table(draft: &Draft, table: &str, span: Span) -> Diagnostic {
    let message = format!("the table `{table}` is made by this very pipeline");
    draft
        .error("edulac::spec::circle", span, message)
        .with_label("read here")
        .with_related(&draft.source, draft.name_span("tables", table), "made here")
        .with_help("read the step that gives its rows instead; or, for the table as the last release has it, `type: previous`")
}

fn not_made(draft: &Draft, table: &str, span: Span, makers: &BTreeMap<&str, usize>) -> Diagnostic {
    let message = format!("no pipeline makes the table `{table}`");
    let close = did_you_mean(table, makers.keys().copied());
    let mut help = "it must already be in the lake, or the run fails".to_owned();
    if let Some(close) = close {
        help = format!("did you mean `{close}`? Else {help}");
    } else if !makers.is_empty() {
        help += &format!("; the pipelines make {}", list(makers.keys().copied()));
    }
    draft
        .warning("edulac::spec::table_not_made", span, message)
        .with_help(help)
}

fn restricted(draft: &Draft, profile: &Profile, found: &mut Vec<Diagnostic>) {
    for (name, table) in draft.named("tables") {
        if text(table, "zone") == Some("restricted") && profile.restricted.is_none() {
            let span = draft.tree.span_at(&format!("/tables/{name}/zone"));
            let message = format!("the table `{name}` is restricted, and there is no place for it");
            let help = format!(
                "add `restricted: …` (a location) to the profile `{}`",
                profile.profile
            );
            found.push(
                draft
                    .error("edulac::spec::no_restricted_location", span, message)
                    .with_help(help),
            );
        }
    }
}

fn circle_of(drafts: &[Draft], circle: &[usize]) -> Diagnostic {
    let first = circle.first().copied().unwrap_or_default();
    let names = circle.iter().chain([&first]);
    let names: Vec<String> = names
        .map(|index| format!("`{}`", pipeline_name(&drafts[*index])))
        .collect();
    let message = format!(
        "pipelines go round in a circle: {}",
        names.join(" reads a table of ")
    );
    let span = |draft: &Draft| draft.tree.span_at("/pipeline");
    let start = &drafts[first];
    let mut diagnostic = start
        .error("edulac::spec::circle", span(start), message)
        .with_label("the circle starts here")
        .with_help("a pipeline reads tables of pipelines that do not need it: cut one of these");
    for draft in circle.iter().skip(1).map(|index| &drafts[*index]) {
        diagnostic = diagnostic.with_related(&draft.source, span(draft), "and goes on here");
    }
    diagnostic
}
