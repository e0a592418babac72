//! What points can be coloured by.

use std::collections::BTreeMap;

use edulac_contract::{Contract, Notice};
use serde_json::{Value, json};

/// One thing to colour points by, found in a release.
pub(crate) struct Indicator {
    /// Its column in the data of the map.
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    /// How to read it, in a sentence.
    pub(crate) about: &'static str,
    pub(crate) scale: Scale,
    /// Of what it is: `rentrée 2024-2025`.
    pub(crate) period: Option<String>,
    /// The table that it is read from.
    pub(crate) table: &'static str,
    /// Ids of the notices to show with it, the first one always in sight.
    pub(crate) notices: &'static [&'static str],
    pub(crate) read: Read,
}

/// How values become colours.
pub(crate) enum Scale {
    /// Classes of a number, with fixed limits: limits drawn from the values would make a ranking of them.
    Number {
        unit: &'static str,
        limits: &'static [f64],
        /// The middle class is the neutral one.
        diverges: bool,
    },
    /// Words, each with its label.
    Words(&'static [(&'static str, &'static str)]),
}

/// How it is read in SQL, `e` being the row of `etablissements`.
pub(crate) struct Read {
    /// What is joined, with the alias `i_<key>`; empty: nothing.
    pub(crate) join: String,
    /// The value: a number, or one of the words.
    pub(crate) value: String,
    /// `valeur`, or why there is none; null: the establishment is not concerned.
    pub(crate) state: String,
}

impl Indicator {
    /// The value as the map has it: a number, the place of its word, `"n"` for not significant, `"a"` for absent; null where
    /// the establishment is not concerned.
    pub(crate) fn coded(&self, value: &Value, state: Option<&str>) -> Value {
        match (state, &self.scale) {
            (None, _) => Value::Null,
            (Some("ns"), _) => json!("n"),
            (Some("valeur"), Scale::Number { .. }) if value.is_number() => value.clone(),
            (Some("valeur"), Scale::Words(words)) => {
                let place = words
                    .iter()
                    .position(|(word, _)| value.as_str() == Some(word));
                place.map_or(json!("a"), |place| json!(place))
            }
            (Some(_), _) => json!("a"),
        }
    }

    /// What the page is told of it.
    pub(crate) fn said(&self, contracts: &BTreeMap<String, Contract>) -> Value {
        let scale = match self.scale {
            Scale::Number {
                unit,
                limits,
                diverges,
            } => json!({"unite": unit, "seuils": limits, "divergent": diverges}),
            Scale::Words(words) => {
                json!({"mots": words.iter().map(|(_, label)| *label).collect::<Vec<_>>()})
            }
        };
        json!({
            "cle": self.key,
            "titre": self.title,
            "lecture": self.about,
            "periode": self.period,
            "table": self.table,
            "echelle": scale,
            "notices": self.notice_texts(contracts),
        })
    }

    fn notice_texts(&self, contracts: &BTreeMap<String, Contract>) -> Vec<String> {
        let contract = contracts.get(self.table);
        let all: Vec<&Notice> = contract
            .into_iter()
            .flat_map(|c| {
                let of_columns = c.columns().iter().flat_map(|column| &column.notices);
                c.notices().iter().chain(of_columns)
            })
            .collect();
        let text = |id: &&str| {
            let notice = all.iter().find(|notice| notice.id == **id)?;
            Some(notice.text.clone())
        };
        self.notices.iter().filter_map(text).collect()
    }
}
