//! Addresses as people write them, compared with those of the Base adresse nationale.

use edulac_model::fold;
use edulac_model::street::{Street, number, words};
use strsim::normalized_damerau_levenshtein;

/// Below this likeness two streets are two streets: the score that the RNB's own matching asks of its geocoder
/// (`guess_bdg_new.py`, `geocode_address`).
pub(super) const SAME_STREET: f64 = 0.8;

/// Streets of two kinds that have one name (`rue Victor Hugo`, `avenue Victor Hugo`) are not one street.
const OTHER_KIND: f64 = 0.7;
/// `12` and `12 bis` are neighbours.
const OTHER_SUFFIX: f64 = 0.85;

/// An address with at least one number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    /// `12-14 rue…` has two.
    pub(super) numbers: Vec<u32>,
    suffix: Option<String>,
    street: Street,
}

impl Address {
    /// Reads a line of an address. None when it has no number or no street: it then tells no building.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let words = words(line);
        // What stands before the number names the school or the building.
        let first = words.iter().position(|word| number(word).is_some())?;
        let mut numbers = Vec::new();
        let mut at = first;
        while let Some(word) = words.get(at) {
            let joins = matches!(word.as_str(), "a" | "et") && !numbers.is_empty();
            match number(word) {
                Some(number) => numbers.push(number),
                None if joins && words.get(at + 1).and_then(|next| number(next)).is_some() => {}
                None => break,
            }
            at += 1;
        }
        let suffix = words.get(at).filter(|word| is_suffix(word)).cloned();
        at += usize::from(suffix.is_some());
        let street = Street::of(words.get(at..)?)?;
        Some(Self {
            numbers,
            suffix,
            street,
        })
    }

    /// How well a numbered address of the same town agrees, from 0 to 1; 0 under [`SAME_STREET`]. Its number is one of
    /// this address's.
    pub(super) fn likeness(&self, street: &str, suffix: Option<&str>) -> f64 {
        let Some(street) = Street::parse(street) else {
            return 0.0;
        };
        let suffix = suffix
            .map(|suffix| fold(suffix.trim()))
            .filter(|suffix| !suffix.is_empty());
        let mut likeness = alike(&self.street, &street);
        if suffix != self.suffix {
            likeness *= OTHER_SUFFIX;
        }
        if likeness < SAME_STREET {
            0.0
        } else {
            likeness
        }
    }
}

/// How well two streets agree, from 0 to 1.
fn alike(one: &Street, other: &Street) -> f64 {
    let letters = normalized_damerau_levenshtein(one.name(), other.name());
    let likeness = letters.max(shared_words(one.name(), other.name()));
    match (one.kind(), other.kind()) {
        (Some(kind), Some(another)) if kind != another => likeness * OTHER_KIND,
        _ => likeness,
    }
}

/// `docteur jean dupont` and `docteur dupont`: the words of the shorter name, when it has two at least, are all in the
/// longer one.
fn shared_words(one: &str, another: &str) -> f64 {
    let (mut short, mut long): (Vec<&str>, Vec<&str>) =
        (one.split(' ').collect(), another.split(' ').collect());
    if short.len() > long.len() {
        std::mem::swap(&mut short, &mut long);
    }
    if short.len() >= 2 && short.iter().all(|word| long.contains(word)) {
        0.9
    } else {
        0.0
    }
}

fn is_suffix(word: &str) -> bool {
    matches!(word, "bis" | "ter" | "quater" | "quinquies")
        || word.len() == 1 && matches!(word.as_bytes()[0], b'b'..=b'k')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn likeness(line: &str, street: &str, suffix: Option<&str>) -> f64 {
        Address::parse(line).map_or(-1.0, |address| address.likeness(street, suffix))
    }

    #[test]
    fn one_address_is_written_in_many_ways() {
        for line in [
            "12 rue de l'École",
            "12 RUE DE L ECOLE",
            "12, r. de l'école",
            "Groupe scolaire, 12 rue de l’École",
            "12 rue de l'École BP 123",
        ] {
            assert_eq!(Address::parse(line).unwrap().numbers, [12], "{line}");
            assert!(likeness(line, "Rue de l'École", None) > 0.99, "{line}");
        }
        assert!(likeness("3 BD DU GAL LECLERC", "Boulevard du Général Leclerc", None) > 0.99);
        assert!(likeness("3 bd St Michel", "Boulevard Saint-Michel", Some("")) > 0.99);
        assert!(
            likeness(
                "5 rue du docteur Dupont",
                "Rue du Docteur Jean Dupont",
                None
            ) >= SAME_STREET
        );
        assert!(likeness("5 rue Gutemberg", "Rue Gutenberg", None) >= SAME_STREET);
    }

    #[test]
    fn other_streets_and_kinds_are_other_addresses() {
        assert!(likeness("12 rue des Écoles", "Rue de l'Église", None).abs() < 1e-9);
        assert!(likeness("12 rue Victor Hugo", "Avenue Victor Hugo", None).abs() < 1e-9);
        assert!(likeness("12 rue Jean Jaurès", "Rue Jean Moulin", None).abs() < 1e-9);
    }

    #[test]
    fn numbers_and_suffixes_are_read() {
        assert_eq!(
            Address::parse("12-14 rue Pasteur").unwrap().numbers,
            [12, 14]
        );
        assert_eq!(
            Address::parse("12 à 16 rue Pasteur").unwrap().numbers,
            [12, 16]
        );
        assert!(likeness("12bis rue Pasteur", "Rue Pasteur", Some("bis")) > 0.99);
        let beside = likeness("12 bis rue Pasteur", "Rue Pasteur", None);
        assert!((SAME_STREET..0.9).contains(&beside));
        for nothing in ["", "rue Pasteur", "12", "BP 12", "Le Bourg"] {
            assert_eq!(Address::parse(nothing), None, "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_likeness_is_a_share(line in ".{0,60}", street in ".{0,40}") {
            if let Some(address) = Address::parse(&line) {
                prop_assert!(!address.numbers.is_empty());
                let likeness = address.likeness(&street, None);
                prop_assert!(likeness.abs() < 1e-9 || (SAME_STREET..=1.0).contains(&likeness));
            }
        }
    }
}
