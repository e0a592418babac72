//! Names that refer to other names in one pipeline: unknown, used twice, unused, in a circle.

use std::collections::{BTreeMap, BTreeSet};

use edulac_yaml::{Diagnostic, Node, Source, Span, did_you_mean, list};

use crate::draft::{Draft, text};
use crate::order::order;

/// What a step reads: a name, and the place where it is written.
pub(crate) struct Input {
    pub(crate) name: String,
    /// The pipeline's file, or that of a query.
    source: Source,
    span: Span,
}

/// What each step reads, and the order in which steps run.
pub(crate) struct Graph {
    pub(crate) inputs: BTreeMap<String, Vec<String>>,
    pub(crate) order: Vec<String>,
}

/// Checks the references of a file and orders its steps.
pub(crate) fn check(draft: &Draft, found: &mut Vec<Diagnostic>) -> Graph {
    let before = found.len();
    used_twice(draft, found);
    let known: Vec<&str> = ["sources", "steps"]
        .iter()
        .flat_map(|section| draft.named(section).map(|(name, _)| name))
        .collect();
    let mut used = BTreeSet::new();
    let mut inputs = BTreeMap::new();
    for (name, step) in draft.named("steps") {
        let read = step_inputs(draft, name, step);
        for input in &read {
            resolve(input, &known, found);
        }
        let mut names: Vec<String> = Vec::new();
        for input in read {
            if !names.contains(&input.name) {
                names.push(input.name);
            }
        }
        used.extend(names.iter().filter(|input| *input != name).cloned());
        inputs.insert(name.to_owned(), names);
    }
    for (name, table) in draft.named("tables") {
        if let Some(from) = text(table, "from") {
            let input = Input {
                name: from.to_owned(),
                source: draft.source.clone(),
                span: draft.tree.span_at(&format!("/tables/{name}/from")),
            };
            resolve(&input, &known, found);
            used.insert(input.name);
        }
    }
    // A mistake elsewhere is often why something seems unused.
    if draft.sound && found.len() == before {
        unused(draft, &used, found);
    }
    let order = run_order(draft, &inputs, found);
    Graph { inputs, order }
}

/// What a step reads, by its type; nothing for a type that is not known.
fn step_inputs(draft: &Draft, name: &str, step: &Node) -> Vec<Input> {
    let at = |path: &str| {
        let node = step.at_pointer(path)?;
        Some(Input {
            name: node.as_str()?.to_owned(),
            source: draft.source.clone(),
            span: node.span,
        })
    };
    match text(step, "type") {
        Some("normalise") => at("/from").into_iter().collect(),
        Some("locate") => {
            let within = step.get("within").map(Node::entries).unwrap_or_default();
            let areas = within
                .iter()
                .map(|entry| format!("/within/{}/areas", entry.key));
            at("/points")
                .into_iter()
                .chain(areas.filter_map(|path| at(&path)))
                .collect()
        }
        Some("link_buildings") => {
            let inputs = [
                "establishments",
                "buildings",
                "declared",
                "perimeters",
                "addresses",
                "corrections",
            ];
            let read = inputs
                .into_iter()
                .filter_map(|name| at(&format!("/{name}")));
            read.collect()
        }
        Some("sites") => {
            let inputs = ["places", "links", "perimeters", "groups", "previous"];
            let read = inputs
                .into_iter()
                .filter_map(|name| at(&format!("/{name}")));
            read.collect()
        }
        Some("passage") => {
            let three = [at("/from"), at("/movements"), at("/communes")];
            three.into_iter().flatten().collect()
        }
        Some("sql") => {
            let query = draft.queries.get(name);
            let read = query.into_iter().flat_map(|query| {
                query.inputs.iter().map(|(name, (source, span))| Input {
                    name: name.clone(),
                    source: source.clone(),
                    span: *span,
                })
            });
            read.collect()
        }
        _ => Vec::new(),
    }
}

