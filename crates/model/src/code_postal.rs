//! Postal codes.

use crate::CodeError;
use crate::ascii::{Ascii, DIGIT};
use crate::clean::{compact, with_leading_zeros};
use crate::text_form::fixed_width_form;

/// A postal code, five digits. It says where mail is sorted: it is neither a commune code nor a sure
/// sign of the département.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodePostal(Ascii<5>);

impl CodePostal {
    /// Reads five digits, or four when the leading zero is lost.
    ///
    /// # Errors
    /// Empty, of another length, or not digits.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text = with_leading_zeros(compact(raw)?, 5, 1);
        Ascii::read(&text, |_| &DIGIT).map(Self)
    }
}

fixed_width_form!(CodePostal);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn postal_codes_are_five_digits() {
        assert_eq!(CodePostal::parse(" 35 580 ").unwrap().as_str(), "35580");
        assert_eq!(CodePostal::parse("7270").unwrap().as_str(), "07270");
        for raw in ["", "0727", "2A004", "355800"] {
            assert!(CodePostal::parse(raw).is_err(), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_lost_zero_comes_back(number in 1_000..100_000_u32) {
            let code = CodePostal::parse(&number.to_string()).unwrap();
            prop_assert_eq!(code.to_string(), format!("{number:05}"));
        }
    }
}
