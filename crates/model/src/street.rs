//! Names of streets as people write them, brought to one form.

use std::fmt;

use crate::fold;

/// Kinds of streets: the word, then its abbreviations.
const KINDS: [(&str, &[&str]); 22] = [
    ("allee", &["all", "allees"]),
    ("avenue", &["av", "ave", "aven"]),
    ("boulevard", &["bd", "bld", "blvd", "boul"]),
    ("chaussee", &["chs"]),
    ("chemin", &["che", "ch", "chem"]),
    ("cite", &[]),
    ("cour", &[]),
    ("cours", &["crs"]),
    ("esplanade", &["esp"]),
    ("faubourg", &["fg", "fbg"]),
    ("hameau", &["ham"]),
    ("impasse", &["imp"]),
    ("lotissement", &["lot"]),
    ("mail", &[]),
    ("passage", &["pas", "pass"]),
    ("place", &["pl", "plc"]),
    ("promenade", &["prom"]),
    ("quai", &[]),
    ("route", &["rte"]),
    ("rue", &["r"]),
    ("square", &["sq"]),
    ("voie", &[]),
];

/// Titles and first words of names, shortened on plates and in files.
const SHORTENED: [(&str, &str); 14] = [
    ("st", "saint"),
    ("ste", "sainte"),
    ("dr", "docteur"),
    ("gal", "general"),
    ("gen", "general"),
    ("mal", "marechal"),
    ("cdt", "commandant"),
    ("cne", "capitaine"),
    ("col", "colonel"),
    ("lt", "lieutenant"),
    ("pdt", "president"),
    ("pt", "president"),
    ("prof", "professeur"),
    ("nd", "notre dame"),
];

const ARTICLES: [&str; 12] = [
    "de", "du", "des", "d", "la", "le", "les", "l", "a", "au", "aux", "et",
];

/// A street: its kind when that is said, and its name without accents, articles and abbreviations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Street {
    kind: Option<&'static str>,
    name: String,
}

impl Street {
    /// The street of a line without number. None of one that holds no name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::of(&words(text))
    }

    /// As [`Self::parse`], of [`words`]. What follows the street (post box, postal code) is left out.
    #[must_use]
    pub fn of(words: &[String]) -> Option<Self> {
        let end = words
            .iter()
            .position(|word| {
                matches!(word.as_str(), "bp" | "cs" | "cedex")
                    || word.len() == 5 && number(word).is_some()
            })
            .unwrap_or(words.len());
        let words = &words[..end];
        let kind = words.first().and_then(|word| kind(word));
        let rest = &words[usize::from(kind.is_some())..];
        let named: Vec<&str> = rest
            .iter()
            .map(|word| long(word))
            .filter(|word| !ARTICLES.contains(word))
            .collect();
        (!named.is_empty()).then(|| Self {
            kind,
            name: named.join(" "),
        })
    }

    /// Its kind, written out (`avenue`); none when it is not said.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        self.kind
    }

    /// Its name: words in lower case, without accents and articles, titles written out.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The kind and the name: one text for all the ways to write a street.
impl fmt::Display for Street {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "{kind} {}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// Lower case, no accents, letters and digits only, `12bis` in two words.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    for letter in fold(text.trim()).chars() {
        let letter = if letter.is_ascii_alphanumeric() {
            letter
        } else {
            ' '
        };
        if before.is_ascii_digit() && letter.is_ascii_alphabetic() {
            spaced.push(' ');
        }
        spaced.push(letter);
        before = letter;
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// A word of digits only, read.
#[must_use]
pub fn number(word: &str) -> Option<u32> {
    word.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| word.parse().ok())
        .flatten()
}

fn kind(word: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(kind, short)| *kind == word || short.contains(&word))
        .map(|(kind, _)| *kind)
}

fn long(word: &str) -> &str {
    SHORTENED
        .iter()
        .find(|(short, _)| *short == word)
        .map_or(word, |(_, long)| long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_street_is_written_in_many_ways() {
        for text in [
            "BOULEVARD DU VENT D OUEST",
            "boulevard du Vent d'Ouest",
            "Bd. du vent d’ouest",
            "BLD DU VENT-D'OUEST, 35000 RENNES",
        ] {
            let street = Street::parse(text).unwrap();
            assert_eq!(street.to_string(), "boulevard vent ouest", "{text}");
        }
        let saint = Street::parse("R ST-MICHEL").unwrap();
        assert_eq!((saint.kind(), saint.name()), (Some("rue"), "saint michel"));
        assert_eq!(Street::parse("Le Bourg").unwrap().to_string(), "bourg");
        assert!(Street::parse("rue de la").is_none());
        assert!(Street::parse(" ").is_none());
    }
}
