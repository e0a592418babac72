//! Words that mean the same to those who search: `config/synonyms.yaml`.

use edulac_yaml::{Diagnostic, Source, check_with_formats, decode, parse};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::schema;

/// The synonyms of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Synonyms {
    /// Version of this format.
    #[schemars(schema_with = "schema::version")]
    pub version: u32,
    /// Words or groups of words that mean the same, case and accents aside. The first of each is the one that tables use.
    #[schemars(inner(length(min = 2)))]
    pub synonyms: Vec<Vec<String>>,
}

/// Reads the synonyms of a project.
///
/// # Errors
/// Everything wrong with the shape of the file.
pub fn load_synonyms(text: &Source) -> Result<Synonyms, Vec<Diagnostic>> {
    let tree = parse(text)?;
    let found = check_with_formats(text, &tree, &schema::SYNONYMS, &schema::FORMATS);
    match found.is_empty() {
        true => decode(text, &tree),
        false => Err(found),
    }
}