fn resolve(input: &Input, known: &[&str], found: &mut Vec<Diagnostic>) {
    let name = input.name.as_str();
    if known.contains(&name) {
        return;
    }
    let all = match known.is_empty() {
        true => "there is none here".to_owned(),
        false => format!("there are {}", list(known.iter().copied())),
    };
    let help = match did_you_mean(name, known.iter().copied()) {
        Some(close) => format!("did you mean `{close}`? ({all})"),
        None => all,
    };
    let message = format!("`{name}` is neither a source nor a step of this pipeline");
    let code = "edulac::spec::unknown_reference";
    found.push(
        Diagnostic::error(code, &input.source, input.span, message)
            .with_label(format!("reads `{name}`"))
            .with_help(help),
    );
}

fn used_twice(draft: &Draft, found: &mut Vec<Diagnostic>) {
    let sources: BTreeSet<&str> = draft.named("sources").map(|(name, _)| name).collect();
    for (name, _) in draft
        .named("steps")
        .filter(|(name, _)| sources.contains(name))
    {
        let message = format!("`{name}` is the name of a source and of a step");
        found.push(
            draft
                .error(
                    "edulac::spec::name_used_twice",
                    draft.name_span("steps", name),
                    message,
                )
                .with_label("the step")
                .with_related(
                    &draft.source,
                    draft.name_span("sources", name),
                    "the source",
                )
                .with_help("rename one: steps and queries read both by name"),
        );
    }
}

fn unused(draft: &Draft, used: &BTreeSet<String>, found: &mut Vec<Diagnostic>) {
    for (section, what) in [("sources", "source"), ("steps", "step")] {
        for (name, _) in draft
            .named(section)
            .filter(|(name, _)| !used.contains(*name))
        {
            let message = format!("the {what} `{name}` is not used");
            found.push(
                draft
                    .warning(
                        "edulac::spec::unused",
                        draft.name_span(section, name),
                        message,
                    )
                    .with_label("no step or table reads it")
                    .with_help("read it in a step or a table, or remove it"),
            );
        }
    }
}

fn run_order(
    draft: &Draft,
    inputs: &BTreeMap<String, Vec<String>>,
    found: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let steps: Vec<&str> = draft.named("steps").map(|(name, _)| name).collect();
    // A name that is also that of a source is reported as such, and not as a circle too.
    let sources: Vec<&str> = draft.named("sources").map(|(name, _)| name).collect();
    let is_step = |name: &&String| !sources.contains(&name.as_str());
    let place = |name: &String| steps.iter().position(|step| step == name);
    let needs: Vec<Vec<usize>> = steps
        .iter()
        .map(|step| {
            inputs
                .get(*step)
                .into_iter()
                .flatten()
                .filter(is_step)
                .filter_map(place)
                .collect()
        })
        .collect();
    match order(&needs) {
        Ok(order) => order
            .into_iter()
            .map(|step| steps[step].to_owned())
            .collect(),
        Err(circle) => {
            let names: Vec<&str> = circle.iter().map(|step| steps[*step]).collect();
            found.push(circle_of(draft, &names));
            Vec::new()
        }
    }
}

fn circle_of(draft: &Draft, names: &[&str]) -> Diagnostic {
    let first = names.first().copied().unwrap_or_default();
    let path = names.iter().chain([&first]).map(|name| format!("`{name}`"));
    let path = path.collect::<Vec<_>>().join(" reads ");
    let message = format!("steps go round in a circle: {path}");
    let mut circle = draft
        .error(
            "edulac::spec::circle",
            draft.name_span("steps", first),
            message,
        )
        .with_label("the circle starts here")
        .with_help("a step reads sources and steps that do not need it: cut one of these");
    for name in names.iter().skip(1) {
        let span = draft.name_span("steps", name);
        circle = circle.with_related(&draft.source, span, "and goes on here");
    }
    circle
}
