//! Unit tests of a pipeline: rows given to its sources, rows expected of its steps and tables.
//!
//! They stand beside the pipeline, in `<name>.test.yaml`.

use std::fmt;

use edulac_yaml::{
    Diagnostic, Node, Source as Text, check_with_formats, decode, did_you_mean, list, parse,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Pipeline, schema};

/// The unit tests of one pipeline.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitTests {
    /// Version of this format.
    #[schemars(schema_with = "schema::version")]
    pub version: u32,
    /// The columns of each source from outside the lake, with the value that a row has when a test does not say it.
    /// (A table of the lake has the columns of its contract.)
    #[serde(default)]
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub columns: IndexMap<String, Row>,
    /// The tests.
    #[schemars(length(min = 1))]
    pub tests: Vec<UnitTest>,
    #[serde(skip)]
    text: Option<(Text, Node)>,
}

/// Rows given, and what must come of them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitTest {
    /// What is shown, as a sentence.
    #[schemars(length(min = 1))]
    pub test: String,
    /// Rows by source. A source that is not named is empty.
    #[serde(default)]
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub given: IndexMap<String, Vec<Row>>,
    /// Rows by table or step: only the columns named are compared, in any order of the rows.
    #[serde(default)]
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub expect: IndexMap<String, Vec<Row>>,
    /// Rejects by table: as many as are rejected.
    #[serde(default)]
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub rejected: IndexMap<String, Vec<ExpectedReject>>,
}

/// Cells by column.
pub type Row = IndexMap<String, Cell>;

/// A cell as a file has it: a text, or nothing. Numbers and booleans are written plainly and become texts; a geometry
/// is its WKT.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(from = "Option<Plain>")]
#[schemars(with = "serde_json::Value", extend("type" = ["string", "number", "boolean", "null"]))]
pub struct Cell(pub Option<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Plain {
    Text(String),
    Bool(bool),
    Number(serde_json::Number),
}

impl From<Option<Plain>> for Cell {
    fn from(plain: Option<Plain>) -> Self {
        Self(plain.map(|plain| match plain {
            Plain::Text(text) => text,
            Plain::Bool(value) => value.to_string(),
            Plain::Number(number) => number.to_string(),
        }))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(text) => write!(f, "`{text}`"),
            None => f.write_str("null"),
        }
    }
}

/// A reject that must be there. What is not said is not compared.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedReject {
    /// The column.
    #[serde(default)]
    pub column: Option<String>,
    /// The rule, as `edulac rejects` shows it.
    #[serde(default)]
    pub rule: Option<String>,
    /// The value refused.
    #[serde(default)]
    pub value: Option<Cell>,
}

impl UnitTests {
    /// The file, and the line of a test in it, from 1.
    #[must_use]
    pub fn place(&self, test: usize) -> Option<(&str, usize)> {
        let (text, tree) = self.text.as_ref()?;
        let span = tree.span_at(&format!("/tests/{test}/test"));
        Some((&text.name, text.line_column(span.start).0))
    }
}

/// Reads the unit tests of a pipeline.
///
/// # Errors
/// Everything wrong in the file: its shape, and names that the pipeline does not have.
pub fn load_unit_tests(text: &Text, pipeline: &Pipeline) -> Result<UnitTests, Vec<Diagnostic>> {
    let tree = parse(text)?;
    let mut found = check_with_formats(text, &tree, &schema::UNIT_TESTS, &schema::FORMATS);
    if found.is_empty() {
        let mut tests: UnitTests = decode(text, &tree)?;
        names(text, &tree, pipeline, &tests, &mut found);
        if found.is_empty() {
            tests.text = Some((text.clone(), tree));
            return Ok(tests);
        }
    }
    Err(found)
}

/// Names that the pipeline, or the list of columns, does not have.
fn names(
    text: &Text,
    tree: &Node,
    pipeline: &Pipeline,
    tests: &UnitTests,
    found: &mut Vec<Diagnostic>,
) {
    let mut nothing = Vec::new();
    let mut check = |pointer: String, name: &str, what: &str, known: Vec<&str>| {
        if known.contains(&name) {
            return;
        }
        let help = match did_you_mean(name, known.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None if known.is_empty() => "there is none".to_owned(),
            None => format!("there is {}", list(known.iter().copied())),
        };
        let message = format!("the pipeline `{}` has no {what} `{name}`", pipeline.name);
        found.push(
            Diagnostic::error(
                "edulac::spec::unit_test",
                text,
                tree.key_span_at(&pointer),
                message,
            )
            .with_label("not known")
            .with_help(help),
        );
    };
    let is_of_lake = |name: &str| {
        let source = pipeline.sources.get(name);
        source.is_some_and(|source| source.kind.table().is_some())
    };
    let sources: Vec<&str> = pipeline.sources.keys().map(String::as_str).collect();
    let tables: Vec<&str> = pipeline.tables.keys().map(String::as_str).collect();
    let steps = pipeline.steps.iter().map(|step| step.name.as_str());
    let results: Vec<&str> = tables.iter().copied().chain(steps).collect();
    for source in tests.columns.keys() {
        check(
            format!("/columns/{source}"),
            source,
            "source",
            sources.clone(),
        );
    }
    for (index, test) in tests.tests.iter().enumerate() {
        let at = format!("/tests/{index}");
        if test.expect.is_empty() && test.rejected.is_empty() {
            nothing.push(format!("{at}/test"));
        }
        for (source, rows) in &test.given {
            check(
                format!("{at}/given/{source}"),
                source,
                "source",
                sources.clone(),
            );
            if is_of_lake(source) || !sources.contains(&source.as_str()) {
                continue;
            }
            let columns = tests.columns.get(source);
            let known: Vec<&str> = columns
                .into_iter()
                .flat_map(IndexMap::keys)
                .map(String::as_str)
                .collect();
            for (row, cells) in rows.iter().enumerate() {
                for column in cells.keys() {
                    let what = format!("column of `{source}` in `columns`,");
                    check(
                        format!("{at}/given/{source}/{row}/{column}"),
                        column,
                        &what,
                        known.clone(),
                    );
                }
            }
        }
        for result in test.expect.keys() {
            check(
                format!("{at}/expect/{result}"),
                result,
                "table or step",
                results.clone(),
            );
        }
        for table in test.rejected.keys() {
            check(
                format!("{at}/rejected/{table}"),
                table,
                "table",
                tables.clone(),
            );
        }
    }
    for pointer in nothing {
        found.push(
            Diagnostic::error(
                "edulac::spec::unit_test",
                text,
                tree.span_at(&pointer),
                "the test expects nothing",
            )
            .with_label("cannot fail")
            .with_help("add `expect`, or `rejected`"),
        );
    }
}
