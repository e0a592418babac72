//! What the columns of a file identify, by their content: check letters, lists of codes, forms of years. Titles only
//! decide between kinds that the content cannot tell apart (a small number is a département or an académie, a year a
//! rentrée or a session).

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use edulac_contract::KeyKind;
use edulac_model::CodeError;

use super::titles::plain;
use super::{Known, Titled};
use crate::error::{Error, Result};
use crate::keys::code_kind;

/// A key of a file.
#[derive(Debug, Clone)]
pub(crate) struct Recognised {
    pub(crate) kind: KeyKind,
    /// Place of its column.
    pub(crate) column: usize,
    /// The codes in their canonical form; none where a cell is blank or no code.
    pub(crate) codes: Vec<Option<String>>,
}

/// The keys, and what was seen in words.
pub(super) struct Found {
    pub(super) keys: Vec<Recognised>,
    pub(super) evidence: Vec<String>,
}

/// The kinds that are looked for, in this order.
const LOOKED_FOR: [KeyKind; 7] = [
    KeyKind::Uai,
    KeyKind::Rnb,
    KeyKind::Rentree,
    KeyKind::Session,
    KeyKind::Commune,
    KeyKind::Departement,
    KeyKind::Academie,
];

/// A candidate: how the cells of a column read as codes of a kind.
struct Reading {
    codes: Vec<Option<String>>,
    filled: usize,
    good: usize,
    repaired: BTreeMap<&'static str, usize>,
}

/// Recognises all columns; a kind goes to the column that fits it best, the first of equals.
pub(super) fn all(
    path: &Path,
    titled: &Titled,
    said: &[(String, KeyKind)],
    known: &Known,
) -> Result<Found> {
    let (mut keys, mut evidence) = (Vec::<Recognised>::new(), Vec::new());
    for (name, kind) in said {
        let wanted = plain(name);
        let Some(column) = titled.names.iter().position(|n| *n == wanted) else {
            return Err(Error::UnknownColumn {
                input: path.display().to_string(),
                column: name.clone(),
                remedy: format!(
                    "it has {}",
                    edulac_yaml::list(titled.titles.iter().map(String::as_str))
                ),
            });
        };
        let reading = Reading::of(&titled.columns[column], *kind);
        evidence.push(reading.sentence(&titled.titles[column], *kind, "as said"));
        keys.push(reading.key(*kind, column));
    }
    for kind in LOOKED_FOR {
        if keys.iter().any(|key| key.kind == kind) {
            continue;
        }
        let free = |column: &usize| keys.iter().all(|key| key.column != *column);
        let candidates = (0..titled.columns.len()).filter(free).filter_map(|column| {
            let reading = Reading::of(&titled.columns[column], kind);
            let why = fits(
                kind,
                &titled.titles[column],
                &titled.columns[column],
                &reading,
                known,
            )?;
            Some((column, reading, why))
        });
        let mut candidates: Vec<_> = candidates.collect();
        candidates.sort_by_key(|(column, reading, _)| (std::cmp::Reverse(reading.good), *column));
        let mut candidates = candidates.into_iter();
        if let Some((column, reading, why)) = candidates.next() {
            evidence.push(reading.sentence(&titled.titles[column], kind, why));
            keys.push(reading.key(kind, column));
        }
        for (column, reading, why) in candidates {
            let sentence = reading.sentence(&titled.titles[column], kind, why);
            evidence.push(format!("{sentence}; not joined by: `--as` would say so"));
        }
    }
    if keys
        .iter()
        .all(|key| matches!(key.kind, KeyKind::Rentree | KeyKind::Session))
    {
        let columns = titled.titles.iter().zip(&titled.columns);
        let seen = columns.map(|(title, cells)| {
            let example = cells.iter().flatten().next();
            format!(
                "  `{title}`: {}",
                example.map_or("blank".to_owned(), |text| format!("such as `{text}`"))
            )
        });
        return Err(Error::NothingRecognised {
            path: path.to_owned(),
            evidence: seen.collect(),
        });
    }
    Ok(Found { keys, evidence })
}

