//! UAI: the national number of an establishment.

use crate::ascii::{Ascii, DIGIT, LETTER};
use crate::clean::{compact, with_leading_zeros};
use crate::text_form::fixed_width_form;
use crate::{CodeError, Fault};

/// Check letters in the order of the remainder: no I, O, Q.
const CHECK_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// Number of an establishment (*unité administrative immatriculée*, once RNE): seven digits and the
/// check letter of their remainder by 23.
///
/// The first three digits are the ministry's own département numbers: 620 and 720 for Corse, 983, 984
/// and 987 for Nouvelle-Calédonie, Polynésie and Wallis-et-Futuna, where INSEE has 988, 987 and 986.
/// So no département is derived from a UAI: the commune code of the row says where it is.
/// A UAI is not a key of the directory: one with several sites stands there once per site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uai(Ascii<8>);

impl Uai {
    /// Reads a UAI; blanks and case are ignored and up to two lost leading zeros given back (two for
    /// départements 001 to 009), which the check letter then confirms.
    ///
    /// # Errors
    /// Empty, of another length, a misplaced character, or the wrong check letter (the error names the right one).
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = with_leading_zeros(compact(raw)?, 8, 2);
        let code = Ascii::read(&text, |index| if index < 7 { &DIGIT } else { &LETTER })?;
        let expected = check_letter(
            code.0[..7]
                .iter()
                .fold(0, |number, digit| number * 10 + u32::from(digit - b'0')),
        );
        if code.0[7] == expected {
            Ok(Self(code))
        } else {
            Err(Fault::CheckLetter {
                expected: expected.into(),
            }
            .of(text))
        }
    }

    /// The UAI of seven digits: `350852` gives `0350852L`.
    ///
    /// # Errors
    /// A number of more than seven digits.
    pub fn from_number(number: u32) -> Result<Self, CodeError> {
        Self::parse(&format!("{number:07}{}", char::from(check_letter(number))))
    }

    /// The ministry's département number, three digits. It is **not** always an INSEE département.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.as_str()[..3]
    }
}

fn check_letter(number: u32) -> u8 {
    CHECK_LETTERS[number as usize % CHECK_LETTERS.len()]
}

fixed_width_form!(Uai);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_codes_are_read_whatever_was_done_to_them() {
        for raw in [
            "0350852L",
            " 0350852l ",
            "350852L",
            "0350 852 L",
            "\u{feff}0350852L",
            "0350852\u{a0}L",
        ] {
            assert_eq!(Uai::parse(raw).unwrap().as_str(), "0350852L", "{raw:?}");
        }
        for real in [
            "0940176F", "0380004Y", "0312746S", "0752954D", "0400193T", "9760102G",
        ] {
            assert_eq!(Uai::parse(real).unwrap().to_string(), real);
        }
        assert_eq!(Uai::parse("10005A").unwrap().as_str(), "0010005A");
        assert_eq!(Uai::parse("0990001N").unwrap().prefix(), "099");
        assert_eq!(Uai::from_number(350_852).unwrap().as_str(), "0350852L");
        assert!(Uai::from_number(10_000_000).is_err());
    }

    #[test]
    fn a_short_code_that_kept_its_zero_is_not_padded() {
        assert!(Uai::parse("035085L").is_err());
    }

    proptest! {
        #[test]
        fn each_number_has_one_letter(number in 0..10_000_000_u32) {
            let digits = format!("{number:07}");
            let good: Vec<_> = ('A'..='Z').filter_map(|letter| Uai::parse(&format!("{digits}{letter}")).ok()).collect();
            prop_assert_eq!(good.as_slice(), &[Uai::from_number(number).unwrap()]);
            prop_assert_eq!(good[0].prefix(), &digits[..3]);
        }

        #[test]
        fn a_wrong_digit_is_seen(number in 0..10_000_000_u32, place in 0..7_usize, shift in 1..10_u8) {
            let mut text = Uai::from_number(number).unwrap().to_string().into_bytes();
            text[place] = (text[place] - b'0' + shift) % 10 + b'0';
            prop_assert!(Uai::parse(str::from_utf8(&text).unwrap()).is_err());
        }

        #[test]
        fn any_text_is_refused_or_read_to_a_fixed_point(raw in "\\PC{0,10}|[0-9a-z ]{6,9}") {
            if let Ok(uai) = Uai::parse(&raw) {
                prop_assert_eq!(Uai::parse(uai.as_str()), Ok(uai));
            }
        }
    }
}
