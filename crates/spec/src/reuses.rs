//! What is made of the lake outside of it: who reuses which tables and columns, so that they can be warned and named.

use edulac_yaml::{
    Diagnostic, Node, Source, check_with_formats, decode, did_you_mean, list, parse,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::schema;

/// The reuses of a lake.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reuses {
    /// Version of this format.
    #[schemars(schema_with = "schema::version")]
    pub version: u32,
    /// The reuses, by name.
    #[schemars(extend("propertyNames" = schema::name_form()))]
    pub reuses: IndexMap<String, Reuse>,
    #[serde(skip)]
    text: Option<(Source, Node)>,
}

/// Something that is made of tables of the lake.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reuse {
    /// What it is called.
    #[schemars(length(min = 1))]
    pub title: String,
    /// Who makes it.
    #[schemars(length(min = 1))]
    pub author: String,
    /// Where it is. Nowhere to be seen when absent.
    #[serde(default)]
    #[schemars(schema_with = "schema::optional_http_url")]
    pub address: Option<String>,
    /// What it is, in a sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The tables that it uses, each with the columns that it uses; all of them when none is listed.
    #[schemars(extend("propertyNames" = schema::name_form()), extend("minProperties" = 1))]
    pub tables: IndexMap<String, Option<Vec<String>>>,
}

impl Reuse {
    /// Whether it uses a column of a table.
    #[must_use]
    pub fn uses(&self, table: &str, column: &str) -> bool {
        match self.tables.get(table) {
            Some(Some(columns)) if !columns.is_empty() => columns.iter().any(|used| used == column),
            Some(_) => true,
            None => false,
        }
    }
}

/// Reads the reuses of a lake.
///
/// # Errors
/// Everything wrong in the file.
pub fn load_reuses(text: &Source) -> Result<Reuses, Vec<Diagnostic>> {
    let tree = parse(text)?;
    let found = check_with_formats(text, &tree, &schema::REUSES, &schema::FORMATS);
    if found.is_empty() {
        let mut reuses: Reuses = decode(text, &tree)?;
        reuses.text = Some((text.clone(), tree));
        return Ok(reuses);
    }
    Err(found)
}

impl Reuses {
    /// Tables and columns that are used and that no contract has, each a warning at its place: mistyped, or gone since.
    /// `columns` gives those of a table; none when there is no such table.
    #[must_use]
    pub fn lost(
        &self,
        tables: &[&str],
        columns: &dyn Fn(&str) -> Option<Vec<String>>,
    ) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (name, reuse) in &self.reuses {
            for (table, used) in &reuse.tables {
                let pointer = format!("/reuses/{name}/tables/{table}");
                let Some(known) = columns(table) else {
                    let message = format!(
                        "the reuse `{name}` uses the table `{table}`, which no contract describes"
                    );
                    found.extend(self.warning(&pointer, true, message, table, tables));
                    continue;
                };
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                for (at, column) in used.iter().flatten().enumerate() {
                    if !known.contains(&column.as_str()) {
                        let message = format!(
                            "the reuse `{name}` uses the column `{column}` of `{table}`, which its contract does not have"
                        );
                        found.extend(self.warning(
                            &format!("{pointer}/{at}"),
                            false,
                            message,
                            column,
                            &known,
                        ));
                    }
                }
            }
        }
        found
    }

    fn warning(
        &self,
        pointer: &str,
        is_key: bool,
        message: String,
        name: &str,
        known: &[&str],
    ) -> Option<Diagnostic> {
        let (text, tree) = self.text.as_ref()?;
        let span = match is_key {
            true => tree.key_span_at(pointer),
            false => tree.span_at(pointer),
        };
        let help = match did_you_mean(name, known.iter().copied()) {
            Some(close) => {
                format!("did you mean `{close}`? If it is gone, tell the author, then take it out")
            }
            None => format!(
                "if it is gone, tell the author, then take it out; there is {}",
                list(known.iter().copied())
            ),
        };
        Some(
            Diagnostic::warning("edulac::spec::reuse", text, span, message)
                .with_label("not there")
                .with_help(help),
        )
    }
}
