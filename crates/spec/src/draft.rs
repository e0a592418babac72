//! A pipeline file between its text and its type: a tree that may still be wrong.

use std::collections::BTreeMap;

use edulac_yaml::{Diagnostic, Node, Source, Span, check_with_formats, parse};

use crate::load::SqlInputs;
use crate::query::{Written, beside};
use crate::variables::{Uses, Variables, explain_variables};
use crate::{rules, schema};

/// A pipeline file as a tree. Checks of meaning run on it even when its shape is wrong somewhere, so that all findings
/// come at once; what has not the right shape is passed over, since it is reported already.
pub(crate) struct Draft {
    pub(crate) source: Source,
    pub(crate) tree: Node,
    /// Whether nothing is wrong inside its parts.
    pub(crate) sound: bool,
    pub(crate) uses: Uses,
    /// The queries of its `sql` steps, by the name of the step.
    pub(crate) queries: BTreeMap<String, Query>,
}

/// The query of a `sql` step.
pub(crate) struct Query {
    pub(crate) text: String,
    /// The relations it reads, and where it names each.
    pub(crate) inputs: Vec<(String, (Source, Span))>,
}

impl Draft {
    /// Reads a file as far as it can be read; none when it is not YAML.
    pub(crate) fn read(
        source: &Source,
        variables: &Variables,
        read_file: &dyn Fn(&str) -> std::io::Result<String>,
        sql_inputs: SqlInputs<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let tree = match parse(source) {
            Ok(tree) => tree,
            Err(errors) => {
                found.extend(errors);
                return None;
            }
        };
        let before = found.len();
        let (tree, uses) = variables.resolve(source, tree, found);
        let shape = check_with_formats(source, &tree, &schema::PIPELINE, &schema::FORMATS);
        found.extend(explain_variables(shape, &uses, variables));
        let mut draft = Self {
            source: source.clone(),
            tree,
            sound: false,
            uses,
            queries: BTreeMap::new(),
        };
        draft.read_queries(read_file, sql_inputs, found);
        rules::check(&draft, found);
        draft.sound = found.len() == before;
        Some(draft)
    }

    /// The names under a key of the file (`sources`, `steps`, `tables`), with the nodes that they name.
    pub(crate) fn named(&self, section: &str) -> impl Iterator<Item = (&str, &Node)> {
        let entries = self
            .tree
            .get(section)
            .map(Node::entries)
            .unwrap_or_default();
        entries
            .iter()
            .map(|entry| (entry.key.as_str(), &entry.value))
    }

    /// The names of its sources from outside the lake, as `pipeline.source`.
    pub(crate) fn full_names(&self) -> impl Iterator<Item = String> {
        let pipeline = text(&self.tree, "pipeline").unwrap_or_default();
        let sources = self.named("sources");
        let outside = sources.filter(|(_, source)| !is_of_lake(source));
        outside.map(move |(name, _)| format!("{pipeline}.{name}"))
    }

    /// The place of a name under a key of the file.
    pub(crate) fn name_span(&self, section: &str, name: &str) -> Span {
        self.tree.key_span_at(&format!("/{section}/{name}"))
    }

    /// An error at a place of this file.
    pub(crate) fn error(&self, code: &'static str, span: Span, message: String) -> Diagnostic {
        Diagnostic::error(code, &self.source, span, message)
    }

    /// A warning at a place of this file.
    pub(crate) fn warning(&self, code: &'static str, span: Span, message: String) -> Diagnostic {
        Diagnostic::warning(code, &self.source, span, message)
    }

    fn read_queries(
        &mut self,
        read_file: &dyn Fn(&str) -> std::io::Result<String>,
        sql_inputs: SqlInputs<'_>,
        found: &mut Vec<Diagnostic>,
    ) {
        let mut queries = BTreeMap::new();
        for (name, step) in self.named("steps") {
            if text(step, "type") != Some("sql") {
                continue;
            }
            let (sql, written) = match (text(step, "query"), text(step, "query_file")) {
                (Some(query), None) => {
                    let written = Written::in_step(&self.source, &self.tree, name, query);
                    (query.to_owned(), written)
                }
                (None, Some(file)) => {
                    let path = beside(&self.source.name, file);
                    match read_file(&path) {
                        Ok(query) => {
                            let written = Written::in_file(&path, &query);
                            (query, written)
                        }
                        Err(error) => {
                            found.push(self.no_query_file(name, &path, &error));
                            continue;
                        }
                    }
                }
                // Both or neither: `rules` says so.
                _ => continue,
            };
            match sql_inputs(&sql) {
                Ok(inputs) => {
                    let query = Query {
                        text: sql,
                        inputs: inputs
                            .into_iter()
                            .map(|input| (input.name, written.place(input.place)))
                            .collect(),
                    };
                    queries.insert(name.to_owned(), query);
                }
                Err(fault) => {
                    let what = format!("the query of `{name}` is not valid SQL");
                    found.push(written.fault("edulac::spec::sql", &what, fault));
                }
            }
        }
        self.queries = queries;
    }

    fn no_query_file(&self, step: &str, path: &str, error: &std::io::Error) -> Diagnostic {
        let span = self.tree.span_at(&format!("/steps/{step}/query_file"));
        let message = format!("the query file `{path}` cannot be read");
        self.error("edulac::spec::query_file", span, message)
            .with_label(error.to_string())
            .with_help("its path is relative to the pipeline's file")
    }
}

/// Whether a source is a table of the lake, now or as of the last release.
pub(crate) fn is_of_lake(source: &Node) -> bool {
    matches!(text(source, "type"), Some("lake" | "previous"))
}

/// The text under a key, when it is one.
pub(crate) fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Node::as_str)
}
