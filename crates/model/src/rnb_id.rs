//! Identifiers of the Référentiel national des bâtiments.

use crate::CodeError;
use crate::ascii::{Ascii, Class};
use crate::clean::{is_blank, without};
use crate::text_form::fixed_width_form;

const LENGTH: usize = 12;

const SYMBOL: Class = Class {
    name: "1-9 or A-Z without I, L, O, U",
    holds: |c| u8::try_from(c).is_ok_and(|byte| RnbId::ALPHABET.contains(&byte)),
};

/// The identifier of a building: twelve symbols that mean nothing and carry no check digit, so only
/// their shape can be checked. An identifier is never reused, but it can be merged, split or withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RnbId(Ascii<LENGTH>);

impl RnbId {
    /// The 31 symbols: digits and capitals without those that read alike (0, O, I, L, U).
    pub const ALPHABET: &'static [u8; 31] = b"123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// Reads an identifier as RNB cleans it: without spaces, `-` and `_`, upper-cased.
    ///
    /// # Errors
    /// Empty, of another length than 12, or a symbol out of the alphabet (with its position after cleaning).
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        Ascii::read(&without(raw, joins)?, |_| &SYMBOL).map(Self)
    }

    /// The form RNB shows to people: `XXXX-XXXX-XXXX`.
    #[must_use]
    pub fn grouped(&self) -> String {
        let id = self.as_str();
        [&id[..4], &id[4..8], &id[8..]].join("-")
    }
}

fixed_width_form!(RnbId);

/// What people put inside an identifier to make it readable.
fn joins(c: char) -> bool {
    is_blank(c) || matches!(c, '-' | '_')
}

/// The identifiers of a cell, in order, repeats kept: `A/B`, `A, B`, `[A;B]`, `["A","B"]`.
///
/// Anything but letters, digits, spaces, `-` and `_` parts two identifiers. Since groups of four may be joined
/// by a space, a hyphen or an underscore, pieces add up until they make twelve: `A B` is two
/// identifiers, `1234 5678 9ABC` one. What does not make an identifier is one error each; a cell
/// without any piece gives an empty list.
#[must_use]
pub fn split_rnb_ids(cell: &str) -> Vec<Result<RnbId, CodeError>> {
    let mut ids = Vec::new();
    for part in cell.split(|c: char| !c.is_alphanumeric() && !joins(c)) {
        let (mut pending, mut count) = (String::new(), 0);
        for piece in part.split(joins).filter(|piece| !piece.is_empty()) {
            let length = piece.chars().count();
            if count >= LENGTH || (count > 0 && count + length > LENGTH) {
                ids.push(RnbId::parse(&pending));
                (pending, count) = (String::new(), 0);
            }
            pending.push_str(piece);
            count += length;
        }
        if count > 0 {
            ids.push(RnbId::parse(&pending));
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_identifier_is_cleaned() {
        for raw in [
            "WHN8D9K38QNG",
            "whn8-d9k3-8qng",
            " WHN8 D9K3 8QNG",
            "WHN8_D9K3_8QNG",
        ] {
            let id = RnbId::parse(raw).unwrap();
            assert_eq!(
                (id.as_str(), id.grouped().as_str()),
                ("WHN8D9K38QNG", "WHN8-D9K3-8QNG"),
                "{raw}"
            );
        }
    }

    #[test]
    fn a_cell_can_hold_several_identifiers() {
        let (a, b) = ("WHN8D9K38QNG", "ZQP5VP4WN6BX");
        let read = |cell: &str| {
            split_rnb_ids(cell)
                .into_iter()
                .map(|id| id.unwrap().to_string())
                .collect::<Vec<_>>()
        };
        for cell in [
            "WHN8D9K38QNG/ZQP5VP4WN6BX",
            "WHN8D9K38QNG, ZQP5VP4WN6BX",
            "[WHN8D9K38QNG;ZQP5VP4WN6BX]",
            r#"["WHN8D9K38QNG", "ZQP5VP4WN6BX"]"#,
            "WHN8D9K38QNG ZQP5VP4WN6BX",
            "WHN8-D9K3-8QNG - ZQP5-VP4W-N6BX",
            "whn8 d9k3 8qng|zqp5 vp4w n6bx",
        ] {
            assert_eq!(read(cell), [a, b], "{cell}");
        }
        for cell in ["", " ", "[]", "/", "-"] {
            assert!(split_rnb_ids(cell).is_empty(), "{cell}");
        }
    }

    #[test]
    fn a_bad_identifier_does_not_hide_its_neighbours() {
        let ids = split_rnb_ids("WHN8D9K38QNG/WHN8D9K38QN/ZQP5VP4WN6BX");
        assert_eq!(
            ids.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [true, false, true]
        );
        assert!(split_rnb_ids("WHN8D9K38QNGZQP5VP4WN6BX")[0].is_err());
    }

    prop_compose! {
        fn id()(places in prop::array::uniform12(0..31_usize)) -> String {
            places.iter().map(|place| char::from(RnbId::ALPHABET[*place])).collect()
        }
    }

    proptest! {
        #[test]
        fn any_spelling_of_an_identifier_is_the_same(text in id()) {
            let id = RnbId::parse(&text).unwrap();
            prop_assert_eq!(id.as_str(), text);
            prop_assert_eq!(RnbId::parse(&id.grouped().to_lowercase()), Ok(id));
        }

        #[test]
        fn a_joined_cell_splits_back(texts in prop::collection::vec(id(), 0..5), joint in "[/,;| ]|, |\\]\\[", grouped: bool) {
            let ids: Vec<_> = texts.iter().map(|text| RnbId::parse(text).unwrap()).collect();
            let written: Vec<_> = ids.iter().map(|id| if grouped { id.grouped() } else { id.to_string() }).collect();
            let read: Result<Vec<_>, _> = split_rnb_ids(&written.join(&joint)).into_iter().collect();
            prop_assert_eq!(read, Ok(ids));
        }

        #[test]
        fn any_cell_splits(cell in "\\PC{0,40}") {
            for id in split_rnb_ids(&cell).into_iter().flatten() {
                prop_assert_eq!(RnbId::parse(id.as_str()), Ok(id));
            }
        }
    }
}
