//! What a project says for those who ask and search: its questions, its synonyms.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use edulac_contract::Contract;
use edulac_spec::{Questions, Synonyms, load_questions, load_synonyms};
use edulac_yaml::Diagnostic;

use crate::sql;
use crate::workspace::read_if_there;

/// The questions of a project, with their queries.
const QUESTIONS: &str = "config/questions.yaml";
/// The words that mean the same to those who search.
const SYNONYMS: &str = "config/synonyms.yaml";

/// The questions of a project, checked against its contracts; none when it has no such file.
pub(crate) fn read_questions(
    root: &Path,
    contracts: &BTreeMap<String, Contract>,
    found: &mut Vec<Diagnostic>,
) -> Questions {
    let Some(source) = read_if_there(root, QUESTIONS, found) else {
        return Questions::default();
    };
    let tables: BTreeSet<&str> = contracts.keys().map(String::as_str).collect();
    let notices = contracts.values().flat_map(|contract| {
        let of_columns = contract.columns().iter().flat_map(|column| &column.notices);
        contract.notices().iter().chain(of_columns)
    });
    let notices: BTreeSet<&str> = notices.map(|notice| notice.id.as_str()).collect();
    match load_questions(&source, &tables, &notices, &|query| sql::relations(query)) {
        Ok((questions, warnings)) => {
            found.extend(warnings);
            questions
        }
        Err(findings) => {
            found.extend(findings);
            Questions::default()
        }
    }
}

/// The synonyms of a project; none when it has no such file.
pub(crate) fn read_synonyms(root: &Path, found: &mut Vec<Diagnostic>) -> Synonyms {
    let Some(source) = read_if_there(root, SYNONYMS, found) else {
        return Synonyms::default();
    };
    load_synonyms(&source).unwrap_or_else(|findings| {
        found.extend(findings);
        Synonyms::default()
    })
}