/// Why a column is of the kind; none when it is not.
fn fits(
    kind: KeyKind,
    title: &str,
    cells: &[Option<String>],
    reading: &Reading,
    known: &Known,
) -> Option<&'static str> {
    if reading.filled == 0 {
        return None;
    }
    let share = reading.good as f64 / reading.filled as f64;
    let title = plain(title);
    let titled = |words: &[&str]| words.iter().any(|word| title.contains(word));
    let filled = || cells.iter().flatten();
    let listed = |codes: &Option<HashSet<String>>| {
        let codes = codes.as_ref()?;
        let hits = reading
            .codes
            .iter()
            .flatten()
            .filter(|code| codes.contains(*code))
            .count();
        Some(hits as f64 / reading.filled as f64)
    };
    let is_pair =
        |text: &String| text.trim().len() >= 7 && text.contains(['-', '/', '–']) && !is_day(text);
    match kind {
        // One text of this form in 23 has the right letter by chance.
        KeyKind::Uai => (share >= 0.5).then_some("by their check letter"),
        // Neither numbers of twelve digits nor words of twelve letters.
        KeyKind::Rnb => {
            let is = |what: fn(&char) -> bool| filled().any(|text| text.chars().any(|c| what(&c)));
            let mixed = is(char::is_ascii_digit) && is(char::is_ascii_alphabetic);
            (share >= 0.9 && mixed).then_some("by their form")
        }
        KeyKind::Rentree if share < 0.9 => None,
        KeyKind::Rentree if filled().all(is_pair) => Some("by their form"),
        KeyKind::Rentree => titled(&["rentree", "annee_scolaire"]).then_some("by their title"),
        KeyKind::Session => (share >= 0.9 && titled(&["session"])).then_some("by their title"),
        KeyKind::Commune => match listed(&known.communes) {
            Some(share) => (share >= 0.8 && !titled(&["postal"])).then_some("listed in the lake"),
            None => {
                (share >= 0.9 && titled(&["commune", "insee"])).then_some("by their form and title")
            }
        },
        KeyKind::Departement => {
            let telling = |text: &String| {
                let text = text.trim();
                (text.len() == 3 && !text.starts_with('9'))
                    || text.to_uppercase().ends_with(['A', 'B'])
            };
            let by_form = filled().all(|text| text.trim().len() == 3) && filled().any(telling);
            let exists = listed(&known.departements).unwrap_or(share) >= 0.9;
            match (exists, by_form) {
                (true, true) => Some("by their form"),
                (true, false) => titled(&["dep", "dept"]).then_some("by their title"),
                _ => None,
            }
        }
        KeyKind::Academie => {
            let exists = listed(&known.academies).unwrap_or(share) >= 0.9;
            (exists && titled(&["acad"])).then_some("by their title")
        }
        _ => None,
    }
}

/// A day, which a column of dates holds as well as one of rentrées.
fn is_day(text: &str) -> bool {
    edulac_model::values::parse_date(text).is_ok()
}

impl Reading {
    fn of(cells: &[Option<String>], kind: KeyKind) -> Self {
        let mut reading = Self {
            codes: Vec::with_capacity(cells.len()),
            filled: 0,
            good: 0,
            repaired: BTreeMap::new(),
        };
        for cell in cells {
            let code = cell.as_ref().and_then(|text| {
                reading.filled += 1;
                let code = normalised(text, kind).ok()?;
                reading.good += 1;
                if let Some(what) = repair(text, &code, kind) {
                    *reading.repaired.entry(what).or_default() += 1;
                }
                Some(code)
            });
            reading.codes.push(code);
        }
        reading
    }

    /// `column `Code étab`: 98 of 100 values are UAI by their check letter, 2 repaired: lost zero`.
    fn sentence(&self, title: &str, kind: KeyKind, why: &str) -> String {
        let repaired: usize = self.repaired.values().sum();
        let mut sentence = format!(
            "column `{title}`: {} of {} values are {} ({why})",
            self.good,
            self.filled,
            plural(kind)
        );
        if repaired > 0 {
            let how: Vec<String> = self
                .repaired
                .iter()
                .map(|(what, n)| format!("{what} {n}"))
                .collect();
            sentence += &format!(", {repaired} of them repaired: {}", how.join(", "));
        }
        let blank = self.codes.len() - self.filled;
        if blank > 0 {
            sentence += &format!("; {blank} blank");
        }
        sentence
    }

    fn key(self, kind: KeyKind, column: usize) -> Recognised {
        Recognised {
            kind,
            column,
            codes: self.codes,
        }
    }
}

fn normalised(text: &str, kind: KeyKind) -> std::result::Result<String, CodeError> {
    // A spreadsheet that took codes for numbers writes `350852.0`.
    let text = text.strip_suffix(".0").unwrap_or(text);
    match code_kind(kind) {
        Some(code) => code.normalise(text),
        None if text.trim().is_empty() => Err(CodeError::Empty),
        None => Ok(text.trim().to_owned()),
    }
}

/// What was done to the text; none: it stands as it should.
fn repair(text: &str, code: &str, kind: KeyKind) -> Option<&'static str> {
    let text = text.trim();
    if text == code {
        return None;
    }
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    Some(match () {
        () if matches!(kind, KeyKind::Rentree | KeyKind::Session) => "another form of the year",
        () if bare == code => "spaces",
        () if bare.to_uppercase() == code => "lower case",
        () if bare.len() < code.len() && kind == KeyKind::Departement => "two characters",
        () if bare.len() < code.len() => "lost zero",
        () => "another form",
    })
}

fn plural(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Uai => "UAI",
        KeyKind::Commune => "communes",
        KeyKind::Departement => "départements",
        KeyKind::Academie => "académies",
        KeyKind::Rentree => "rentrées",
        KeyKind::Session => "sessions",
        KeyKind::Rnb => "RNB identifiers",
        KeyKind::Epci => "EPCI",
        KeyKind::RegionAcademique => "régions académiques",
        KeyKind::Bassin => "bassins",
        KeyKind::Site => "sites",
    }
}

/// The kind of a word of the command line.
pub(crate) fn kind_of_word(what: &'static str, word: &str) -> Result<KeyKind> {
    KeyKind::parse(word).ok_or_else(|| Error::UnknownWord {
        what,
        word: word.to_owned(),
        remedy: format!(
            "one of {}",
            edulac_yaml::list(KeyKind::ALL.iter().map(|k| k.as_str()))
        ),
    })
}
