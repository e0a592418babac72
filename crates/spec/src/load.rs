//! All pipelines of a project, from their texts to a checked project.

use std::io;

use edulac_yaml::{Diagnostic, Source, Span, decode, did_you_mean};

use crate::draft::Draft;
use crate::pipeline::{PipelineFile, Step};
use crate::project::{NamedStep, Pipeline, Project};
use crate::query::{QueryFault, QueryInput};
use crate::references::{self, Graph};
use crate::variables::Variables;
use crate::{Profile, across};

/// The relations that a query reads, by name, without those that it defines itself (`WITH`); or why it is not a query.
pub type SqlInputs<'a> = &'a dyn Fn(&str) -> Result<Vec<QueryInput>, QueryFault>;

/// Reads and checks all pipelines of a project. `read_file` gives the text of a query file, by the path of the
/// pipeline's file with the `query_file` in place of its name.
///
/// # Errors
/// Everything wrong in all files, and the warnings with it.
pub fn load_pipelines(
    files: &[Source],
    profile: &Profile,
    read_file: &dyn Fn(&str) -> io::Result<String>,
    sql_inputs: SqlInputs<'_>,
) -> Result<Project, Vec<Diagnostic>> {
    let variables = Variables::new(&profile.variables);
    let mut found = Vec::new();
    let mut drafts = Vec::new();
    let mut graphs = Vec::new();
    for file in files {
        let draft = Draft::read(file, &variables, read_file, sql_inputs, &mut found);
        if let Some(draft) = draft {
            graphs.push(references::check(&draft, &mut found));
            drafts.push(draft);
        }
    }
    let needs = across::check(&drafts, profile, &mut found);
    unused_sets(profile, &variables, &drafts, &mut found);
    unknown_sources(profile, &drafts, &mut found);
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    let mut pipelines = Vec::new();
    for index in needs.order {
        let (draft, graph) = (&drafts[index], &graphs[index]);
        match pipeline(draft, graph, &needs.after[index]) {
            Ok(pipeline) => pipelines.push(pipeline),
            Err(errors) => found.extend(errors),
        }
    }
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    Ok(Project {
        pipelines,
        warnings: found,
    })
}

fn pipeline(draft: &Draft, graph: &Graph, after: &[String]) -> Result<Pipeline, Vec<Diagnostic>> {
    let mut file: PipelineFile = decode(&draft.source, &draft.tree)?;
    let mut steps = Vec::new();
    for name in &graph.order {
        let Some(mut step) = file.steps.shift_remove(name) else {
            continue;
        };
        if let (Step::Sql(sql), Some(query)) = (&mut step, draft.queries.get(name)) {
            sql.query.clone_from(&query.text);
        }
        steps.push(NamedStep {
            name: name.clone(),
            inputs: graph.inputs.get(name).cloned().unwrap_or_default(),
            step,
        });
    }
    Ok(Pipeline {
        name: file.pipeline,
        description: file.description,
        owner: file.owner,
        schedule: file.schedule,
        sources: file.sources,
        steps,
        tables: file.tables,
        after: after.to_vec(),
        text: draft.source.clone(),
        tree: draft.tree.clone(),
    })
}

/// What a profile says of a source that no pipeline has would never be looked at.
fn unknown_sources(profile: &Profile, drafts: &[Draft], found: &mut Vec<Diagnostic>) {
    let known: Vec<String> = drafts.iter().flat_map(Draft::full_names).collect();
    for name in profile.sources.keys().filter(|name| !known.contains(name)) {
        let help = match did_you_mean(name, known.iter().map(String::as_str)) {
            Some(close) => format!("did you mean `{close}`?"),
            None => "write the pipeline and the source, as `etablissements.annuaire`".to_owned(),
        };
        let source = Source::new("sources of the profile", name.as_str());
        let message = format!("no pipeline has the source `{name}`");
        found.push(
            Diagnostic::error(
                "edulac::spec::unknown_source",
                &source,
                Span::new(0, name.len()),
                message,
            )
            .with_label("not known")
            .with_help(help),
        );
    }
}

/// A `--set` that changes nothing is most likely mistyped.
fn unused_sets(
    profile: &Profile,
    variables: &Variables,
    drafts: &[Draft],
    found: &mut Vec<Diagnostic>,
) {
    for name in &profile.undeclared {
        if drafts
            .iter()
            .any(|draft| draft.uses.names().any(|used| used == name))
        {
            continue;
        }
        let help = match did_you_mean(name, variables.names().filter(|other| other != name)) {
            Some(close) => format!("did you mean `--set {close}=…`?"),
            None => "remove it, or use it in a pipeline as `${name}`".to_owned(),
        };
        let source = Source::new("--set", name.as_str());
        let message = format!("no pipeline uses the variable `{name}`");
        found.push(
            Diagnostic::warning(
                "edulac::spec::unused",
                &source,
                Span::new(0, name.len()),
                message,
            )
            .with_label("set and not used")
            .with_help(help),
        );
    }
}
