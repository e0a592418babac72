//! `catalogue/semantics.json`: what a program needs to answer questions from a lake with its sources, and to refuse what its
//! notices forbid.

use std::collections::BTreeMap;

use edulac_engine::{citation_of, sources_of};
use edulac_lake::Release;
use edulac_spec::{Questions, Synonyms};
use schemars::JsonSchema;
use serde::Serialize;

use crate::meaning::{Meaning, TableMeaning};

/// Version of the form of the document; rises when a reader of the one before could not read it.
const FORMAT: u32 = 1;

/// The schema, beside the document.
pub(crate) const SCHEMA: &str = "semantics.schema.json";

/// How to read the document, for whoever is given nothing else.
const INSTRUCTIONS: &[&str] = &[
    "Répondre par une requête SQL sur les tables de la version nommée, sous leurs noms ; `file` est la table entière, un fichier Parquet, relatif à la racine du lac.",
    "Joindre par les colonnes de `relations`, jamais par un libellé ; quand l'autre côté a plusieurs lignes (1:n, n:m), ne pas additionner une mesure après la jointure.",
    "Donner l'unité de chaque valeur ; une valeur nulle a le sens de `null_means`, jamais zéro.",
    "Dire avec la réponse les notices des tables et colonnes lues, puis les sources, leurs dates, leur licence et la phrase de `citation`.",
    "Refuser ce qu'une notice interdit, avec sa raison : `refusals` en donne des exemples. Ne rien conclure de ce qui n'est pas dans les tables.",
];

/// The document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "Sens des données d'un lac edulac")]
pub struct Semantics {
    /// Its schema.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// Version of this form.
    pub format: u32,
    /// Language of descriptions, notices and questions.
    pub language: String,
    /// How to answer, sentence by sentence.
    pub instructions: Vec<String>,
    /// The release, its tables and their sources.
    #[serde(flatten)]
    pub meaning: Meaning,
    /// Questions, each with the query that answers it.
    pub questions: Vec<Answered>,
    /// Questions that must not be answered as they are asked.
    pub refusals: Vec<Refused>,
    /// Words that mean the same; the first of each is the one that tables use.
    pub synonyms: Vec<Vec<String>>,
}

/// A question, and how to answer it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Answered {
    /// The question.
    pub question: String,
    /// The query.
    pub sql: String,
    /// The tables that it reads.
    pub tables: Vec<String>,
    /// What is said with the answer: notices by their ids.
    pub notices: BTreeMap<String, String>,
    /// Names of the sources behind the answer.
    pub sources: Vec<String>,
    /// The sentence to cite the answer with.
    pub citation: String,
}

/// A question that must be refused.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Refused {
    /// The question.
    pub question: String,
    /// Why.
    pub reason: String,
    /// Id of the notice that forbids it.
    pub notice: String,
    /// The notice.
    pub text: String,
    /// What can be answered in its place. Null: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

impl Semantics {
    /// The document of a release. Questions about tables that it does not have, and refusals by notices that it does not
    /// have, are left out.
    pub(crate) fn of(release: &Release, meaning: &Meaning, asked: &Asked<'_>) -> Self {
        let all: Vec<&TableMeaning> = meaning.tables.iter().collect();
        let answered = |question: &edulac_spec::Question| {
            let is_there = |table: &String| release.tables.contains_key(table);
            let read: Vec<_> = question
                .tables
                .iter()
                .filter_map(|t| meaning.table(t))
                .collect();
            let said = question.notices.iter();
            let said = said.map(|id| Some((id.clone(), text_of(&read, id)?)));
            let sources = sources_of(release, &question.tables);
            question.tables.iter().all(is_there).then_some(())?;
            Some(Answered {
                question: question.question.clone(),
                sql: question.sql.trim().to_owned(),
                tables: question.tables.clone(),
                notices: said.collect::<Option<_>>()?,
                sources: sources.into_iter().map(|source| source.name).collect(),
                citation: citation_of(release, &question.tables),
            })
        };
        let refused = |refusal: &edulac_spec::Refusal| {
            Some(Refused {
                question: refusal.question.clone(),
                reason: refusal.reason.clone(),
                notice: refusal.notice.clone(),
                text: text_of(&all, &refusal.notice)?,
                instead: refusal.instead.clone(),
            })
        };
        Self {
            schema: SCHEMA.to_owned(),
            format: FORMAT,
            language: "fr".to_owned(),
            instructions: INSTRUCTIONS.iter().map(|&line| line.to_owned()).collect(),
            questions: asked
                .questions
                .questions
                .iter()
                .filter_map(answered)
                .collect(),
            refusals: asked
                .questions
                .refusals
                .iter()
                .filter_map(refused)
                .collect(),
            synonyms: asked.synonyms.synonyms.clone(),
            meaning: meaning.clone(),
        }
    }
}

/// The notice of that id in the first of these tables that has one.
fn text_of(tables: &[&TableMeaning], id: &str) -> Option<String> {
    let mut notices = tables.iter().flat_map(|table| &table.notices);
    notices
        .find(|notice| notice.id == id)
        .map(|notice| notice.text.clone())
}

/// What a project says for those who ask.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its questions.
    pub questions: &'a Questions,
    /// Its synonyms.
    pub synonyms: &'a Synonyms,
}

/// JSON Schema of the document.
#[must_use]
pub fn semantics_schema() -> serde_json::Value {
    // As it is written: what is left out when it is empty is not required.
    let settings = schemars::generate::SchemaSettings::default().for_serialize();
    let generator = settings.into_generator();
    generator.into_root_schema_for::<Semantics>().to_value()
}
