//! SIREN numbers.

use crate::ascii::{Ascii, DIGIT};
use crate::clean::compact;
use crate::text_form::fixed_width_form;
use crate::{CodeError, Fault};

/// A legal unit in the SIRENE register: nine digits with a Luhn checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siren(pub(crate) Ascii<9>);

impl Siren {
    /// Reads nine digits; blanks are ignored.
    ///
    /// # Errors
    /// Empty, of another length, not digits, or a wrong checksum.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = compact(raw)?;
        let code = Ascii::read(&text, |_| &DIGIT)?;
        if luhn(&code.0) {
            Ok(Self(code))
        } else {
            Err(Fault::Checksum.of(text))
        }
    }
}

/// Whether the weighted sum of ASCII digits is a multiple of ten: every second digit from the right counts double,
/// and a double of two digits counts as their sum.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let weighted = digits.iter().rev().enumerate().map(|(place, digit)| {
        let value = u32::from(digit - b'0') * (1 + place as u32 % 2);
        value / 10 + value % 10
    });
    weighted.sum::<u32>() % 10 == 0
}

fixed_width_form!(Siren);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers_are_read() {
        for raw in ["356000000", "732 829 320", "110 043 015"] {
            assert!(Siren::parse(raw).is_ok(), "{raw}");
        }
        for raw in ["", "732829321", "73282932", "7328293201", "73282932A"] {
            assert!(Siren::parse(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn eight_digits_have_one_ninth(number in 0..100_000_000_u32) {
            let good = (0..10).filter(|last| Siren::parse(&format!("{number:08}{last}")).is_ok()).count();
            prop_assert_eq!(good, 1);
        }
    }
}
